"""What became of each case of the demonstration: first those it is there to show, then Santiago's queue, then the daily
bread of twelve posts. Only plans; :mod:`demo.walk` carries them out."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from demo.people import AT_POST, COUNTRIES
from visas.defaults import CLASSES, CONSUL

ENDINGS = ("granted", "denied", "not_filed")


@dataclass(frozen=True)
class Story:
    """One case.

    ``until``: the step at which it waits, or how it ended (:data:`ENDINGS`); with ``exit`` (ending, ground's code) the
    step it was at when it was withdrawn, abandoned or voided. ``due_in``: of an open step, working days until it is
    due, 0 today, below 0 overdue. ``ago``: of an ended case, working days since. ``gaps``: working days between its
    acts, else some.
    """

    post: str
    visa: str
    until: str
    nationality: str = ""
    scripted: str = ""  # one of the simulator's people instead
    twin: str = ""  # stories with the same word are of one person
    known: bool = False  # … and the post that came second recognised them
    due_in: int = 1
    ago: int = 5
    gaps: tuple[int, ...] = ()
    exit: tuple[str, str] = ("", "")
    missing: tuple[str, ...] = ()  # requirements left out at filing: observed, then corrected
    old_passport: bool = False  # expires too soon: observed too
    hit: str = ""  # how its hits were settled: same, other, undetermined
    returned: bool = False  # the consul sends it back once
    spoilt: bool = False  # the first print is spoilt
    authorised: bool = True
    ground: str = "proposito"  # of a refusal
    urgent: bool = False
    owner: str = ""  # who has taken the open step
    reassigned_from: str = ""
    fresh: int = 0  # filed so many minutes ago: its questions are left to the worker
    silent: str = ""  # this agency does not answer: now (fresh), or for an hour then
    late: bool = False  # … and answered after all
    failed: bool = False  # the visa could not be produced
    barred: bool = False  # the consul held the interview and then tried to decide
    note: str = ""

    @property
    def incomplete(self) -> bool:
        return bool(self.missing or self.old_passport or self.until == "not_filed")


# one or more of everything that the demonstration is there to show
CAST: tuple[Story, ...] = (
    # homonyms and hits of the simulator's people
    Story("SCL", "turista", "adjudicate", scripted="OKAFOR, Chinedu", due_in=0),
    Story("SCL", "formacion", "adjudicate", scripted="QUISPE CONDORI, MARÍA ELENA", due_in=1),
    Story("SCL", "humanitaria", "adjudicate", scripted="HERNÁNDEZ INVENTADO, CARLOS", due_in=0, urgent=True),
    Story("BUE", "trabajador", "adjudicate", scripted="CONDORI QUISPE, JUAN CARLOS", due_in=-1),
    Story("MAD", "periodista", "adjudicate", scripted="PETROVSKAYA, IRINA", due_in=-2, owner="tvera"),
    Story("MIA", "turista", "adjudicate", scripted="BREVIARIO INCIERTO, YAGO", due_in=0),
    Story("SCL", "turista", "decide", scripted="EXPULSADO PASEE, LEÓN", hit="same", ground="antecedentes", due_in=1),
    Story("MEX", "trabajador", "assess", scripted="DETENIDEZ SUPUESTO, BLAS", hit="undetermined", due_in=2),
    Story("BUE", "trabajador", "authorise", scripted="MAMANI HUANCA, LUIS", hit="other", due_in=6),
    Story("PAR", "turista", "granted", scripted="AL-MANSURI, KARIM", hit="other", ago=9),
    Story("PRY", "turista", "denied", scripted="ROBADOSKI, IGOR", hit="same", ground="documentacion-falsa", ago=6),
    # known to the agencies, and clear
    Story("PRY", "turista", "granted", scripted="OYELARANTI, FUNMI", ago=11),
    Story("MAD", "trabajador", "granted", scripted="FERREIRINHA, LUÍS GONÇALO", ago=4),
    Story("TYO", "formacion", "granted", scripted="TANAKAWA, HARUKI", ago=8),
    # Rosa Quispe's desk
    Story("SCL", "turista", "interview", "VEN", due_in=-1, owner="rquispe"),
    Story("SCL", "negocios", "interview", "IND", due_in=0, owner="rquispe", reassigned_from="dsalas"),
    Story("SCL", "trabajador", "interview", "BOL", due_in=2, owner="rquispe"),
    Story("SCL", "turista", "assess", "CUB", due_in=-2, owner="rquispe",
          note="Falta verificar por teléfono la reserva de alojamiento."),
    Story("SCL", "familiar-residente", "assess", "COL", due_in=0, owner="rquispe"),
    Story("SCL", "turista", "assess", "NGA", due_in=3, owner="rquispe"),
    Story("SCL", "turista", "assess", "DOM", due_in=4, returned=True, owner="rquispe"),
    Story("SCL", "turista", "correct", "HTI", due_in=1, missing=("fondos",), owner="rquispe"),
    # duplicates: the same person at two posts in one week
    Story("SCL", "turista", "assess", "VEN", twin="a", known=True, due_in=2, gaps=(1,)),
    Story("BUE", "turista", "interview", "VEN", twin="a", known=True, due_in=-1),
    Story("PRY", "turista", "granted", "NGA", twin="b", ago=12, gaps=(1, 1, 1, 0, 1)),
    Story("CAI", "turista", "interview", "NGA", twin="b", exit=("void", "duplicada"), ago=14, gaps=(1,)),
    Story("MIA", "turista", "decide", "CUB", twin="c", due_in=1, gaps=(1, 1)),
    Story("MEX", "turista", "correct", "CUB", twin="c", due_in=0, missing=("fondos", "pasaje")),
    # agencies that do not answer: now, and three weeks ago
    Story("SCL", "turista", "checks", "VEN", fresh=34, silent="interpol"),
    Story("SCL", "negocios", "checks", "CHN", fresh=29, silent="interpol"),
    Story("BUE", "turista", "checks", "DOM", fresh=26, silent="interpol"),
    Story("SCL", "formacion", "checks", "BOL", fresh=47, silent="pj"),
    Story("SCL", "trabajador", "granted", "COL", silent="pj", ago=1, gaps=(5, 2, 1, 1, 1, 2)),
    Story("MAD", "trabajador", "assess", "SWE", silent="pj", due_in=1, gaps=(5, 2)),
    Story("ROM", "religioso", "granted", "PHL", silent="pj", late=True, ago=1, gaps=(5, 2, 1, 1, 0, 3)),
    # filed a moment ago: the worker is asking
    Story("SCL", "trabajador", "checks", scripted="DEMORADO TREN, HUGO", fresh=4),
    Story("SCL", "turista", "checks", "HTI", fresh=9),
    Story("SCL", "turista", "checks", "CUB", fresh=6),
    Story("MAD", "turista", "checks", "MAR", fresh=12),
    Story("SHA", "negocios", "checks", "CHN", fresh=3),
    Story("SCL", "turista", "correct", "VEN", fresh=18, missing=("pasaje",)),
    # urgent humanitarian cases
    Story("SCL", "humanitaria", "authorise", "VEN", due_in=0, urgent=True),
    Story("SCL", "humanitaria", "decide", "HTI", due_in=-1, urgent=True, gaps=(0, 1, 0)),
    Story("MIA", "humanitaria", "interview", "VEN", due_in=0, urgent=True, gaps=(0,)),
    Story("ROM", "humanitaria", "granted", "SYR", ago=15, urgent=True, gaps=(0, 1, 0, 1, 0, 0)),
    # what else can happen
    Story("SCL", "turista", "issue", "DOM", ago=0, failed=True),
    Story("SCL", "turista", "decide", "CUB", due_in=0, barred=True),
    Story("SCL", "turista", "correct", "NGA", due_in=1, old_passport=True),
    Story("SCL", "turista", "correct", "VEN", due_in=-3, missing=("antecedentes", "alojamiento")),
    Story("BUE", "turista", "granted", "SYR", ago=7, missing=("pasaje",), returned=True),
    Story("SCL", "turista", "granted", "VEN", ago=10, spoilt=True, note="La solicitante pidió la entrega en la tarde."),
    Story("SCL", "turista", "not_filed", "HTI", ago=8, missing=("fondos",)),
    Story("SCL", "turista", "interview", "VEN", exit=("withdrawn", "procedimiento"), ago=6),
    Story("MAD", "turista", "deliver", "MAR", exit=("withdrawn", "pretension"), ago=3),
    Story("SCL", "turista", "interview", "DOM", exit=("abandoned", "no-asistio"), ago=4),
    Story("SCL", "turista", "interview", "PER", exit=("void", "error-registro"), ago=12, gaps=(0,),
          note="Acredita nacionalidad peruana: no necesita visa."),
    Story("MIA", "familiar-residente", "authorise", "PER", exit=("void", "error-registro"), ago=18, gaps=(1,),
          note="Acredita nacionalidad peruana: no necesita visa."),
    Story("GVA", "negocios", "decide", "PAK", exit=("void", "fraude"), ago=9),
    Story("PAR", "periodista", "denied", "FRA", authorised=False, ground="sin-autorizacion", ago=5),
    Story("GVA", "diplomatico", "granted", "SWE", ago=6),
    Story("TYO", "oficial", "authorise", "JPN", due_in=4),
    Story("ROM", "cooperante", "deliver", "ITA", due_in=2),
)  # fmt: skip

# Santiago's queue: how many wait at which step
SANTIAGO = {"correct": 2, "authorise": 4, "interview": 6, "assess": 6, "decide": 4, "quality": 2, "deliver": 3}

VISITS = {"turista": 60, "negocios": 15, "transito": 6, "formacion": 5, "familiar-residente": 6, "trabajador": 8}
STAYS = {
    "trabajador": 28, "formacion": 16, "familiar-residente": 16, "periodista": 6, "cooperante": 7, "religioso": 7,
    "intercambio": 6, "rentista": 5, "inversionista": 4, "produccion-artistica": 3, "oficial": 1, "diplomatico": 1,
}  # fmt: skip
REFUGE_FROM = ("VEN", "HTI", "SYR", "UKR")  # humanitarian visas
OUTCOMES = {
    "granted": 50, "denied": 12, "not_filed": 3, "withdrawn": 4, "abandoned": 3, "void": 1,
    "correct": 3, "authorise": 6, "interview": 7, "assess": 6, "decide": 4, "quality": 2, "deliver": 4,
}  # fmt: skip
DENIALS = {"turista": ("insolvencia", "proposito", "arraigo", "otro"), "": ("proposito", "antecedentes", "otro")}
AUTHORISED = frozenset(row[0] for row in CLASSES if row[3] != CONSUL)
INTERVIEWED = frozenset(row[0] for row in CLASSES if row[4])
LEFT_OUT = (("formulario",), ("foto",), ("formulario", "foto"))
SIDE_EXITS = {
    "withdrawn": (("withdrawn", "procedimiento"), ("withdrawn", "pretension")),
    "abandoned": (("abandoned", "no-asistio"), ("abandoned", "sin-respuesta")),
    "void": (("void", "duplicada"), ("void", "error-registro")),
}


def _pick(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _visa(rng: random.Random, nationality: str) -> str:
    if nationality in REFUGE_FROM and rng.random() < 0.12:
        return "humanitaria"
    return _pick(rng, STAYS if COUNTRIES[nationality].exempt else VISITS)


def _drawn(rng: random.Random, post: str, outcome: str) -> Story:
    """A case like many others, with its small accidents."""
    nationality = rng.choice(AT_POST[post])
    visa = _visa(rng, nationality)
    if outcome == "authorise" and visa not in AUTHORISED:
        visa = _pick(rng, STAYS)
    if outcome == "interview" and visa not in INTERVIEWED:
        visa = "trabajador"
    chance = rng.random
    story = Story(
        post,
        visa,
        outcome,
        nationality,
        due_in=rng.choices([-5, -2, -1, 0, 1, 2, 3, 4], [1, 2, 3, 4, 4, 4, 3, 2])[0],
        ago=rng.randint(1, 30),
        missing=rng.choice(LEFT_OUT) if outcome in ("correct", "not_filed") or chance() < 0.12 else (),
        returned=outcome in ("granted", "denied") and chance() < 0.08,
        spoilt=outcome == "granted" and chance() < 0.06,
        urgent=visa == "humanitaria",
        ground=rng.choice(DENIALS.get(visa, DENIALS[""])),
    )
    if outcome in SIDE_EXITS:
        at = "interview" if visa in INTERVIEWED and outcome != "void" else "assess"
        if outcome == "void":
            at = "authorise" if visa in AUTHORISED else at
        story = replace(story, until=at, exit=rng.choice(SIDE_EXITS[outcome]))
    return story


def _queue(rng: random.Random) -> Iterator[Story]:
    for step, many in SANTIAGO.items():
        for _number in range(many):
            yield replace(_drawn(rng, "SCL", step), owner="")


def _daily(rng: random.Random) -> Iterator[Story]:
    posts = [*AT_POST, "SCL", "SCL", "BUE", "MAD", "MIA"]  # the larger ones more often
    while True:
        yield _drawn(rng, rng.choice(posts), _pick(rng, OUTCOMES))


def all_stories(seed: int, many: int) -> list[Story]:
    """The first ``many`` stories of a seed; the cast comes first and is always the same."""
    rng = random.Random(f"stories:{seed}")  # noqa: S311
    stories = [*CAST, *_queue(rng)]
    daily = _daily(rng)
    while len(stories) < many:
        stories.append(next(daily))
    return stories[:many]

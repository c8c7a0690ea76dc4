"""Who works in the demonstration ministry, and how each signs in. All invented."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from offices.roles import Role

PASSWORD = "demostracion-2026"  # noqa: S105 - everybody's, printed by `make run`; of the demonstration only
"""Of every account of the demonstration. It opens nothing else."""


@dataclass(frozen=True)
class Member:
    """A member of staff and their postings, ``(role, office code)`` each, the main one first."""

    username: str
    first_name: str
    last_name: str
    sex: str
    postings: tuple[tuple[Role, str], ...]


def _member(username: str, name: str, sex: str, *postings: tuple[Role, str]) -> Member:
    first_name, _comma, last_name = name.partition(", ")
    return Member(username, last_name, first_name, sex, postings)


def _everything(*codes: str) -> tuple[tuple[Role, str], ...]:
    """The postings of the only officer of small posts: assessing, printing and delivering."""
    return tuple((role, code) for role in (Role.ANALYST, Role.PRINTING, Role.DELIVERY) for code in codes)


STAFF: tuple[Member, ...] = (
    # Santiago: one person per role, and a second analyst
    _member("lrojas", "Rojas Ñaupaquirca, Lucía", "F", (Role.INTAKE, "SCL")),
    _member("rquispe", "Quispe Llactamayor, Rosa", "F", (Role.ANALYST, "SCL")),
    _member("dsalas", "Salas Huarangopampa, Diego", "M", (Role.ANALYST, "SCL")),
    _member("ipaz", "Paz Quillahuamán, Inés", "F", (Role.CONSUL, "SCL")),
    _member("plino", "Lino Cóndorpuma, Pía", "F", (Role.PRINTING, "SCL")),
    _member("amar", "Mar Tinajillas, Adán", "M", (Role.DELIVERY, "SCL")),
    # Lima
    _member("tvera", "Vera Chumbirayco, Tomás", "M", (Role.CHECKS, "DGC")),
    _member("gluna", "Luna Sacsahuari, Gladys", "F", (Role.CHECKS, "DGC")),
    _member("rsoto", "Soto Wiñaymarca, Raúl", "M", (Role.AUTHORISING, "DGC")),
    _member("mzea", "Zea Ocongatillo, Mercedes", "F", (Role.AUTHORISING, "DPI"), (Role.AUTHORISING, "DGC")),
    _member("egil", "Gil Tupacmarca, Eva", "F", (Role.CUSTODIAN, "DGC")),
    _member("jtapia", "Tapia Quenayachi, Julio", "M", (Role.CUSTODIAN, "DGC")),
    _member("orey", "Rey Pumacanchari, Olga", "F", (Role.SUPERVISOR, "DGC")),
    _member("sprado", "Prado Yanahuaringa, Saúl", "M", (Role.PROTECTION, "DGC")),
    _member("cmeza", "Meza Apurimarca, César", "M", (Role.AUDITOR, "RREE")),
    _member("pcano", "Cano Wayrapata, Pilar", "F", (Role.PROTECTION_AUDITOR, "RREE")),
    _member("verificador", "Sistema Verificador, Entidad Ficticia", "F", (Role.VERIFYING, "RREE")),
    _member("admin", "Ríos Tambillaqui, Elsa", "F", (Role.ADMINISTRATOR, "RREE")),
    # the other posts, in pairs: who assesses and who decides
    _member("jbenel", "Benel Ancahuamani, Jorge", "M", *_everything("BUE", "MIA", "MEX")),
    _member("eibarra", "Ibarra Ccorimanya, Elena", "F", *_everything("MAD", "ROM")),
    _member("fnunez", "Núñez Palcamayor, Fabián", "M", *_everything("PAR", "GVA")),
    _member("htello", "Tello Huaynacusi, Hilda", "F", *_everything("TYO", "SHA")),
    _member("nolaya", "Olaya Chincharunga, Néstor", "M", *_everything("PRY", "CAI")),
    # the consul in Buenos Aires decides in Santiago when the one there may not
    _member("vborja", "Borja Umasirpa, Víctor", "M", (Role.CONSUL, "BUE"), (Role.CONSUL, "SCL")),
    _member("cdavila", "Dávila Ticahuanca, Carmen", "F", (Role.CONSUL, "MIA"), (Role.CONSUL, "MEX")),
    _member("alozano", "Lozano Rumichacari, Andrés", "M", (Role.CONSUL, "MAD"), (Role.CONSUL, "ROM")),
    _member("bgalvez", "Gálvez Intipampay, Beatriz", "F", (Role.CONSUL, "PAR"), (Role.CONSUL, "GVA")),
    _member("mnique", "Ñique Okumayama, Martín", "M", (Role.CONSUL, "TYO"), (Role.CONSUL, "SHA")),
    _member("kpinto", "Pinto Auquipallca, Karina", "F", (Role.CONSUL, "PRY"), (Role.CONSUL, "CAI")),
)

KEEPER, SECOND_KEEPER = "egil", "jtapia"
"""Who keeps the blanks in Lima: one sends, the other receives."""


def _ordered() -> tuple[list[Member], list[Member]]:
    """One member per role in the order of the roles, and everybody else."""
    first = [next(member for member in STAFF if member.postings[0][0] == role) for role in Role]
    return first, [member for member in STAFF if member not in first]


def table(places: Mapping[str, str]) -> str:
    """The accounts as text, in the language in force: one per role first, then the rest. ``places``: what an office's
    code is shown as."""
    heading = (_("User"), _("Password"), _("Role"), _("Office"))
    groups = []
    for members in _ordered():
        rows = []
        for member in members:
            roles = dict.fromkeys(str(role.label) for role, _code in member.postings)
            offices = dict.fromkeys(places[code] for _role, code in member.postings)
            rows.append((member.username, PASSWORD, ", ".join(roles), ", ".join(offices)))
        groups.append(rows)
    everything = [heading, *groups[0], *groups[1]]
    widths = [max(len(row[column]) for row in everything) for column in range(len(heading))]

    def line(row: tuple[str, ...]) -> str:
        return "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    rule = "  " + "  ".join("─" * width for width in widths)
    return "\n".join([line(heading), rule, *map(line, groups[0]), rule, *map(line, groups[1])]) + "\n"

"""A ministry of some size, made in SQL: 130 posts, and so many cases with all that hangs on them.

``python -m bench.population CASES`` fills the database of DATABASE_URL, which has its tables and nothing else. The
newest quarter of the cases is open: of every 24, 20 wait for somebody, 3 are in somebody's hands and 1 waits for an
agency. Posts differ in size: the busiest has 9 % of all cases, half of the posts have less than 0.6 % each.

Everything is a function of the case's number, so that two runs make the same rows.
"""

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from psycopg import connect, sql  # noqa: E402

from agencies.models import Agency, Check  # noqa: E402
from audit.models import AuditEvent  # noqa: E402
from bench.loading import Load, array, one_of, share  # noqa: E402
from bench.names import GIVEN, SURNAMES  # noqa: E402
from cases import rules  # noqa: E402
from cases.models import Case, CaseWords, Decision, Task  # noqa: E402
from cases.numbers import check_character  # noqa: E402
from cases.registry import registry  # noqa: E402
from cases.services.starting import refresh_applicant  # noqa: E402
from icao.names import fold  # noqa: E402
from offices.models import Calendar, Office, User  # noqa: E402
from offices.roles import Role  # noqa: E402
from offices.services import open_posting, place_office  # noqa: E402
from people.models import IdentityDocument, Person, PersonName  # noqa: E402
from visas.flows import VisaFlow  # noqa: E402
from visas.models import VisaApplication, VisaClass  # noqa: E402

POSTS = 130
STAFF_PER_POST = 3
HELD = 30  # steps in the hands of each of the people who are measured, whatever the size
RARE, RARE_SURNAME = 12, "Xulquimaré"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

# name, right, stage, how many of a hundred waiting steps. Nothing waits for delivery: somebody's list is empty.
STEPS = [
    ("correct", "register_visa", "observed", 15),
    ("adjudicate", "adjudicate_visa", "adjudication", 5),
    ("authorise", "authorise_visa", "authorisation", 5),
    ("interview", "assess_visa", "interview", 30),
    ("assess", "assess_visa", "evaluation", 25),
    ("decide", "decide_visa", "proposed", 15),
    ("quality", "issue_visa", "quality", 5),
]
QUESTIONS = ["migraciones.alerts", "pnp.requisitorias", "interpol.sltd", "interpol.nominals", "sbs.un_list"]
CLOSED_CHECKS = 3  # of a closed case; older ones are thinned out in this model, or a million cases take an hour

# --- what is made by the house's own services ----------------------------------------------------------------------


def ministry() -> dict[str, Any]:
    """Offices, staff and configuration; returns what the SQL below needs of them."""
    for load in registry.defaults.values():
        load()
    calendar = Calendar.objects.create(name="Perú", countries="PE")
    lima = place_office(
        Office(
            code="RREE", name="Ministerio de Relaciones Exteriores", kind=Office.Kind.MINISTRY, city="Lima",
            country="PE", time_zone="America/Lima", calendar=calendar,
        ),
        actor=None,
    )  # fmt: skip
    posts = [
        place_office(
            Office(
                code=f"P{number:03d}", name=f"Consulado General {number}", kind=Office.Kind.CONSULATE_GENERAL,
                city=f"Ciudad {number}", country="CL", time_zone="America/Santiago", calendar=calendar, parent=lima,
            ),
            actor=None,
        )
        for number in range(1, POSTS + 1)
    ]  # fmt: skip
    staff = User.objects.bulk_create(
        User(username=f"persona{number}", first_name="Ficticia", last_name=f"Persona {number}")
        for number in range(POSTS * STAFF_PER_POST)
    )
    people = {
        "post": _user("post", posts[0], Role.ANALYST),
        "lima": _user("lima", lima, Role.CONSUL, Role.CHECKS, Role.AUTHORISING),
        "checks": _user("checks", lima, Role.CHECKS),
        "idle": _user("idle", lima, Role.DELIVERY),
    }
    return {"posts": [post.pk for post in posts], "staff": [user.pk for user in staff], "people": people}


def _user(name: str, office: Office, *roles: Role) -> int:
    user = User.objects.create(username=f"bench-{name}", first_name="Ficticia", last_name=f"Medida {name}")
    for role in roles:
        open_posting(actor=None, user=user, office=office, role=role, since=LONG_AGO, source="Medición")
    return int(user.pk)


# --- rows ----------------------------------------------------------------------------------------------------------


def plan(number: int, known: dict[str, Any]) -> str:
    """SQL of ``bench_case``: one row per case with what its other rows depend on."""
    steps = [name for name, _right, _stage, percent in STEPS for _ in range(percent)]
    persons = max(1, number * 4 // 5)
    return f"""
        CREATE UNLOGGED TABLE bench_case AS
        SELECT i, post, {array(known["posts"])}[post] AS office_id,
            {array(known["staff"])}[(post - 1) * {STAFF_PER_POST} + 1 + i % {STAFF_PER_POST}]
                AS officer_id,
            1 + (i * 7919) % {persons} AS person_id,
            CASE WHEN i <= {number} * 0.76 THEN 'closed'
                WHEN i % 24 < 20 THEN 'waiting' WHEN i % 24 < 23 THEN 'taken' ELSE 'checks' END AS state,
            {one_of(steps, 2)} AS step,
            CASE WHEN {share(3)} < 0.03 THEN 0 WHEN {share(3)} < 0.13 THEN 1 ELSE 2 END AS priority,
            CASE WHEN {share(4)} < 0.8 THEN 'granted' ELSE 'denied' END AS outcome,
            {one_of(["turista"] * 7 + ["negocios"] * 2 + ["trabajador"], 5)} AS subtype,
            now() - interval '1095 days' * (1 - i::float / {number}) AS created,
            now() + interval '50 days' * ({share(6)} - 0.8) AS due_at
        FROM (SELECT i, 1 + floor({POSTS} * power({share(1)}, 2))::int AS post
              FROM generate_series(1, {number}::bigint) i) numbers
    """


def _reference(name: str) -> str:
    return str(Task._meta.get_field("flow_task").get_prep_value(getattr(VisaFlow, name)))


def _by_step(column: int) -> str:
    """SQL: a column of STEPS by ``step``."""
    cases = " ".join(f"WHEN '{row[0]}' THEN '{row[column]}'" for row in STEPS)
    return f"CASE step {cases} END"


def _clock(code: str) -> tuple[str, str]:
    """SQL of a case's clock as JSON, still running and stopped."""
    clock = rules.start_clock(
        Case(procedure="visa", subtype="", office=Office.objects.get(code="P001")), code, LONG_AGO
    )
    assert clock is not None, "no clock is configured for a visa"
    running = (
        f"{sql.Literal(json.dumps(clock.to_json())).as_string()}::jsonb || jsonb_build_object('started_at', created)"
    )
    return running, f"{running} || jsonb_build_object('stopped_at', created + interval '9 days')"


def _people(number: int) -> list[Load]:
    persons = max(1, number * 4 // 5)
    primary = [f"({one_of(SURNAMES, seed, skewed=True)})" for seed in (11, 12)]
    secondary = [f"({one_of(GIVEN, seed, skewed=True)})" for seed in (13, 14)]
    folded = [f"({one_of([fold(name) for name in SURNAMES], seed, skewed=True)})" for seed in (11, 12)]
    folded += [f"({one_of([fold(name) for name in GIVEN], seed, skewed=True)})" for seed in (13, 14)]
    series = f"generate_series(1, {persons}::bigint) i"
    countries = ["PER", "VEN", "COL", "CHL", "BOL", "ECU", "CHN", "USA", "ESP", "SWE", "VNM", "DEU"]
    return [
        Load(
            Person,
            {
                "id": "i", "primary": " || ' ' || ".join(primary), "secondary": " || ' ' || ".join(secondary),
                "sex": "CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END",
                "birth_date": f"to_char(date '1940-01-01' + floor(27000 * {share(15)})::int, 'YYYY-MM-DD')",
                "nationality": one_of(countries, 16, skewed=True), "folded": " || ' ' || ".join(folded),
            },
            series,
        ),
        # rows that go in without triggers: what these would keep beside them is written here
        Load(PersonName, {"person_id": "id", "folded": "folded"}, "people_person"),
        Load(
            IdentityDocument,
            {
                "id": "i", "person_id": "i", "kind": "'passport'", "issuer": one_of(countries, 16, skewed=True),
                "number": "'ZZ' || lpad(i::text, 7, '0')", "expires": f"date '2027-01-01' + (3000 * {share(17)})::int",
            },
            series,
        ),
    ]  # fmt: skip


def _cases() -> list[Load]:
    running, stopped = _clock("case")
    flow = sql.Literal(Case._meta.get_field("flow_class").get_prep_value(VisaFlow)).as_string()
    closed = "state = 'closed'"
    ended = f"CASE WHEN {closed} THEN created + interval '9 days' END"
    ids = dict(VisaClass.objects.values_list("code", "pk"))
    names = dict(VisaClass.objects.values_list("code", "name"))
    used = ("turista", "negocios", "trabajador")
    label = "CASE subtype " + " ".join(f"WHEN '{code}' THEN '{names[code]}'" for code in used) + " END"
    class_id = "CASE subtype " + " ".join(f"WHEN '{code}' THEN {ids[code]}" for code in used) + " END"
    person = "(SELECT upper(p.\"primary\") || ', ' || p.secondary FROM people_person p WHERE p.id = person_id)"
    words = "(SELECT string_to_array(p.folded, ' ') FROM people_person p WHERE p.id = person_id)"
    return [
        Load(
            Case,
            {
                "id": "i", "flow_class": flow, "status": f"CASE WHEN {closed} THEN 'DONE' ELSE 'NEW' END",
                "created": "created", "finished": ended, "closed_at": ended, "decided_at": ended,
                "number": "format('VIS-2026-P%s-%s-0', lpad(post::text, 3, '0'), lpad((i % 1000000)::text, 6, '0'))",
                "procedure": "'visa'", "subtype": "subtype", "subtype_label": label, "office_id": "office_id",
                "applicant_id": "person_id", "applicant_name": person, "applicant_words": words,
                "nationality": "(SELECT p.nationality FROM people_person p WHERE p.id = person_id)",
                "stage": f"CASE WHEN {closed} THEN 'closed' WHEN state = 'checks' THEN 'checks' ELSE {_by_step(2)} END",
                "outcome": f"CASE WHEN {closed} THEN outcome ELSE '' END", "priority": "priority",
                "clock": f"CASE WHEN {closed} THEN {stopped} ELSE {running} END", "due_at": "due_at",
            },
            "bench_case",
        ),
        Load(
            CaseWords,
            {"case_id": "id", "procedure": "procedure", "office_id": "office_id", "words": "applicant_words"},
            "cases_case",
        ),
        Load(
            VisaApplication,
            {
                "case_ptr_id": "i", "visa_class_id": class_id, "passport_id": "person_id",
                "purpose": "'Turismo en Cusco y visita a familiares'", "arrival": "created::date + 60",
            },
            "bench_case",
        ),
        Load(
            Decision,
            {
                "id": "2 * i + k", "case_id": "i", "kind": "CASE k WHEN 0 THEN 'proposal' ELSE 'decision' END",
                "result": "CASE outcome WHEN 'granted' THEN 'grant' ELSE 'deny' END", "text": "'Expediente conforme'",
                "by_id": "officer_id",
            },
            f"bench_case, generate_series(0, 1) k WHERE {closed}",
        ),
    ]  # fmt: skip


def _tasks() -> list[Load]:
    """Task ids are eight times the case's number and the step's place: links need no lookup."""
    running, _stopped = _clock("assess")
    common = {
        "process_id": "i", "procedure": "'visa'", "office_id": "office_id", "priority": "priority", "due_at": "due_at",
    }  # fmt: skip
    done = [("register", "START", ""), ("checks", "CHECKS", ""), ("assess", "HUMAN", "assess_visa"),
            ("decide", "HUMAN", "decide_visa"), ("granted", "END", "")]  # fmt: skip

    def by_place(column: int) -> str:
        values = [(_reference(row[0]), row[1], row[2])[column] for row in done]
        return "CASE k " + " ".join(f"WHEN {k} THEN '{value}'" for k, value in enumerate(values)) + " END"

    past = {
        **common, "id": "8 * i + k", "flow_task": by_place(0), "flow_task_type": by_place(1), "right": by_place(2),
        "status": "'DONE'", "created": "created + k * interval '1 day'", "started": "created + k * interval '1 day'",
        "finished": "created + (k + 1) * interval '1 day'", "owner_id": "CASE WHEN k IN (0, 2, 3) THEN officer_id END",
        "data": """'{"result": "complete"}'::jsonb""",
    }  # fmt: skip
    step = "CASE step " + " ".join(f"WHEN '{row[0]}' THEN '{_reference(row[0])}'" for row in STEPS) + " END"
    present = {
        **common, "id": "8 * i + 2", "flow_task": step, "flow_task_type": "'HUMAN'", "right": _by_step(1),
        "status": "CASE state WHEN 'taken' THEN 'ASSIGNED' ELSE 'NEW' END", "created": "created + interval '2 days'",
        "assigned": "CASE state WHEN 'taken' THEN now() END",
        "owner_id": "CASE state WHEN 'taken' THEN officer_id END",
        "data": f"jsonb_build_object('clock', {running})",
    }  # fmt: skip
    asking = {
        **common, "id": "8 * i + 1", "flow_task": f"'{_reference('checks')}'", "flow_task_type": "'CHECKS'",
        "status": "'SCHEDULED'", "created": "created", "right": "''",
    }  # fmt: skip

    class Tasks(Load):
        def parts(self) -> Iterable[tuple[dict[str, str], str]]:
            yield past, "bench_case, generate_series(0, 4) k WHERE state = 'closed'"
            yield past, "bench_case, generate_series(0, 1) k WHERE state IN ('waiting', 'taken')"
            yield past, "bench_case, generate_series(0, 0) k WHERE state = 'checks'"
            yield asking, "bench_case WHERE state = 'checks'"
            yield present, "bench_case WHERE state IN ('waiting', 'taken')"

    last = "CASE state WHEN 'closed' THEN 4 WHEN 'checks' THEN 1 ELSE 2 END"
    return [
        Tasks(Task, {"id": ""}),
        Load(
            Task.previous.through,
            {"from_task_id": "8 * i + k", "to_task_id": "8 * i + k - 1"},
            f"bench_case, generate_series(1, 4) k WHERE k <= {last}",
        ),
    ]


def _checks() -> list[Load]:
    agencies = dict(Agency.objects.values_list("code", "pk"))
    questions = array(QUESTIONS)
    asked = array([agencies[question.partition(".")[0]] for question in QUESTIONS])
    open_hit = "state IN ('waiting', 'taken') AND step = 'adjudicate' AND k = 2"
    asking = "state = 'checks' AND k > 2"
    answered = f"CASE WHEN {asking} THEN NULL ELSE created + interval '1 hour' END"
    return [
        Load(
            Check,
            {
                "id": "8 * i + k", "key": "gen_random_uuid()", "case_id": "i", "task_id": "8 * i + 1",
                "person_id": "person_id", "agency_id": f"{asked}[k]", "question": f"{questions}[k]",
                "legal_basis": "'DL 1350; DL 1246 (interoperabilidad)'", "purpose": "'Evaluación de visa'",
                "on_outage": "'block'", "state": f"CASE WHEN {asking} THEN 'queued' ELSE 'answered' END",
                "finding": f"CASE WHEN {asking} THEN '' WHEN {open_hit} THEN 'POSSIBLE_MATCH' ELSE 'CLEAR' END",
                "created": "created", "attempts": "1", "asked_at": answered, "answered_at": answered,
                "valid_until": f"{answered} + interval '30 days'", "needs_adjudication": open_hit,
                "awaits": f"CASE WHEN {open_hit} THEN 'first' ELSE '' END",
                "next_attempt_at": f"CASE WHEN {asking} THEN now() + interval '1 day' END",
            },
            f"bench_case, generate_series(1, 5) k WHERE state <> 'closed' OR k <= {CLOSED_CHECKS}",
        )
    ]  # fmt: skip


def _events() -> list[Load]:
    verbs = ["case.registered", "check.answered", "task.taken", "task.completed", "task.taken", "task.completed"]
    return [
        Load(
            AuditEvent,
            {
                "at": "created + k * interval '1 day'", "verb": f"{array(verbs)}[k]",
                "actor_id": "CASE WHEN k <> 2 THEN officer_id END", "office_id": "office_id", "case_id": "i",
                "task_id": "8 * i + k - 1", "data": """'{"step": "assess", "result": "grant"}'::jsonb""",
                "request_id": "'00000000-0000-4000-8000-000000000000'", "address": "'192.0.2.1'::inet",
            },
            "bench_case, generate_series(1, 6) k WHERE state = 'closed' OR k <= 3",
        )
    ]  # fmt: skip


# --- all of it -----------------------------------------------------------------------------------------------------


def _run(loads: list[Load]) -> None:
    """Fill some tables one after another on a connection of their own."""
    url = settings.DATABASES["default"]
    with (
        connect(
            host=url["HOST"], port=url["PORT"], user=url["USER"], password=url["PASSWORD"], dbname=url["NAME"],
            autocommit=True, sslmode="disable", options="-c timezone=UTC",
        ) as raw,
        raw.cursor() as cursor,
    ):  # fmt: skip
        # rows come from one source and agree: neither foreign keys nor triggers have to look at each of them
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for load in loads:
            load.fill(cursor)


def _hand_over(people: dict[str, int]) -> None:
    """Give each of the people who are measured the same number of steps in hand."""
    waiting = Task.objects.waiting().filter(office__code="P001", right="assess_visa").order_by("id")
    for name in ("post", "lima"):
        ids = list(waiting.values_list("pk", flat=True)[:HELD])
        Task.objects.filter(pk__in=ids).update(owner=people[name], status="ASSIGNED")


def _rare_name() -> None:
    """Give a few applicants a surname that nobody else has: as many in a small ministry as in a large one."""
    recent = Case.objects.filter(office__code="P001").order_by("-id").values_list("applicant_id", flat=True)[:RARE]
    for person in Person.objects.filter(pk__in=list(recent)):
        person.primary = RARE_SURNAME
        person.folded = fold(f"{person.primary} {person.secondary}")
        person.save(update_fields=["primary", "folded"])
        refresh_applicant(person)


def _examples() -> dict[str, str]:
    """One case whose every part is looked at, its number made a valid one, and names to search for."""
    steps = [VisaFlow.assess, VisaFlow.interview]
    tasks = Task.objects.waiting().filter(office__code="P001", flow_task__in=steps).order_by("-id")
    task = tasks.exclude(process__applicant__primary=RARE_SURNAME)[0]
    case = Case.objects.select_related("applicant").get(pk=task.process_id)
    few, pair = _filling()
    body = case.number.rpartition("-")[0]
    number = f"{body}-{check_character(body)}"
    Case.objects.filter(pk=case.pk).update(number=number)
    return {
        "number": number,
        "document": case.applicant.documents.get().number,
        "name": f"{case.applicant.primary} {case.applicant.secondary}",
        "rare": RARE_SURNAME,
        "uncommon": few,
        "pair": pair,
    }


def _filling() -> tuple[str, str]:
    """The least common word of a name that fills a page of the busiest post, and the least common two words that fill
    almost half of one.

    So a small and a large ministry show as much for them, and differ in what there is to look through.
    """
    rarest = """
        SELECT {words} FROM cases_case c JOIN offices_office o ON o.id = c.office_id, {source}
        WHERE o.code = 'P001' AND {condition} GROUP BY 1 HAVING count(*) > {least} ORDER BY count(*), 1 LIMIT 1
    """
    one, two = "unnest(c.applicant_words) a", "unnest(c.applicant_words) a, unnest(c.applicant_words) b"
    found = []
    with connection.cursor() as cursor:
        for words, source, condition, least in (("a", one, "true", 50), ("a || ' ' || b", two, "a < b", 20)):
            cursor.execute(rarest.format(words=words, source=source, condition=condition, least=least))
            found.append(cursor.fetchone()[0])
    return found[0], found[1]


def populate(number: int) -> dict[str, Any]:
    """Fill the database; returns what `pages` needs to know of it."""
    known = ministry()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(plan(number, known))
        cursor.execute("ANALYZE bench_case")
    series = [_tasks(), [*_people(number), *_cases()], _checks(), _events()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(_run, series))
    _hand_over(known["people"])
    _rare_name()
    examples = _examples()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_case")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    waiting = Task.objects.waiting().count()
    return {"size": number, "cases": number, "waiting": waiting, "people": known["people"], **examples}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(populate(int(sys.argv[1]))) + "\n")

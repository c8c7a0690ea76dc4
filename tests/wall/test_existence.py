"""Nobody without a protection role can tell whether a protected person is in the database (domain §8.4, rules 4 and 5).

Every page that can be had by GET, searches, counts, exports, the API and the admin are read by every other role before
and after a protected person with the same passport and name as an ordinary one files a claim at the same office, with
files, notes, questions and messages: the answers are the same byte by byte, and so are the statements behind them.
"""

import io
import re
import statistics
import time
import zipfile
from datetime import UTC, datetime
from functools import partial
from unittest import mock
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from cases import services
from cases.models import Attachment, Case, Draft, Task
from offices.models import User
from offices.roles import ROLES, Act, Role
from people.models import Person
from tests import factories as f
from tests.flows import answer_all
from tests.visas.registering import PDF, Officer, answers
from tests.wall import refuge
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
OTHERS = [role for role in Role if Act.VIEW_PROTECTED not in ROLES[role].acts]
# The living style page has made-up data; signing out and changing the language end what is being looked at; the health
# of the system is the same for everybody and tells the time.
SKIPPED = re.compile(r"^/(ui/|idioma/|cuenta/|admin/(logout|jsi18n|r/)|healthz|readyz|api/v1/schema)")
UNSTEADY = ("X-Request-ID", "Set-Cookie", "ETag", "Expires", "Last-Modified")  # of each request its own, or the time
MASKS = [
    (re.compile(rb'(csrfmiddlewaretoken" value=|X-CSRFToken":\s*)"[^"]+"'), rb"token"),
    (re.compile(rb"nonce-[\w+/=-]+"), rb"nonce"),
]


@pytest.fixture(autouse=True)
def one_moment(settings, tmp_path):
    """Ages and dates on the pages do not move between the two readings."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def everybody(house) -> dict[str, User]:
    """One user of every role that is not behind the wall, all of Lima's reach, and one who has every such role."""
    users = {}
    for role in OTHERS:
        users[role.value] = f.staff(role, house.lima, username=f"u-{role.value}", is_staff=ROLES[role].configures)
    users["all"] = f.staff(Role.CONSUL, house.lima, username="u-all", is_staff=True, is_superuser=True)
    for role in OTHERS:
        f.offices.open_posting(
            actor=None, user=users["all"], office=house.lima, role=role, since=f.LONG_AGO, source="Prueba"
        )
    return users


@pytest.fixture
def ordinary(house):
    """An ordinary case with all that can hang on it."""
    case = f.visa_case(house)
    services.add_note(case, actor=house.analyst, text="Nota ordinaria")
    services.attach_file(
        SimpleUploadedFile("ordinario.pdf", PDF), actor=house.analyst, case=case, label="Carta de invitación"
    )
    answer_all(case, {"interpol.nominals": "POSSIBLE_MATCH"})
    return case


@in_realm(PROTECTED)
def appear(house) -> Case:
    """A protected person comes into being: the same passport, name, date of birth and office as the ordinary one's."""
    case = refuge.claim(house.santiago, actor=house.protector)
    services.add_note(case, actor=house.protector, text="Nota protegida")
    services.attach_file(
        SimpleUploadedFile("solicitud-de-refugio.pdf", PDF), actor=house.protector, case=case, label="Relato"
    )
    services.notify(case, kind="acknowledged", subject="Solicitud de refugio", body="Recibida")
    Draft.objects.create(procedure="refuge", office=house.santiago, owner=house.protector, data={"primary": "Eriksson"})
    return case


def plain_routes(patterns=None, prefix: str = "/") -> list[str]:
    """Every address without parameters, from the URL resolver."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLPattern):
            if not re.search(r"[<(\\]", route):
                found.append(route)
        else:
            found += plain_routes(pattern.url_patterns, route)
    return [route for route in found if not SKIPPED.match(route)]


def addresses(case: Case) -> list[str]:
    numbers = {"number": case.number}
    panels = ["application", "checks", "documents", "timeline", "notes", "related", "files"]
    searches = [
        "eriksson",
        "eriksson anna",
        "erik",
        "L898902C3",
        case.number,
        "REF-2026-SCL-000001",
        "an er",
        "li",
        "an",
    ]
    attachments = Attachment.objects.filter(case=case)
    return [
        *plain_routes(),
        *(reverse("cases:search") + f"?q={text}" for text in searches),
        *(reverse("cases:search") + f"?q={text}&wide=1" for text in searches),
        *(reverse("cases:queue") + f"?{query}" for query in ("scope=office", "q=eriksson", "procedure=refuge")),
        *(f"{reverse(name)}?export={kind}" for name in ("cases:inbox", "cases:queue") for kind in ("csv", "xlsx")),
        *(reverse(f"cases:{name}", kwargs=numbers) for name in ("case", "diagram", "close", "attach")),
        *(reverse("cases:panel", kwargs={**numbers, "code": code}) for code in panels),
        *(reverse(f"api_{name}", kwargs=numbers) for name in ("case", "timeline", "checks")),
        *(reverse("api_task", args=[pk]) for pk in Task.objects.filter(process=case).values_list("pk", flat=True)),
        *(reverse("cases:attachment", args=[each.key]) for each in attachments),
        *(f"/admin/{name}/?q=eriksson" for name in ("offices/user", "offices/office")),
    ]


def masked(response) -> tuple:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheet" in response.get("Content-Type", ""):
        with zipfile.ZipFile(io.BytesIO(body)) as book:  # whose own times are those of its making
            body = book.read("xl/worksheets/sheet1.xml")
        del response["Content-Length"]
    for pattern, replacement in MASKS:
        body = pattern.sub(replacement, body)
    headers = {name: value for name, value in response.items() if name not in UNSTEADY}
    return response.status_code, body, tuple(sorted(headers.items()))


def look(client: Client, url: str) -> tuple:
    """What a person gets, and the statements behind it: a state of its own, undone afterwards."""
    connection.queries_log.clear()  # it holds nine thousand at most
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        answer = masked(client.get(url))
        transaction.set_rollback(True)
    said = [re.sub(r"\bs\d+_x\d+|_django_curs_\d+_sync_\d+", "name", query["sql"]) for query in captured]
    return answer, [re.sub(r"'[0-9a-f-]{36}'", "uuid", sql) for sql in said]


def test_nobody_outside_can_tell_whether_a_protected_person_exists(house, flow, ordinary, everybody):
    refuge.CheckPolicy.objects.get_or_create(
        procedure="refuge", question="pnp.requisitorias", defaults={"purpose": "Control", "legal_basis": "Ley 27891"}
    )  # configuration, which everybody may see
    urls = addresses(ordinary)
    assert len(urls) > 60 and "/admin/offices/office/" in urls and reverse("cases:board") in urls
    clients = {}
    for name, user in everybody.items():
        clients[name] = Client()
        clients[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        clients[name].get("/cola/")  # the session learns its zone
    readings = {(name, url): partial(look, client, url) for name, client in clients.items() for url in urls}
    for url in urls:  # what a process keeps is kept before the first reading
        look(clients["all"], url)
    before = {key: reading() for key, reading in readings.items()}
    assert {answer[0][0] for answer in before.values()} >= {200, 302, 403, 404}
    assert sum(b"ERIKSSON" in answer[0][1] for answer in before.values()) > 20  # there is something to be seen
    protected = appear(house)
    for key, reading in readings.items():
        (answer, said), (now, says) = before[key], reading()
        assert now == answer, key
        assert says == said, key
    _own_addresses_are_as_absent_ones(clients, protected)


def _own_addresses_are_as_absent_ones(clients, protected: Case) -> None:
    """Who guesses or was told a number, id or key gets what anybody gets for one that never was."""
    with in_realm(PROTECTED):
        steps = list(protected.task_set.values_list("pk", flat=True))
        key = protected.attachments.get().key
        check = protected.checks.get().pk
    absent = f"REF-2026-SCL-{900000:06d}-X"
    pairs = [
        *(
            (reverse(name, args=[protected.number]), reverse(name, args=[absent]))
            for name in ("cases:case", "cases:diagram", "cases:close", "cases:attach", "api_case", "api_timeline")
        ),
        (reverse("cases:panel", args=[protected.number, "notes"]), reverse("cases:panel", args=[absent, "notes"])),
        (reverse("cases:attachment", args=[key]), reverse("cases:attachment", args=[uuid4()])),
        *((reverse("api_task", args=[pk]), reverse("api_task", args=[10**9 + pk])) for pk in steps),
    ]
    posts = [
        *(
            (reverse(name, args=[steps[-1]]), reverse(name, args=[10**9]))
            for name in ("cases:take", "cases:release", "cases:complete", "cases:reassign", "cases:retry", "api_take")
        ),
        (reverse("agencies:cancel", args=[check]), reverse("agencies:cancel", args=[10**9])),
        (reverse("cases:add_note", args=[protected.number]), reverse("cases:add_note", args=[absent])),
    ]
    for name, client in clients.items():
        for method, addresses_ in (("get", pairs), ("post", posts)):
            for real, none in addresses_:
                found = []
                connection.queries_log.clear()
                for url in (real, none):
                    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                        answer = masked(getattr(client, method)(url))
                        transaction.set_rollback(True)
                    # an answer may repeat the address that was asked for, and a page its last part
                    body = answer[1]
                    for part in (url, url.strip("/").rpartition("/")[2], protected.number, absent):
                        body = body.replace(part.encode(), b"*")
                    found.append((answer[0], body, len(captured)))
                assert found[0] == found[1], (name, method, real)
                assert found[0][0] != 200, (name, method, real)


def test_registering_the_same_passport_makes_a_second_person_without_a_sign(house, flow):
    """The answers of the form, its warnings and errors, and the number of the new case, with and without."""

    def register() -> tuple:
        with transaction.atomic():
            officer = Officer(house)
            values = answers(
                number="L898902C3", issuer="SWE", primary="Eriksson", secondary="Anna Maria", birth_date="12/08/1974",
                nationality="SWE",
            )  # fmt: skip
            officer.attach_all(values)
            with CaptureQueriesContext(connection) as captured:
                kept, wrong = officer.save(**values), officer.post("", {**values, "passport": "?"})
                filed = officer.post("", values)
            seen = [re.sub(rb"[0-9a-f-]{36}", b"id", masked(each)[1]) for each in (kept, wrong, filed)]
            seen = [re.sub(rb'value="\d+"', b"id", body) for body in seen]
            persons = Person.objects.count()
            transaction.set_rollback(True)
        return seen, [wrong.status_code, filed.status_code], filed["Location"], persons, len(captured)

    register()
    alone = register()
    protected = appear(house)
    assert register() == alone
    assert alone[1][-1] == 302 and alone[3] == 1
    assert protected.number.startswith("REF-")


def test_an_ordinary_procedure_counts_on_without_a_gap(house, flow):
    """A protected person's case of an ordinary procedure has a number apart."""
    first = f.visa_case(house)
    with in_realm(PROTECTED):
        hidden = f.person(realm="R")
        apart = services.start_case(
            first.flow_class,
            actor=house.intake,
            application=services.Application(
                applicant=hidden, office=house.santiago, subtype="turista", subtype_label="Turista",
                fields={name: getattr(first, name) for name in ("visa_class", "passport", "purpose", "arrival")},
            ),
        )  # fmt: skip
        assert apart.confidentiality == "R"
    second = f.visa_case(house)
    serials = [int(case.number.split("-")[3]) for case in (first, second, apart)]
    assert serials == [1, 2, 900_001]
    assert not Case.objects.filter(pk=apart.pk).exists()


def test_the_protection_officer_alone_sees_both(house, ordinary, flow, client):
    protected = appear(house)
    f.offices.open_posting(
        actor=None, user=house.protector, office=house.lima, role=Role.ANALYST, since=f.LONG_AGO, source="Prueba"
    )
    client.force_login(f.fresh(house.protector), backend="django.contrib.auth.backends.ModelBackend")
    for text in ("eriksson", "L898902C3", "erik"):
        page = client.get(reverse("cases:search"), {"q": text}).content.decode()
        assert ordinary.number in page and protected.number in page, text


SAMPLES = 200


def test_looking_for_them_takes_as_long_as_for_nobody(house, flow, everybody):
    """Medians of two hundred each, taken in turn. The bound is wide: it tells an answer that comes by another way, a
    statement more or a row read and thrown away by the application, not the noise of a busy machine."""
    with in_realm(PROTECTED):
        protected = refuge.claim(house.santiago, actor=house.protector, number="ZZ1234567", primary="Xulquimaré")
    client = Client()
    client.force_login(everybody["all"], backend="django.contrib.auth.backends.ModelBackend")
    pairs = [("ZZ1234567", "ZZ7654321"), ("xulquimare", "xulquimero"), (protected.number, "REF-2026-SCL-000099-0")]
    for there, nowhere in pairs:
        taken = {there: [], nowhere: []}
        for text in (there, nowhere):
            client.get(reverse("cases:search"), {"q": text})
        for number in range(SAMPLES):
            for text in (there, nowhere) if number % 2 else (nowhere, there):
                began = time.perf_counter()
                client.get(reverse("api_case", args=[text]) if text.startswith("REF") else f"/buscar/?q={text}")
                taken[text].append(time.perf_counter() - began)
        medians = [statistics.median(taken[text]) for text in (there, nowhere)]
        assert max(medians) < 1.5 * min(medians), (there, medians)

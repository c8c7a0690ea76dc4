"""Other people's ids: in addresses, in bodies and in query strings they are answered as ids that do not exist.

Two outsiders try every row: one has every role of the house at another post, one has them in Lima, over every post, but
none behind the wall. Addresses come from the resolver; one with an argument that no table below explains fails.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cases import services
from cases.models import Task
from documents.models import BlankKind
from tests import factories as f
from tests.cases.pages import browser
from tests.cases.test_every_model import with_case_data
from tests.flows import answer_all
from tests.security import world as w
from tests.visas.registering import answers
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]

# Model and column of the rows that an argument names, and every address that takes it.
TAKEN_BY: dict[tuple[str, str], set[str]] = {
    ("cases.Case", "number"): {
        "api_case", "api_timeline", "api_access", "api_conflict", "api_transfer", "api_checks", "cases:case",
        "cases:panel", "cases:diagram", "cases:add_note", "cases:attach", "cases:close", "cases:access",
        "cases:declare_conflict", "cases:transfer",
    },
    ("cases.Task", "pk"): {
        "api_task", "api_take", "api_release", "api_complete", "cases:take", "cases:release", "cases:complete",
        "cases:reassign", "cases:retry",
    },
    ("cases.Transfer", "pk"): {
        "api_accept_transfer", "api_decline_transfer", "cases:accept_transfer", "cases:decline_transfer",
        "cases:withdraw_transfer",
    },
    ("cases.Conflict", "pk"): {"cases:lift_conflict"},
    ("cases.Attachment", "key"): {"cases:attachment"},
    ("cases.Draft", "pk"): {
        "visas:form", "visas:save", "visas:zone", "visas:upload", "visas:drop_file", "visas:delete",
    },
    ("cases.SavedView", "pk"): {"cases:delete_view"},
    ("agencies.Check", "pk"): {"agencies:cancel", "agencies:ask_again", "agencies:letter", "agencies:evidence"},
    ("agencies.Report", "pk"): {"agencies:send_again"},
    ("documents.IssuedDocument", "pk"): {"documents:change"},
    ("documents.Blank", "pk"): {"documents:blank"},
    ("documents.BlankAct", "pk"): {"documents:paper", "documents:withdraw"},
    ("documents.BlankAct", "key"): {"documents:file"},
    ("documents.BlankSheet", "pk"): {"documents:sheet"},
    ("offices.ApiToken", "pk"): {"access:revoke_token"},
    ("offices.SuspendedForm", "pk"): {"access:resume"},
    ("offices.Delegation", "pk"): {"offices:revoke_delegation"},
}  # fmt: skip
# Addresses whose argument names no row that anybody owns, each with what it is.
OTHERWISE = {
    "ui:page": "an example of the style page, on local machines",
    "mfa_edit_webauthn": "one's own security key; django-allauth looks among the person's own",
    "mfa_remove_webauthn": "one's own security key; django-allauth looks among the person's own",
    "openid_connect_login": "the code of the ministry's identity provider",
    "openid_connect_callback": "the code of the ministry's identity provider",
    "agencies:probe": "the code of an agency",
    "agencies:pause": "the code of an agency",
    "agencies:resume": "the code of an agency",
    "seals:revocation_list": "the code of a country",
    "documents:verify": "the secret of a document's own link, which is all its public page asks for",
    "cases:bpmn": "the code of a procedure",
}
# Models with case data that no address names: they are reached through the row that leads to them.
THROUGH = {
    "visas.VisaApplication": "cases.Case", "visas.Authorization": "cases.Case", "visas.Interview": "cases.Case",
    "agencies.Adjudication": "agencies.Check", "agencies.Attempt": "agencies.Check",
    "agencies.Evidence": "agencies.Check",
    "documents.BlankMovement": "documents.Blank",
    "documents.LifeChange": "documents.IssuedDocument", "documents.DocumentSeal": "documents.IssuedDocument",
    "documents.PdfSignature": "cases.Attachment",
    "cases.CaseWords": "cases.Case", "cases.Decision": "cases.Case", "cases.Note": "cases.Case",
    "cases.AccessGrant": "cases.Case", "cases.Payment": "cases.Case", "cases.Notification": "cases.Case",
    "people.Person": "cases.Case", "people.PersonName": "cases.Case", "people.IdentityDocument": "cases.Case",
}  # fmt: skip
# What a body would have to say for the act behind the address to go through.
BODY = {
    "reason": "Prueba", "text": "Prueba", "remarks": "Prueba", "confirm": "on", "outcome": "withdrawn", "to": "1",
    "label": "Prueba", "state": "cancelled", "result": "grant", "act": "save",
}  # fmt: skip


class Place(SimpleNamespace):
    """An address with arguments: name and converters by argument."""


def with_arguments(patterns=None, namespace: str = "", above: dict[str, str] | None = None) -> Iterator[Place]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        part = pattern.pattern
        named = dict(above or {})
        named |= {key: type(each).__name__ for key, each in part.converters.items()}
        if not part.converters:
            named |= dict.fromkeys(part.regex.groupindex, "RegexConverter")
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                parts = filter(None, [namespace, pattern.namespace or ""])
                yield from with_arguments(pattern.url_patterns, ":".join(parts), named)
        elif isinstance(pattern, URLPattern) and named:
            yield Place(name=":".join(filter(None, [namespace, pattern.name or ""])), arguments=named)


PLACES = {place.name: place for place in with_arguments()}


def test_every_address_with_an_argument_is_explained():
    explained = set().union(*TAKEN_BY.values(), OTHERWISE)
    assert set(PLACES) - explained == set(), "say which rows the argument names, or why none"
    assert explained - set(PLACES) == set(), "gone"


def test_every_model_with_case_data_is_tried():
    labels = {label for label, _column in TAKEN_BY}
    left = {model._meta.label for model in with_case_data()} - labels
    assert left == set(THROUGH) and set(THROUGH.values()) <= labels


# --- the world -------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(house):
    w.behind_the_wall(house)
    return house


@pytest.fixture
def other_office(house):
    return w.with_every_role(house.madrid, is_superuser=True)


@pytest.fixture
def over_all_posts(house):
    return w.with_every_role(house.lima, is_superuser=True)


@in_realm(PROTECTED)
def rows(label: str, column: str, *, protected: bool) -> list[Any]:
    """The values of a column in every row, or in those of the protected case alone."""
    model = apps.get_model(label)
    found = model._base_manager.order_by("pk")
    if protected:
        behind = {"cases.Case": {"confidentiality": PROTECTED}, "cases.Draft": {"procedure": "refuge"}}
        columns = {column.name for column in model._meta.fields}
        where = behind.get(label) or ({"process__confidentiality": PROTECTED} if label == "cases.Task" else None)
        if where is None and "case" in columns:
            where = {"case__confidentiality": PROTECTED}
        found = found.filter(**where) if where else found.none()
    return list(found.values_list(column, flat=True))


def absent(sample: Any) -> Any:
    """An id of the same shape that no row has."""
    if isinstance(sample, int):
        return sample + 70_000_000
    if isinstance(sample, str):
        return re.sub(r"\d+$", lambda serial: "9" * len(serial[0]), sample)
    return uuid4()


def address(name: str, value: Any) -> str:
    place = PLACES[name]
    named = {"number", "pk", "draft", "key"} & set(place.arguments)
    which = "draft" if "draft" in named else named.pop()
    more = {"code": "checks" if name == "cases:panel" else "foto", "key": uuid4()}
    others = {key: more[key] for key in place.arguments if key != which}
    return reverse(name, kwargs={which: value, **others})


def knock(client, path: str) -> Iterator[tuple[str, Any]]:
    """One address in each way it can be asked."""
    yield "GET", client.get(path)
    yield "POST", client.post(path, BODY)
    yield "htmx", client.post(path, BODY, headers={"HX-Request": "true"})
    if path.startswith("/api/"):
        yield "JSON", client.post(path, BODY, content_type="application/json")
    if path.startswith("/adjuntos/"):
        yield "saved", client.get(path, {"descargar": ""})


def try_all(user, *, protected: bool) -> int:
    """Every row by every address: as if it did not exist. Returns how many were tried."""
    client = browser(user)
    bearer = browser(headers={"Authorization": f"Bearer {f.api_token(user)}"})
    tried = 0
    before = w.snapshot(leave_out=LEFT_OUT)
    for (label, column), names in TAKEN_BY.items():
        found = rows(label, column, protected=protected)
        if not protected:
            assert found, f"the world has no {label}"
            found = [value for value in found if not mine(label, column, value, user)]
        for name in sorted(names):
            for who in (client, bearer) if name.startswith("api_") else (client,):
                nothing = {
                    how: w.told(answer, absent(found[0])) for how, answer in knock(who, address(name, absent(found[0])))
                } if found else {}  # fmt: skip
                for value in found:
                    for how, answer in knock(who, address(name, value)):
                        told = w.told(answer, value)
                        assert told[0] in (404, 405), f"{how} {name} {label} {value}: {told[0]}"
                        assert told == nothing[how], f"{how} {name} {label} {value} differs from what does not exist"
                        tried += 1
    assert w.changes(before, w.snapshot(leave_out=LEFT_OUT)) == {}
    return tried


# When a token was last used.
LEFT_OUT = frozenset({"offices.ApiToken", "offices.Session"})


def mine(label: str, column: str, value: Any, user) -> bool:
    """The few rows that are the outsider's own."""
    if label == "offices.ApiToken":
        return apps.get_model(label).objects.filter(**{column: value}, posting__user=user).exists()
    return False


def test_nothing_of_another_office_is_reached(house, other_office):
    assert try_all(other_office, protected=False) > 400


def test_nothing_behind_the_wall_is_reached(house, over_all_posts):
    assert try_all(over_all_posts, protected=True) > 100


def test_the_same_addresses_open_for_whom_they_are(house):
    """What the two tests above rely on: the addresses are right and the rows are there."""
    client = browser(house.consul)
    for name, value in (
        ("cases:case", house.case.number), ("api_case", house.case.number),
        ("agencies:evidence", house.case.checks.first().pk),
    ):  # fmt: skip
        assert client.get(address(name, value)).status_code in (200, 403)
    assert browser(house.analyst).get(address("visas:form", house.draft.pk)).status_code == 200
    assert browser(house.keeper).get(address("documents:sheet", rows("documents.BlankSheet", "pk", protected=False)[0]))
    assert browser(house.protector).get(address("cases:case", house.claim.number)).status_code == 200


# --- ids in bodies and query strings ---------------------------------------------------------------------------------


def same(client, path: str, fill, foreign: list[Any], *, get: bool = False, post: dict | None = None, json=False,
         known: Sequence[str] = ()) -> None:  # fmt: skip
    """A body with somebody else's id is answered as one with an id that does not exist, and writes nothing. ``known``:
    what the page may say all the same, because everybody knows it (the names of offices)."""
    assert foreign, path

    def ask(value: Any) -> tuple:
        client.cookies.pop("messages", None)  # what the request before would have told on the next page
        values, kwargs = {**(post or {}), **fill(value)}, {"content_type": "application/json"} if json else {}
        return w.told(client.get(path, values) if get else client.post(path, values, **kwargs), value, *known)

    expected = ask(absent(foreign[0]))
    assert expected[0] < 500
    before = w.snapshot(leave_out=LEFT_OUT | {"cases.Draft"})
    for value in foreign:
        found = ask(value)
        if found != expected:
            pytest.fail(f"{path} {value}: {w.difference(expected, found)}")
    assert w.changes(before, w.snapshot(leave_out=LEFT_OUT | {"cases.Draft"})) == {}


@pytest.mark.parametrize("who", ["other_office", "over_all_posts"])
def test_lists_take_no_foreign_id(house, who, request):
    user, protected = request.getfixturevalue(who), who == "over_all_posts"
    client = browser(user)
    tasks = rows("cases.Task", "pk", protected=protected)
    for act in ("take", "release", "reassign"):
        for name in ("queue", "inbox"):
            more = {"act": act, "to": str(house.analyst.pk), "reason": "x"}
            same(client, f"{reverse('cases:bulk')}?list={name}", lambda pk: {"task": pk}, tasks, post=more)
    persons = rows("people.Person", "pk", protected=False) if not protected else protected_persons()
    search = reverse("cases:search")
    same(client, search, lambda pk: {"q": "eriksson", "person": pk}, persons, get=True)
    same(client, search, lambda pk: {"person": pk, "wide": "1"}, persons, get=True)
    if protected:
        events = reverse("cases:events")
        same(client, events, lambda pk: {"person": pk}, persons, get=True)
        same(client, events, lambda number: {"case": number}, [house.claim.number], get=True)
        same(client, events, lambda number: {"case": number, "export": "csv"}, [house.claim.number], get=True)


@in_realm(PROTECTED)
def protected_persons() -> list[int]:
    return list(apps.get_model("people.Person").objects.filter(realm=PROTECTED).values_list("pk", flat=True))


def test_filters_by_office_and_officer_tell_nothing(house, other_office):
    client = browser(other_office)
    offices, people = [house.santiago.pk], [house.analyst.pk, house.intake.pk]
    for name in ("queue", "inbox", "board"):
        path = reverse(f"cases:{name}")
        same(client, path, lambda pk: {"scope": "office", "office": pk}, offices, get=True, known=[house.santiago.name])
        same(client, path, lambda pk: {"scope": "office", "state": "taken", "officer": pk}, people, get=True)
    for name in ("ledger", "sheets"):
        path = reverse(f"documents:{name}")
        nowhere = w.told(client.get(path, {"office": "QQQ", "state": "available"}), "QQQ")
        assert w.told(client.get(path, {"office": "SCL", "state": "available"}), "SCL") == nowhere


def test_what_is_ones_own_is_chosen_among_ones_own(house, other_office):
    client = browser(other_office)
    postings = [house.analyst.postings.get().pk, house.consul.postings.get().pk]
    same(client, reverse("cases:switch_posting"), lambda pk: {"posting": pk}, postings)
    token = {"name": "x", "scopes": ["cases.read"], "until": "2000-01-01"}
    same(client, reverse("access:tokens"), lambda pk: {"posting": pk}, postings, post=token)
    cover = {"since": "2000-01-01", "until": "2000-01-02", "source": "x"}
    path = reverse("offices:delegations")
    same(client, path, lambda pk: {"posting": pk}, postings, post={**cover, "delegate": "1"})
    own = str(other_office.postings.first().pk)
    nobody = [f.UserFactory().pk, f.UserFactory(is_active=False).pk]  # no posting: not among those who may cover
    same(client, path, lambda pk: {"delegate": pk}, nobody, post={**cover, "posting": own})
    kept = rows("offices.SuspendedForm", "pk", protected=False)
    mine = f.visa_case(house, office=house.madrid, actor=other_office, passport={"number": "MM1", "issuer": "SWE"})
    step = Task.objects.filter(process_id=mine.pk, flow_task_type="HUMAN").first()
    if step is not None:
        same(client, reverse("cases:complete", args=[step.pk]), lambda key: {"retomar": key}, kept, get=True)


def test_acts_on_blanks_take_no_number_of_another_office(house, other_office):
    f.blanks(house, house.madrid, "M0000001-M0000010")
    client = browser(other_office)
    base = {"kind": BlankKind.objects.get(document_kind="visa").code, "act_number": "A", "dated": "2026-01-05",
            "text": "x", "party": "x", "to": "missing", "to_office": "RREE"}  # fmt: skip
    theirs = list(
        apps.get_model("documents.Blank").objects.filter(office=house.santiago)[:6].values_list("number", flat=True)
    )
    for name in ("send", "correct", "destroy", "hand_out"):
        path = reverse(f"documents:{name}")
        same(client, path, lambda number: {"numbers": number}, theirs, post={**base, "office": "MAD"})
        before = w.snapshot(leave_out=LEFT_OUT)
        refused = w.told(client.post(path, {**base, "office": "SCL", "numbers": theirs[0]}), "SCL", "QQQ")
        nowhere = w.told(client.post(path, {**base, "office": "QQQ", "numbers": theirs[0]}), "SCL", "QQQ")
        assert refused == nowhere and refused[0] == 422, w.difference(refused, nowhere)
        assert w.changes(before, w.snapshot(leave_out=LEFT_OUT)) == {}
    alarms = rows("documents.BlankAlarm", "pk", protected=False)
    same(client, reverse("documents:alarms"), lambda pk: {"alarm": pk, "text": "x"}, alarms)
    count = reverse("documents:count")
    assert w.told(client.get(count, {"office": "SCL"}), "SCL") == w.told(client.get(count, {"office": "QQQ"}), "QQQ")


def test_a_registration_takes_no_person_draft_or_file_of_others(house, over_all_posts):
    """``known`` names a person: one behind the wall, with the same passport, is answered as nobody."""
    client = browser(over_all_posts)
    opened = client.post("/registrar/", {"procedure": "visa"})["Location"]
    typed = answers(number="L898902C3", issuer="SWE", primary="Eriksson", secondary="Anna Maria",
                    birth_date="12/08/1974")  # fmt: skip
    for rest in ("guardar/", ""):
        same(client, opened + rest, lambda pk: {"known": pk}, protected_persons(), post={**typed, "act": "save"})
    for key in rows("cases.Attachment", "key", protected=False):
        held = w.snapshot(leave_out=LEFT_OUT)
        answer = client.post(f"{opened}archivos/{key}/quitar/", headers={"HX-Request": "true"})
        assert (
            answer.status_code
            == client.post(f"{opened}archivos/{uuid4()}/quitar/", headers={"HX-Request": "true"}).status_code
        )
        assert w.changes(held, w.snapshot(leave_out=LEFT_OUT)) == {}


def test_a_step_is_finished_with_its_own_hits_only(house):
    """Decisions on hits of other cases in the body are nobody's: neither by page nor by API."""
    foreign = f.visa_case(house, office=house.madrid, actor=w.with_every_role(house.madrid),
                          passport={"number": "MM2", "issuer": "SWE"})  # fmt: skip
    answer_all(foreign, {"interpol.nominals": "POSSIBLE_MATCH"})
    theirs = list(foreign.checks.open_hits().values_list("pk", flat=True))
    protected = rows("agencies.Check", "pk", protected=True)
    task = services.take_task(f.open_step(house.case, "adjudicate"), actor=f.fresh(house.checks))
    client = browser(house.checks)
    for path, json in (
        (reverse("cases:complete", args=[task.pk]), False),
        (f"/api/v1/tasks/{task.pk}/complete/", True),
    ):
        same(
            client, path, lambda pk: {f"decision_{pk}": "other", f"reason_{pk}": "x"}, [*theirs, *protected], json=json
        )


def test_reassigning_offers_and_takes_only_who_may_do_the_step(house):
    """A person without a posting that reaches the step is answered as nobody."""
    task = f.open_step(house.case, "adjudicate")
    client = browser(house.supervisor)
    outsiders = [house.foreign.pk, house.protector.pk, house.printer.pk]
    same(client, reverse("cases:reassign", args=[task.pk]), lambda pk: {"to": pk}, outsiders, post={"reason": "x"})

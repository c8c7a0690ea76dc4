"""A ministry in which every address finds what it asks for: at the own office, elsewhere, and behind the wall.

The office of the personas is Santiago; «other» is Madrid; what is «protected» lies at Santiago and is of class R; a
«claim» is what a protection officer of Santiago works on. One persona for each role, and two without a role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, CheckPolicy, OfficerIdentity, QuestionRule, QuestionSettings
from audit.models import AuditEvent
from cases import services
from cases.access import load_reading_rules
from cases.models import (
    AccessGrant,
    Case,
    ClockRule,
    ConflictRule,
    Draft,
    Fee,
    Ground,
    Heartbeat,
    ReadingRule,
    Requirement,
)  # fmt: skip
from cases.services.lists import save_view
from documents.models import (
    BlankKind,
    DocumentSeries,
    LifeGround,
    RevocationList,
    SigningRule,
    TextTemplate,
    TimeStampService,
)  # fmt: skip
from documents.seals import pki
from documents.seals import services as seals
from offices.models import (
    ApiToken,
    Calendar,
    Delegation,
    Office,
    Posting,
    StaffDetails,
    StaffIdentity,
    SuspendedForm,
    User,
)
from offices.roles import Role
from tests import factories as f
from tests.documents.sealing import Chain
from tests.documents.signing import FileChain
from tests.security.matrix_terms import (
    CONFIGURES,
    CONFIRM,
    EVERYONE,
    NO,
    NO_POSTING,
    PERSONAS,
    REASON,
    SEES,
    SIGN_IN,
    SUPERUSER,
    Outcome,
    Row,
)  # fmt: skip
from tests.security.matrix_things import BEHIND, CLAIMANT, OTHER, OWN, Builder, claim, crew, stored
from tests.security.urls import filled
from tests.wall import refuge
from visas.models import VisaClass
from wall.realm import PROTECTED, in_realm

ELSEWHERE = "198.51.100.7"  # a machine that is not this one (RFC 5737)
BACKEND = "django.contrib.auth.backends.ModelBackend"
# What has no place of its own: it belongs to an office, or to one person.
OF_THE_OFFICE = {"delegation", "blank", "act", "act to confirm", "act sent", "act file", "sheet", "alarm"}
PERSONAL = {
    "draft", "draft requirement", "draft file", "draft attachment", "view", "suspended", "token", "posting", "agency",
}  # fmt: skip  # fmt: skip
# Events of looking, not of doing.
READINGS = {
    "case.read", "case.sought", "file.read", "search", "list.exported", "audit.read", "audit.exported", "page.refused",
    "blanks.file_read",
}  # fmt: skip  # fmt: skip
# The administration has one door, before the method is looked at: these are tried by POST alone, of those who are
# refused there only the most powerful and the least by GET too.
REFUSED_AT_THE_DOOR = EVERYONE - CONFIGURES - {str(Role.CONSUL), NO_POSTING}
BEHIND_THE_WALL = {str(Role.PROTECTION), str(Role.PROTECTION_AUDITOR)}


def told(answer: Any) -> Outcome:
    """What an answer is, in the words of the table."""
    address = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    path = address.partition("?")[0]
    if answer.status_code == 500:
        return f"500 {answer.exc_info[1]!r}" if answer.exc_info else 500
    if not address:
        return answer.status_code
    if path in (settings.LOGIN_URL, reverse("account_login"), "/admin/login/"):
        return SIGN_IN
    if path.endswith("/acceso/"):
        return REASON
    return CONFIRM if path == reverse("account_reauthenticate") else answer.status_code


def personas(office: Office) -> dict[str, User]:
    found = {str(role): f.staff(role, office, username=f"persona-{role}") for role in Role}
    found[NO_POSTING] = f.UserFactory(username="persona-sin-destinacion")
    found[SUPERUSER] = f.UserFactory(username="persona-superusuario", is_superuser=True, is_staff=True)
    assert set(found) == set(PERSONAS)
    return found


def let_in(people: dict[str, User], cases: list[Case]) -> None:
    """Everybody who sees these cases has said why they read them."""
    until = timezone.now() + timedelta(days=1)
    AccessGrant.objects.bulk_create(
        AccessGrant(case_id=case.pk, user=people[role], reason="Consulta", until=until)
        for case in cases
        for role in SEES
    )


def own_things(people: dict[str, User], office: Office) -> dict[str, dict[str, tuple]]:
    """What belongs to one person: kind → persona → arguments."""
    things: dict[str, dict[str, tuple]] = {}
    for name, user in people.items():
        draft = Draft.objects.create(procedure="visa", office=office, owner=user, data={"visa_class": "turista"})
        file = stored(draft=draft, by=user, requirement="pasaporte")
        kept = SuspendedForm.objects.create(user=user, path="/conflictos/", values={"x": ["1"]})
        things[name] = {
            "draft": (draft.pk,),
            "draft requirement": (draft.pk, "pasaporte"),
            "draft file": (draft.pk, file.key),
            "draft attachment": (file.key,),
            "view": (save_view(actor=user, list_name="queue", name="Mía", query="due=overdue").pk,),
            "suspended": (kept.pk,),
        }
        posting = user.postings.first()
        if posting is not None:
            f.api_token(user)
            things[name]["posting"] = (posting.pk,)
            things[name]["token"] = (ApiToken.objects.get(posting=posting).pk,)
    return {
        kind: {name: each[kind] for name, each in things.items() if kind in each} for kind in things[str(Role.INTAKE)]
    }


def rows_of_the_administration(house: SimpleNamespace, people: dict[str, User], folder: Path) -> dict[str, Any]:
    """One row of every table that the administration shows."""
    now = timezone.now()
    chain = Chain(folder, begins=(now - timedelta(days=30)).replace(microsecond=0))
    active = (now.date() - timedelta(days=20), now.date() + timedelta(days=300))
    authority = chain.take_in(key=True)
    files = FileChain(folder)
    signer = chain.signer(active=active)
    revocation = seals.revoke_signer(chain.signer("old", active=active), actor=None, reason="Prueba")
    user = house.analyst
    rows = {
        "visas/visaclass": VisaClass.objects.get(code="turista"),  # of which there are cases
        "agencies/agency": Agency.objects.first(),
        "agencies/checkpolicy": CheckPolicy.objects.first(),
        "agencies/officeridentity": OfficerIdentity.objects.create(user=user, number="80000012"),
        "agencies/questionrule": QuestionRule.objects.first()
        or QuestionRule.objects.create(question="pnp.requisitorias"),
        "agencies/questionsettings": QuestionSettings.objects.first()
        or QuestionSettings.objects.create(question="pnp.requisitorias"),
        "documents/blankkind": BlankKind.objects.first(),
        "documents/documentseries": DocumentSeries.objects.first(),
        "documents/lifeground": LifeGround.objects.first(),
        "documents/revocationlist": RevocationList.objects.first(),
        "documents/sealauthority": authority,
        "documents/sealrevocation": revocation,
        "documents/sealsigner": signer,
        "documents/pdfsigner": files.signer(),
        "documents/signingrule": SigningRule.objects.first(),
        "documents/timestampservice": TimeStampService.objects.create(
            name="Prueba", url="https://tsa.example/", roots=pki.pem(files.certificate)
        ),
        "documents/texttemplate": TextTemplate.objects.first(),
        "cases/clockrule": ClockRule.objects.first(),
        "cases/conflictrule": ConflictRule.objects.first(),
        "cases/fee": Fee.objects.first(),
        "cases/ground": Ground.objects.first(),
        "cases/readingrule": ReadingRule.objects.first(),
        "cases/requirement": Requirement.objects.first(),
        "offices/apitoken": ApiToken.objects.first(),
        "offices/calendar": Calendar.objects.first(),
        "offices/delegation": Delegation.objects.first(),
        "offices/office": house.madrid,
        "offices/posting": Posting.objects.get(user=user),
        "offices/staffdetails": StaffDetails.objects.create(user=user, document_number="80000012"),
        "offices/staffidentity": StaffIdentity.objects.create(user=user, provider="sugm", uid="80000012"),
        "offices/user": user,
    }
    assert all(rows.values()), [name for name, row in rows.items() if not row]
    return {name: row.pk for name, row in rows.items()}


class World:
    """Places with their things, and a browser for each persona."""

    def __init__(self, folder: Path):
        house = self.house = f.ministry()
        Heartbeat.objects.all().delete()  # no worker has been here
        ReadingRule.objects.all().delete()
        load_reading_rules()
        here = Builder(house, crew(house.santiago), OWN)
        opened = Builder(house, here.people, OWN)
        there = Builder(house, crew(house.madrid), OTHER)
        hidden = Builder(house, crew(house.santiago), BEHIND)
        f.blanks(house, house.madrid, "X00000001-X00000020")
        house.protector = f.staff(Role.PROTECTION, house.santiago)
        self.people = personas(house.santiago)
        shared = {"agency": (Agency.objects.first().code,), "procedure": ("visa",)}
        self.places: dict[str, dict[str, Any]] = {
            "own": here.of_case() | here.further() | here.ledger(41_000_001) | here.cover() | shared
            | own_things(self.people, house.santiago),
            "opened": opened.of_case() | opened.steps(),
            "other": there.of_case() | there.further() | there.ledger(42_000_001) | there.cover(),
            "protected": hidden.of_case() | hidden.further(),
            "claim": claim(house),
        }  # fmt: skip
        coming = Builder(house, there.people, "Viajera").cleared()
        arriving = services.propose_transfer(coming, actor=there.people.consul, to=house.santiago, reason="Domicilio")
        self.places["own"]["arriving"] = (arriving.pk,)
        for place in ("other", "protected"):
            self.places[place]["arriving"] = self.places[place]["transfer"]
        self.rows = rows_of_the_administration(house, self.people, folder)
        self.places["own"] |= {f"admin {name}": (pk,) for name, pk in self.rows.items()}
        for case in hidden.cases:
            f.protect(case=case, person=case.applicant)
        let_in(self.people, opened.cases)
        self.secrets = {case.number for case in hidden.cases} | {BEHIND.upper(), CLAIMANT.upper()}
        self.secrets |= {self.places["claim"]["case"][0]}
        self.foreign = {case.number for case in there.cases} | {OTHER.upper()}
        self.clients = {name: self._client(user) for name, user in self.people.items()}
        self.clients[""] = self._client(None)
        with in_realm(PROTECTED):
            self.last_event = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]

    # -- trying a row --

    def lacking(self, row: Row) -> list[str]:
        """The places where the table expects a thing of this kind and there is none."""
        if row.of.startswith("step "):
            wanted = ["opened"]
        elif row.of.startswith("admin ") or row.of in PERSONAL:
            wanted = ["own"]
        elif row.of in OF_THE_OFFICE:
            wanted = ["own", "other"]
        else:
            wanted = ["own", "opened", "other", "protected"] if row.asks else ["own", "other", "protected"]
            wanted += ["claim"] if row.claim else []
        return [place for place in wanted if row.of not in self.places[place]]

    def faults(self, row: Row) -> Iterator[str]:
        """Every answer that is not what the table says, and every answer that gives something away."""
        for place, name, arguments in self._tries(row):
            path = filled(row.route, arguments if "<" in row.route else ()) if row.of else filled(row.route, row.args)
            for method, rule in (("GET", row.get), ("POST", row.post)):
                if rule is NO and place != "own":
                    continue  # a method that the address does not know
                if method == "GET" and row.route.startswith("admin/") and name in REFUSED_AT_THE_DOOR:
                    continue
                body = {key: value.format(*arguments) for key, value in row.body.items()}
                answer = self.ask(name, method, path, body, row.headers)
                expected = row.out[method == "POST"] if not name else row.expected(method, name, place)
                tried = f"{method} {path} as {name or 'signed out'} at {place}:"
                if told(answer) != expected:
                    yield f"{tried} {told(answer)}, expected {expected}"
                if method == "POST" and bool(answer.acts) != row.does(name, place):
                    yield f"{tried} the log says {answer.acts or 'nothing'}"
                yield from (f"{tried} names {word}" for word in self._given_away(name, answer))

    def _tries(self, row: Row) -> Iterator[tuple[str, str, tuple]]:
        everybody = [*self.people, ""]
        if not row.of:
            yield from (("own", name, row.args) for name in everybody)
            return
        for place, things in self.places.items():
            if row.of not in things or (place == "opened" and "own" in self._where(row.of) and not row.asks):
                continue
            held = things[row.of]
            if not isinstance(held, dict):
                yield from ((place, name, held) for name in everybody if name or place == "own")
                continue
            colleague = dict(zip(held, [*list(held)[1:], next(iter(held))], strict=True))
            for name in everybody:
                mine = held.get(name)
                yield "own", name, mine or next(iter(held.values()))
                if name:
                    yield "other", name, held[colleague.get(name, next(iter(held)))]

    def _where(self, kind: str) -> list[str]:
        return [place for place, things in self.places.items() if kind in things]

    def _given_away(self, name: str, answer: Any) -> Iterator[str]:
        """Names and numbers that this answer should not hold: of what is behind the wall, and of another office."""
        text = answer.text_.upper()
        words = self.foreign if name in BEHIND_THE_WALL else self.foreign | self.secrets
        yield from (word for word in words if word in text)

    def _client(self, user: User | None) -> tuple[Client, str]:
        client = Client(raise_request_exception=False, REMOTE_ADDR=ELSEWHERE)
        if user is not None:
            client.force_login(user, backend=BACKEND)
        return client, client.cookies.output(header="", sep=";")

    def ask(self, persona: str, method: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        """The answer to one request, of which nothing stays; ``acts``: what the log says was done by it. ``persona``
        "": not signed in."""
        client, cookies = self.clients[persona]
        client.cookies = SimpleCookie(cookies)
        with transaction.atomic():
            answer = client.get(path, headers=headers) if method == "GET" else client.post(path, body, headers=headers)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answer.text_ = content.decode("utf-8", "replace")
            if method == "POST":
                with in_realm(PROTECTED):
                    since = AuditEvent.objects.filter(pk__gt=self.last_event, denied=False).exclude(verb__in=READINGS)
                    answer.acts = sorted(set(since.values_list("verb", flat=True)))
            transaction.set_rollback(True)
        return answer


@contextmanager
def built(folder: Path) -> Iterator[World]:
    """The world, in a transaction that is undone at the end."""
    folder.mkdir(exist_ok=True)
    storages = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "files"},
        },
    }
    with (
        override_settings(
            SESSION_IDLE=settings.SESSION_ABSOLUTE,  # sessions are used, and what notes it is undone each time
            STORAGES=storages,
            SEAL_KEYS=folder / "keys",
            EVIDENCE_KEYS=[Fernet.generate_key().decode()],
        ),
        refuge.installed(),
        transaction.atomic(),
    ):
        yield World(folder / "keys")
        transaction.set_rollback(True)

"""The loaded demonstration ministry: everything it is there to show, by acts that hold to the rules.

Loaded once, as of a Wednesday at noon in Lima, and undone at the end."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F
from django.test import override_settings
from PIL import Image
from pypdf import PdfReader

from agencies.models import Adjudication, Check
from audit.models import AuditEvent
from cases.models import Attachment, Case, Draft, Notification, Outcome, Stage, Task
from cases.numbers import is_valid
from demo import seals
from demo.accounts import STAFF
from demo.loading import load
from demo.ministry import POSTS
from documents.models import IssuedDocument, SealSigner
from documents.seals.validation import validate
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act, Role
from simulator.cast import CAST
from visas.models import VisaApplication

NOON = datetime(2026, 11, 25, 17, tzinfo=UTC)
MANY = 92  # the cast and the queue of Santiago, and a few others


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[Counter[str]]:
    with django_db_blocker.unblock(), transaction.atomic():
        # configuration is read anew for every act in tests, which would make this take minutes
        with override_settings(CONFIGURATION_TTL=600):
            posts = load(seed=7, many=MANY, present=NOON)
        yield posts
        transaction.set_rollback(True)


def names(person: object) -> tuple[str, str]:
    return person.primary.upper(), person.secondary.upper()


SCRIPTED = {(" ".join(person.surnames).strip(), person.given.upper()) for person in CAST}


def open_tasks():
    return Task.objects.filter(finished__isnull=True)


def test_the_ministry_has_twelve_posts_with_their_own_time_and_every_role_is_held(loaded):
    assert loaded.total() == MANY == Case.objects.count()
    posts = Office.objects.filter(code__in=POSTS)
    assert posts.count() == 12
    assert {zone.partition("/")[0] for zone in posts.values_list("time_zone", flat=True)} == {
        "America", "Europe", "Asia", "Africa",
    }  # fmt: skip
    assert all("PE" in office.calendar.countries.split(",") for office in posts.select_related("calendar"))
    assert User.objects.filter(username__in=[member.username for member in STAFF]).count() == 29
    assert set(User.objects.values_list("postings__role", flat=True)) == set(Role.values)
    authorities = [authority_of(user) for user in User.objects.all()]
    for office in posts:
        able = {act for act in Act if any(authority.can(act, "visa", office.pk) for authority in authorities)}
        assert able == set(Act) - {Act.VIEW_PROTECTED}, office.code


def test_every_stage_and_every_ending_is_there():
    stages = set(Case.objects.filter(outcome="").values_list("stage", flat=True))
    assert stages == set(Stage.values) - {Stage.CLOSED, Stage.NOTIFICATION}
    assert set(Case.objects.exclude(outcome="").values_list("outcome", flat=True)) == {
        Outcome.GRANTED, Outcome.DENIED, Outcome.NOT_FILED, Outcome.WITHDRAWN, Outcome.ABANDONED, Outcome.VOID,
    }  # fmt: skip
    waiting = VisaApplication.objects.filter(stage=Stage.AUTHORISATION).values_list("visa_class__family", flat=True)
    assert set(waiting) == {"b", "c"}
    assert Case.objects.filter(outcome="", subtype="humanitaria", priority=0).count() >= 4


def test_an_open_case_has_one_open_step_and_an_ended_one_none():
    for case in Case.objects.annotate(steps=Count("task")):
        opened = open_tasks().filter(process=case)
        assert opened.count() == (1 if case.is_open else 0), case.number
        assert all(task.due_at for task in opened)
        assert case.due_at
        assert is_valid(case.number)
        paused = bool(case.clock["pauses"] and case.clock["pauses"][-1]["until"] is None)
        assert paused == (case.is_open and case.stage == Stage.OBSERVED), case.number


def test_nobody_did_a_step_that_an_earlier_one_barred_them_from():
    for task in Task.objects.filter(status="DONE", owner__isnull=False):
        barred = getattr(task.flow_task, "not_by", ())
        earlier = Task._base_manager.filter(process_id=task.process_id, flow_task__in=barred, owner_id=task.owner_id)
        assert not earlier.exists(), f"{task.process.number} {task.flow_task.name}"
    (denied,) = AuditEvent.objects.filter(denied=True)
    assert denied.data["code"] == "four_eyes"
    assert Case.objects.get(pk=denied.case_id).stage == Stage.PROPOSED


def test_the_log_tells_things_in_the_order_in_which_they_happened():
    moments = list(AuditEvent.objects.filter(case_id__isnull=False).order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= NOON
    assert NOON - timedelta(weeks=9) < moments[0] < NOON - timedelta(weeks=5)
    assert not Task.objects.filter(finished__lt=F("created")).exists()
    assert not Task.objects.filter(assigned__lt=F("created")).exists()
    filed = Case.objects.order_by("pk").values_list("created", flat=True)
    assert list(filed) == sorted(filed)


def test_the_simulators_people_give_what_its_script_says_and_nobody_else_gives_anything():
    okafor = VisaApplication.objects.get(applicant__primary="Okafor")
    assert (okafor.office.code, okafor.stage) == ("SCL", Stage.ADJUDICATION)
    (hit,) = okafor.checks.open_hits()
    assert (hit.question, hit.finding) == ("pnp.requisitorias", "POSSIBLE_MATCH")
    assert hit.records[0]["birth_date"] == "1979-11-02"
    held = Check.objects.exclude(finding__in=["", "CLEAR", "UNAVAILABLE"]).select_related("person")
    assert held.count() >= 10
    assert {names(check.person) for check in held} <= SCRIPTED
    assert set(Adjudication.objects.values_list("decision", flat=True)) == {"same", "other", "undetermined"}


def test_an_agency_that_was_silent_left_flags_and_one_that_is_keeps_cases_waiting():
    unavailable = Check.objects.filter(finding="UNAVAILABLE")
    assert unavailable.count() == 2
    assert all(check.agency.code == "pj" and check.attempts > 3 for check in unavailable)
    assert Check.objects.filter(agency__code="pj", finding="CLEAR", attempts__gt=3).count() == 1  # answered after all
    retried = Check.objects.filter(state="queued", fault="timeout")
    assert {check.agency.code for check in retried} == {"interpol", "pj"}
    assert all(check.attempts > 3 and check.case.stage == Stage.CHECKS for check in retried)
    # of the cases filed just now the worker is still to ask
    assert Case.objects.filter(checks__state="queued", checks__attempts=0).distinct().count() == 5


def test_a_visa_that_could_not_be_produced_waits_for_a_person():
    failed = Task.objects.get(status="ERROR")
    assert failed.data["attempts"] == 4
    assert failed.data["failure"]["class"] == "DocumentError"
    assert not IssuedDocument.objects.filter(case_id=failed.process_id).exists()


def test_some_is_late_some_due_today_and_rosa_quispe_has_a_full_desk():
    assert open_tasks().filter(due_at__lt=NOON).count() >= 8
    assert open_tasks().filter(due_at__gte=NOON, due_at__lt=NOON + timedelta(days=1)).count() >= 8
    desk = Task.objects.inbox_of(User.objects.get(username="rquispe"))
    assert Counter(task.flow_task.name for task in desk) == {"interview": 3, "assess": 4, "correct": 1}
    assert any(task.due_at < NOON for task in desk)
    assert AuditEvent.objects.filter(verb="task.reassigned").count() == 1
    queue = Task.objects.waiting().filter(office__code="SCL")
    assert 35 <= queue.count() <= 50


def test_three_people_have_filed_at_two_posts_within_one_week():
    passports = (
        VisaApplication.objects.values("passport__number")
        .annotate(posts=Count("office", distinct=True), persons=Count("applicant", distinct=True))
        .filter(posts=2)
    )
    assert sorted(row["persons"] for row in passports) == [1, 2, 2]  # one was recognised, two were not
    for row in passports:
        one, other = VisaApplication.objects.filter(passport__number=row["passport__number"])
        assert abs(one.created - other.created) < timedelta(days=7)


def test_files_visas_and_letters_open():
    by_type = {kind: Attachment.objects.filter(content_type=kind).first() for kind in ("image/png", "application/pdf")}
    with by_type["image/png"].file.open("rb") as file:
        Image.open(file).verify()
    with by_type["application/pdf"].file.open("rb") as file:
        assert "DEMOSTRACIÓN" in PdfReader(file).pages[0].extract_text()
    delivered = IssuedDocument.objects.filter(state="active").first()
    with delivered.pdf.file.open("rb") as file:
        text = PdfReader(io.BytesIO(file.read())).pages[0].extract_text()
    assert delivered.number in text
    states = set(IssuedDocument.objects.values_list("state", flat=True))
    assert states == {"active", "qc_ok", "personalised", "spoilt", "cancelled"}
    denied = Notification.objects.filter(kind="denied").first()
    assert denied.attachments.count() == 1
    assert Notification.objects.filter(state="queued", kind="observed").exists()  # left to the worker


def test_drafts_wait_as_they_were_typed():
    drafts = Draft.objects.all()
    assert drafts.count() == 4
    assert all(draft.updated <= NOON and draft.data["mrz"].startswith("P<") for draft in drafts)
    assert Attachment.objects.filter(draft__isnull=False).exists()


def test_every_visa_is_sealed_and_the_signer_that_ends_soon_has_a_successor():
    documents = list(IssuedDocument.objects.select_related("seal__signer"))
    assert len(documents) > 5
    for document in documents:
        assert validate(bytes(document.seal.data), printed_mrz=document.mrz, at=NOON).valid, document.number
        assert document.seal.signer.active_from <= document.valid_from <= document.seal.signer.active_until
    profiles = Counter(SealSigner.objects.values_list("profile", flat=True))
    assert profiles == {"visa": 2, "etd": 2}
    assert seals.ensure() == 0  # another start changes nothing

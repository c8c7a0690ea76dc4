"""Public verification: what a link tells to anybody, and a number to another entity's system."""

import re
from datetime import date, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from documents import services, tasks
from documents.links import public_link
from documents.models import IssuedDocument, LifeGround, VerificationWindow
from documents.verification import name_for, verdict
from documents.views.public import typed_date
from offices.roles import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
NOBODY = "A" * 24


@pytest.fixture
def delivered(issue, house):
    document = issue(valid_from=f.today(), valid_until=f.today() + timedelta(days=90))
    with transaction.atomic():
        services.confirm_quality(document, actor=house.printer)
        services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    return document


def url(token):
    return reverse("documents:verify", args=[token])


def bare(response):
    """A page without what names its own address."""
    return re.sub(r"/v/\w+|/V/\w+", "", response.content.decode().replace("\n", " "))


@pytest.mark.parametrize("mrz_format", ["MRV-A", "MRV-B"])
def test_the_qr_of_the_page_is_read_at_200_dpi(issue, mrz_format):
    document = issue(mrz_format=mrz_format)
    with document.pdf.file.open("rb") as file:
        page = pypdfium2.PdfDocument(file.read())[0]
    picture = page.render(scale=200 / 72).to_pil()
    found = [code.text for code in zxingcpp.read_barcodes(picture) if code.format == zxingcpp.BarcodeFormat.QRCode]
    assert found == [public_link(document.token)]
    assert document.number not in found[0]


@pytest.mark.parametrize(
    ("zone", "moment", "valid"),
    [
        ("Asia/Tokyo", "2026-11-21T14:59Z", False),  # nowhere the 22nd
        ("Asia/Tokyo", "2026-11-21T15:00Z", True),  # the 22nd in Tokyo, the 21st in Lima: it was issued this morning
        ("Asia/Tokyo", "2026-11-30T16:00Z", True),  # the 1st in Tokyo, still the 30th at the border in Lima
        ("Asia/Tokyo", "2026-12-01T04:59Z", True),
        ("Asia/Tokyo", "2026-12-01T05:00Z", False),
        ("America/Los_Angeles", "2026-11-22T05:00Z", True),  # the 22nd in Lima alone
        ("America/Los_Angeles", "2026-12-01T07:59Z", True),
        ("America/Los_Angeles", "2026-12-01T08:00Z", False),
    ],
)
def test_of_two_calendars_the_holder_has_the_better(delivered, zone, moment, valid):
    delivered.valid_from, delivered.valid_until = date(2026, 11, 22), date(2026, 11, 30)
    delivered.issued_by_office.time_zone = zone
    assert verdict(delivered, now=datetime.fromisoformat(moment)).valid is valid


def test_it_says_valid_type_and_dates_and_no_name(client, delivered):
    response = client.get(url(delivered.token))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Valid" in page or "Válido" in page
    assert "verdict-yes" in page
    for secret in ("ERIKSSON", "Eriksson", "Anna", delivered.number, delivered.case.number, "1974"):
        assert secret not in page
    assert response.headers["X-Robots-Tag"].startswith("noindex")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_a_change_is_seen_at_once(client, delivered, house):
    ground = LifeGround.objects.filter(state="suspended").first()
    services.change_state(delivered, state="suspended", ground=ground, actor=house.supervisor)
    assert "verdict-no" in client.get(url(delivered.token)).content.decode()


def test_the_name_is_for_who_knows_the_date_of_birth(client, delivered):
    for wrong in ("13/08/1974", "12/08/74", "hola", "", "0000-00-00"):
        page = client.post(url(delivered.token), {"birth_date": wrong}).content.decode()
        assert "Eriksson" not in page
    VerificationWindow.objects.all().delete()
    response = client.post(url(delivered.token), {"birth_date": "12/08/1974"})
    assert "Anna Maria Eriksson" in response.content.decode()
    assert not response.cookies


def test_works_without_csrf_token_and_session(delivered):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(url(delivered.token), {"birth_date": "12/08/1974"})
    assert answer.status_code == 200
    assert not answer.cookies


def test_protected_and_absent_are_the_same(client, delivered, django_assert_num_queries):
    f.protect(case=delivered.case)
    pages = []
    for token in (delivered.token, NOBODY, "x"):
        with django_assert_num_queries(2):
            got = client.get(url(token))
        with django_assert_num_queries(4):
            typed = client.post(url(token), {"birth_date": "12/08/1974"})
        assert (got.status_code, typed.status_code) == (200, 200)
        pages.append((bare(got), bare(typed)))
    assert pages[0] == pages[1] == pages[2]
    assert "verdict-none" in pages[0][0]
    assert "Eriksson" not in pages[0][1]


def test_a_document_that_does_not_exist_has_no_name():
    assert name_for(None, "0000-00-00") == name_for(None, "1974-08-12") == ""


def test_attempts_are_limited_by_link_and_by_address(client, delivered, settings):
    settings.VERIFICATION_LIMITS = {**settings.VERIFICATION_LIMITS, "birth_link": (3, 3600), "page": (10, 60)}
    for token in (delivered.token, NOBODY):  # whether it exists or not
        codes = [client.post(url(token), {"birth_date": "01/01/1990"}).status_code for _attempt in range(4)]
        assert codes == [200, 200, 200, 429]
    last = client.post(url(delivered.token), {"birth_date": "12/08/1974"})
    assert last.status_code == 429
    assert "Eriksson" not in last.content.decode()
    elsewhere = client.post(url(delivered.token), {"birth_date": "12/08/1974"}, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 429  # the link is spent, from wherever
    assert client.get(url(delivered.token), REMOTE_ADDR="203.0.113.9").status_code == 200
    assert not any(delivered.token in key for key in VerificationWindow.objects.values_list("key", flat=True))
    VerificationWindow.objects.update(began=timezone.now() - timedelta(days=2))
    assert client.post(url(delivered.token), {"birth_date": "12/08/1974"}).status_code == 200
    tasks.forget_windows()
    assert VerificationWindow.objects.count() == 3  # those of this last question


def test_both_languages(client, delivered):
    assert 'lang="en"' in client.get(url(delivered.token) + "?lang=en").content.decode()
    assert 'lang="es-pe"' in client.get(url(delivered.token)).content.decode()


def test_tokens_are_not_guessed(issue, visa):
    assert re.fullmatch(r"[A-Z2-7]{24}", issue().token)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12/08/1974", "1974-08-12"), ("1-2-1990", "1990-02-01"), ("00/00/1990", "1990-00-00"), ("1974-08-12",) * 2,
     ("12/13/1974", ""), ("1974", "")],
)  # fmt: skip
def test_dates_as_people_type_them(typed, read):
    assert typed_date(typed) == read


# --- the API -----------------------------------------------------------------------------------------------------


@pytest.fixture
def entity(house):
    return f.staff(Role.VERIFYING, house.lima, username="entidad")


def ask(client, number, kind="visa"):
    return client.post("/api/v1/documents/verify/", {"kind": kind, "number": number}, content_type="application/json")


def test_an_entity_hears_state_and_dates_and_no_more(client, delivered, entity):
    client.force_login(entity)
    answer = ask(client, delivered.number.lower()).json()
    assert answer == {
        "result": "VALID", "kind": "visa", "number": delivered.number, "state": "active",
        "valid_from": delivered.valid_from.isoformat(), "valid_until": delivered.valid_until.isoformat(),
    }  # fmt: skip
    IssuedDocument.objects.filter(pk=delivered.pk).update(state="stolen")
    assert ask(client, delivered.number).json()["result"] == "NOT_VALID"
    assert AuditEvent.objects.filter(verb="document.verified", actor=entity, case_id=None).count() == 2


def test_protected_and_absent_are_referred(client, delivered, entity):
    client.force_login(entity)
    f.protect(case=delivered.case)
    answers = [ask(client, number).json() for number in (delivered.number, "V99999999")]
    assert [answer.pop("number") for answer in answers] == [delivered.number, "V99999999"]
    assert answers[0] == answers[1] == {"result": "REFER_TO_RREE", "kind": "visa"}


def test_only_verifying_entities_may_ask_and_not_too_often(client, delivered, entity, house, settings):
    assert ask(client, delivered.number).status_code in (401, 403)
    client.force_login(house.analyst)
    assert ask(client, delivered.number).status_code == 403
    settings.VERIFICATION_LIMITS = {**settings.VERIFICATION_LIMITS, "api": (2, 60)}
    client.force_login(entity)
    codes = [ask(client, delivered.number).status_code for _question in range(3)]
    assert codes == [200, 200, 429]
    assert client.get("/especies/").status_code == 404

"""Pages of the ledger: who sees what, and that forms do their acts."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from demo.files import page as paper
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind, BlankSheet
from documents.services import blanks
from documents.services.blanks import Paper
from offices.roles import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(house):
    return f.staff(Role.CUSTODIAN, house.santiago)


def scan():
    return SimpleUploadedFile("acta.pdf", paper("Acta"), "application/pdf")


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"documents:{name}", args=args), query)


PAGES = ("ledger", "papers", "receive", "send", "correct", "destroy", "hand_out", "count", "sheets", "alarms")


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_keepers_and_do_not_exist_for_others(client, house, keeper, name):
    assert page(client, keeper, name).status_code == 200
    assert page(client, house.analyst, name).status_code == 404
    assert client.get(reverse("documents:ledger")).status_code == 404


def test_supervisors_read_and_do_not_move(client, house):
    assert page(client, house.supervisor, "ledger").status_code == 200
    assert page(client, house.supervisor, "receive").status_code == 404


def test_the_menu_leads_there(client, house, keeper):
    assert 'href="/especies/"' in page(client, keeper, "ledger").content.decode()
    client.force_login(house.printer)
    assert 'href="/especies/"' not in client.get("/").content.decode()


def test_the_ledger_is_read_by_key_and_only_of_ones_own_offices(client, house, keeper):
    f.blanks(house, house.madrid, "M0000001-M0000060")
    body = page(client, keeper, "ledger", state="available").content.decode()
    assert "V00012345" in body and "M0000001" not in body
    assert "V00012394" in body  # fifty to a page
    body = page(client, house.custodian, "ledger", state="available", office="MAD").content.decode()
    assert "M0000050" in body and "M0000051" not in body
    assert "after=M0000050" in body
    body = page(client, house.custodian, "ledger", state="available", office="MAD", after="M0000050").content.decode()
    assert "M0000051" in body
    blank = Blank.objects.get(number="M0000001")
    assert page(client, keeper, "blank", blank.pk).status_code == 404
    assert page(client, house.custodian, "blank", blank.pk).status_code == 200


def test_receiving_keeps_the_scan_for_who_may_see_it(client, house, keeper):
    client.force_login(keeper)
    values = {"kind": "etiqueta-visa", "office": "SCL", "numbers": "W00000001-W00000010", "act_number": "Acta 9",
              "dated": "2026-03-01", "party": "Imprenta", "text": ""}  # fmt: skip
    missing = client.post(reverse("documents:receive"), values)
    assert missing.status_code == 422
    assert "W00000001-W00000010" in missing.content.decode()  # nothing typed is lost
    done = client.post(reverse("documents:receive"), {**values, "file": scan()})
    assert done.status_code == 302
    act = BlankAct.objects.get(number="Acta 9")
    assert client.get(done.url).status_code == 200
    got = client.get(reverse("documents:file", args=[act.key]))
    assert b"".join(got.streaming_content).startswith(b"%PDF")
    client.force_login(house.foreign)
    assert client.get(reverse("documents:file", args=[act.key])).status_code == 404
    client.force_login(keeper)
    again = client.post(reverse("documents:receive"), {**values, "file": scan()})
    assert again.status_code == 422


def test_a_transfer_from_page_to_page(client, house, keeper):
    other = f.staff(Role.CUSTODIAN, house.madrid)
    client.force_login(keeper)
    client.post(
        reverse("documents:send"),
        {"kind": "etiqueta-visa", "office": "SCL", "to_office": "MAD", "numbers": "V00012345-V00012347",
         "act_number": "Guía 1", "dated": "2026-03-01", "text": ""},
    )  # fmt: skip
    transfer = BlankAct.objects.get(act="transfer")
    url = reverse("documents:paper", args=[transfer.pk])
    assert "Receive the transfer" not in client.get(url).content.decode()
    client.force_login(other)
    answer = client.post(url, {"missing": "V00012399", "remarks": "x"})
    assert answer.status_code == 422 and "V00012399" in answer.content.decode()
    assert client.post(url, {"missing": "", "remarks": ""}).status_code == 302
    assert Blank.objects.filter(office=house.madrid, state="available").count() == 3


def test_counting_makes_a_sheet_that_can_be_printed(client, house, keeper):
    client.force_login(keeper)
    url = reverse("documents:count")
    assert client.post(url, {"counted": 49, "reason": "", "expected": 50}).status_code == 422
    assert client.post(url, {"counted": 49, "reason": "Falta una", "expected": 50}).status_code == 302
    sheet = BlankSheet.objects.get()
    pdf = client.get(reverse("documents:sheet", args=[sheet.pk]))
    assert pdf.content.startswith(b"%PDF")
    client.force_login(house.foreign)
    assert client.get(reverse("documents:sheet", args=[sheet.pk])).status_code == 404


def test_an_alarm_stands_on_the_board_until_it_is_settled(client, house, keeper):
    kind = BlankKind.objects.get(document_kind="visa")
    blanks.count(kind=kind, office=house.santiago, counted=49, actor=keeper, reason="Falta una en el sobre")
    client.force_login(house.supervisor)
    assert "Falta una en el sobre" in client.get(reverse("cases:board")).content.decode()
    alarm = BlankAlarm.objects.get()
    assert client.post(reverse("documents:alarms"), {"alarm": alarm.pk, "text": ""}).status_code == 422
    assert client.post(reverse("documents:alarms"), {"alarm": alarm.pk, "text": "Apareció"}).status_code == 302
    assert "Falta una en el sobre" not in client.get(reverse("cases:board")).content.decode()


def test_destruction_by_two_pages(client, house, keeper):
    kind = BlankKind.objects.get(document_kind="visa")
    blanks.correct(
        kind=kind, office=house.santiago, numbers="V00012345", to="voided", actor=keeper,
        paper=Paper("", date(2026, 1, 1), text="Vieja"),
    )  # fmt: skip
    client.force_login(keeper)
    client.post(
        reverse("documents:destroy"),
        {"kind": "etiqueta-visa", "office": "SCL", "numbers": "", "act_number": "D-1",
         "dated": f.today().isoformat(), "text": ""},
    )  # fmt: skip
    url = reverse("documents:paper", args=[BlankAct.objects.get(act="destruction").pk])
    client.force_login(house.consul)
    assert client.post(url, {"remarks": ""}).status_code == 302
    assert Blank.objects.get(number="V00012345").state == "destroyed"

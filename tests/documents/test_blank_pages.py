"""Pages of the ledger: who sees what, and that forms do their acts."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse

from demo.files import page as paper
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind, BlankSheet
from documents.queries import kept_pairs
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


def test_a_proposal_is_withdrawn_on_its_page(client, house, keeper):
    kind = BlankKind.objects.get(document_kind="visa")
    blanks.correct(
        kind=kind, office=house.santiago, numbers="V00012345", to="voided", actor=keeper,
        paper=Paper("", date(2026, 1, 1), text="Vieja"),
    )  # fmt: skip
    act = blanks.propose_destruction(
        kind=kind, office=house.santiago, paper=Paper("D-1", date(2026, 1, 1)), actor=keeper
    )
    page, url = reverse("documents:paper", args=[act.pk]), reverse("documents:withdraw", args=[act.pk])
    client.force_login(f.staff(Role.CUSTODIAN, house.santiago))  # may confirm it, and no more
    assert url not in client.get(page).content.decode()
    assert client.post(url, {"reason": "No"}).status_code == 403
    client.force_login(f.staff(Role.CUSTODIAN, house.madrid))
    assert client.post(url, {"reason": "No"}).status_code == 404
    client.force_login(keeper)
    assert url in client.get(page).content.decode()
    assert client.get(url).status_code == 405
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Números equivocados"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Números equivocados" in shown and url not in shown
    assert client.post(url, {"reason": "Otra vez"}).status_code == 409


def test_pages_of_numbers_are_what_one_may_see(house, keeper):
    """The list is read office by office; it has to be the same as all that the person may see, filtered and sorted."""
    kind = BlankKind.objects.get(document_kind="visa")
    other = BlankKind.objects.get(document_kind="passport")
    BlankKind.objects.filter(pk=other.pk).update(pattern=kind.pattern)
    other.refresh_from_db()
    lima = f.staff(Role.CUSTODIAN, house.lima)
    act = {"kind": kind, "actor": keeper, "office": house.santiago}
    blanks.receive(
        kind=other, office=house.madrid, numbers="V00012340-V00012349", actor=lima, paper=Paper("M-1", date(2026, 1, 1))
    )
    blanks.send(
        **act, to_office=house.madrid, numbers="V00012350-V00012353", paper=Paper("T-1", date(2026, 1, 1))
    )  # on its way
    blanks.correct(**act, numbers="V00012360", to="voided", paper=Paper("", date(2026, 1, 1), text="x"))
    kinds = list(BlankKind.objects.all())
    nobody = f.staff(Role.INTAKE, house.santiago)
    apart = f.staff(Role.CUSTODIAN, f.OfficeFactory(code="BUE", parent=house.lima))  # at neither end of the transfer
    for user in (keeper, lima, f.staff(Role.CUSTODIAN, house.madrid), house.supervisor, apart, nobody):
        pairs, seen = kept_pairs(user, kinds), Blank.objects.visible_to(user).order_by("number", "pk")
        assert list(Blank.objects.lowest(pairs, 1000)) == list(seen)
        assert list(Blank.objects.lowest(pairs, 7, after="V00012345")) == list(seen.filter(number__gt="V00012345")[:7])
        for state in ("available", "sent", "voided", "delivered"):
            found = Blank.objects.lowest(pairs, 30, state=state, least="V00012348")
            assert list(found) == list(seen.filter(state=state, number__gte="V00012348")[:30])
        here = [pair for pair in pairs if pair[0] == house.santiago.pk]
        own = seen.filter(Q(office=house.santiago) | Q(state="sent", act__office=house.santiago)) if here else []
        assert list(Blank.objects.lowest(here, 1000, sent_from_only=True)) == list(own)
    assert Blank.objects.visible_to(lima).filter(state="sent").count() == 4
    assert not Blank.objects.lowest(kept_pairs(nobody, kinds), 10).exists()

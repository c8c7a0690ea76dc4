"""The ledger of blanks: papers, places, two persons, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from agencies.models import Agency, Report
from audit.models import AuditEvent
from cases import services as cases
from cases.errors import NotAllowed, StateConflict
from cases.models import Ground
from demo.files import portrait
from documents import ranges, services, tasks
from documents.errors import DocumentError
from documents.models import WAYS, Blank, BlankAct, BlankAlarm, BlankKind, BlankMovement, BlankSheet
from documents.services import blanks
from documents.services.blanks import Paper
from offices.models import User
from offices.roles import Role
from tests import factories as f
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
FIRST, LAST = "V00012345", "V00012394"


@pytest.fixture
def kind(house):
    return BlankKind.objects.get(document_kind="visa")


@pytest.fixture
def keeper(house):
    """A second custodian, at the post itself."""
    return f.staff(Role.CUSTODIAN, house.santiago)


def paper(number="Acta 1", **fields):
    return Paper(number=number, dated=date(2026, 2, 1), **fields)


def png():
    return SimpleUploadedFile("foto.png", portrait(12), "image/png")


def state(number):
    return Blank.objects.get(number=number).state


# --- numbers -----------------------------------------------------------------------------------------------------


def test_numbers_as_people_write_them():
    found = ranges.parse("V00000001-V00000003, v00000007;\nV00000009 al V00000010")
    assert [str(each) for each in found] == ["V00000001–V00000003", "V00000007", "V00000009–V00000010"]
    assert ranges.shown(number for each in found for number in each) == (
        "V00000001–V00000003, V00000007, V00000009–V00000010"
    )


@pytest.mark.parametrize(
    "text", ["", "hola", "V1-W2", "V00000009-V00000001", "V0001-V00002", "V1-V5, V5", "V000001-V999999"]
)
def test_numbers_that_are_none_are_refused(text):
    with pytest.raises(ValidationError):
        ranges.parse(text)


# --- receipt and transfer ----------------------------------------------------------------------------------------


def test_a_series_is_received_by_a_signed_act(house, kind):
    act = blanks.receive(
        kind=kind, office=house.madrid, numbers="V00020001-V00020500", paper=paper(file=png()), actor=house.custodian
    )
    assert act.quantity == Blank.objects.filter(office=house.madrid, state="available").count() == 500
    assert (act.content_type, bool(act.sha256)) == ("image/png", True)
    assert BlankMovement.objects.filter(act=act, from_state="", to_state="available").count() == 500
    assert AuditEvent.objects.get(verb="blanks.received", office_id=house.madrid.pk).data["quantity"] == 500


@pytest.mark.parametrize(
    ("numbers", "field"), [("V00012394-V00012396", "numbers"), ("12345-12350", "numbers"), ("O0000001", "numbers")]
)
def test_numbers_known_already_or_of_another_shape_are_refused(house, kind, numbers, field):
    before = Blank.objects.count()
    with pytest.raises(ValidationError) as refusal:
        blanks.receive(kind=kind, office=house.madrid, numbers=numbers, paper=paper(), actor=house.custodian)
    assert field in refusal.value.error_dict
    assert Blank.objects.count() == before


def test_who_does_not_keep_blanks_moves_none(house, kind):
    with pytest.raises(NotAllowed):
        blanks.receive(kind=kind, office=house.santiago, numbers="V00030001", paper=paper(), actor=house.printer)
    assert AuditEvent.objects.filter(denied=True, actor=house.printer).exists()


def test_a_transfer_is_nowhere_but_on_its_way(house, kind, keeper):
    madrid_keeper = f.staff(Role.CUSTODIAN, house.madrid)
    transfer = blanks.send(
        kind=kind, office=house.santiago, to_office=house.madrid, numbers=f"{FIRST}-V00012354", paper=paper(),
        actor=keeper,
    )  # fmt: skip
    assert set(Blank.objects.filter(act=transfer).values_list("state", "office_id")) == {("sent", None)}
    blanks.arrive(transfer, actor=madrid_keeper, missing="V00012350", remarks="El sobre llegó abierto")
    assert state("V00012350") == "missing"
    assert Blank.objects.get(number="V00012350").office == house.santiago
    assert Blank.objects.filter(office=house.madrid, state="available").count() == 9
    transfer.refresh_from_db()
    assert (transfer.open, transfer.second_by, transfer.second_text) == (
        False, madrid_keeper, "El sobre llegó abierto",
    )  # fmt: skip
    assert set(BlankAlarm.objects.open().values_list("office__code", "cause")) == {
        ("SCL", "missing"), ("MAD", "missing"),
    }  # fmt: skip
    with pytest.raises(StateConflict):
        blanks.arrive(transfer, actor=madrid_keeper)


def test_who_sent_does_not_receive(house, kind):
    transfer = blanks.send(
        kind=kind, office=house.santiago, to_office=house.madrid, numbers=FIRST, paper=paper(), actor=house.custodian
    )
    with pytest.raises(NotAllowed):
        blanks.arrive(transfer, actor=house.custodian)
    assert state(FIRST) == "sent"


def test_numbers_that_are_elsewhere_are_named(house, kind, keeper):
    with pytest.raises(ValidationError) as refusal:
        blanks.send(
            kind=kind, office=house.santiago, to_office=house.madrid, numbers="V00012390-V00012399", paper=paper(),
            actor=keeper,
        )  # fmt: skip
    assert "V00012395–V00012399" in str(refusal.value)
    assert not Blank.objects.filter(state="sent").exists()


# --- of a case ---------------------------------------------------------------------------------------------------


def test_from_stock_to_the_holder(house, visa, issue):
    with transaction.atomic():
        assert services.assign_blank(visa, kind="visa") == FIRST
        assert services.assign_blank(visa, kind="visa") == FIRST  # done again, it is the same
    document = issue()
    assert (document.number, state(FIRST)) == (FIRST, "personalised")
    with transaction.atomic():
        services.confirm_quality(document, actor=house.printer)
        services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    moves = BlankMovement.objects.filter(blank__number=FIRST).values_list("to_state", "by_id", "case_id")
    assert list(moves) == [
        ("available", house.custodian.pk, None), ("assigned", None, visa.pk), ("personalised", None, visa.pk),
        ("delivered", house.delivery.pk, visa.pk),
    ]  # fmt: skip


def test_an_office_without_blanks_says_so(house, visa, kind, keeper):
    blanks.send(
        kind=kind, office=house.santiago, to_office=house.madrid, numbers=f"{FIRST}-{LAST}", paper=paper(), actor=keeper
    )
    with pytest.raises(DocumentError) as failure, transaction.atomic():
        services.assign_blank(visa, kind="visa")
    assert kind.name in failure.value.safe_message


def test_a_spoilt_print_is_photographed(house, visa, issue):
    document = issue()
    ground = Ground.objects.get(procedure="visa", kind="spoilt", code="impresion")
    with transaction.atomic(), pytest.raises(ValidationError) as refusal:
        services.spoil(document, actor=house.printer, ground=ground)
    assert "photo" in refusal.value.error_dict
    with transaction.atomic():
        services.spoil(document, actor=house.printer, ground=ground, photo=visa.attachments.first())
    move = BlankMovement.objects.filter(blank__number=FIRST).last()
    assert (move.to_state, move.photo, move.text) == ("spoilt", visa.attachments.first(), ground.text)


@pytest.mark.parametrize(("printed", "becomes"), [(False, "available"), (True, "voided")])
def test_the_end_of_a_case_lets_go_of_its_blank(house, visa, issue, printed, becomes):
    with transaction.atomic():
        services.assign_blank(visa, kind="visa")
    if printed:
        issue()
    ground = Ground.objects.create(procedure="visa", kind="withdrawn", code="prueba", text="Desiste")
    cases.close_case(visa, actor=house.consul, outcome="withdrawn", ground=ground)
    assert state(FIRST) == becomes


# --- corrections, destruction, emergencies -----------------------------------------------------------------------


def test_changes_in_stock_have_a_reason_and_spoilt_ones_a_picture(house, kind, keeper):
    same = {"kind": kind, "office": house.santiago, "numbers": FIRST, "actor": keeper}
    with pytest.raises(ValidationError):
        blanks.correct(**same, to="spoilt", paper=paper("", text=""))
    with pytest.raises(ValidationError) as refusal:
        blanks.correct(**same, to="spoilt", paper=paper("", text="Mojada"))
    assert "file" in refusal.value.error_dict
    blanks.correct(**same, to="spoilt", paper=paper("", text="Mojada", file=png()))
    assert state(FIRST) == "spoilt"
    blanks.correct(**{**same, "numbers": LAST}, to="missing", paper=paper("", text="No está en el sobre"))
    assert BlankAlarm.objects.open().get().cause == "missing"
    blanks.correct(**{**same, "numbers": LAST}, to="written_off", paper=paper("", text="Denuncia 123"))
    assert state(LAST) == "written_off"


def test_two_persons_destroy(house, kind, keeper):
    blanks.correct(
        kind=kind, office=house.santiago, numbers=f"{FIRST}-V00012347", to="voided", paper=paper("", text="Lote viejo"),
        actor=keeper,
    )  # fmt: skip
    act = blanks.propose_destruction(kind=kind, office=house.santiago, paper=paper("Acta D-1"), actor=keeper)
    assert (act.quantity, act.numbers, state(FIRST)) == (3, "V00012345–V00012347", "voided")
    with pytest.raises(NotAllowed):
        blanks.confirm_destruction(act, actor=keeper)
    with pytest.raises(ValidationError):  # nothing else is left to destroy
        blanks.propose_destruction(kind=kind, office=house.santiago, paper=paper("Acta D-2"), actor=keeper)
    blanks.confirm_destruction(act, actor=house.consul)
    assert Blank.objects.filter(state="destroyed").count() == 3
    with pytest.raises(DatabaseError), transaction.atomic():  # the same person twice: the database refuses it too
        BlankAct.objects.filter(pk=act.pk).update(second_by=keeper)


def proposed(house, kind, keeper, number="Acta D-1"):
    """A proposal to destroy what lies there; the first time three numbers are voided for it."""
    if not Blank.objects.filter(state="voided").exists():
        blanks.correct(
            kind=kind, office=house.santiago, numbers=f"{FIRST}-V00012347", to="voided",
            paper=paper("C-1", text="Lote viejo"), actor=keeper,
        )  # fmt: skip
    return blanks.propose_destruction(kind=kind, office=house.santiago, paper=paper(number), actor=keeper)


@pytest.mark.parametrize("who", ["keeper", "supervisor"])
def test_a_mistaken_proposal_is_withdrawn(house, kind, keeper, who):
    act = proposed(house, kind, keeper)
    actor = keeper if who == "keeper" else house.supervisor
    with pytest.raises(ValidationError) as refusal:
        blanks.withdraw_destruction(act, actor=actor, reason=" ")
    assert "reason" in refusal.value.message_dict
    lines = BlankMovement.objects.count()
    blanks.withdraw_destruction(act, actor=actor, reason="Números equivocados")
    act.refresh_from_db()
    assert (act.open, act.withdrawn_by, act.withdrawn_text) == (False, actor, "Números equivocados")
    kept = Blank.objects.filter(state="voided")
    assert kept.count() == 3 and BlankMovement.objects.count() == lines
    assert {blank.act.number for blank in kept.select_related("act")} == {"C-1"}  # what brought them there
    event = AuditEvent.objects.get(verb="blanks.destruction_withdrawn")
    assert (event.actor, event.reason, event.data["first"]) == (actor, "Números equivocados", keeper.pk)
    for again in (
        lambda: blanks.withdraw_destruction(act, actor=actor, reason="Otra vez"),
        lambda: blanks.confirm_destruction(act, actor=house.consul),
    ):
        with pytest.raises(StateConflict):
            again()
    assert not Blank.objects.filter(state="destroyed").exists()
    anew = proposed(house, kind, keeper)  # under the same number
    with pytest.raises(NotAllowed):  # and four eyes again
        blanks.confirm_destruction(anew, actor=keeper)
    blanks.confirm_destruction(anew, actor=house.consul)
    assert Blank.objects.filter(state="destroyed").count() == 3


def test_only_its_proposer_or_a_supervisor_withdraws_it(house, kind, keeper):
    act = proposed(house, kind, keeper)
    other, elsewhere = f.staff(Role.CUSTODIAN, house.santiago), f.staff(Role.SUPERVISOR, house.madrid)
    for actor in (other, elsewhere, house.analyst):
        with pytest.raises(NotAllowed):
            blanks.withdraw_destruction(act, actor=actor, reason="No me gusta")
    act.refresh_from_db()
    assert act.open


def test_what_was_destroyed_is_not_withdrawn(house, kind, keeper):
    act = proposed(house, kind, keeper)
    blanks.confirm_destruction(act, actor=house.consul)
    with pytest.raises(StateConflict):
        blanks.withdraw_destruction(act, actor=keeper, reason="Tarde")
    for changes in (
        {"withdrawn_by": keeper, "withdrawn_at": timezone.now(), "withdrawn_text": "Tarde"},
        {"second_by": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            BlankAct.objects.filter(pk=act.pk).update(**changes)


def test_numbers_handed_out_on_paper_are_reconciled_later(house, kind, keeper):
    act = blanks.hand_out(
        kind=kind, office=house.santiago, numbers=f"{FIRST}-V00012349", paper=paper("E-1", party="P. Lino"),
        actor=keeper,
    )  # fmt: skip
    assert set(Blank.objects.filter(act=act).values_list("state", flat=True)) == {"outside"}
    blanks.reconcile(act, numbers="V00012345-V00012347", result="delivered", text="Familia Rojas", actor=keeper)
    blanks.reconcile(act, numbers="V00012348", result="missing", text="Perdida en la evacuación", actor=keeper)
    act.refresh_from_db()
    assert act.open
    BlankAct.objects.filter(pk=act.pk).update(at=timezone.now() - timedelta(days=40))
    assert blanks.note_overdue_acts() == 1
    assert blanks.note_overdue_acts() == 0  # said once
    blanks.reconcile(act, numbers="V00012349", result="available", text="", actor=keeper)
    act.refresh_from_db()
    assert not act.open
    assert set(BlankAlarm.objects.open().values_list("cause", flat=True)) == {"missing", "handout"}


# --- the sheet ---------------------------------------------------------------------------------------------------


def test_a_sheet_adds_up_and_the_next_one_goes_on(house, kind, keeper, visa, issue):
    document = issue()
    with transaction.atomic():
        services.confirm_quality(document, actor=house.printer)
        services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    blanks.send(
        kind=kind, office=house.santiago, to_office=house.madrid, numbers="V00012390-V00012394", paper=paper(),
        actor=keeper,
    )  # fmt: skip
    first = blanks.count(kind=kind, office=house.santiago, counted=44, actor=keeper)
    assert (first.opening, first.received, first.used, first.sent, first.closing) == (0, 50, 1, 5, 44)
    assert not BlankAlarm.objects.exists()
    blanks.correct(
        kind=kind, office=house.santiago, numbers="V00012346", to="voided", paper=paper("", text="Vieja"), actor=keeper
    )
    second = blanks.count(kind=kind, office=house.santiago, counted=43, actor=keeper, expected=43)
    assert (second.after, second.opening, second.spoilt, second.closing) == (first.through, 44, 1, 43)


def test_a_difference_has_a_reason_and_raises_an_alarm_that_a_supervisor_hears_of(house, kind, keeper):
    with pytest.raises(ValidationError):
        blanks.count(kind=kind, office=house.santiago, counted=49, actor=keeper)
    with pytest.raises(ValidationError):  # what the person saw has changed
        blanks.count(kind=kind, office=house.santiago, counted=50, actor=keeper, expected=60)
    sheet = blanks.count(kind=kind, office=house.santiago, counted=49, actor=keeper, reason="Falta una en el sobre 3")
    alarm = BlankAlarm.objects.get()
    assert (sheet.difference, alarm.cause, alarm.sheet, alarm.office) == (-1, "count", sheet, house.santiago)
    User.objects.filter(pk=house.supervisor.pk).update(email="orey@rree.example")
    assert tasks.tell_alarms() == 1
    assert tasks.tell_alarms() == 0
    assert mail.outbox[0].to == ["orey@rree.example"]
    assert "49" in mail.outbox[0].body
    with pytest.raises(NotAllowed):
        blanks.close_alarm(alarm, actor=keeper, text="Apareció")
    blanks.close_alarm(alarm, actor=house.supervisor, text="Apareció en la caja")
    assert not BlankAlarm.objects.open().exists()


# --- the database ------------------------------------------------------------------------------------------------


def test_the_database_knows_the_same_ways(house, kind):
    """Every pair of states: the trigger lets pass what :data:`WAYS` says and nothing else."""
    names = Blank.State.values
    assert set(WAYS) == set(names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'documents_blank_guard'")
        source = cursor.fetchone()[0]
    for before in names:
        line = next((line for line in source.splitlines() if f"WHEN '{before}' THEN" in line), "")
        allowed = {name for name in names if f"'{name}'" in line.partition("THEN")[2]}
        assert allowed == set(WAYS[before]), before


@pytest.mark.parametrize(
    "change",
    [
        {"state": "personalised", "office": None},
        {"state": "delivered"},
        {"state": "destroyed"},
        {"state": "assigned"},  # without a case
        {"state": "spoilt", "moved_text": ""},
        {"number": "V99999999"},
        {"office": "madrid"},
    ],
    ids=str,
)
def test_the_database_refuses_a_number_out_of_its_way(house, change):
    change = {name: getattr(house, value) if value == "madrid" else value for name, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Blank.objects.filter(number=FIRST).update(**change)


def test_nothing_is_taken_out_of_the_ledger(house, kind, keeper):
    sheet = blanks.count(kind=kind, office=house.santiago, counted=50, actor=keeper)
    attempts = [
        lambda: BlankMovement.objects.all().delete(),
        lambda: BlankMovement.objects.update(text="otra cosa"),
        lambda: Blank.objects.filter(number=FIRST)._raw_delete("default"),
        lambda: BlankSheet.objects.filter(pk=sheet.pk).update(counted=49, reason="x"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_blankmovement ENABLE TRIGGER blank_movement_no_truncate")
        cursor.execute("TRUNCATE documents_blankmovement CASCADE")


def test_thousands_of_numbers_in_one_act(house, kind):
    act = blanks.receive(
        kind=kind, office=house.madrid, numbers="A0000001-A0020000", paper=paper("Acta grande"), actor=house.custodian
    )
    assert act.quantity == 20_000
    other = f.staff(Role.CUSTODIAN, house.santiago)
    transfer = blanks.send(
        kind=kind, office=house.madrid, to_office=house.santiago, numbers="A0000001-A0020000", paper=paper("Guía"),
        actor=house.custodian,
    )  # fmt: skip
    blanks.arrive(transfer, actor=other)
    assert blanks.books(kind, house.santiago).closing == 20_050


def test_a_large_series_is_checked_by_index_in_a_process_that_began_small(house, kind):
    """PostgreSQL keeps the plan of a foreign key's check for a whole connection: one that was made while the ledger
    was a page long reads all of it for each number. A first delivery of stickers would take minutes."""
    with connection.cursor() as cursor:
        with as_owner():
            cursor.execute("ANALYZE documents_blank")
        for day in range(8):
            small = paper(f"Acta {day}")
            blanks.receive(
                kind=kind, office=house.madrid, numbers=f"B{day + 1:07d}", paper=small, actor=house.custodian
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        blanks.receive(
            kind=kind, office=house.madrid, numbers="A0000001-A0005000", paper=paper("Grande"), actor=house.custodian
        )
        read = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'documents_blank'"
        before = cursor.execute(read).fetchone()[0]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        after = cursor.execute(read).fetchone()[0]
        assert after - before < 5_000 * 10, (before, after)


# --- reported as lost ---------------------------------------------------------------------------------------------


def reports():
    return list(Report.objects.order_by("id").values_list("values__number", "values__status", "office__code", "case"))


@pytest.mark.parametrize(("to", "told"), [("missing", "LOST"), ("stolen", "STOLEN")])
def test_missing_stickers_are_reported_in_the_act_that_says_so(house, kind, keeper, to, told):
    blanks.correct(
        kind=kind, office=house.santiago, numbers="V00012345-V00012347", to=to,
        paper=paper("", text="Denuncia 12"), actor=keeper,
    )  # fmt: skip
    assert reports() == [(f"V0001234{n}", told, "SCL", None) for n in (5, 6, 7)]
    report = Report.objects.first()
    assert (report.state, report.code, report.procedure) == ("queued", "interpol.sltd_report", "visa")
    assert report.values["happened_on"] == house.santiago.today().isoformat() and report.legal_basis
    assert Blank.objects.filter(reported=True, state="missing").count() == 3


def test_a_reported_number_does_not_come_back(house, kind, keeper):
    same = {"kind": kind, "office": house.santiago, "numbers": "V00012345", "actor": keeper}
    blanks.correct(**same, to="missing", paper=paper("", text="No está"))
    with pytest.raises(ValidationError) as refusal:
        blanks.correct(**same, to="available", paper=paper("", text="Apareció"))
    assert "numbers" in refusal.value.message_dict
    with pytest.raises(DatabaseError), transaction.atomic():
        Blank.objects.filter(number="V00012345").update(state="available", moved_text="x")
    blanks.correct(**same, to="written_off", paper=paper("", text="Apareció; ya estaba reportada"))
    assert state("V00012345") == "written_off"


def test_a_kind_that_is_not_reported_comes_back(house, kind, keeper):
    BlankKind.objects.filter(pk=kind.pk).update(report_missing=False)
    kind.refresh_from_db()
    same = {"kind": kind, "office": house.santiago, "numbers": "V00012345", "actor": keeper}
    blanks.correct(**same, to="missing", paper=paper("", text="No está"))
    assert not Report.objects.exists()
    blanks.correct(**same, to="available", paper=paper("", text="Apareció"))
    assert state("V00012345") == "available"


def test_without_interpol_nothing_is_said_to_be_reported(house, kind, keeper):
    Agency.objects.filter(code="interpol").delete()
    blanks.correct(
        kind=kind, office=house.santiago, numbers="V00012345", to="missing", paper=paper("", text="No está"),
        actor=keeper,
    )  # fmt: skip
    assert not Blank.objects.filter(reported=True).exists()


def test_what_a_transfer_or_a_handout_lacks_is_reported_too(house, kind, keeper):
    sent = blanks.send(
        kind=kind, office=house.santiago, to_office=house.madrid, numbers="V00012350-V00012352", paper=paper("T-1"),
        actor=keeper,
    )  # fmt: skip
    blanks.arrive(sent, actor=f.staff(Role.CUSTODIAN, house.madrid), missing="V00012351", remarks="Sobre abierto")
    out = blanks.hand_out(
        kind=kind, office=house.santiago, numbers="V00012360-V00012361", paper=paper("E-1", party="P. Lino"),
        actor=keeper,
    )  # fmt: skip
    blanks.reconcile(out, numbers="V00012361", result="missing", text="Perdida", actor=keeper)
    assert reports() == [("V00012351", "LOST", "SCL", None), ("V00012361", "LOST", "SCL", None)]


def test_an_act_that_fails_reports_nothing(house, kind, keeper):
    with pytest.raises(ValidationError):
        blanks.correct(
            kind=kind, office=house.santiago, numbers="V00012345, W00000001", to="missing",
            paper=paper("", text="No está"), actor=keeper,
        )  # fmt: skip
    assert not Report.objects.exists() and not Blank.objects.filter(reported=True).exists()

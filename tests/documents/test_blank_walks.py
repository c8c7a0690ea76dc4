"""Random walks of acts: whatever happens in whatever order, every number is in one place and the books add up."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.errors import StateConflict
from cases.models import Ground
from documents import ranges, services
from documents.errors import DocumentError
from documents.models import Blank, BlankAct, BlankKind, BlankMovement, BlankSheet, IssuedDocument
from documents.services import blanks
from documents.services.blanks import Paper
from offices.roles import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
REFUSALS = (ValidationError, StateConflict, DocumentError)  # an act that cannot be done now changes nothing


def walk_of(house, visa_case, document_content):
    """The machine over a ministry that exists; everything it does is rolled back by its savepoint."""

    class Walk(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.savepoint = transaction.savepoint()
            self.kind = BlankKind.objects.get(document_kind="visa")
            self.offices = {"scl": house.santiago, "mad": house.madrid}
            self.first, self.second = house.custodian, self.other
            self.act, self.next_number, self.closing = 0, 30_000_001, {}

        other = f.staff(Role.CUSTODIAN, house.lima)

        def teardown(self):
            if hasattr(self, "savepoint"):
                transaction.savepoint_rollback(self.savepoint)

        def paper(self, **fields):
            self.act += 1
            return Paper(number=f"A-{self.act}", dated=date(2026, 3, 1), **fields)

        def some(self, many, **conditions):
            numbers = Blank.objects.filter(kind=self.kind, **conditions).order_by("?").values_list("number", flat=True)
            return ranges.shown(sorted(numbers[:many]))

        def attempt(self, act, **values):
            try:
                with transaction.atomic():
                    return act(**values)
            except REFUSALS:
                return None

        office = st.sampled_from(["scl", "mad"])
        many = st.integers(1, 6)

        @rule(office=office, many=many)
        def receive(self, office, many):
            first, self.next_number = self.next_number, self.next_number + many
            numbers = f"V{first:08d}-V{first + many - 1:08d}"
            assert blanks.receive(
                kind=self.kind, office=self.offices[office], numbers=numbers, paper=self.paper(), actor=self.first
            )

        @rule(office=office, many=many)
        def send(self, office, many):
            here = self.offices[office]
            there = next(each for code, each in self.offices.items() if code != office)
            self.attempt(
                blanks.send, kind=self.kind, office=here, to_office=there, paper=self.paper(), actor=self.first,
                numbers=self.some(many, office=here, state="available"),
            )  # fmt: skip

        @rule(lost=st.integers(0, 2))
        def arrive(self, lost):
            transfer = BlankAct.objects.filter(act="transfer", open=True).first()
            if transfer:
                missing = self.some(lost, act=transfer, state="sent") if lost else ""
                self.attempt(blanks.arrive, transfer=transfer, actor=self.second, missing=missing, remarks="Abierto")

        @rule(office=office, many=many, to=st.sampled_from(["voided", "missing", "available", "written_off"]))
        def correct(self, office, many, to):
            here = self.offices[office]
            before = "missing" if to in ("available", "written_off") else "available"
            self.attempt(
                blanks.correct, kind=self.kind, office=here, to=to, paper=self.paper(text="Motivo"), actor=self.first,
                numbers=self.some(many, office=here, state=before),
            )  # fmt: skip

        @rule(office=office, many=many)
        def hand_out(self, office, many):
            here = self.offices[office]
            self.attempt(
                blanks.hand_out, kind=self.kind, office=here, paper=self.paper(party="Quien sea"), actor=self.first,
                numbers=self.some(many, office=here, state="available"),
            )  # fmt: skip

        @rule(many=many, result=st.sampled_from(["delivered", "available", "spoilt", "missing"]))
        def reconcile(self, many, result):
            act = BlankAct.objects.filter(act="handout", open=True).first()
            if act:
                numbers = self.some(many, act=act, state="outside")
                self.attempt(
                    blanks.reconcile, handout=act, numbers=numbers, result=result, text="A alguien", actor=self.second
                )

        @rule()
        def assign(self):
            self.attempt(services.assign_blank, case=visa_case, kind="visa")

        @rule()
        def print_it(self):
            self.attempt(services.issue, case=visa_case, content=document_content, actor=None)

        @rule(good=st.booleans())
        def look(self, good):
            document = IssuedDocument.objects.filter(case=visa_case, state="personalised").first()
            if document and good:
                services.confirm_quality(document, actor=house.printer)
            elif document:
                ground = Ground.objects.filter(kind="spoilt").first()
                photo = visa_case.attachments.first()
                services.spoil(document, actor=house.printer, ground=ground, photo=photo)

        @rule()
        def deliver(self):
            document = IssuedDocument.objects.filter(case=visa_case, state="qc_ok").first()
            if document:
                services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")

        @rule(office=office)
        def destroy(self, office):
            self.attempt(
                blanks.propose_destruction, kind=self.kind, office=self.offices[office], paper=self.paper(),
                actor=self.first,
            )  # fmt: skip

        @rule()
        def confirm(self):
            act = BlankAct.objects.filter(act="destruction", open=True).first()
            if act:
                self.attempt(blanks.confirm_destruction, destruction=act, actor=self.second)

        @rule()
        def withdraw(self):
            act = BlankAct.objects.filter(act="destruction", open=True).first()
            if act:
                self.attempt(blanks.withdraw_destruction, destruction=act, actor=self.first, reason="Por error")

        @rule(office=office, off_by=st.integers(-1, 1))
        def count(self, office, off_by):
            here = self.offices[office]
            closing = blanks.books(self.kind, here).closing
            sheet = blanks.count(
                kind=self.kind, office=here, counted=max(0, closing + off_by), reason="Se contó otra vez",
                actor=self.first,
            )  # fmt: skip
            assert sheet.opening == self.closing.get(office, 0)
            self.closing[office] = sheet.closing

        @invariant()
        def every_number_is_in_one_place(self):
            if not hasattr(self, "kind"):
                return
            for blank in Blank.objects.all():
                assert (blank.office_id is None) == (blank.state == "sent")
            with connection.cursor() as cursor:  # the ledger, line by line, leads to where each number is
                cursor.execute(
                    "SELECT count(*) FROM documents_blank b JOIN LATERAL (SELECT * FROM documents_blankmovement m"
                    " WHERE m.blank_id = b.id ORDER BY m.id DESC LIMIT 1) last ON true"
                    " WHERE last.to_state <> b.state OR last.to_office_id IS DISTINCT FROM b.office_id"
                )
                assert cursor.fetchone()[0] == 0
                cursor.execute(
                    "SELECT count(*) FROM (SELECT from_state, from_office_id, lag(to_state) OVER w AS before,"
                    " lag(to_office_id) OVER w AS place FROM documents_blankmovement"
                    " WINDOW w AS (PARTITION BY blank_id ORDER BY id)) line"
                    " WHERE from_state <> coalesce(before, '') OR from_office_id IS DISTINCT FROM place"
                )
                assert cursor.fetchone()[0] == 0

        @invariant()
        def the_books_add_up(self):
            if not hasattr(self, "kind"):
                return
            for office in self.offices.values():
                books = blanks.books(self.kind, office)
                assert books.closing == books.held

        @invariant()
        def a_document_has_its_blank(self):
            if not hasattr(self, "kind"):
                return
            places = {
                "personalised": "personalised",
                "qc_ok": "personalised",
                "active": "delivered",
                "spoilt": "spoilt",
            }
            for document in IssuedDocument.objects.select_related("blank"):
                state = document.blank.state
                assert state in (places[document.state], "destroyed" if document.state == "spoilt" else state)

    return Walk


def test_random_walks(house, visa, content, monkeypatch):
    from documents.services import issuing

    monkeypatch.setattr(issuing, "render", lambda *args, **kwargs: b"%PDF-1.7 %%EOF")  # a page takes 300 ms to set
    machine = walk_of(house, visa, content)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
    assert BlankMovement.objects.count() == Blank.objects.count()  # all of it was rolled back
    assert not BlankSheet.objects.exists()

"""The life of an issued document."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from cases import services as cases
from cases.errors import StateConflict
from cases.models import Ground
from documents import services
from documents.models import IssuedDocument
from documents.panels import documents_context

State = IssuedDocument.State


@pytest.fixture
def act():
    """Everything here happens inside an act's transaction."""
    with transaction.atomic():
        yield


@pytest.fixture
def bad_print(house):
    return Ground.objects.get(procedure="visa", kind=Ground.Kind.SPOILT, code="impresion")


def test_from_print_to_delivery(issue, house, act):
    document = issue()
    services.confirm_quality(document, actor=house.printer)
    services.deliver(document, actor=house.delivery, receiver=" Anna Eriksson ", receiver_document="L898902C3")
    document.refresh_from_db()
    assert (document.state, document.receiver) == (State.ACTIVE, "Anna Eriksson")
    assert (document.quality_by, document.delivered_by) == (house.printer, house.delivery)
    verbs = list(AuditEvent.objects.filter(verb__startswith="document.").order_by("id").values_list("verb", "actor_id"))
    assert verbs[-3:] == [
        ("document.issued", None),
        ("document.quality_confirmed", house.printer.pk),
        ("document.delivered", house.delivery.pk),
    ]


def test_delivery_asks_for_quality_control(issue, house, act):
    document = issue()
    with pytest.raises(StateConflict):
        services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    document.refresh_from_db()
    assert document.state == State.PERSONALISED


def test_delivery_asks_for_the_receiver(issue, house, act):
    document = issue()
    services.confirm_quality(document, actor=house.printer)
    with pytest.raises(ValidationError):
        services.deliver(document, actor=house.delivery, receiver="  ", receiver_document="")


def test_of_two_officers_with_the_same_page_one_wins(issue, house, act):
    document = issue()
    same = IssuedDocument.objects.get(pk=document.pk)
    services.confirm_quality(document, actor=house.printer)
    with pytest.raises(StateConflict):
        services.confirm_quality(same, actor=house.delivery)
    document.refresh_from_db()
    assert document.quality_by == house.printer


def test_a_spoilt_print_burns_its_number(issue, visa, house, bad_print, act):
    first = issue()
    services.spoil(first, actor=house.printer, ground=bad_print, text="Tinta corrida", photo=visa.attachments.first())
    with pytest.raises(StateConflict):
        services.current(visa)
    second = issue()
    assert services.current(visa) == second
    assert int(second.number[1:]) == int(first.number[1:]) + 1
    first.refresh_from_db()
    assert (first.state, first.spoilt_ground, first.spoilt_text) == (State.SPOILT, bad_print, "Tinta corrida")
    with pytest.raises(StateConflict):
        services.confirm_quality(first, actor=house.printer)


def test_spoiling_asks_for_a_ground_of_its_kind(issue, house, act):
    document = issue()
    other = Ground.objects.filter(kind=Ground.Kind.DENY).first()
    for ground in (None, other):
        with pytest.raises(ValidationError):
            services.spoil(document, actor=house.printer, ground=ground, text="")


def test_cancelling_is_for_documents_that_nobody_holds(issue, house, act):
    document = issue()
    services.cancel(document, actor=house.consul, reason="Error en los datos")
    document.refresh_from_db()
    assert (document.state, document.cancel_reason) == (State.CANCELLED, "Error en los datos")
    assert document.blank.state == "voided"
    assert AuditEvent.objects.get(verb="document.cancelled").data["before"] == "personalised"
    with pytest.raises(StateConflict):
        services.cancel(document, actor=house.consul, reason="Otra vez")
    second = issue()
    services.confirm_quality(second, actor=house.printer)
    services.deliver(second, actor=house.delivery, receiver="Anna", receiver_document="")
    with pytest.raises(StateConflict):
        services.cancel(second, actor=house.consul, reason="Ya entregada")


def test_closing_a_case_cancels_what_nobody_holds(issue, visa, house):
    document = issue()
    ground = Ground.objects.create(procedure="visa", kind=Ground.Kind.WITHDRAWN, code="prueba", text="Desiste")
    cases.close_case(visa, actor=house.consul, outcome="withdrawn", ground=ground)
    document.refresh_from_db()
    assert (document.state, document.cancelled_by) == (State.CANCELLED, house.consul)


def test_closing_leaves_a_delivered_document_alone(issue, visa, house, act):
    document = issue()
    services.confirm_quality(document, actor=house.printer)
    services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    services.cancel_undelivered(visa, actor=house.consul)
    document.refresh_from_db()
    assert document.state == State.ACTIVE


@pytest.mark.parametrize("state", [State.ACTIVE, State.SPOILT, State.CANCELLED])
def test_the_database_refuses_a_state_without_its_facts(issue, state):
    document = issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.filter(pk=document.pk).update(state=state)


def test_panel_lists_documents_and_files_of_visible_cases(issue, visa, house, act, django_assert_max_num_queries):
    document = issue()
    services.confirm_quality(document, actor=house.printer)
    from tests import factories as f

    user = f.fresh(house.analyst)
    with django_assert_max_num_queries(5):
        context = documents_context(visa, user)
    assert [item.number for item in context["issued"]] == [document.number]
    assert [str(step.title) for step in context["issued"][0].life]
    assert document.pdf not in context["files"]
    assert context["badge"] == 1
    assert documents_context(visa, f.fresh(house.foreign))["issued"] == []


def test_panel_page_is_rendered(issue, visa, house, act):
    from django.template.loader import render_to_string

    from tests import factories as f

    document = issue()
    services.confirm_quality(document, actor=house.printer)
    page = render_to_string("documents/panel.html", documents_context(visa, f.fresh(house.analyst)))
    assert document.number in page
    assert str(document.pdf.key) in page
    assert document.mrz_lines[0].replace("<", "&lt;") in page

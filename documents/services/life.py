"""After the delivery: a document is suspended, reported, cancelled, replaced, given back; or its days are over."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.acts import act
from cases.errors import NotAllowed, StateConflict
from documents.models import IssuedDocument, LifeChange, LifeGround
from documents.registry import registry
from documents.services.blanks import using
from documents.services.keeping import move, record
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act

State = IssuedDocument.State
_OUT = (State.LOST, State.STOLEN, State.DAMAGED, State.CANCELLED, State.REVOKED, State.SUPERSEDED, State.RETURNED)

WAYS: dict[str, tuple[str, ...]] = {
    State.ACTIVE: (State.SUSPENDED, *_OUT),
    State.SUSPENDED: (State.ACTIVE, *_OUT),
    State.LOST: (State.STOLEN, State.RETURNED),
    State.STOLEN: (State.RETURNED,),
    State.DAMAGED: (State.RETURNED,),
    State.CANCELLED: (State.RETURNED,),
    State.REVOKED: (State.RETURNED,),
    State.SUPERSEDED: (State.RETURNED,),
    State.EXPIRED: (State.LOST, State.STOLEN, State.RETURNED),
}
"""What may follow what. Only a suspension is lifted: a document that was lost or stolen and is found again stays
invalid (INTERPOL SLTD and ICAO practice; domain §5.5 G, «found after reported lost: stays cancelled»)."""

SWEEP = 500


@act
def change_state(
    document: IssuedDocument, *, state: str, ground: LifeGround | None, actor: User, text: str = "",
    happened_on: date | None = None,
) -> LifeChange:  # fmt: skip
    """Change the state of a delivered document, at once visible to whoever verifies it.

    Raises NotAllowed without the right to supervise at the issuing office, ValidationError by field (a ground of that
    state is wanted, a date not in the future), StateConflict when this cannot follow its present state.
    """
    held = (
        IssuedDocument.objects.select_for_update(of=("self",))
        .select_related("case__office", "issued_by_office")
        .get(pk=document.pk)
    )
    case = held.case
    if not authority_of(actor).can(Act.SUPERVISE, case.procedure, held.issued_by_office_id):
        raise NotAllowed(
            _("Only a supervisor of the issuing office can change the state of its documents."),
            code="no_right", office_id=held.issued_by_office_id, case_id=held.case_id,
        )  # fmt: skip
    if state not in WAYS.get(held.state, ()):
        raise StateConflict(
            _("The document %(number)s can not do that now.") % {"number": held.number}, code="document_state"
        )
    if ground is None or ground.state != state or not ground.active:
        raise ValidationError({"ground": _("Choose the ground.")})
    today = held.issued_by_office.today()
    if happened_on is not None and not held.valid_from <= happened_on <= today:
        raise ValidationError({"happened_on": _("The date lies between the day of issue and today.")})
    return _change(held, state, ground=ground, text=text, happened_on=happened_on or today, actor=actor)


def _change(
    held: IssuedDocument, state: str, *, ground: LifeGround | None, text: str, happened_on: date, actor: User | None
) -> LifeChange:
    before, now = held.state, timezone.now()
    said = "\n".join(filter(None, [ground.text if ground else "", text.strip()]))
    ended = {"cancelled_at": now, "cancelled_by": actor, "cancel_reason": said} if state == State.CANCELLED else {}
    move(held, before, state, **ended)
    change = LifeChange.objects.create(
        document=held, before=before, state=state, ground=ground, text=text.strip(), happened_on=happened_on,
        by=actor, at=now,
    )  # fmt: skip
    if state in _OUT:
        using.write_off(held, actor=actor, text=said)
    record(
        f"document.{state}", held, held.case, actor=actor, reason=said,
        data={"before": before, "ground": ground.code if ground else "", "happened_on": happened_on.isoformat()},
    )  # fmt: skip
    registry.changed(held, change, actor=actor)
    return change


@transaction.atomic
def expire_documents() -> int:
    """End the documents whose last day is over; returns how many of :data:`SWEEP`. Whoever verifies one
    is told by the date itself, without waiting for this."""
    latest = timezone.now().date()  # Lima is a day behind, and is looked at below
    over = (
        IssuedDocument.objects.filter(state__in=[State.ACTIVE, State.SUSPENDED], valid_until__lt=latest)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("case__office", "issued_by_office")
        .order_by("valid_until")[:SWEEP]
    )
    ended = 0
    for document in over:
        if document.is_over():
            _change(document, State.EXPIRED, ground=None, text="", happened_on=document.valid_until, actor=None)
            ended += 1
    return ended

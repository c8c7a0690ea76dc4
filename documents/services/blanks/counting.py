"""The daily sheet: what the ledger says, against what lies in the safe."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.acts import act
from documents.models import Blank, BlankAlarm, BlankKind, BlankSheet
from documents.services.blanks.alarms import raise_alarm
from documents.services.blanks.moving import check_right
from offices.models import Office, User

_HELD = "('available', 'assigned', 'personalised')"
# one pass over the lines since the last sheet; a line counts when it crosses the border of what the office holds
_FLOWS = f"""
    SELECT coalesce(max(id), %(after)s),
           count(*) FILTER (WHERE entered AND from_state IN ('', 'sent')),
           count(*) FILTER (WHERE entered AND from_state NOT IN ('', 'sent')),
           count(*) FILTER (WHERE gone AND to_state = 'delivered'),
           count(*) FILTER (WHERE gone AND to_state IN ('spoilt', 'voided')),
           count(*) FILTER (WHERE gone AND to_state = 'sent'),
           count(*) FILTER (WHERE gone AND to_state IN ('outside', 'missing'))
    FROM (
        SELECT id, from_state, to_state,
               to_office_id = %(office)s AND to_state IN {_HELD}
                   AND NOT (from_state IN {_HELD} AND from_office_id IS NOT DISTINCT FROM %(office)s) AS entered,
               from_office_id = %(office)s AND from_state IN {_HELD}
                   AND NOT (to_state IN {_HELD} AND to_office_id IS NOT DISTINCT FROM %(office)s) AS gone
        FROM documents_blankmovement
        WHERE kind_id = %(kind)s AND id > %(after)s AND (from_office_id = %(office)s OR to_office_id = %(office)s)
    ) line
"""  # noqa: S608 (constants only)  # nosec B608


@dataclass(frozen=True)
class Books:
    """What the ledger says of one office and kind since its last sheet, and what is held now."""

    after: int
    through: int
    opening: int
    received: int
    recovered: int
    used: int
    spoilt: int
    sent: int
    left: int
    held: int

    @property
    def closing(self) -> int:
        return self.opening + self.received + self.recovered - self.used - self.spoilt - self.sent - self.left


def books(kind: BlankKind, office: Office) -> Books:
    """The books as they stand; four statements, whatever their size before the last sheet."""
    last = BlankSheet.objects.filter(office=office, kind=kind).order_by("-id").first()
    after = last.through if last else 0
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {"kind": kind.pk, "office": office.pk, "after": after})
        through, received, recovered, used, spoilt, sent, left = cursor.fetchone()
    held = Blank.objects.filter(kind=kind, office=office, state__in=Blank.HELD).count()
    opening = last.closing if last else 0
    return Books(after, through, opening, received, recovered, used, spoilt, sent, left, held)


@act
def count(
    *, kind: BlankKind, office: Office, counted: int, actor: User, reason: str = "", expected: int | None = None
) -> BlankSheet:
    """Close the books of an office up to this moment against a physical count.

    ``expected`` is the closing figure that the person saw; raises ValidationError when it has changed since, when a
    difference has no reason. A difference, and numbers that the ledger can not account for, raise an alarm.
    """
    check_right(kind, office, actor)
    with connection.cursor() as cursor:  # waits for movements under way (trigger ``blank_guard``)
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [kind.pk, office.pk])
    now = books(kind, office)
    if expected is not None and expected != now.closing:
        raise ValidationError({"counted": _("The stock has moved while you counted: count again.")})
    if counted != now.closing and not reason.strip():
        raise ValidationError({"reason": _("Give the reason of the difference.")})
    moment = timezone.now()
    sheet = BlankSheet.objects.create(
        office=office, kind=kind, day=office.today(moment), after=now.after,
        through=now.through, opening=now.opening, received=now.received, recovered=now.recovered, used=now.used,
        spoilt=now.spoilt, sent=now.sent, left=now.left, closing=now.closing, counted=counted, reason=reason.strip(),
        by=actor, at=moment,
    )  # fmt: skip
    if sheet.difference:
        raise_alarm(
            office=office, kind=kind, cause=BlankAlarm.Cause.COUNT, sheet=sheet,
            text=_("%(counted)d counted, %(closing)d in the books: %(reason)s")
            % {"counted": counted, "closing": now.closing, "reason": sheet.reason},
        )  # fmt: skip
    if now.held != now.closing:
        raise_alarm(
            office=office, kind=kind, cause=BlankAlarm.Cause.MISSING, sheet=sheet,
            text=_("The ledger holds %(held)d numbers and its movements add up to %(closing)d")
            % {"held": now.held, "closing": now.closing},
        )  # fmt: skip
    audit.record(
        "blanks.counted", actor=actor, office_id=office.pk, reason=sheet.reason,
        data={"sheet": sheet.pk, "kind": kind.code, "closing": now.closing, "counted": counted},
    )  # fmt: skip
    return sheet

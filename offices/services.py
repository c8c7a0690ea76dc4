"""Writes of this room: offices, postings, and the rights that follow from them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from offices.authority import forget_authority
from offices.models import Delegation, Notice, Office, OfficeUserObjectPermission, Posting, User
from offices.roles import ROLES, Role
from offices.sessions import end_sessions_if_unposted
from offices.zones import zone_of


def sync_roles() -> None:
    """Make one Django group per role. The groups name who is in which role; rights are tied to an office and come from
    the posting, and administrators' from the admin site itself."""
    for code in ROLES:
        Group.objects.get_or_create(name=code)


def _grant(posting: Posting) -> None:
    """Write the rights of a new posting and the group memberships of its user."""
    wanted = ROLES[posting.role].rights()
    permissions = Permission.objects.filter(
        content_type__app_label="offices", content_type__model="office", codename__in=wanted
    )
    OfficeUserObjectPermission.objects.bulk_create(
        OfficeUserObjectPermission(
            user=posting.user, content_object=posting.office, permission=permission, posting=posting
        )
        for permission in permissions
    )
    posting.user.groups.add(Group.objects.get(name=posting.role))
    if ROLES[posting.role].configures and not posting.user.is_staff:
        posting.user.is_staff = True
        posting.user.save(update_fields=["is_staff"])
    forget_authority(posting.user)


# Filled by higher rooms: called in the transaction that draws the consequences of an end. Ending sessions and giving
# steps back to the queue hang here.
on_posting_end: list[Callable[[Posting], None]] = []
on_delegation_end: list[Callable[[Delegation], None]] = []


def midnight(day: date, office: Office) -> datetime:
    """The moment a day begins at an office."""
    return datetime.combine(day, time.min, tzinfo=zone_of(office.time_zone))


@transaction.atomic
def open_posting(
    *, actor: User | None, user: User, office: Office, role: Role | str, since: datetime | date,
    until: datetime | date | None = None, source: str,
) -> Posting:  # fmt: skip
    """Post a user to an office in a role. Raises ValidationError with the field at fault.

    A plain date begins at local midnight of the office; ``until`` as a plain date is the last day, which counts whole.
    """
    if not isinstance(since, datetime):
        since = midnight(since, office)
    if until is not None and not isinstance(until, datetime):
        until = midnight(until + timedelta(days=1), office)
    if not office.active:
        raise ValidationError({"office": _("This office is closed.")})
    posting = Posting(user=user, office=office, role=role, since=since, until=until, source=source)
    posting.full_clean()
    posting.save()
    _grant(posting)
    audit.record(
        "posting.ordered",
        actor=actor,
        office_id=office.pk,
        data={"posting": posting.pk, "user": user.pk, "role": str(role), "since": since.isoformat(),
              "until": until.isoformat() if until else None},
        reason=source,
    )  # fmt: skip
    if since <= timezone.now():
        note_opening(posting, actor=actor)
    return posting


@transaction.atomic
def note_opening(posting: Posting, *, actor: User | None = None) -> None:
    """Draw the visible consequences of a posting that has begun: its event and a notice to its holder."""
    if not Posting.objects.filter(pk=posting.pk, opened_at__isnull=True).update(opened_at=timezone.now()):
        return
    audit.record(
        "posting.opened", actor=actor, office_id=posting.office_id,
        data={"posting": posting.pk, "user": posting.user_id, "role": posting.role},
    )  # fmt: skip
    notify_staff([posting.user_id], "posting.opened", role=posting.role, office=posting.office.name)


@transaction.atomic
def close_posting(posting: Posting, *, actor: User | None, at: datetime, reason: str) -> None:
    """End a posting. Its rights stop at ``at``, in open sessions too."""
    if posting.until is not None and posting.until <= at:
        raise ValidationError(_("This posting has already ended."))
    posting.until = at
    posting.full_clean()
    posting.save(update_fields=["until"])
    forget_authority(posting.user)
    audit.record(
        "posting.end_set", actor=actor, office_id=posting.office_id,
        data={"posting": posting.pk, "user": posting.user_id, "until": at.isoformat()}, reason=reason,
    )  # fmt: skip
    if at <= timezone.now():
        note_closing(posting, actor=actor)


@transaction.atomic
def note_closing(posting: Posting, *, actor: User | None = None) -> None:
    """Draw the visible consequences of a posting that has ended: event, notice, and whatever higher rooms hung on
    :data:`on_posting_end`. The rights themselves ended with ``until``."""
    if not Posting.objects.filter(pk=posting.pk, closed_at__isnull=True).update(closed_at=timezone.now()):
        return
    audit.record(
        "posting.closed", actor=actor, office_id=posting.office_id,
        data={"posting": posting.pk, "user": posting.user_id, "role": posting.role},
    )  # fmt: skip
    notify_staff([posting.user_id], "posting.closed", role=posting.role, office=posting.office.name)
    end_sessions_if_unposted(posting.user, actor=actor, reason="posting.closed")
    for consequence in on_posting_end:
        consequence(posting)


def notify_staff(user_ids: Iterable[int], kind: str, **data: Any) -> None:
    """Leave a notice for each of these members of staff, in the transaction of the act it tells of."""
    Notice.objects.bulk_create(Notice(user_id=user_id, kind=kind, data=data) for user_id in sorted(set(user_ids)))


@transaction.atomic
def see_notices(*, actor: User) -> None:
    """The person has looked at their notices."""
    Notice.objects.filter(user=actor, seen_at__isnull=True).update(seen_at=timezone.now())


@transaction.atomic
def place_office(office: Office, *, actor: User | None) -> Office:
    """Save an office and keep the paths of everything below it right.

    Raises ValidationError when the office would hang below itself.
    """
    old_path = Office.objects.filter(pk=office.pk).values_list("path", flat=True).first() if office.pk else None
    if office.parent is not None and old_path and office.parent.path.startswith(old_path):
        raise ValidationError({"parent": _("An office can not depend on itself or on one below it.")})
    office.path = f"{office.parent.path if office.parent else ''}{office.code}/"
    office.save()
    if old_path and old_path != office.path:
        for below in Office.objects.filter(path__startswith=old_path).exclude(pk=office.pk):
            below.path = office.path + below.path.removeprefix(old_path)
            below.save(update_fields=["path"])
    audit.record("office.saved", actor=actor, office_id=office.pk, data={"code": office.code, "path": office.path})
    return office

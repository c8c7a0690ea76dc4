"""Writes of this room: offices, postings, and the rights that follow from them."""

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from offices.authority import forget_authority
from offices.models import Office, OfficeUserObjectPermission, Posting, User
from offices.roles import ROLES, Role
from offices.sessions import end_sessions_if_unposted


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


@transaction.atomic
def open_posting(
    *, actor: User | None, user: User, office: Office, role: Role | str, since: datetime,
    until: datetime | None = None, source: str,
) -> Posting:  # fmt: skip
    """Post a user to an office in a role. Raises ValidationError with the field at fault."""
    posting = Posting(user=user, office=office, role=role, since=since, until=until, source=source)
    posting.full_clean()
    posting.save()
    _grant(posting)
    audit.record(
        "posting.opened",
        actor=actor,
        office_id=office.pk,
        data={"user": user.pk, "role": str(role), "until": until.isoformat() if until else None},
        reason=source,
    )
    return posting


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
        "posting.closed", actor=actor, office_id=posting.office_id, data={"user": posting.user_id}, reason=reason
    )
    if at <= timezone.now():  # one that ends later is followed by the job that watches postings
        end_sessions_if_unposted(posting.user, actor=actor, reason=reason)


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

"""Absence cover: who does the work of whom, until when."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from offices.authority import authority_of, forget_authority
from offices.models import Delegation, Office, Posting, User
from offices.roles import ORDINARY, ROLES, Act, right
from offices.services import midnight, notify_staff, on_delegation_end

LONGEST = timedelta(days=180)


def may_delegate(actor: User, posting: Posting) -> bool:
    """Whether the actor may give or revoke cover of a posting: its holder, or who supervises its office by a posting
    of their own."""
    if actor.pk == posting.user_id:
        return True
    return posting.office_id in _supervised_offices(actor)


def _supervised_offices(actor: User) -> frozenset[int]:
    supervises = {right(Act.SUPERVISE, procedure) for procedure in ORDINARY}
    own = [g for g in authority_of(actor).grants if g.absentee_id is None and supervises & g.codenames]
    return frozenset[int]().union(*(grant.offices for grant in own))


def postings_to_cover(actor: User) -> QuerySet[Posting]:
    """The postings in force whose cover the actor may arrange: their own, and those of the offices they supervise."""
    coverable = [role for role, each in ROLES.items() if each.acts and Act.AUDIT not in each.acts]
    mine = Q(user=actor) | Q(office_id__in=_supervised_offices(actor))
    postings = Posting.objects.in_force(timezone.now()).filter(mine, role__in=coverable, user__is_active=True)
    return postings.select_related("user", "office").order_by("user__last_name", "user__first_name", "pk")


def colleagues_of(postings: QuerySet[Posting]) -> QuerySet[User]:
    """People who may cover one of these: with a posting at the same office, above it or beside it."""
    near = Office.objects.filter(Q(pk__in=postings.values("office_id")) | Q(children__in=postings.values("office_id")))
    beside = Q(office__in=near.values("pk")) | Q(office__parent__in=near.values("pk"))
    working = Posting.objects.in_force(timezone.now()).filter(beside)
    return User.objects.filter(is_active=True, pk__in=working.values("user_id")).order_by("last_name", "first_name")


def delegations_seen_by(actor: User) -> QuerySet[Delegation]:
    """Delegations that concern the actor: given, held, or of an office they supervise."""
    mine = Q(absentee=actor) | Q(delegate=actor) | Q(posting__office_id__in=_supervised_offices(actor))
    found = Delegation.objects.filter(mine).select_related("posting__office", "absentee", "delegate", "given_by")
    return found.order_by("-since", "-pk")


def _own_rights(posting: Posting) -> frozenset[str]:
    return ROLES[posting.role].rights()


def _refuse_unfit(posting: Posting, delegate: User, since: datetime, until: datetime) -> Posting:
    """The posting from which the delegate covers. Raises ValidationError by field."""
    if delegate.pk == posting.user_id:
        raise ValidationError({"delegate": _("Nobody can cover their own absence.")})
    if not delegate.is_active:
        raise ValidationError({"delegate": _("This account is closed.")})
    if ROLES[posting.role].configures or Act.AUDIT in ROLES[posting.role].acts:
        raise ValidationError({"posting": _("Administrators and auditors are not covered by others.")})
    own = list(Posting.objects.in_force(since).filter(user=delegate).select_related("office").order_by("since", "pk"))
    if not own:
        raise ValidationError({"delegate": _("This person has no posting in those days.")})
    protected = {name for name in _own_rights(posting) if name.startswith(f"{Act.VIEW_PROTECTED}_")}
    fit = next((each for each in own if protected <= _own_rights(each)), None)
    if fit is None:
        # the wall: cover never lets anyone see protected cases who may not see them by a posting of their own
        raise ValidationError({"delegate": _("This person can not cover this posting.")})
    overlapping = Delegation.objects.not_over(since).filter(since__lt=until)
    if overlapping.filter(posting=posting).exists():
        raise ValidationError({"posting": _("Somebody already covers this posting in those days.")})
    if overlapping.filter(absentee=delegate).exists():
        raise ValidationError({"delegate": _("This person is absent in those days: cover can not be passed on.")})
    if overlapping.filter(delegate=posting.user_id).exists():
        raise ValidationError(
            {"posting": _("The person who is absent covers someone else in those days: revoke that cover first.")}
        )
    return fit


@transaction.atomic
def delegate_posting(
    posting: Posting, *, actor: User, delegate: User, since: datetime | date, until: datetime | date, source: str
) -> Delegation:
    """Let somebody cover a posting. Plain dates are days at the office of the posting, both counted whole.

    Given by the holder or their supervisor, else PermissionDenied. Raises ValidationError by field: never to oneself,
    never passed on, never beyond either posting, never across the wall.
    """
    if not may_delegate(actor, posting):
        raise PermissionDenied(_("Only the person or their supervisor arranges cover."))
    User.objects.select_for_update().filter(pk__in=[posting.user_id, delegate.pk]).order_by("pk").values_list("pk")[0]
    if not isinstance(since, datetime):
        since = midnight(since, posting.office)
    if not isinstance(until, datetime):
        until = midnight(until + timedelta(days=1), posting.office)
    now = timezone.now()
    if until <= now:
        raise ValidationError({"until": _("Choose a day that is not over.")})
    if until <= since:
        raise ValidationError({"until": _("A delegation ends after it begins.")})
    if until - since > LONGEST:
        raise ValidationError({"until": _("At most %(days)d days at a time.") % {"days": LONGEST.days}})
    if not Posting.objects.in_force(max(since, now)).filter(pk=posting.pk).exists():
        raise ValidationError({"posting": _("This posting is not in force in those days.")})
    own = _refuse_unfit(posting, delegate, max(since, now), until)
    delegation = Delegation(
        posting=posting, absentee_id=posting.user_id, delegate=delegate, delegate_posting=own, since=since,
        until=until, source=source, given_by=actor,
    )  # fmt: skip
    delegation.full_clean()
    delegation.save()
    forget_authority(delegate)
    audit.record(
        "delegation.given", actor=actor, office_id=posting.office_id, reason=source,
        data={"delegation": delegation.pk, "absentee": posting.user_id, "delegate": delegate.pk,
              "posting": posting.pk, "since": since.isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    told = {posting.user_id, delegate.pk} - {actor.pk}
    notify_staff(
        told, "delegation.given", absentee=posting.user.short_name, delegate=delegate.short_name,
        role=posting.role, office=posting.office.name, until=until.isoformat(),
    )  # fmt: skip
    return delegation


@transaction.atomic
def revoke_delegation(delegation: Delegation, *, actor: User, reason: str) -> None:
    """End a cover at once. By the absentee, the delegate or the supervisor, else PermissionDenied."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",)).select_related("posting__user").get(pk=delegation.pk)
    )
    if actor.pk != delegation.delegate_id and not may_delegate(actor, delegation.posting):
        raise PermissionDenied(_("Only the person or their supervisor arranges cover."))
    if delegation.revoked_at is not None or delegation.until <= timezone.now():
        raise ValidationError(_("This cover is over already."))
    delegation.revoked_at, delegation.revoked_by = timezone.now(), actor
    delegation.save(update_fields=["revoked_at", "revoked_by"])
    forget_authority(delegation.delegate)
    audit.record(
        "delegation.revoked", actor=actor, office_id=delegation.posting.office_id, reason=reason,
        data={"delegation": delegation.pk, "absentee": delegation.absentee_id, "delegate": delegation.delegate_id},
    )  # fmt: skip
    note_delegation_end(delegation)


@transaction.atomic
def note_delegation_end(delegation: Delegation) -> None:
    """Draw the consequences of a cover that is over, however it ended; its rights ended by themselves."""
    if not Delegation.objects.filter(pk=delegation.pk, closed_at__isnull=True).update(closed_at=timezone.now()):
        return
    audit.record(
        "delegation.ended", actor=None, office_id=delegation.posting.office_id,
        data={"delegation": delegation.pk, "absentee": delegation.absentee_id, "delegate": delegation.delegate_id},
    )  # fmt: skip
    notify_staff(
        [delegation.absentee_id, delegation.delegate_id], "delegation.ended",
        absentee=delegation.absentee.short_name, delegate=delegation.delegate.short_name,
        office=delegation.posting.office.name,
    )  # fmt: skip
    for consequence in on_delegation_end:
        consequence(delegation)

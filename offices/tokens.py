"""API tokens: issued, revoked, and what they open at this moment."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from offices.access_models import CASE_SCOPES, Scope
from offices.authority import Authority, Grant, authority_of_id
from offices.models import ApiToken, Office, Posting, User
from offices.roles import Act

LONGEST = timedelta(days=366)
USED_EVERY = timedelta(seconds=60)
"""A token's last use is written at most this often."""

agency_choices: list[Callable[[], list[tuple[str, str]]]] = []
"""Rooms above that know agencies tell their codes and names here."""

_READING = (Act.VIEW, Act.VIEW_PROTECTED)


def agencies() -> list[tuple[str, str]]:
    return [choice for provider in agency_choices for choice in provider()]


@transaction.atomic
def issue_token(
    *, actor: User, name: str, scopes: Iterable[str], expires: datetime, posting: Posting | None = None,
    agency: str = "",
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token and its secret text, which is not kept: this is the only moment at which it can be read.

    Raises ValidationError by field: a posting of one's own that is in force, or an agency; scopes that fit; an expiry
    in the future and at most a year ahead, never after the posting's end.
    """
    now = timezone.now()
    if expires > now + LONGEST:
        raise ValidationError({"expires": _("A token lasts a year at most.")})
    if expires <= now:
        raise ValidationError({"expires": _("This moment has passed.")})
    if posting is not None:
        if not Posting.objects.in_force(now).filter(pk=posting.pk).exists():
            raise ValidationError({"posting": _("This posting is not in force.")})
        if posting.user_id != actor.pk:
            raise ValidationError({"posting": _("A token can only have a posting of your own.")})
        expires = min(expires, posting.until) if posting.until else expires
    elif set(scopes) & set(CASE_SCOPES):
        raise ValidationError({"scopes": _("An agency's token can not read cases.")})
    prefix = f"sugm_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        name=name, prefix=prefix, digest=digest_of(secret), posting=posting, agency=agency, scopes=sorted(set(scopes)),
        created=now, created_by=actor, expires=expires,
    )  # fmt: skip
    token.full_clean()
    token.save()
    audit.record(
        "token.issued",
        actor=actor,
        office_id=posting.office_id if posting else None,
        data={"token": token.pk, "scopes": token.scopes, "agency": agency, "expires": expires.isoformat()},
    )
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User, reason: str = "") -> None:
    """Stop a token for good. Revoking it twice changes nothing."""
    now = timezone.now()
    if ApiToken.objects.filter(pk=token.pk, revoked__isnull=True).update(revoked=now, revoked_by=actor):
        token.revoked, token.revoked_by = now, actor
        audit.record("token.revoked", actor=actor, data={"token": token.pk}, reason=reason)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The tokens of a person's postings, newest first."""
    return ApiToken.objects.filter(posting__user=user).select_related("posting__office", "posting__user")


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def find_token(secret: str) -> tuple[ApiToken, str] | None:
    """The token of a secret text, and why it does not work (empty: it does). None when there is no such token.

    It is looked up by its hash, so the time it takes says nothing about the secret.
    """
    token = ApiToken.objects.select_related("posting__user", "posting__office").filter(digest=digest_of(secret)).first()
    if token is None:
        return None
    return token, token.stopped(timezone.now())


def note_use(token: ApiToken) -> None:
    now = timezone.now()
    ApiToken.objects.filter(Q(used__isnull=True) | Q(used__lt=now - USED_EVERY), pk=token.pk).update(used=now)


def authority_of_token(token: ApiToken) -> Authority:
    """The rights of the token's posting alone, less what its scopes leave out. Three statements."""
    posting = token.posting
    if posting is None:
        return Authority(None)
    below = frozenset(Office.objects.filter(path__startswith=posting.office.path).values_list("pk", flat=True))
    read, act = Scope.READ in token.scopes, Scope.ACT in token.scopes
    rights = {
        codename: below
        for codename in posting.rights.values_list("permission__codename", flat=True)
        # no procedure's code has an underscore, so the act is what stands before the last one
        if (read if codename.rpartition("_")[0] in _READING else act)
    }
    grant = Grant(posting.role, frozenset(rights), below, root=posting.office.parent_id is None)
    # whoever the user covers gives a token no right, but bars it from what the absentee may not do
    covered = [each for each in authority_of_id(posting.user_id).grants if each.absentee_id is not None]
    bars = (Grant(each.role, frozenset(), frozenset(), each.absentee_id) for each in covered)
    return Authority(posting.user_id, rights, (grant, *bars))

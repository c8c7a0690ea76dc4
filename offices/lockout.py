"""Locking out who guesses: attempts at passwords and codes, counted in the database for all processes together.

An attempt is counted before the secret is looked at and taken back when it was right, so a hundred guesses at the same
moment are a hundred guesses. Three counts for a password: the account from one address, the account from anywhere
(higher, or anybody could lock anybody out for good), and the address.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audit.services import origin
from offices.models import SignInAttempt


class LockedOut(Exception):
    """Too many attempts. ``minutes``: after how many it may be tried again."""

    def __init__(self, minutes: int):
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True)
class Limit:
    """So many failures within so long."""

    failures: int
    window: timedelta


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted: rows to take back, and keys to clear, should it succeed."""

    rows: tuple[int, ...]
    clear: tuple[str, ...]


def key_of(kind: str, *parts: str) -> str:
    """Keyed hash of what is counted; the table can not be read backwards without the secret key."""
    return salted_hmac(f"offices.lockout.{kind}", "\x1f".join(parts), algorithm="sha256").hexdigest()


def _limits(kind: str) -> Limit:
    failures, minutes = settings.LOCKOUT_LIMITS[kind]
    return Limit(failures, timedelta(minutes=minutes))


@transaction.atomic
def _count(kind: str, key: str) -> int:
    limit, now = _limits(kind), timezone.now()
    with connection.cursor() as cursor:  # attempts at one key come one after the other
        lock = int.from_bytes(sha256(key.encode()).digest()[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    recent = SignInAttempt.objects.filter(key=key, at__gt=now - limit.window).order_by("-at")
    held = list(recent.values_list("at", flat=True)[: limit.failures])
    if len(held) >= limit.failures:
        wait = held[-1] + limit.window - now
        raise LockedOut(max(1, -(-int(wait.total_seconds()) // 60)))
    return SignInAttempt.objects.create(key=key, at=now).pk


def begin_password(username: str) -> Attempt:
    """Count an attempt at a password. Raises LockedOut."""
    name, address = username.strip().casefold(), origin.get().address or ""
    anywhere, from_here = key_of("account", name), key_of("address", address)
    here = anywhere[:32] + from_here[:32]
    keys = {"account_here": here, "account": anywhere, "address": from_here}
    rows = tuple(_count(kind, key) for kind, key in keys.items())
    return Attempt(rows, (here, anywhere))


def begin_code(user_id: int) -> Attempt:
    """Count an attempt at a second factor's code. Raises LockedOut."""
    key = key_of("code", str(user_id))
    return Attempt((_count("code", key),), (key,))


def succeeded(attempt: Attempt) -> None:
    """It was right: the account's count begins anew; the address only gets this attempt back, or one account that is
    the attacker's own would let them go on for ever."""
    SignInAttempt.objects.filter(key__in=attempt.clear).delete()
    SignInAttempt.objects.filter(pk__in=attempt.rows).delete()


def forgive(user) -> None:
    """An administrator lets a locked-out colleague try again at once, from anywhere."""
    account, code = key_of("account", user.username.casefold()), key_of("code", str(user.pk))
    SignInAttempt.objects.filter(Q(key__startswith=account[:32]) | Q(key=code)).delete()

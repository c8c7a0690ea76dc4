"""In which realm the request or job at hand is: outside the wall unless somebody has said otherwise.

:mod:`wall.database` brings the connection in line before each statement, so that what is written here costs one
statement when it changes and nothing while it does not.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ORDINARY, PROTECTED = "N", "R"
"""As the columns ``realm`` and ``confidentiality`` have them (domain §8.2)."""

_realm: ContextVar[str] = ContextVar("realm", default=ORDINARY)


def current_realm() -> str:
    return _realm.get()


@contextmanager
def in_realm(realm: str) -> Iterator[None]:
    """Be in a realm for a block, or for every call of a function it decorates.

    On a job: ``@shared_task`` above ``@in_realm(PROTECTED)``. A job that works on any case says so; one that does not
    neither reads nor writes anything behind the wall. Never around code whose outcome a person sees: what a person may
    see is said by :class:`offices.middleware.Wall`.
    """
    assert realm in (ORDINARY, PROTECTED), realm
    token = _realm.set(realm)
    try:
        yield
    finally:
        _realm.reset(token)


def enter_realm(realm: str) -> None:
    """Be in a realm until the surrounding :func:`in_realm` ends; for authentication that happens inside a view."""
    assert realm in (ORDINARY, PROTECTED), realm
    _realm.set(realm)


def each_in_realm(realm: str, items: Iterable[bytes]) -> Iterator[bytes]:
    """The items, each made in a realm, for answers that are made while they are sent."""
    iterator = iter(items)
    while True:
        with in_realm(realm):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item

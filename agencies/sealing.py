"""Sealing what agencies answered: Fernet (AES-128-CBC with HMAC-SHA256) under keys of the environment.

The first key of ``EVIDENCE_KEYS`` seals, every one of them opens: a new key is put in front, ``manage.py
reseal_evidence`` brings what lies sealed under it, and then the old one can go.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SealBroken(Exception):
    """What lies sealed can not be opened: its key is no longer configured, or somebody changed it."""


def keyring() -> MultiFernet:
    """The configured keys. Raises ImproperlyConfigured, naming the variable and never a key."""
    keys = settings.EVIDENCE_KEYS
    if not keys:
        raise ImproperlyConfigured("EVIDENCE_KEYS is empty: give at least one key (urlsafe base64 of 32 random bytes)")
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys])
    except ValueError:
        raise ImproperlyConfigured("EVIDENCE_KEYS holds a key that is not urlsafe base64 of 32 bytes") from None


def seal(content: bytes) -> bytes:
    return keyring().encrypt(content)


def unseal(sealed: bytes | memoryview) -> bytes:
    """Raises SealBroken when no configured key opens it."""
    try:
        return keyring().decrypt(bytes(sealed))
    except InvalidToken as error:
        raise SealBroken from error


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same content under the first key. Raises SealBroken."""
    try:
        return keyring().rotate(bytes(sealed))
    except InvalidToken as error:
        raise SealBroken from error

"""The furnished ministry that the attack tests share (tests/security/world.py); a file with another one has its own."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest


@pytest.fixture
def house(db, settings, tmp_path) -> Iterator[SimpleNamespace]:
    """Something of every kind, files in a folder of the test's own, and nobody is asked again who they are."""
    from tests.security import world  # models: not before Django is set up
    from tests.wall import refuge

    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    settings.REAUTHENTICATE_AFTER = None
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with refuge.installed():
        yield world.furnished()

"""What the tests of the case page share: a browser's session in English, so that no catalogue is needed."""

from django.conf import settings
from django.test import Client
from django.urls import reverse

from offices.models import User


def browser(user: User | None = None, **kwargs) -> Client:
    """A client that reads English, signed in as ``user``."""
    client = Client(**kwargs)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def case_url(case, panel: str = "") -> str:
    url = reverse("cases:case", args=[case.number])
    return f"{url}?panel={panel}" if panel else url


def panel_url(case, code: str) -> str:
    return reverse("cases:panel", args=[case.number, code])


def text(response) -> str:
    return response.content.decode()

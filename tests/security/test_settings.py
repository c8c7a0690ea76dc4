"""What the settings promise: headers, a clean deployment check, and a word about what is missing."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SUGM_ENV": "production",
    "SECRET_KEY": "9fK2-only-for-this-test-0pQ7z-Xw3_vB8nM1rT6yU4iO5aS-dFgHjKl",
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "BROKER_URL": "memory://",
    "CACHE_URL": "redis://localhost:1/0",
    "ALLOWED_HOSTS": "sugm.example",
    "EVIDENCE_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
}


def manage(*arguments: str) -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"]} | PRODUCTION
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )


def load(*, without: str = "", **changes: str) -> subprocess.CompletedProcess:
    """Only read the settings: that is where the start stops."""
    env = {"PATH": os.environ["PATH"]} | PRODUCTION | changes
    env.pop(without, None)
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )


def test_the_deployment_check_is_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "ALLOWED_HOSTS", "EVIDENCE_KEYS"]
)
def test_what_is_missing_stops_the_start_and_is_named(name):
    for done in (load(without=name), load(**{name: " "})):
        assert done.returncode != 0 and name in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"CACHE_URL": "memcached://localhost"}, "CACHE_URL"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SUGM_ENV": "prod"}, "SUGM_ENV"),
        ({"OIDC_SERVER_URL": "http://idp.example", "OIDC_CLIENT_ID": "x"}, "OIDC_SERVER_URL"),
        ({"OIDC_SERVER_URL": "https://idp.example"}, "OIDC_CLIENT_ID"),
        ({"OIDC_SERVER_URL": "https://idp.example", "OIDC_CLIENT_ID": "x"}, "OIDC_CLIENT_SECRET"),
        (
            {"OIDC_SERVER_URL": "https://idp.example", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "x"},
            "OIDC_STAFF_CLAIM",
        ),
    ],
)
def test_what_would_be_unsafe_stops_the_start_and_is_named(changes, name):
    done = load(**changes)
    assert done.returncode != 0 and name in done.stderr.strip().splitlines()[-1]


def test_in_production_everything_that_protects_is_on():
    asked = (
        "from django.conf import settings as s; print(s.SECOND_FACTOR_REQUIRED, s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.SESSIONS_PER_USER > 0, "
        "bool(s.REAUTHENTICATE_AFTER), not s.DEBUG, 'demo' not in s.INSTALLED_APPS, "
        "not s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)"
    )
    assert set(manage("shell", "--no-imports", "-c", asked).stdout.split()) == {"True"}


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/cuenta/login/", "/no-existe/", "/static/sugm/app.css", "/healthz", "/api/v1/schema/"]
)
def test_every_answer_carries_the_headers(db, path):
    answer = Client().get(path)
    headers = answer.headers
    answer.close()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    if not path.startswith("/static/"):
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"] and "usb=()" in headers["Permissions-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
        assert "default-src 'self'" in policy and "script-src 'self'" in policy and "form-action 'self'" in policy


def test_pages_of_a_signed_in_person_are_kept_nowhere(db):
    client = browser(f.staff(Role.ANALYST, f.OfficeFactory()))
    assert "no-store" in client.get(reverse("cases:inbox"))["Cache-Control"]


def test_the_administration_runs_no_inline_script(db):
    client = browser(f.staff(Role.ADMINISTRATOR, f.OfficeFactory()))
    policy = client.get("/admin/")["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_in_production_plain_http_is_answered_with_https_and_hsts(db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    assert Client().get("/cuenta/login/")["Location"] == "https://testserver/cuenta/login/"
    assert (
        "max-age=31536000; includeSubDomains"
        in Client().get("/cuenta/login/", secure=True)["Strict-Transport-Security"]
    )

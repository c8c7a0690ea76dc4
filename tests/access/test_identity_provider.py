"""Sign-in with the ministry's identity provider, against one that really answers: it says who, never what they may."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from offices.models import Session, StaffIdentity, User
from offices.roles import Role
from tests import factories as f
from tests.access.provider import Provider, running_provider
from tests.cases.pages import browser, text

pytestmark = pytest.mark.django_db

STAFF_ID = "RREE-004711"


@pytest.fixture(scope="module")
def provider():
    with running_provider() as provider:
        provider.knows("ines", email="ines.paz@rree.example", staff_id=STAFF_ID, preferred_username="rquispe")
        provider.knows("nadie", email="rosa.quispe@rree.example", staff_id="RREE-999", preferred_username="rquispe")
        provider.knows("vacio", email="x@rree.example")
        yield provider


def configure(settings, provider: Provider, *, userinfo: bool = False):
    settings.OIDC_SERVER_URL = provider.url
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "ministerio",
                    "name": "RREE",
                    "client_id": "sugm",
                    "secret": "secreto",
                    "settings": {"server_url": provider.url, "uid_field": "staff_id", "fetch_userinfo": userinfo},
                }
            ],
        }
    }


@pytest.fixture(autouse=True)
def configured(settings, provider):
    configure(settings, provider)


@pytest.fixture
def person():
    user = f.staff(Role.CONSUL, f.OfficeFactory(), username="ipaz", password="!")  # none that could be used
    StaffIdentity.objects.create(user=user, provider="ministerio", uid=STAFF_ID)
    f.staff(Role.ANALYST, f.OfficeFactory(), username="rquispe", email="rosa.quispe@rree.example")
    return user


def sign_in(client, provider, sub, *, query="", deny=False):
    asked = client.post(reverse("openid_connect_login", args=["ministerio"]) + query)
    assert asked.status_code == 302, text(asked)
    return client.get(provider.consent(asked["Location"], sub, deny=deny))


def test_the_page_offers_it_and_asks_with_state_and_pkce(person, provider):
    client = browser()
    assert "With Ministerio de Relaciones Exteriores" in text(client.get(reverse("account_login")))
    asked = client.post(reverse("openid_connect_login", args=["ministerio"]))
    query = parse_qs(urlsplit(asked["Location"]).query)
    assert query["state"] and query["code_challenge_method"] == ["S256"] and "openid" in query["scope"][0]
    assert client.get(reverse("openid_connect_login", args=["ministerio"])).status_code == 200  # asks, does not go


@pytest.mark.parametrize("userinfo", [False, True])
def test_a_known_staff_identifier_signs_in(person, provider, settings, userinfo):
    configure(settings, provider, userinfo=userinfo)
    client = browser()
    answer = sign_in(client, provider, "ines", query="?next=/cola/")
    assert answer.status_code == 302 and answer["Location"] == "/cola/"
    assert client.get("/cola/").status_code == 200
    assert Session.objects.get(user=person)
    assert AuditEvent.objects.get(verb="signin.succeeded").data == {"method": "ministerio"}
    assert SocialAccount.objects.get(user=person).extra_data == {}


@pytest.mark.parametrize("sub", ["nadie"])
def test_an_unknown_one_gets_a_page_and_no_account(person, provider, sub):
    """Not by the e-mail address and not by the name, though both are those of a colleague."""
    before = User.objects.count()
    client = browser()
    answer = sign_in(client, provider, sub)
    assert answer.status_code == 403 and "No account for you here" in text(answer)
    assert User.objects.count() == before and SocialAccount.objects.count() == 1
    assert client.get(reverse("cases:inbox")).status_code == 302
    event = AuditEvent.objects.get(verb="signin.failed")
    assert event.denied and event.data["code"] == "unknown" and "RREE-999" not in str(event.data)


def test_without_the_claim_there_is_no_sign_in(person, provider):
    client = browser()
    answer = sign_in(client, provider, "vacio")
    assert answer.status_code == 403 and "did not work" in text(answer)
    assert not Session.objects.exclude(user=None).exists()


def test_a_closed_account_stays_closed(person, provider):
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = sign_in(browser(), provider, "ines")
    assert answer.status_code == 403 and "This account is closed" in text(answer)


def test_who_cancels_is_told_so(person, provider):
    answer = sign_in(browser(), provider, "ines", deny=True)
    assert "cancelled" in text(answer)


def test_an_answer_nobody_asked_for_is_refused(person, provider):
    """Somebody else's code, brought to this browser (login CSRF), has no state here."""
    asked = browser().post(reverse("openid_connect_login", args=["ministerio"]))
    stolen = provider.consent(asked["Location"], "ines")
    victim = browser()
    assert victim.get(stolen).status_code == 403
    assert victim.get(reverse("cases:inbox")).status_code == 302


def test_the_house_still_asks_for_its_second_factor(person, provider, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = browser()
    sign_in(client, provider, "ines")
    assert client.get(reverse("cases:inbox"))["Location"] == reverse("mfa_index")


def test_proof_of_who_one_is_comes_from_there_too(person, provider):
    client = browser()
    sign_in(client, provider, "ines")
    Session.objects.filter(user=person).update(started=timezone.now() - timedelta(hours=2))
    asked = client.post(reverse("access:tokens"), {"name": "Lo que escribí"})
    assert asked["Location"].startswith(reverse("access:oidc_again"))
    page = text(client.get(asked["Location"]))
    action = page.partition('action="/cuenta/oidc')[2].partition('"')[0].replace("&amp;", "&")
    away = client.post(f"/cuenta/oidc{action}")
    assert parse_qs(urlsplit(away["Location"]).query)["prompt"] == ["login"]
    back = client.get(provider.consent(away["Location"], "ines"))
    assert "Lo que escribí" in text(client.get(back["Location"]))


def test_another_person_at_the_provider_does_not_get_the_form(person, provider):
    other = f.staff(Role.CONSUL, f.OfficeFactory())
    provider.knows("otra", staff_id="RREE-2")
    StaffIdentity.objects.create(user=other, provider="ministerio", uid="RREE-2")
    client = browser()
    sign_in(client, provider, "ines")
    Session.objects.filter(user=person).update(started=timezone.now() - timedelta(hours=2))
    asked = client.post(reverse("access:tokens"), {"name": "Lo que escribí"})
    target = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    sign_in(client, provider, "otra")
    assert client.get(target).status_code == 404


def test_an_identity_is_entered_by_an_administrator_and_belongs_to_one(person, provider):
    admin = f.staff(Role.ADMINISTRATOR, f.OfficeFactory())
    other = User.objects.get(username="rquispe")
    add = reverse("admin:offices_staffidentity_add")
    taken = browser(admin).post(add, {"user": other.pk, "uid": STAFF_ID})
    assert "This identifier belongs to another user" in text(taken)
    assert browser(admin).post(add, {"user": other.pk, "uid": "RREE-999"}).status_code == 302
    assert sign_in(browser(), provider, "nadie").status_code == 302
    assert AuditEvent.objects.filter(verb="configuration.added", data__model="offices.StaffIdentity").exists()

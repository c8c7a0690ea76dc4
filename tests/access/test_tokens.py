"""API tokens: shown once, kept as a hash, worth what their posting is worth at this moment."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from agencies.models import Agency
from audit.models import AuditEvent
from offices import services, tokens
from offices.access_models import Scope
from offices.models import ApiToken
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, text
from tests.flows import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    return case


def api(secret) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def tomorrow():
    return timezone.now() + timedelta(days=1)


def test_only_a_hash_is_kept_and_its_use_is_noted(house, case):
    secret = f.api_token(house.analyst)
    token = ApiToken.objects.get()
    assert len(secret.removeprefix(f"{token.prefix}_")) == 43  # 256 bits in base64
    assert secret.startswith(token.prefix) and secret not in str(ApiToken.objects.values().get())
    assert api(secret).get(reverse("api_case", args=[case.number])).status_code == 200
    token.refresh_from_db()
    assert token.used is not None
    assert AuditEvent.objects.get(verb="token.issued").actor == house.analyst


@pytest.mark.parametrize("header", ["Bearer", "Bearer x y", "Bearer sugm_00000000_falso", "Bearer ñ", "Token x"])
def test_what_is_no_token_is_401(house, header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get(reverse("api_tasks")).status_code == 401


def test_it_stops_when_it_expires_is_revoked_or_its_account_is_closed(house):
    secret = f.api_token(house.analyst)
    client, token = api(secret), ApiToken.objects.get()
    assert client.get(reverse("api_tasks")).status_code == 200
    now = timezone.now()
    ApiToken.objects.update(created=now - timedelta(days=2), expires=now)
    stopped = client.get(reverse("api_tasks"))
    assert (stopped.status_code, stopped.json()["code"]) == (401, "token_stopped")
    ApiToken.objects.update(expires=tomorrow())
    assert client.get(reverse("api_tasks")).status_code == 200
    type(house.analyst).objects.filter(pk=house.analyst.pk).update(is_active=False)
    assert client.get(reverse("api_tasks")).status_code == 401
    type(house.analyst).objects.filter(pk=house.analyst.pk).update(is_active=True)
    tokens.revoke_token(token, actor=house.analyst)
    assert client.get(reverse("api_tasks")).status_code == 401
    assert AuditEvent.objects.filter(verb="token.used", denied=True).count() == 3


def test_it_stops_with_its_posting_and_not_with_another(house):
    services.open_posting(
        actor=None, user=house.analyst, office=house.madrid, role=Role.ANALYST, since=f.LONG_AGO, source="x"
    )
    first, second = house.analyst.postings.order_by("pk")
    here, there = api(f.api_token(house.analyst)), api(f.api_token(house.analyst, posting=second))
    services.close_posting(first, actor=None, at=timezone.now(), reason="Cese")
    assert here.get(reverse("api_tasks")).status_code == 401
    assert there.get(reverse("api_tasks")).status_code == 200


def test_it_has_the_rights_of_its_posting_alone(house, case):
    services.open_posting(
        actor=None, user=house.foreign, office=house.santiago, role=Role.ANALYST, since=f.LONG_AGO, source="x"
    )
    madrid, santiago = house.foreign.postings.order_by("pk")
    url = reverse("api_case", args=[case.number])
    assert api(f.api_token(house.foreign, posting=madrid)).get(url).status_code == 404
    assert api(f.api_token(house.foreign, posting=santiago)).get(url).status_code == 200
    lima = f.staff(Role.SUPERVISOR, house.lima)  # and of the offices below, as the posting
    assert api(f.api_token(lima)).get(url).status_code == 200


def test_a_scope_leaves_out_what_it_does_not_name(house, case):
    task = f.open_step(case, "interview")
    reading = api(f.api_token(house.analyst, "cases.read"))
    assert reading.get(reverse("api_task", args=[task.pk])).status_code == 200
    refused = reading.post(reverse("api_take", args=[task.pk]))
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert f.open_step(case, "interview").owner is None
    verifying = api(f.api_token(house.analyst, "documents.verify"))
    assert verifying.get(reverse("api_task", args=[task.pk])).status_code == 403
    assert api(f.api_token(house.analyst)).post(reverse("api_take", args=[task.pk])).status_code == 200


class Verify(APIView):
    token_scope = Scope.VERIFY

    def get(self, request):
        return Response({"who": str(request.user), "posting": request._request.posting is not None})


def test_an_agencys_token_opens_what_names_its_scope_and_no_case(house, case):
    admin = f.staff(Role.ADMINISTRATOR, house.lima)
    code = Agency.objects.first().code
    _token, secret = tokens.issue_token(
        actor=admin, name="Control", scopes=["documents.verify"], expires=tomorrow(), agency=code
    )
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert Verify.as_view()(request).data == {"who": code, "posting": False}
    for url in (reverse("api_tasks"), reverse("api_case", args=[case.number])):
        assert api(secret).get(url).status_code == 403


def test_no_token_outgrows_who_makes_it(house):
    now = timezone.now()
    posting = house.analyst.postings.get()
    for fields, name in (
        ({"posting": house.consul.postings.get()}, "posting"),
        ({"posting": posting, "expires": now + timedelta(days=400)}, "expires"),
        ({"posting": posting, "expires": now}, "expires"),
        ({"agency": "pnp"}, "scopes"),
        ({"posting": posting, "scopes": ["everything"]}, "scopes"),
    ):
        values = {"name": "x", "scopes": ["cases.read"], "expires": tomorrow(), **fields}
        with pytest.raises(ValidationError) as refused:
            tokens.issue_token(actor=house.analyst, **values)
        assert name in refused.value.message_dict
    services.close_posting(posting, actor=None, at=now + timedelta(hours=2), reason="Cese")
    posting.refresh_from_db()
    token, _secret = tokens.issue_token(
        actor=house.analyst, name="x", scopes=["cases.read"], expires=tomorrow(), posting=posting
    )
    assert token.expires == posting.until


def test_the_database_holds_it_too(house):
    fields = {
        "name": "x", "digest": "0" * 64, "created_by": house.analyst, "expires": tomorrow(),
    }  # fmt: skip
    wrong = (
        {"scopes": ["documents.verify"]},
        {"scopes": ["documents.verify"], "agency": "pnp", "posting": house.analyst.postings.get()},
        {"scopes": ["cases.read"], "agency": "pnp"},
        {"scopes": ["documents.verify"], "agency": "pnp", "expires": timezone.now() - timedelta(days=1)},
    )
    for index, more in enumerate(wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**{**fields, "prefix": f"p{index}", **more})


def test_the_page_shows_a_new_token_once_and_revokes_it(house):
    client = browser(house.analyst)
    url = reverse("access:tokens")
    day = (f.today() + timedelta(days=30)).isoformat()
    values = {"name": "Tablero", "posting": house.analyst.postings.get().pk, "scopes": ["cases.read"], "until": day}
    made = client.post(url, values)
    token = ApiToken.objects.get()
    secret = text(made).partition('readonly value="')[2].partition('"')[0]
    assert made.status_code == 201 and api(secret).get(reverse("api_tasks")).status_code == 200
    again = text(client.get(url))
    assert secret not in again and token.prefix in again
    revoke = reverse("access:revoke_token", args=[token.pk])
    assert browser(house.consul).post(revoke).status_code == 404
    assert client.post(revoke).status_code == 302
    assert api(secret).get(reverse("api_tasks")).status_code == 401
    other = client.post(url, {**values, "posting": house.consul.postings.get().pk, "until": "2090-01-01"})
    assert other.status_code == 422 and 'value="Tablero"' in text(other) and ApiToken.objects.count() == 1


def test_an_administrator_makes_an_agencys_token_and_revokes_any(house):
    admin = f.staff(Role.ADMINISTRATOR, house.lima)
    client = browser(admin)
    code = Agency.objects.first().code
    at = tomorrow().astimezone(timezone.get_current_timezone())
    answer = client.post(
        reverse("admin:offices_apitoken_add"),
        {
            "name": "Migraciones", "agency": code, "scopes": ["documents.verify"], "expires_0": at.strftime("%Y-%m-%d"),
            "expires_1": at.strftime("%H:%M:%S"),
        },
        follow=True,
    )  # fmt: skip
    token = ApiToken.objects.get()
    assert token.agency == code and f"{token.prefix}_" in text(answer)
    assert token.prefix + "_" not in text(client.get(reverse("admin:offices_apitoken_changelist")))
    data = {"action": "revoke", "_selected_action": [token.pk]}
    client.post(reverse("admin:offices_apitoken_changelist"), data)
    token.refresh_from_db()
    assert token.revoked_by == admin

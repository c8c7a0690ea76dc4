"""A body writes what its act names and nothing else, whatever else it carries.

Every act by page and by API is done twice from the same rows: with its own fields, and with those and the name of every
column of every table beside (office, number, state, realm, by, is_superuser, created…). Afterwards all tables hold the
same, column by column.
"""

import ast
import difflib
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from rest_framework import serializers

from offices.models import User
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser
from tests.security import world as w
from tests.security.acts_by_page import ACTS, ByPage, address
from tests.security.urls import addresses

ROOT = Path(__file__).resolve().parents[2]
PARTS = 4  # of the acts, each with a world of its own
ROOMS = {"cases", "documents", "agencies", "visas", "offices", "people", "audit", "config"}


# --- what is written down --------------------------------------------------------------------------------------------


def everything_below(base: type) -> set[type]:
    """All subclasses that the house defines."""
    found, waiting = set(), [base]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found:
                found.add(child)
                waiting.append(child)
    return {each for each in found if each.__module__.partition(".")[0] in ROOMS}


def test_forms_over_models_stand_in_the_administration_and_name_their_fields():
    """Forms that people outside the administration fill in are plain: what they write is an act's own parameters."""
    found = {form for form in everything_below(forms.BaseModelForm) if "Meta" in vars(form) or form._meta.model}
    assert len(found) >= 6
    for form in found:
        module = form.__module__.partition(".")[2]
        assert "admin" in module, f"{form.__qualname__} of {form.__module__} writes columns as they are named"
        assert isinstance(form._meta.fields, list | tuple) and form._meta.exclude is None, form
        assert not {"is_superuser", "is_staff", "password", "realm", "confidentiality"} & set(form.base_fields), form


@pytest.mark.django_db
def test_no_administration_page_writes_rights_by_hand(rf):
    """Rights come from postings (offices.services): no form of the administration, as an administrator gets it, offers
    a switch that gives any."""
    request = rf.get("/admin/")
    request.user = f.staff(Role.ADMINISTRATOR, f.OfficeFactory(), is_staff=True)
    offered = {model: set(page.get_form(request, None).base_fields) for model, page in admin.site._registry.items()}
    user = admin.site._registry[User]
    offered[User] |= set(user.get_form(request, request.user).base_fields)
    for model, fields in offered.items():
        assert not {"is_superuser", "user_permissions", "groups", "realm"} & fields, model


@pytest.mark.django_db
def test_an_administrator_can_not_give_themselves_everything():
    chief = f.staff(Role.ADMINISTRATOR, f.OfficeFactory(), is_staff=True)
    before = User.objects.filter(pk=chief.pk).values("is_superuser", "is_staff", "password").get()
    path = f"/admin/offices/user/{chief.pk}/change/"
    client = browser(chief)
    page = client.get(path)
    body = {name: "" if value is None else value for name, value in page.context["adminform"].form.initial.items()}
    for each in page.context["inline_admin_formsets"]:
        body |= {f"{each.formset.prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    body |= {"first_name": "Nueva", "last_name": "Nueva", "is_active": "on"}
    answer = client.post(path, {**body, "is_superuser": "on", "groups": "1", "user_permissions": "1", "password": "x"})
    assert answer.status_code == 302 and User.objects.get(pk=chief.pk).first_name == "Nueva"
    after = User.objects.get(pk=chief.pk)
    assert {name: getattr(after, name) for name in before} == before
    assert not after.user_permissions.exists() and set(after.groups.values_list("name", flat=True)) <= {"administrador"}


@pytest.mark.django_db
def test_nobody_else_writes_through_the_administration():
    """Add, change and delete of every model: the page is not there for who does not administer, and nothing changes."""
    house = f.ministry()
    client = browser(w.with_every_role(house.lima, but=Role.ADMINISTRATOR))
    before = w.snapshot(leave_out=frozenset({"offices.Session"}))
    for model in admin.site._registry:
        room, name = model._meta.app_label, model._meta.model_name
        row = model._base_manager.first()
        key = row.pk if row else 1
        body = beside(set())
        for path in ("add/", f"{key}/change/", f"{key}/delete/", ""):
            answer = client.post(f"/admin/{room}/{name}/{path}", {**body, "post": "yes", "_save": "1"})
            assert answer.status_code in (302, 403, 404), (path, model)
    assert w.changes(before, w.snapshot(leave_out=frozenset({"offices.Session"}))) == {}


# Serializers that read a body, with the fields their act takes.
TAKEN = {
    "ReasonSerializer": {"reason"},
    "ProposalSerializer": {"to", "reason"},
    "VerifyRequestSerializer": {"kind", "number"},
}
# Only described in the schema: the view reads the body by a form.
DESCRIBED = {"SealQuestionSerializer": {"image", "seal", "printed_mrz", "passport_mrz"}}


def test_serializers_that_read_take_what_their_act_names():
    import config.api  # noqa: F401 (all are loaded)

    found = {each.__name__: each for each in everything_below(serializers.BaseSerializer)}
    for name, fields in {**TAKEN, **DESCRIBED}.items():
        writable = {key for key, field in found[name]().fields.items() if not field.read_only}
        assert writable == fields, name
    for name, each in found.items():
        if issubclass(each, serializers.ModelSerializer) and hasattr(each, "Meta"):
            assert name not in TAKEN, "columns are written by acts"
            writable = [key for key, field in each().fields.items() if not field.read_only]
            assert not writable, f"{name}: {writable}"


def test_no_other_serializer_is_given_a_body():
    """From the source: who is called with ``data=``, and that nobody saves one."""
    given = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            if "rest_framework" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and any(key.arg == "data" for key in node.keywords):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    given |= {name} if name.endswith("Serializer") else set()
                if isinstance(node, ast.Attribute) and node.attr == "save":
                    pytest.fail(f"{path.name} line {node.lineno}: an API view saves")
    assert given == set(TAKEN)


def test_no_form_of_the_house_fills_an_object_by_itself():
    """No ``construct_instance``, no ``setattr`` in a loop over what was posted, no ``Model(**request.POST)``."""
    wanted = re.compile(r"construct_instance|\*\*\s*request\.(POST|GET|data)|request\.(POST|data)\.(dict|items)\(\)")
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert not wanted.search(path.read_text()), path


# --- every act, twice ------------------------------------------------------------------------------------------------

BESIDE = {
    "is_superuser": "true", "is_staff": "true", "is_active": "", "actor": "1", "actor_id": "1", "user": "1", "pk": "1",
    "id": "1", "on_behalf_of": "1", "decided_by": "1", "is_protected": "true", "exempt": "true", "fee": "0",
    "process_ptr": "1", "case_ptr": "1", "_state": "{}", "__class__": "x", "self": "1", "flow_class": "x",
    "at": "2001-01-01",
}  # fmt: skip


def value_for(column: models.Field) -> str:
    """Something that the column would take and does not hold of itself, so that a field that was bound by mistake would
    be seen to be written."""
    if column.choices:
        return str([each for each, _label in column.flatchoices if each != column.default][-1])
    match column:
        case models.ForeignKey():
            last = column.related_model._base_manager.order_by("pk").values_list("pk", flat=True).last()
            return str(last or "")
        case models.BooleanField():
            return "" if column.default is True else "true"
        case models.DateTimeField():
            return "2001-01-01T00:00:00Z"
        case models.DateField():
            return "2001-01-01"
        case models.JSONField():
            return '{"a": 1}'
        case models.UUIDField():
            return str(uuid4())
        case models.IntegerField() | models.DecimalField():
            return "1"
    return "MASIVO"


def beside(taken: set[str]) -> dict[str, str]:
    """A value under the name of every column of the house, but for those the act reads."""
    found = dict(BESIDE)
    for model in w.models_of_the_house():
        for column in model._meta.local_concrete_fields:
            found.setdefault(column.name, value_for(column))
            found.setdefault(column.attname, value_for(column))
    return {name: value for name, value in found.items() if name not in taken}


# Random, or a moment: cannot be the same twice.
RANDOM = {
    "digest", "prefix", "file", "password", "token", "key", "data_hash", "link", "draft_id", "session_key",
    "session_data", "request_id",
}  # fmt: skip


def plain(column: str, value: Any, known: set) -> Any:
    """A value without what differs between two runs: new ids and moments (unless it is what was posted beside)."""
    if value == "MASIVO" or (isinstance(value, date | datetime) and value.year == 2001):
        return f"posted {value}"
    if column in RANDOM and value:
        return "random"
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, UUID):
        return value if value in known else "new"
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return "new" if value >= 7_000_000 and value not in known else value
    if isinstance(value, dict | list):
        value = json.dumps(value, default=str, sort_keys=True)
    if isinstance(value, str):
        value = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+Z-]+|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b", "new", value)
        value = re.sub(r"\b7\d{6}\b", lambda found: found[0] if int(found[0]) in known else "new", value)
    return value


def effect(before: dict, after: dict) -> list[str]:
    """What changed, as text that two runs from the same rows have in common."""
    known = {key for _label, key in before} | {
        value for row in before.values() for value in row.values() if isinstance(value, int)
    }
    told = []
    for (label, key), columns in w.changes(before, after).items():
        row = after.get((label, key))
        which = "one" if label == "offices.Session" else key if (label, key) in before else "new"
        values = {column: plain(column, row[column], known) for column in sorted(columns)} if row else "gone"
        told.append(f"{label} {which} {values}")
    return sorted(told)


def do(act: ByPage, actor: Any, path: str, body: dict[str, Any], extra: dict[str, str], before: dict) -> list[str]:
    """The effect of one act, undone again."""
    with w.undone():
        client = browser(actor)
        body = {name: value() if callable(value) else value for name, value in body.items()}
        # the act's own fields come last: who reads one value of many reads theirs
        kind = {"content_type": "application/json"} if act.json else {}
        answer = client.post(path, {**extra, **body}, **kind)
        assert answer.status_code in (200, 201, 204, 302), f"{path}: {answer.status_code} {w.told(answer)[2][-3000:]!r}"
        return effect(before, w.snapshot(audit=True))


# What a form offers beyond the body of the table here, from the classes themselves.
def _records() -> set[str]:
    from agencies.forms import LetterForm

    return set(LetterForm().fields)


OF_FORMS: dict[str, set[str]] = {"agencies:letter": _records(), "visas:save": set(), "visas:form": set()}


def _registration() -> set[str]:
    from visas.registration import VisaRegistrationForm

    return set(VisaRegistrationForm.base_fields)


for _name in ("visas:save", "visas:form", "visas:drop_file"):
    OF_FORMS[_name] = _registration()


@pytest.mark.parametrize("part", range(PARTS))
def test_fields_beside_an_acts_own_change_nothing(house, part):
    wrong = []
    for act in ACTS[part::PARTS]:
        with w.undone():
            actor, arguments, body = act.prepare(house)
            path, before = address(act, arguments), w.snapshot(audit=True)
            extra = beside(set(body) | act.takes | OF_FORMS.get(act.name, set()))
            own, with_more = (do(act, actor, path, body, more, before) for more in ({}, extra))
        assert any("offices.Session" not in line for line in own) or not act.writes, f"{act.name} did nothing"
        if own != with_more:
            wrong += [f"{act.name} ({act.prepare.__name__})", *difflib.unified_diff(own, with_more, lineterm="", n=0)]
    assert not wrong, "\n".join(wrong)


# Addresses that take a POST and are no act of the house with fields, each with why.
NO_ACT = {
    "account_login": "django-allauth's own form: name and password",
    "account_logout": "no fields",
    "account_reauthenticate": "django-allauth's own form: the password",
    "mfa_activate_totp": "django-allauth's own, of one's own second factor",
    "mfa_add_webauthn": "django-allauth's own, of one's own second factor",
    "mfa_authenticate": "django-allauth's own, of one's own second factor",
    "mfa_deactivate_totp": "django-allauth's own, of one's own second factor",
    "mfa_download_recovery_codes": "django-allauth's own, of one's own second factor",
    "mfa_edit_webauthn": "django-allauth's own, of one's own second factor",
    "mfa_generate_recovery_codes": "django-allauth's own, of one's own second factor",
    "mfa_reauthenticate": "django-allauth's own, of one's own second factor",
    "mfa_reauthenticate_webauthn": "django-allauth's own, of one's own second factor",
    "mfa_remove_webauthn": "django-allauth's own, of one's own second factor",
    "openid_connect_login": "sends to the identity provider",
    "openid_connect_callback": "comes from the identity provider",
    "set_language": "a cookie",
    "agencies:evidence": "reads; a plain form with one reason",
    "cases:retry": "a plain form with one reason",
    "visas:zone": "reads the zone that was typed, keeps nothing",
    "api_seal": "judges a seal, keeps nothing",
    "seals:validate": "judges a seal, keeps nothing",
    "seals:revocation_list": "only reads",
    "api_verify": "says whether a document is valid",
    "documents:verify": "says whether a document is valid",
    "healthz": "only reads",
    "readyz": "only reads",
}


def test_every_address_that_takes_a_post_is_tried(house):
    user = w.with_every_role(house.lima, but=Role.ADMINISTRATOR)
    posted = {
        each.name
        for each in addresses()
        if not each.path.startswith(("/admin/", "/ui/")) and browser(user).post(each.path).status_code != 405
    }
    assert posted == {act.name for act in ACTS} | set(NO_ACT)

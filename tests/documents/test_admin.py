"""The administrator's door to wordings and number series."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from documents.defaults import load
from documents.models import DocumentSeries, TextTemplate
from offices.roles import Role
from offices.services import sync_roles
from tests import factories as f


@pytest.fixture
def administrator(client, db):
    sync_roles()
    load()
    user = f.staff(Role.ADMINISTRATOR, f.OfficeFactory(code="RREE"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def form_of(text, **changes):
    names = ("subject", "body", "legal_basis", "change_note")
    return {**{name: getattr(text, name) for name in names}, **changes}


def test_saving_a_text_publishes_a_version(client, administrator):
    text = TextTemplate.objects.get(code="message_granted")
    url = reverse("admin:documents_texttemplate_change", args=[text.pk])
    answer = client.post(url, form_of(text, body="Acérquese a {office}.", change_note="Más corto"))
    assert answer.status_code == 302, answer.context["errors"]
    versions = TextTemplate.objects.filter(code="message_granted")
    assert [(version.version, version.by) for version in versions] == [(2, administrator), (1, None)]
    assert versions[0].body == "Acérquese a {office}."
    assert versions[1].body == text.body


def test_an_earlier_version_can_be_read_and_not_changed(client, administrator):
    text = TextTemplate.objects.get(code="message_granted")
    url = reverse("admin:documents_texttemplate_change", args=[text.pk])
    client.post(url, form_of(text, body="Acérquese a {office}."))
    assert client.get(url).status_code == 200
    assert client.post(url, form_of(text, body="Otra cosa")).status_code == 403
    assert TextTemplate.objects.filter(code="message_granted").count() == 2


def test_a_wrong_name_is_told_at_its_field(client, administrator):
    text = TextTemplate.objects.get(code="message_granted")
    url = reverse("admin:documents_texttemplate_change", args=[text.pk])
    answer = client.post(url, form_of(text, body="Hola {clave}"))
    assert answer.status_code == 200
    assert "{clave}" in str(answer.context["adminform"].form.errors["body"])
    assert TextTemplate.objects.filter(code="message_granted").count() == 1


def test_letters_can_be_previewed(client, administrator):
    text = TextTemplate.objects.get(code="letter_visa_refusal")
    answer = client.get(reverse("admin:documents_texttemplate_preview", args=[text.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_lists_open_and_series_keep_their_numbers(client, administrator):
    assert client.get(reverse("admin:documents_texttemplate_changelist")).status_code == 200
    series = DocumentSeries.objects.get(kind="letter")
    url = reverse("admin:documents_documentseries_change", args=[series.pk])
    assert client.post(url, {"prefix": "W", "last": "7", "kind": "otro"}).status_code == 302
    series.refresh_from_db()
    assert (series.kind, series.prefix, series.last) == ("letter", "W", 0)
    assert client.post(url, {"prefix": "O1"}).status_code == 200
    assert client.post(reverse("admin:documents_documentseries_delete", args=[series.pk])).status_code == 403


def draft(client, text, case="ordinary", **changes):
    url = reverse("admin:documents_texttemplate_draft")
    return client.post(f"{url}?text={text.pk}&case={case}", form_of(text, **changes))


@pytest.mark.parametrize("code", ["letter_visa_refusal", "notification", "resolution", "minutes", "receipt"])
@pytest.mark.parametrize("case", ["ordinary", "long"])
def test_what_is_typed_is_previewed_and_not_published(client, administrator, code, case):
    text = TextTemplate.objects.get(code=code, language="es")
    answer = draft(client, text, case, body=f"{text.body}\n\nUn párrafo más, aún sin publicar.")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    shown = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    assert "aún sin publicar" in shown
    assert TextTemplate.objects.filter(code=code, language="es").count() == 1


def test_a_translation_is_previewed_after_the_spanish_text(client, administrator):
    text = TextTemplate.objects.get(code="notification", language="en")
    answer = draft(client, text, body="In plain words: {act_number}.")
    shown = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert shown.index("Atentamente") < shown.index("In plain words: R00000000.")


def test_a_message_is_previewed_as_text(client, administrator):
    answer = draft(client, TextTemplate.objects.get(code="message_granted"), body="Venga a {office}.")
    assert answer.content.decode().startswith("Venga a Consulado General")


def test_what_is_wrong_with_a_draft_is_told(client, administrator):
    text = TextTemplate.objects.get(code="resolution")
    answer = draft(client, text, body="Hola {clave}")
    assert answer.status_code == 422
    assert "{clave}" in answer.content.decode()
    assert client.get(reverse("admin:documents_texttemplate_draft")).status_code == 405
    assert draft(client, text, "otro").status_code == 404
    odd = client.post(f"{reverse('admin:documents_texttemplate_draft')}?text=x", form_of(text))
    assert odd.status_code == 422  # of no saved text, so a new one, whose code is asked for


@pytest.mark.parametrize("kind", ["visa", "idcard", "applicant", "abtc", "passport", "travel", "safeconduct"])
def test_every_page_of_a_document_can_be_previewed(client, administrator, kind):
    listed = client.get(reverse("admin:documents_texttemplate_changelist")).content.decode()
    for case in ("ordinary", "long"):
        url = reverse("admin:documents_texttemplate_layout", args=[kind, case])
        assert url in listed
        answer = client.get(url)
        assert answer.content.startswith(b"%PDF")
    assert client.get(reverse("admin:documents_texttemplate_layout", args=[kind, "otro"])).status_code == 404
    assert client.get(reverse("admin:documents_texttemplate_layout", args=["otro", "long"])).status_code == 404


def test_previews_are_for_administrators(client, db):
    sync_roles()
    load()
    client.force_login(
        f.staff(Role.ANALYST, f.OfficeFactory(code="SCL")), backend="django.contrib.auth.backends.ModelBackend"
    )
    text = TextTemplate.objects.get(code="resolution")
    assert draft(client, text).status_code in (302, 403)
    assert client.get(reverse("admin:documents_texttemplate_layout", args=["visa", "long"])).status_code in (302, 403)

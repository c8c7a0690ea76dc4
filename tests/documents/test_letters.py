"""Letters and messages: their wording, and what never leaves the house."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pypdf import PdfReader

from audit.models import AuditEvent
from cases.models import Ground
from documents import previews, services
from documents.defaults import load
from documents.errors import DocumentError
from documents.letters import current_text
from documents.models import TextTemplate
from documents.wording import KINDS, faults, paragraphs, plain
from visas.documents import letter_context


def letter_text(attachment):
    with attachment.file.open("rb") as file:
        reader = PdfReader(io.BytesIO(file.read()))
        return len(reader.pages), " ".join("\n".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def public():
    return Ground.objects.create(
        procedure="visa", kind="deny", code="publico", text="Interno 42", letter_text="No acreditó medios suficientes."
    )


@pytest.fixture
def reserved():
    return Ground.objects.create(procedure="visa", kind="deny", code="reservado", text="Alerta de seguridad 99")


def refuse(visa, decision, *grounds, **changes):
    decision.grounds.set(grounds)
    with transaction.atomic():
        return services.write_letter(visa, kind="visa_refusal", context={**letter_context(visa), **changes}, actor=None)


def test_letter_says_public_grounds_only(visa, decision, public, reserved):
    pages, text = letter_text(refuse(visa, decision, public, reserved))
    assert pages == 1
    for said in (
        "Ministerio de Relaciones Exteriores", "Consulado General en Santiago", "CARTA N.º C0000000", visa.number,
        "ERIKSSON, Anna Maria", "Señora", "No acreditó medios suficientes.", "Inés Paz", "Página 1 de 1",
    ):  # fmt: skip
        assert said in text
    for kept in ("Interno 42", "Alerta de seguridad", "Motivo interno", visa.passport.number, "1974"):
        assert kept not in text


def test_reserved_grounds_are_said_to_be_reserved(visa, decision, reserved):
    _pages, text = letter_text(refuse(visa, decision, reserved))
    assert "carácter reservado" in text
    assert "se sustenta" not in text


def test_appeal_is_told_when_there_is_one(visa, decision, public):
    _pages, text = letter_text(refuse(visa, decision, public, appealable=True))
    assert "quince (15) días hábiles" in text
    _pages, text = letter_text(refuse(visa, decision, public, appealable=False))
    assert "quince (15)" not in text
    assert "no procede recurso" in text


def test_long_letters_go_on_to_a_second_page(visa, decision):
    grounds = [
        f"Motivo público número {n}: " + "no se ha acreditado lo declarado en la solicitud. " * 4 for n in range(14)
    ]
    pages, text = letter_text(refuse(visa, decision, grounds=grounds))
    assert pages == 2
    assert "Página 2 de 2" in text
    assert "Motivo público número 13" in text


def test_text_is_never_markup(visa, decision):
    wild = '#panic("x") *negrita* $x^2$ @nadie <etiqueta> \\ {nombre} [if x] 😀 \x07'
    _pages, text = letter_text(refuse(visa, decision, grounds=[wild]))
    assert '#panic("x") *negrita* $x^2$ @nadie <etiqueta> \\ {nombre} [if x]' in text


def test_letter_is_kept_and_recorded(visa, decision, public):
    attachment = refuse(visa, decision, public)
    assert (attachment.case_id, attachment.content_type, attachment.by) == (visa.pk, "application/pdf", None)
    event = AuditEvent.objects.get(verb="letter.written")
    assert event.data["attachment"] == attachment.pk
    assert event.data["text"] == "letter_visa_refusal (es) v1"


@pytest.mark.parametrize("kind", ["observed", "granted", "denied"])
def test_messages_say_no_more_than_needed(visa, decision, kind):
    body = services.message_body(visa, kind, observations=["Falta: pasaje.", "Falta: recibo."])
    assert visa.number in body
    for kept in ("Eriksson", "ERIKSSON", visa.passport.number, "1974", "Motivo interno", "{", "["):
        assert kept not in body
    assert ("- Falta: pasaje.\n- Falta: recibo." in body) == (kind == "observed")


def test_a_new_version_is_used_and_the_old_one_stays(visa, house):
    services.publish_text(actor=house.consul, code="message_granted", body="Venga a {office}.", change_note="Más corto")
    assert services.message_body(visa, "granted") == "Venga a Consulado General en Santiago."
    assert [text.version for text in TextTemplate.objects.filter(code="message_granted")] == [2, 1]
    assert AuditEvent.objects.get(verb="text.published").reason == "Más corto"
    assert load() == 0


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("Hola {applicant.email}", "{applicant.email}"),
        ("Hola {secreto}", "{secreto}"),
        ("Los motivos son {grounds}", "{grounds}"),
        ("[if nunca] Hola", "[if nunca]"),
        ("[si appealable] Hola", "[if n"),
        ("Hola {number", ""),
    ],
)
def test_a_wording_that_can_not_be_used_is_refused(house, body, fault):
    kind = KINDS["letter_visa_refusal"]
    found = faults(body, kind)
    assert found
    assert fault in " ".join(map(str, found))
    with pytest.raises(ValidationError) as refusal:
        services.publish_text(actor=None, code="letter_visa_refusal", subject="Asunto", body=body)
    assert "body" in refusal.value.message_dict


def test_the_default_wordings_are_usable(db):
    load()
    for text in TextTemplate.objects.all():
        text.full_clean()
        content, content_type = previews.preview(text)
        assert content_type == ("application/pdf" if KINDS[text.code].printed else "text/plain; charset=utf-8")
        assert content


def test_conditions_choose_paragraphs():
    text = "Uno\n\n[if rojo] Dos {n}\n\n[if not rojo] Tres\n\n{lista}\n\n[if lista] Fin"
    assert paragraphs(text, {"rojo": True, "n": 2, "lista": []}) == ["Uno", "Dos 2"]
    assert plain(paragraphs(text, {"rojo": False, "lista": ["a", "b"]})) == "Uno\n\nTres\n\n- a\n- b\n\nFin"


def test_a_name_without_value_stops_the_letter(visa, decision):
    context = letter_context(visa)
    del context["visa_class"]
    with pytest.raises(DocumentError) as failure, transaction.atomic():
        services.write_letter(visa, kind="visa_refusal", context=context, actor=None)
    assert "visa_class" in failure.value.safe_message


def test_without_wording_nothing_is_sent(visa):
    TextTemplate.objects.all().delete()
    with pytest.raises(DocumentError):
        current_text("message_granted")

"""Resolutions, minutes, notifications and receipts: numbering, wording, the reader's language."""

import io
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pypdf import PdfReader

from audit.models import AuditEvent
from documents import fonts, services
from documents.defaults import load
from documents.errors import DocumentError
from documents.instrument_specimens import GROUNDS, head, instrument
from documents.instruments import DIGITAL, AgendaItem, Resolution, Vote
from documents.letters import long_date, translation
from documents.models import TextTemplate
from documents.pdf import render
from documents.specimens import DAY, LONG
from documents.wording import KINDS, part_faults, sections
from visas.documents import letter_context


@pytest.fixture(autouse=True)
def wordings(db):
    load()


def text_of(content: bytes) -> tuple[int, str]:
    reader = PdfReader(io.BytesIO(content))
    return len(reader.pages), " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def printed(made, case="ordinary") -> tuple[int, str]:
    return text_of(render(made.layout, made.data(head(case)), day=DAY))


def write(case, made):
    with transaction.atomic():
        attachment = services.write_instrument(case, made, actor=None)
    with attachment.file.open("rb") as file:
        return attachment, text_of(file.read())[1]


def test_a_resolution_has_its_parts_in_order_and_its_articles_numbered():
    pages, text = printed(instrument("resolution"))
    assert pages == 1
    order = ["VISTO:", "CONSIDERANDO:", "SE RESUELVE:", "Artículo 1.-", "Artículo 2.-", "a) que se expida",
             "Artículo 3.-", "Regístrese", "Nombre Inventado"]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert DIGITAL in text


def test_who_signs_by_hand_has_a_line_and_no_note():
    assert DIGITAL not in printed(replace(instrument("resolution"), digital=False))[1]


@pytest.mark.parametrize("articles", [1, 7, 16, 17, 18, 19, 20, 40])
def test_a_signature_never_stands_alone_on_a_page(articles):
    """Whatever the length, something that is resolved stands above the signature on its page."""
    made = instrument("resolution")
    each = "Disponer lo que corresponda a las oficinas competentes, en los términos de la parte considerativa."
    made = replace(made, digital=False, values={**made.values, "articles": [each] * articles})
    reader = PdfReader(io.BytesIO(render("resolution", made.data(head()), day=DAY)))
    last = reader.pages[-1].extract_text()
    assert f"Artículo {articles}.-" in last
    assert "Nombre Inventado" in last


def test_a_long_resolution_has_a_running_head():
    made = instrument("resolution", LONG)
    pages = PdfReader(io.BytesIO(render("resolution", made.data(head(LONG)), day=DAY))).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Página {number} de 3" in text
        assert ("Ministerio de Relaciones Exteriores" in text) == (number == 1)
        assert text.count("XXX-2026-XXX-000000-0") >= (1 if number == 1 else 2)


def test_minutes_tell_votes_and_dissent():
    _pages, text = printed(instrument("minutes"))
    for said in (
        "Aprobado por unanimidad: 3 votos a favor.", "Votación: 2 a favor, 1 en contra.",
        "Voto singular de Miembro Inventado.", "Con voz y voto", "quórum con tres miembros",
    ):  # fmt: skip
        assert said in text


@pytest.mark.parametrize(
    ("vote", "said"),
    [
        (Vote(1), "Aprobado por unanimidad: 1 voto a favor."),
        (Vote(2, 0, 1), "Votación: 2 a favor, 0 en contra, 1 abstención por conflicto de interés."),
        (Vote(3, 2, 2), "Votación: 3 a favor, 2 en contra, 2 abstenciones por conflicto de interés."),
    ],
)
def test_a_vote_in_words(vote, said):
    assert str(vote) == said
    assert said in str(AgendaItem("x", "y", vote).vote)


def test_a_receipt_adds_up():
    _pages, text = printed(instrument("receipt", LONG), LONG)
    assert "USD 1,287.75" in text
    assert "Encarnación Ñusta Wayra del Pilar" in text


def test_text_is_never_markup():
    wild = '#panic("x") *negrita* $x^2$ <etiqueta> {nombre} [visto]'
    made = instrument("resolution")
    made = replace(made, values={**made.values, "grounds": [wild], "articles": [wild]})
    assert printed(made)[1].count('#panic("x") *negrita* $x^2$ <etiqueta> {nombre} [visto]') == 2


# -- kept with a case --


def test_an_instrument_is_numbered_kept_and_recorded(visa):
    attachment, text = write(visa, instrument("resolution"))
    assert "RESOLUCIÓN N.º R00000001" in text
    assert visa.number in text
    assert "Consulado General en Santiago" in text
    assert (attachment.case_id, attachment.label) == (visa.pk, "Resolución R00000001")
    event = AuditEvent.objects.get(verb="instrument.written")
    assert event.data == {
        "number": "R00000001", "kind": "resolution", "attachment": attachment.pk, "text": "resolution (es) v1"
    }  # fmt: skip
    assert write(visa, instrument("receipt"))[0].label == "Recibo B00000001"


def test_a_missing_value_stops_it_and_gives_the_number_back(visa):
    made = Resolution(values={"matter": "x"})
    with pytest.raises(DocumentError) as failure:
        write(visa, made)
    assert "applicant" in failure.value.safe_message
    assert "R00000001" in write(visa, instrument("resolution"))[1]


# -- the reader's language --


@pytest.mark.parametrize(
    ("language", "said", "dated"),
    [
        ("en", "Notice of a decision in your case", "November 20, 2026"),
        ("fr", "Notification d’une décision", "20 novembre 2026"),
        ("pt", "Notificação de uma decisão", "20 de novembro de 2026"),
    ],
)
def test_a_notification_says_it_in_its_readers_language_too(visa, language, said, dated):
    _attachment, text = write(visa, instrument("notification", language=language))
    spanish, own = text.index("Contra el acto puede interponer"), text.index(said)
    assert spanish < own
    assert dated in text[own:]
    assert "Constancia de recepción" in text[own:]


def test_in_spanish_it_has_one_part_and_one_page():
    pages, text = printed(instrument("notification", language=""))
    assert "legal effect" not in text
    assert pages == 1


def test_conditions_hold_in_every_language():
    made = instrument("notification", language="en")
    assert "You may appeal" in printed(made)[1]
    none = printed(replace(made, values={**made.values, "appealable": False}))[1]
    assert "You may appeal" not in none
    assert "recurso de apelación" not in none


def test_a_language_without_wording_is_refused(visa):
    with pytest.raises(DocumentError) as refusal:
        write(visa, instrument("notification", language="it"))
    assert "it" in refusal.value.safe_message


def test_a_refusal_letter_carries_a_second_part(visa, decision):
    services.publish_text(
        actor=None, code="letter_visa_refusal", language="en", subject="Your visa application",
        body="Your application {number} has been refused on {decided_on}. The grounds are stated above, in Spanish.",
    )  # fmt: skip
    with transaction.atomic():
        letter = services.write_letter(
            visa, kind="visa_refusal", context=letter_context(visa), actor=None, language="en"
        )
    with letter.file.open("rb") as file:
        text = text_of(file.read())[1]
    assert text.index("Atentamente") < text.index("Your visa application")
    assert AuditEvent.objects.get(verb="letter.written").data["language"] == "en"
    with pytest.raises(DocumentError), transaction.atomic():
        services.write_letter(visa, kind="visa_refusal", context=letter_context(visa), actor=None, language="fr")


# -- scripts --


@pytest.mark.parametrize(
    ("text", "script"), [("Уведомление Ειδοποίηση", ""), ("你好", "Cjk"), ("አማርኛ", "Ethiopic"), ("नमस्ते", "Devanagari")]
)
def test_a_script_without_a_typeface_is_refused_and_never_printed_as_boxes(text, script, monkeypatch):
    monkeypatch.setattr(fonts, "FAMILIES", {})
    if not script:
        assert fonts.families_for(text) == ["Noto Sans"]
        return
    with pytest.raises(DocumentError) as refusal:
        fonts.families_for(text)
    assert script in refusal.value.safe_message


def test_a_name_in_another_script_does_not_stop_a_notification(house, monkeypatch):
    """The wording is refused when it can not be set; a name in it is transliterated, as on the Spanish side."""
    services.publish_text(
        actor=None, code="notification", language="en", subject="Notice", body="To {addressee}: {act} {act_number}."
    )
    made = replace(instrument("notification", language="en"), addressee=["محمد الحسن", "Av. Ejemplo 000"])
    part = translation("notification", "en", made.reader_wording(head()))
    assert part["fonts"] == ["Noto Sans", "Noto Sans Arabic"]
    assert printed(made)[0] >= 1
    monkeypatch.setattr(fonts, "FAMILIES", {})
    part = translation("notification", "en", made.reader_wording(head()))
    assert part["fonts"] == ["Noto Sans"]
    assert part["paragraphs"][0].startswith("To M")
    assert printed(made)[0] >= 1


def test_a_text_that_can_not_be_set_can_not_be_published(house):
    with pytest.raises(ValidationError) as refusal:
        services.publish_text(actor=None, code="notification", language="zh", subject="通知", body="通知")
    assert "body" in refusal.value.message_dict


def test_arabic_is_set_from_right_to_left():
    assert TextTemplate.objects.filter(code="notification", language="ar").exists()
    made = instrument("notification", language="ar")
    part = translation("notification", "ar", made.reader_wording(head()))
    assert part["rtl"]
    assert part["fonts"] == ["Noto Sans", "Noto Sans Arabic"]
    embedded = render("notification", made.data(head()), day=DAY)
    assert b"NotoSansArabic" in embedded


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "20 de noviembre de 2026"), ("pt-BR", "20 de novembro de 2026"), ("xx", "20 de noviembre de 2026")],
)
def test_dates_are_written_out(language, said):
    assert long_date(DAY, language) == said


# -- wording --


@pytest.mark.parametrize(
    "body",
    [
        "Sin partes.",
        "[visto]\n\nA\n\n[considerando]\n\nB\n\n[resuelve]\n\nC",
        "[considerando]\n\nB\n\n[visto]\n\nA\n\n[resuelve]\n\nC\n\n[cierre]\n\nD",
        "Antes.\n\n[visto]\n\nA\n\n[considerando]\n\nB\n\n[resuelve]\n\nC\n\n[cierre]\n\nD",
        "[visto]\n\nA\n\n[visto]\n\nA\n\n[considerando]\n\nB\n\n[resuelve]\n\nC\n\n[cierre]\n\nD",
    ],
    ids=["none", "one short", "order", "before the first", "twice"],
)
def test_a_resolution_without_its_parts_is_refused(body):
    assert part_faults(body, KINDS["resolution"])
    with pytest.raises(ValidationError) as refusal:
        services.publish_text(actor=None, code="resolution", subject="Resolución", body=body)
    assert "body" in refusal.value.message_dict


def test_conditions_choose_within_a_part():
    body = "[visto]\n\nUno\n\n[considerando]\n\n{grounds}\n\n[resuelve]\n\n[if appealable] Dos\n\n[cierre]\n\nFin"
    found = sections(body, KINDS["resolution"], {"grounds": GROUNDS[:1], "appealable": False})
    assert found == {"visto": ["Uno"], "considerando": [GROUNDS[:1]], "resuelve": [], "cierre": ["Fin"]}

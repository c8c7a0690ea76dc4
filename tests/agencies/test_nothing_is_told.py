"""An INTERPOL hit is between the officers and the NCB: no text that an applicant reads or hears of says anything of it,
not that there was one, not who was asked, not that it took longer for a reason (domain §5.1 I, §6.2)."""

import io
import re

import pypdf
import pytest
from django.utils import translation

from agencies.connectors.base import AgencyRecord
from agencies.connectors.registry import registry as questions
from agencies.models import Agency
from cases import services
from cases.models import Attachment, Ground, Notification, Outcome
from documents.models import TextTemplate
from tests import factories as f
from tests.flows import answer, answer_all, assess, decide, do, interview, settle

pytestmark = pytest.mark.django_db

SECRETS = ("ZORRO INVENTADO", "NOTICIA-777", "Orden de detención internacional", "Foto idéntica", "Consultar a la OCN")
"""What only officers know of this case: the record, its number, what they decided and why."""

WORDS = re.compile(
    r"interpol|\bOCN\b|\bNCB\b|\bhit\b|coincidencia|requisitoria|captura|alerta|entidad(es)? consultad|"
    r"antecedente(?!s penales apostillados)|seguridad nacional|sanci[oó]n|terroris|polic[ií]a|homonim|adjudica",
    re.IGNORECASE,
)
"""What no text for an applicant says, whatever its case. «Razones de seguridad» is a ground whose text is reserved."""


def pdf_text(attachment: Attachment) -> str:
    with attachment.file.open("rb") as file:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)


def told(case) -> dict[str, str]:
    """Everything of a case that its applicant reads: messages, letters, the visa itself."""
    found = {f"message {m.kind}": f"{m.subject}\n{m.body}" for m in Notification.objects.filter(case=case)}
    produced = Attachment.objects.filter(case=case, by__isnull=True) | Attachment.objects.filter(
        case=case, label__startswith="Carta"
    )
    found |= {f"{each.label} {each.pk}": pdf_text(each) for each in produced.filter(content_type="application/pdf")}
    return found


def reveals_nothing(case, *expected: str) -> None:
    texts = told(case)
    assert set(expected) <= {name.split(" V")[0].split(" C")[0].rstrip(" 0123456789") for name in texts}, set(texts)
    names = [str(each.name) for each in Agency.objects.all()]
    titles = [str(each.manifest.title) for each in questions.all()]
    for name, text in texts.items():
        assert text.strip(), name
        found = WORDS.search(text)
        assert not found, (name, found)
        for secret in (*SECRETS, *names, *titles):
            assert secret.casefold() not in text.casefold(), (name, secret)


def hit(case, question="interpol.nominals") -> None:
    record = AgencyRecord(
        name="ZORRO INVENTADO", birth_date="1974-08-12", reference="NOTICIA-777",
        category="Orden de detención internacional",
    )  # fmt: skip
    answer(case.checks.unsettled().get(question=question), "HIT", record)
    answer_all(case)


def to_assessment(house):
    case = f.visa_case(house)
    hit(case)
    settle(case, house, "same", "Foto idéntica")
    interview(case, house.analyst)
    return case


@pytest.mark.parametrize("ground", ["seguridad", "antecedentes", "proposito", "otro"])
def test_a_refusal_after_a_hit(house, ground):
    case = to_assessment(house)
    grounds = list(Ground.objects.filter(procedure="visa", kind="deny", code=ground))
    assess(case, house.analyst, "deny", grounds)
    decide(case, house.consul, "deny", grounds, text="Consultar a la OCN: Foto idéntica")
    with translation.override("es-pe"):
        services.run_step(f.open_step(case, "refuse"))
    case.refresh_from_db()
    assert case.outcome == Outcome.DENIED
    reveals_nothing(case, "message denied", "Carta")


def test_a_visa_granted_after_a_hit(house):
    case = f.visa_case(house)
    hit(case)
    settle(case, house, "other", "Foto idéntica")
    interview(case, house.analyst)
    assess(case, house.analyst, answered=False)
    hit(case)
    settle(case, house, "other", "Foto idéntica", step="adjudicate_new")
    decide(case, house.consul, text="Consultar a la OCN")
    for name in ("assign", "issue"):
        services.run_step(f.open_step(case, name))
    do(case, "quality", house.printer, result="good", ground=None, text="Sin fotografía: conforme")
    hit(case, "interpol.sltd")
    settle(case, house, "other", "Foto idéntica", step="adjudicate_last")
    do(case, "deliver", house.delivery, receiver="Anna", receiver_document="L898902C3", remarks="")
    reveals_nothing(case, "message granted")
    assert any("message" not in name for name in told(case)), "the visa itself was looked at"


def test_a_refusal_because_of_a_hit_at_the_delivery(house):
    case = f.visa_case(house)
    answer_all(case)
    interview(case, house.analyst)
    assess(case, house.analyst)
    decide(case, house.consul)
    for name in ("assign", "issue"):
        services.run_step(f.open_step(case, name))
    do(case, "quality", house.printer, result="good", ground=None, text="Sin fotografía: conforme")
    hit(case, "interpol.sltd")
    settle(case, house, "same", "Foto idéntica", step="adjudicate_last")
    grounds = list(Ground.objects.filter(procedure="visa", kind="deny", code="seguridad"))
    do(case, "reconsider", house.consul, result="deny", grounds=grounds, text="Consultar a la OCN")
    services.run_step(f.open_step(case, "refuse"))
    reveals_nothing(case, "message granted", "message denied", "Carta")


def test_an_incomplete_application_of_somebody_with_a_hit(house):
    case = to_assessment(house)
    other = f.visa_case(house, complete=False, known_person=case.applicant)
    reveals_nothing(other, "message observed")


def test_every_wording_and_every_ground_that_an_applicant_may_read(house):
    texts = TextTemplate.objects.all()
    assert texts.count() >= 4
    for text in texts:
        assert not WORDS.search(f"{text.subject}\n{text.body}"), text
    grounds = Ground.objects.exclude(letter_text="")
    assert grounds
    for ground in grounds:
        assert not WORDS.search(ground.letter_text), ground
    reserved = Ground.objects.filter(procedure="visa", kind="deny", code__in=["seguridad", "antecedentes"])
    assert reserved.count() == 2 and not reserved.exclude(letter_text="")


def test_officers_are_told_what_to_do(house):
    from tests.cases.pages import browser, case_url, text

    case = f.visa_case(house)
    hit(case)
    services.take_task(f.open_step(case, "adjudicate"), actor=house.checks)
    page = text(browser(house.checks).get(case_url(case)))
    assert page.count("Contact the NCB; do not tell the bearer.") >= 2  # beside the record and in the form
    with translation.override("es-pe"):
        from django.utils.translation import gettext

        assert gettext("Contact the NCB; do not tell the bearer.") == (
            "Contacte a la OCN INTERPOL Lima; no informe al portador."
        )

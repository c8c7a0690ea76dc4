"""Files of cases: who reads them, how they are served, and what is taken in."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from cases import services
from cases.models import Attachment, Ground
from demo.files import page, portrait
from tests import factories as f
from tests.cases.pages import browser, case_url, text

pytestmark = pytest.mark.django_db

PDF = page("Prueba")
PNG = portrait(2)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def case(house):
    return f.visa_case(house)


def stored(case=None, *, name="pasaporte.pdf", kind="application/pdf", content=PDF, **fields) -> Attachment:
    attachment = Attachment(
        case=case, label="Copia", name=name, content_type=kind, size=len(content), sha256="0" * 64, **fields
    )
    attachment.file.save("x", ContentFile(content), save=False)
    attachment.save()
    return attachment


def read(client, attachment, **query):
    """The answer to asking for a file, with what came in ``body``."""
    response = client.get(reverse("cases:attachment", args=[attachment.key]), query)
    response.body = b"".join(response) if response.streaming else response.content
    return response


# --- reading -------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_safely_and_its_reading_is_recorded(house, case):
    attachment = stored(case)
    response = read(browser(house.analyst), attachment)
    assert response.body == PDF
    assert response["Content-Type"] == "application/pdf" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="pasaporte.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"] and "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(verb="file.read")
    assert (event.actor, event.case_id, event.data["attachment"]) == (house.analyst, case.pk, attachment.pk)


def test_a_file_of_another_office_is_not_found_and_no_reading_is_recorded(house, case):
    attachment = stored(case)
    assert read(browser(house.foreign), attachment).status_code == 404
    assert read(browser(), attachment).status_code == 302
    unknown = reverse("cases:attachment", args=["00000000-0000-4000-8000-000000000000"])
    assert browser(house.analyst).get(unknown).status_code == 404
    assert not AuditEvent.objects.filter(verb="file.read").exists()


def test_a_file_of_a_draft_is_its_owners_only(house):
    draft = services.open_draft(actor=house.intake, procedure="visa", office=house.santiago)
    attachment = stored(draft=draft, by=house.intake)
    assert read(browser(house.intake), attachment).status_code == 200
    assert read(browser(house.analyst), attachment).status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pasaporte ñandú.pdf", "inline; filename*=utf-8''pasaporte%20%C3%B1and%C3%BA.pdf"),
        ('a"b\\c.pdf', 'inline; filename="c.pdf"'),
        ("x.pdf\r\nSet-Cookie: a=b", 'inline; filename="x.pdfSet-Cookie_ a=b"'),
        ("../../etc/passwd", 'inline; filename="passwd"'),
    ],
)
def test_a_name_can_not_break_the_header(house, case, name, expected):
    response = read(browser(house.analyst), stored(case, name=name))
    assert response["Content-Disposition"] == expected and "Set-Cookie" not in response.headers


def test_what_is_no_known_type_is_only_saved_never_shown(house, case):
    page = stored(case, name="x.html", kind="text/html", content=b"<script>alert(1)</script>")
    response = read(browser(house.analyst), page)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    saved = read(browser(house.analyst), stored(case), descargar="1")
    assert saved["Content-Disposition"].startswith("attachment;")


def test_a_file_that_storage_has_lost_is_not_found(house, case):
    attachment = stored(case)
    attachment.file.storage.delete(attachment.file.name)
    assert read(browser(house.analyst), attachment).status_code == 404


# --- attaching -----------------------------------------------------------------------------------------------------


def attach_url(case) -> str:
    return reverse("cases:attach", args=[case.number])


def test_a_file_is_attached_to_an_open_case(house, case):
    client = browser(house.analyst)
    assert attach_url(case) in text(client.get(case_url(case)))
    assert client.get(attach_url(case)).status_code == 200
    response = client.post(attach_url(case), {"label": "Carta", "file": SimpleUploadedFile("c.pdf", PDF)})
    assert response.status_code == 302 and response["Location"] == case_url(case)
    attachment = Attachment.objects.get(case=case)
    assert (attachment.label, attachment.content_type, attachment.by) == ("Carta", "application/pdf", house.analyst)
    wanted = client.post(attach_url(case), {"requirement": "foto", "file": SimpleUploadedFile("f.png", PNG)})
    assert wanted.status_code == 302 and Attachment.objects.get(requirement="foto").label == "Fotografía a color"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("foto.pdf", PNG, "The file is called .pdf but its content is PNG"),
        ("x.exe", b"MZ....", "Only PDF, JPEG and PNG files are accepted."),
        ("x.pdf", b"", "The submitted file is empty."),
    ],
)
def test_a_wrong_file_is_named_at_its_field_and_the_name_typed_stays(house, case, name, content, message):
    response = browser(house.analyst).post(
        attach_url(case), {"label": "Carta notarial", "file": SimpleUploadedFile(name, content)}
    )
    assert response.status_code == 422
    assert message in text(response) and 'value="Carta notarial"' in text(response)
    assert not Attachment.objects.exists()


def test_who_may_not_attach_is_refused_and_a_closed_case_takes_nothing(house, case):
    file = {"label": "Carta", "file": SimpleUploadedFile("c.pdf", PDF)}
    assert browser(house.checks).post(attach_url(case), file).status_code == 403
    assert AuditEvent.objects.filter(denied=True, verb="attach_file", actor=house.checks).exists()
    assert browser(house.foreign).post(attach_url(case), file).status_code == 404
    services.close_case(case, actor=house.consul, outcome="withdrawn", ground=Ground.objects.get(code="procedimiento"))
    assert browser(house.analyst).get(attach_url(case)).status_code == 409
    assert not Attachment.objects.exists()


class Line:
    """An upload on its way: ``size`` zero bytes that nobody holds in memory; notes how it was read."""

    def __init__(self, size: int):
        self.left, self.largest, self.taken = size, 0, 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.left -= size
        self.taken += size
        self.largest = max(self.largest, size)
        return b"\0" * size

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def send(client, url: str, size: int):
    line = Line(size)
    headers = {"wsgi.input": line, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return client.generic("POST", url, **headers), line


def test_eighty_megabytes_are_refused_early_and_never_held(house, case):
    client = browser(house.analyst, enforce_csrf_checks=True)
    response, line = send(client, attach_url(case), 80 * 2**20)
    assert response.status_code == 413 and "81 MB were sent; a file may have 10 MB" in text(response)
    assert line.largest <= 2**20  # in small pieces, to nowhere: so that the browser hears the answer
    assert not Attachment.objects.exists()


def test_eighty_megabytes_in_a_step_are_refused_too(house, case):
    from tests.flows import answer_all

    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    response, _line = send(browser(house.analyst), reverse("cases:complete", args=[task.pk]), 80 * 2**20)
    assert response.status_code == 413
    incomplete = f.visa_case(house, complete=False)
    task = services.take_task(f.open_step(incomplete, "correct"), actor=house.intake)
    response, line = send(browser(house.intake), reverse("cases:complete", args=[task.pk]), 80 * 2**20)
    assert response.status_code == 413 and line.largest <= 2**20


def test_a_file_over_the_limit_in_a_request_under_it_is_refused_at_its_field(house, case, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    big = SimpleUploadedFile("c.pdf", PDF + b"%" * 2000 + b"%%EOF")
    response = browser(house.analyst).post(attach_url(case), {"label": "Carta", "file": big})
    assert response.status_code == 422 and "the limit is" in text(response)

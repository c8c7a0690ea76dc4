"""Files of a registration: each at once, by content, with its own message; nothing else is touched."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Attachment
from tests.visas.registering import HTMX, PDF, PNG, Officer, answers, ministry
from visas.models import VisaApplication

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    someone = Officer(ministry())
    someone.save(**answers())
    return someone


def names() -> set[tuple[str, str]]:
    return set(Attachment.objects.values_list("requirement", "name"))


def test_a_file_is_kept_at_once_with_its_requirement(officer):
    response = officer.upload("pasaporte", name="Pasaporte de Åsa.pdf")
    assert response.status_code == 200
    kept = Attachment.objects.get()
    assert (kept.requirement, kept.name, kept.content_type) == (
        "pasaporte", "Pasaporte de Åsa.pdf", "application/pdf",
    )  # fmt: skip
    assert kept.draft_id == officer.draft.pk
    page = response.content.decode()
    assert "Pasaporte de Åsa.pdf" in page
    assert "Missing: Copia del pasaporte." not in page
    assert "Missing: Fotografía a color." in page


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (PNG, "foto.pdf", "called .pdf but its content is PNG"),
        (b"", "vacio.pdf", "empty"),
        (b"MZ\x90\x00 programa", "foto.jpg", "Only PDF, JPEG and PNG"),
        (PDF[:-8], "cortado.pdf", "its end is missing"),
    ],
)
def test_a_wrong_file_is_refused_in_its_place_and_the_earlier_one_stays(officer, content, name, message):
    officer.upload("foto", PNG, "foto.png")
    officer.upload("pasaporte")
    response = officer.upload("foto", content, name)
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert 'id="requirement-foto"' in page
    assert names() == {("foto", "foto.png"), ("pasaporte", "archivo.pdf")}


def test_another_file_replaces_the_first_and_its_bytes_are_gone(officer, tmp_path, django_capture_on_commit_callbacks):
    officer.upload("foto", PNG, "vieja.png")
    with django_capture_on_commit_callbacks(execute=True):
        officer.upload("foto", PNG, "nueva.png")
    assert names() == {("foto", "nueva.png")}
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_can_be_taken_out_again(officer):
    officer.upload("foto", PNG, "foto.png")
    key = Attachment.objects.get().key
    response = officer.htmx(f"archivos/{key}/quitar/")
    assert response.status_code == 200
    assert "Missing: Fotografía a color." in response.content.decode()
    assert not Attachment.objects.exists()


class Unread(io.BytesIO):
    """A body of which nothing may be read."""

    def read(self, *_args):
        raise AssertionError("the body was read")

    readline = read


def test_eighty_megabytes_are_refused_before_they_are_read(officer):
    url = f"{officer.url}archivos/foto/"
    response = officer.client.generic(
        "POST", url, content_type="multipart/form-data; boundary=x", headers=HTMX,
        **{"CONTENT_LENGTH": str(80 * 2**20), "wsgi.input": Unread()},
    )  # fmt: skip
    assert response.status_code == 413
    assert response["HX-Reswap"] == "none"
    page = response.content.decode()
    assert 'id="requirement-foto-error"' in page
    assert "larger than 10 MB" in page
    plain = officer.client.generic(
        "POST", url, content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(80 * 2**20), "wsgi.input": Unread()},
    )  # fmt: skip
    assert plain.status_code == 413
    assert "10 MB" in plain.content.decode()


def test_without_javascript_the_files_come_with_the_form_and_a_large_one_spoils_nothing(officer, settings):
    settings.MAX_UPLOAD_BYTES = 1024
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 512
    files = {
        "file_pasaporte": SimpleUploadedFile("grande.pdf", b"%PDF-" + b"0" * 200_000 + b"%%EOF"),
        "file_foto": SimpleUploadedFile("foto.pdf", PNG),
        "file_formulario": SimpleUploadedFile("dgc.pdf", PDF),
    }
    response = officer.post("", {**answers(purpose="Congreso en Trujillo"), **files, "act": "submit"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "The file is larger than" in page
    assert "called .pdf but its content is PNG" in page
    assert "dgc.pdf" in page
    assert "Congreso en Trujillo" in page
    assert names() == {("formulario", "dgc.pdf")}
    assert not VisaApplication.objects.exists()


def test_the_checklist_follows_class_and_age(officer):
    def asked(**changes):
        page = officer.save(**answers(**changes)).content.decode()
        return "Antecedentes penales" in page, "Nota verbal" in page

    assert asked() == (True, False)
    assert asked(birth_date="04/03/2015") == (False, False)
    assert asked(birth_date="00/00/0000") == (True, False)
    assert asked(visa_class="diplomatico") == (False, True)


def test_a_file_of_the_class_chosen_before_stays_in_sight(officer):
    officer.upload("fondos")
    page = officer.save(**answers(visa_class="trabajador")).content.decode()
    assert "Other files" in page
    key = Attachment.objects.get().key
    assert officer.htmx(f"archivos/{key}/quitar/").status_code == 200
    assert not Attachment.objects.exists()


def test_a_file_for_something_not_asked_is_not_found(officer):
    assert officer.upload("nota").status_code == 404

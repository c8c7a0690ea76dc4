"""What is taken in, by its content: type, size, pages, pixels, scripts, tales of where a picture was taken, viruses."""

import socket
import struct
import threading
import zlib
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from audit.models import AuditEvent
from cases.models import Attachment
from cases.uploads import inspect
from demo.files import page, portrait
from tests import factories as f
from tests.cases.pages import browser, case_url, text

# the test file of the antivirus makers, in two parts so that this one is not taken for it
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*").encode()


def upload(content: bytes, name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refused(content: bytes, name: str = "a.pdf") -> str:
    with pytest.raises(ValidationError) as error:
        inspect(upload(content, name))
    return error.value.code


def pdf(change=lambda writer: None, *, pages: int = 1) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    writer.write(out)
    return out.getvalue()


def picture(kind: str, *, size=(60, 40), **options) -> bytes:
    out, image = BytesIO(), Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(out, kind, **options)
    return out.getvalue()


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camara de Ficticia"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (12.0, 2.0, 45.0)
    return exif


# --- type by content -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"<html><script>alert(1)</script>", "a.pdf", "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "wrong_type"),
        (b"GIF89a" + page("x"), "a.pdf", "wrong_type"),  # two things at once
        (b"<html>" + page("x"), "a.pdf", "wrong_type"),
        (b"PK\x03\x04" + page("x"), "a.pdf", "wrong_type"),
        (b"MZ" + portrait(2), "a.png", "wrong_type"),
        (portrait(2), "a.pdf", "misnamed"),
        (page("x")[:-8], "a.pdf", "damaged"),
        (b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", "a.pdf", "damaged"),
        (portrait(2).replace(b"IDAT", b"IDAX", 1), "a.png", "damaged"),
        (portrait(2)[:60] + b"\x00" * 4 + portrait(2)[64:], "a.png", "damaged"),
        (picture("JPEG")[:-300], "a.jpg", "damaged"),
        (b"\xff\xd8\xff" + b"\x00" * 100, "a.jpg", "damaged"),
    ],
)
def test_what_is_not_what_it_says_is_refused(content, name, code):
    assert refused(content, name) == code


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (page("x"), "a.PDF", "application/pdf"),
        (b"\xef\xbb\xbf\r\n" + page("x"), "a.pdf", "application/pdf"),
        (picture("JPEG"), "a.jpeg", "image/jpeg"),
        (picture("JPEG", progressive=True), "a.jpg", "image/jpeg"),
        (picture("PNG"), "a", "image/png"),
        (portrait(2), "foto.html", "image/png"),  # its name says nothing
    ],
)
def test_what_is_good_is_taken(content, name, kind):
    assert inspect(upload(content, name)).content_type == kind


# --- PDF -------------------------------------------------------------------------------------------------------------


def _script(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def _hidden(writer: PdfWriter) -> None:
    """A script three objects deep, its name written with an escape."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    inner = DictionaryObject({NameObject("/O"): writer._add_object(action)})
    writer.pages[0][NameObject("/AA")] = writer._add_object(inner)


def _launch(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


@pytest.mark.parametrize(
    ("change", "marks"),
    [
        (lambda writer: None, ()),
        (lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://rree.example")), ()),
        (_script, ("script",)),
        (_hidden, ("script",)),
        (_launch, ("launch",)),
        (lambda writer: writer.add_attachment("tool.exe", b"MZ"), ("embedded",)),
    ],
)
def test_a_pdf_that_is_more_than_paper_is_marked(change, marks):
    assert inspect(upload(pdf(change))).marks == marks


def test_a_pdf_with_a_password_or_restrictions_is_refused():
    assert refused(pdf(lambda writer: writer.encrypt("clave", algorithm="AES-256"))) == "encrypted"
    assert refused(pdf(lambda writer: writer.encrypt("", "dueño", algorithm="RC4-128"))) == "encrypted"


def test_a_pdf_with_too_many_pages_is_refused(settings):
    settings.MAX_UPLOAD_PAGES = 3
    assert inspect(upload(pdf(pages=3))).content_type == "application/pdf"
    assert refused(pdf(pages=4)) == "too_long"


def test_a_pdf_that_would_keep_the_parser_busy_is_refused(monkeypatch):
    from cases import pdfs

    monkeypatch.setattr(pdfs, "MAX_OBJECTS", 20)
    assert refused(pdf(pages=30)) == "too_complex"


def test_a_pdf_that_goes_round_in_circles_ends():
    def circle(writer):
        first, second = DictionaryObject(), DictionaryObject()
        one, two = writer._add_object(first), writer._add_object(second)
        first[NameObject("/Next")], second[NameObject("/Next")] = two, one
        writer.root_object[NameObject("/Circle")] = one

    assert inspect(upload(pdf(circle))).marks == ()


# --- pictures --------------------------------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes whose head promises a great many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 8_000), (2**31 - 1, 1)])
def test_a_picture_that_unfolds_is_refused_by_its_head(size):
    assert refused(bomb(*size), "a.png") == "too_many_pixels"


@pytest.mark.parametrize(
    "content",
    [
        picture("JPEG", exif=located(), comment=b"hecho en casa de Ficticia"),
        picture("JPEG", exif=located(), progressive=True, icc_profile=b"perfil"),
    ],
)
def test_a_photograph_tells_nothing_but_what_it_shows(content):
    found = inspect(upload(content, "a.jpg")).content
    assert b"Ficticia" in content and b"Ficticia" not in found and b"Exif" not in found
    before, after = Image.open(BytesIO(content)), Image.open(BytesIO(found))
    assert dict(after.getexif()) == {} and "comment" not in after.info
    assert before.tobytes() == after.tobytes()  # not one pixel is different
    assert after.info.get("icc_profile") == before.info.get("icc_profile")


def test_a_photograph_that_was_turned_stays_upright():
    exif = located()
    exif[0x0112] = 6
    content = picture("JPEG", size=(60, 40), exif=exif)
    after = Image.open(BytesIO(inspect(upload(content, "a.jpg")).content))
    assert after.size == (40, 60) and dict(after.getexif()) == {}
    assert after.getpixel((2, 30))[0] > after.getpixel((37, 30))[0] + 100  # dark top became the right side


def test_a_png_loses_its_texts_and_what_follows_its_end():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Ficticia")
    info.add_itxt("XML:com.adobe.xmp", "Ficticia", zip=True)
    content = picture("PNG", pnginfo=info, exif=located())
    found = inspect(upload(content, "a.png")).content
    assert b"Ficticia" in content and b"Ficticia" not in found and b"eXIf" not in found and b"iTXt" not in found
    assert Image.open(BytesIO(content)).tobytes() == Image.open(BytesIO(found)).tobytes()
    assert inspect(upload(content + b"MZ smuggled IEND", "a.png")).content == found


# --- viruses ---------------------------------------------------------------------------------------------------------


def infected_page() -> bytes:
    return page("x").replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + EICAR + b"\n")


class Scanner:
    """A stub that speaks clamd's protocol on a real socket: ``zINSTREAM``, pieces with their length, a verdict."""

    def __init__(self, answer: bytes | None = None):
        self.answer, self.received = answer, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                line, _peer = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(size)
                self.received.append(content)
                verdict = b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"
                line.sendall((verdict if self.answer is None else self.answer) + b"\0")

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@contextmanager
def scanner(settings, **options):
    stub = Scanner(**options)
    settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT = stub.address, 5
    try:
        yield stub
    finally:
        stub.stop()


def test_a_virus_is_refused_and_a_clean_file_is_not(settings):
    infected = infected_page()
    assert inspect(upload(infected)).content_type == "application/pdf"  # nobody looks
    with scanner(settings) as stub:
        assert refused(infected) == "infected"
        large = picture("PNG", size=(900, 900)) + b"\0" * 200_000 + b"IEND"
        inspect(upload(large, "a.png"))
        assert stub.received == [infected, large]  # what came, whole, in several pieces


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: perhaps", b"\xff\xfe"])
def test_an_answer_that_is_not_understood_is_no_clearance(settings, answer):
    with scanner(settings, answer=answer):
        assert refused(page("x")) == "scanner_away"


def test_a_scanner_that_is_away_lets_nothing_in(settings):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"127.0.0.1:{unused.getsockname()[1]}"
    for settings.CLAMD_ADDRESS in (address, "unix:/nonexistent/clamd.sock", "nonsense"):
        assert refused(page("x")) == "scanner_away"


def test_a_scanner_that_is_silent_lets_nothing_in_after_its_time(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT = f"127.0.0.1:{silent.getsockname()[1]}", 0.3
        assert refused(page("x")) == "scanner_away"


# --- on the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(settings, tmp_path):
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": files}


@pytest.mark.django_db
def test_the_page_says_it_at_the_field_and_keeps_what_was_typed(stored, settings):
    house = f.ministry()
    case = f.visa_case(house)
    url = reverse("cases:attach", args=[case.number])
    client = browser(house.analyst)
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    answer = client.post(url, {"label": "Carta de invitación", "file": upload(page("x"))})
    assert answer.status_code == 422 and "could not be checked for viruses" in text(answer)
    assert 'value="Carta de invitación"' in text(answer) and not Attachment.objects.exists()
    with scanner(settings):
        answer = client.post(url, {"label": "Carta", "file": upload(infected_page())})
        assert answer.status_code == 422 and "Eicar-Signature" in text(answer)


@pytest.mark.django_db
def test_a_mark_stands_beside_the_file_and_in_the_audit_log(stored):
    house = f.ministry()
    case = f.visa_case(house)
    client = browser(house.analyst)
    content = pdf(_script)
    answer = client.post(reverse("cases:attach", args=[case.number]), {"label": "Formulario", "file": upload(content)})
    assert answer.status_code == 302
    attachment = Attachment.objects.get()
    with attachment.file.open() as held:
        assert attachment.marks == ["script"] and held.read() == content
    assert AuditEvent.objects.get(verb="file.attached").data["marks"] == ["script"]
    assert "contains scripts" in text(client.get(case_url(case, "application")))


@pytest.mark.django_db
def test_what_is_stored_is_the_cleaned_picture(stored):
    house = f.ministry()
    case = f.visa_case(house)
    content = picture("JPEG", exif=located())
    values = {"requirement": "foto", "file": upload(content, "foto.jpg")}
    browser(house.analyst).post(reverse("cases:attach", args=[case.number]), values)
    attachment = Attachment.objects.get()
    with attachment.file.open() as file:
        held = file.read()
    assert b"Ficticia" not in held and (attachment.size, len(attachment.sha256)) == (len(held), 64)

"""Small files that open: the papers an applicant brings, each marked as a demonstration."""

import zlib
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Requirement
from documents import specimens

MARK = "DEMOSTRACIÓN"
_FACE = (  # a portrait in 8 × 10 signs, light to dark
    "........",
    "..####..",
    ".######.",
    ".#++++#.",
    ".#+oo+#.",
    "..++++..",
    "...++...",
    ".xxxxxx.",
    "xxxxxxxx",
    "xxxxxxxx",
)
_TONES = {".": (246, 246, 246), "#": (74, 56, 46), "+": (222, 184, 156), "o": (120, 84, 66), "x": (156, 28, 52)}


def upload(requirement: Requirement, *, named: str = "") -> SimpleUploadedFile:
    """A file for a requirement: a picture for the photograph, else one page."""
    name = named or requirement.code
    if requirement.code == "foto":
        return SimpleUploadedFile(f"{name}.jpg", specimens.portrait(), "image/jpeg")
    return SimpleUploadedFile(f"{name}.pdf", page(requirement.name), "application/pdf")


def spoilt() -> SimpleUploadedFile:
    """The photograph of a spoilt sticker."""
    return SimpleUploadedFile("etiqueta-malograda.png", portrait(12), "image/png")


def _text(value: str) -> bytes:
    """A PDF string in WinAnsiEncoding."""
    escaped = value.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode("cp1252", "replace") + b")"


@cache
def page(title: str) -> bytes:
    """One A5 page with the mark and a title (PDF 1.4, built-in typeface)."""
    content = b"\n".join(
        (
            b"q 0.85 0.85 0.88 rg 0.94 0.34 -0.34 0.94 70 150 cm BT /F1 42 Tf " + _text(MARK) + b" Tj ET Q",
            b"BT /F1 15 Tf 40 520 Td " + _text(title) + b" Tj ET",
            b"BT /F1 10 Tf 40 496 Td " + _text("Documento ficticio, sin valor alguno.") + b" Tj ET",
        )
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    many = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % many + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (many, len(body))


@cache
def portrait(scale: int = 24) -> bytes:
    """An identity photograph of nobody (PNG, 8 bit RGB)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = [b"\0" + b"".join(bytes(_TONES[sign]) * scale for sign in row) for row in _FACE]
    size = (len(_FACE[0]) * scale).to_bytes(4, "big") + (len(_FACE) * scale).to_bytes(4, "big")
    pixels = zlib.compress(b"".join(row * scale for row in rows), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + bytes((8, 2, 0, 0, 0)))
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )

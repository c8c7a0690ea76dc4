"""What a file is, by its content and never by its name; and what must not come in with it.

:func:`inspect` is asked twice, by the form (so that the message stands at its field) and by the act (so that no other
door is open); the work is done once per upload.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cases import clamd, images, pdfs

_SIGNATURES = (
    ("application/pdf", b"%PDF-", b"%%EOF"),
    ("image/jpeg", b"\xff\xd8\xff", None),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND"),
)
_BEFORE_PDF = b"\xef\xbb\xbf\x00\t\n\x0c\r "
"""What scanners put before a PDF's head. Anything else there would make the file two things at once."""

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True)
class Inspection:
    """What was found: the media type, marks to show beside the file, and the content to store."""

    content_type: str
    marks: tuple[str, ...]
    content: bytes


def sniff(upload: UploadedFile) -> str:
    """The media type of an upload: PDF, JPEG or PNG. Raises ValidationError as :func:`inspect`."""
    return inspect(upload).content_type


def inspect(upload: UploadedFile) -> Inspection:
    """Look into an upload.

    Raises ValidationError when it is none of PDF, JPEG and PNG, empty, damaged, encrypted, larger than
    ``settings.MAX_UPLOAD_BYTES``, longer than ``MAX_UPLOAD_PAGES`` or wider than ``MAX_UPLOAD_PIXELS``; when the virus
    scanner finds something; or when one is configured and does not answer. A file that is called .pdf and is a picture
    is refused with what it really is, so that the person can rename or re-scan it.
    """
    held = getattr(upload, "_inspection", None)
    if held is None:
        held = upload._inspection = _inspect(upload)  # type: ignore[attr-defined]
    return held


def _inspect(upload: UploadedFile) -> Inspection:
    limit = settings.MAX_UPLOAD_BYTES
    size = upload.size or 0
    if size > limit:
        raise ValidationError(
            _("The file is %(size)d MB; the limit is %(limit)d MB. Scan it at a lower resolution."),
            code="too_large",
            params={"size": size // 2**20 + 1, "limit": limit // 2**20},
        )
    upload.seek(0)
    content = upload.read(limit + 1)
    upload.seek(0)
    if not content:
        raise ValidationError(_("The file is empty."), code="empty")
    media_type = _type_of(content)
    _check_extension(upload.name or "", media_type)
    marks: tuple[str, ...] = ()
    if media_type == "application/pdf":
        marks = pdfs.examine(content, pages=settings.MAX_UPLOAD_PAGES)
    else:
        images.examine(content, media_type, pixels=settings.MAX_UPLOAD_PIXELS)
    clamd.check(content)  # what came, not what is stored
    if media_type != "application/pdf":
        content = images.without_metadata(content, media_type)
    return Inspection(media_type, marks, content)


def _type_of(content: bytes) -> str:
    head, tail = content[:1024], content[-1024:]
    for media_type, start, end in _SIGNATURES:
        beginning = head.lstrip(_BEFORE_PDF) if media_type == "application/pdf" else head
        if beginning.startswith(start):
            if end is not None and end not in tail:
                raise ValidationError(_("The file is damaged: its end is missing. Scan it again."), code="damaged")
            return media_type
    raise ValidationError(_("Only PDF, JPEG and PNG files are accepted."), code="wrong_type")


def _check_extension(name: str, media_type: str) -> None:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    extension = {"jpeg": "jpg", "jpe": "jpg"}.get(extension, extension)
    if extension in EXTENSIONS.values() and extension != EXTENSIONS[media_type]:
        raise ValidationError(
            _("The file is called .%(called)s but its content is %(real)s. Check that it is the right file."),
            code="misnamed",
            params={"called": extension, "real": EXTENSIONS[media_type].upper()},
        )


def clean_name(name: str | None) -> str:
    """A file name that is safe in a header and on any disk: no path, no control characters, at most 150 long."""
    base = re.split(r"[\\/]", name or "")[-1]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    return re.sub(r'[<>:"|?*]', "_", base).strip(". ")[-150:] or "archivo"

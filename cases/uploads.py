"""What a file is, by its content and never by its name."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

_SIGNATURES = (
    ("application/pdf", b"%PDF-", b"%%EOF"),
    ("image/jpeg", b"\xff\xd8\xff", None),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND"),
)
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def sniff(upload: UploadedFile) -> str:
    """The media type of an upload: PDF, JPEG or PNG.

    Raises ValidationError when it is something else, empty, or larger than ``settings.MAX_UPLOAD_BYTES``. A file that
    is called .pdf and is a picture is refused with what it really is, so that the person can rename or re-scan it.
    """
    limit = settings.MAX_UPLOAD_BYTES
    if upload.size > limit:
        raise ValidationError(
            _("The file is %(size)d MB; the limit is %(limit)d MB. Scan it at a lower resolution."),
            code="too_large",
            params={"size": upload.size // 2**20 + 1, "limit": limit // 2**20},
        )
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    upload.seek(0)
    head = upload.read(1024)
    upload.seek(max(0, upload.size - 1024))
    tail = upload.read(1024)
    upload.seek(0)
    for media_type, start, end in _SIGNATURES:
        if start in (head if media_type == "application/pdf" else head[: len(start)]):
            if end is not None and end not in tail:
                raise ValidationError(_("The file is damaged: its end is missing. Scan it again."), code="damaged")
            _check_extension(upload.name or "", media_type)
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

"""Pictures: their size before they are opened, whether they are whole, and what they tell besides what they show."""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, EOFError, IndexError, TypeError)
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_ORIENTATION = 0x0112  # EXIF 2.32 §4.6.4

# PNG chunks without which the picture would look different (ISO/IEC 15948); the others tell of place, time and device
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
)
# JPEG segments that hold data beside the picture: APP0–APP15 and comments (ISO/IEC 10918-1 §B.2.4)
_JPEG_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE})
_JPEG_KEPT = ((0xE0, b"JFIF\x00"), (0xE2, b"ICC_PROFILE\x00"), (0xEE, b"Adobe"))


def _damaged(error: Exception | None = None) -> ValidationError:
    return ValidationError(_("The picture is damaged. Scan it again."), code="damaged")


def examine(content: bytes, media_type: str, *, pixels: int) -> None:
    """Raise ValidationError when the picture has more than ``pixels`` pixels (its head says so; it is not unpacked to
    find out), is not whole, or is not what it seems."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower and has a message
            with Image.open(BytesIO(content), formats=[_FORMATS[media_type]]) as picture:
                width, height = picture.size
                if width * height > pixels:
                    raise ValidationError(
                        _("The picture has %(size)d megapixels; the limit is %(limit)d. Make it smaller."),
                        code="too_many_pixels",
                        params={"size": -(-width * height // 1_000_000), "limit": pixels // 1_000_000},
                    )
                if media_type == "image/jpeg":
                    picture.draft("RGB", (1, 1))  # an eighth of each side: enough to see that the data are whole
                    picture.load()
                else:
                    picture.verify()  # the chunks' checksums
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise ValidationError(_("The picture is far too large. Make it smaller."), code="too_many_pixels") from error
    except _BROKEN as error:
        raise _damaged() from error


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture without EXIF, comments and other tales (where it was taken, by whom, with what).

    Pixels stay as they are, bit by bit, except in a JPEG that its EXIF data turn: that is turned and written anew.
    """
    if media_type == "image/png":
        return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunks(content))
    if _is_turned(content):
        return _upright(content)
    return b"".join(_jpeg_segments(content))


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at = 8
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if end > len(content):
            raise _damaged()
        if kind in _PNG_KEPT:
            yield content[at:end]
        if kind == b"IEND":
            return  # what follows is no picture
        at = end
    raise _damaged()


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise _damaged()
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == 0xDA:  # the picture itself, to its end; nothing after that
            end = content.rfind(b"\xff\xd9")
            if end < at:
                raise _damaged()
            yield content[at : end + 2]
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # without length
            yield content[at : at + 2]
            at += 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or end < at + 4:
            raise _damaged()
        segment = content[at:end]
        if marker not in _JPEG_DROPPED or any(
            marker == kept and segment[4:].startswith(name) for kept, name in _JPEG_KEPT
        ):
            yield segment
        at = end
    raise _damaged()


def _is_turned(content: bytes) -> bool:
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
            return picture.getexif().get(_ORIENTATION, 1) not in (0, 1)
    except _BROKEN:
        return False  # the segments are dropped as they are


def _upright(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
            turned = ImageOps.exif_transpose(picture)
            out = BytesIO()
            turned.save(out, "JPEG", quality=95, subsampling="keep" if turned is picture else -1, exif=b"")
    except _BROKEN as error:
        raise _damaged() from error
    return b"".join(_jpeg_segments(out.getvalue()))

"""Looking into a PDF without opening it: pages, encryption, and what would act by itself in a reader.

Nothing is decoded but the objects' structure; the walk is bounded in objects and depth (ISO 32000-1 §7.3).
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MAX_OBJECTS = 50_000

MARKS = {
    "script": gettext_lazy("contains scripts"),
    "launch": gettext_lazy("starts programs or opens other places"),
    "embedded": gettext_lazy("carries other files inside"),
}
"""What is said beside a file that is more than paper. It is taken in: forms of banks and universities often have
scripts; the browser's viewer runs them in a sandbox, and our policy for files forbids everything besides."""

_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/Launch": "launch",
    "/EmbeddedFiles": "embedded",
    "/RichMedia": "embedded",
}
_ACTIONS = {
    "/JavaScript": "script",
    "/Rendition": "script",
    "/Launch": "launch",
    "/GoToR": "launch",
    "/GoToE": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "launch",
}
_TYPES = {"/EmbeddedFile": "embedded", "/Filespec": "embedded"}

# What a hostile or broken file makes the parser raise.
_BROKEN = (
    PyPdfError, DependencyError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError,
    RecursionError, OverflowError, NotImplementedError, OSError, MemoryError,
)  # fmt: skip


def examine(content: bytes, *, pages: int) -> tuple[str, ...]:
    """The marks of a PDF, keys of :data:`MARKS`, in their order.

    Raises ValidationError when it can not be read, is encrypted (what nobody can look into, nobody can check), or has
    more than ``pages`` pages or :data:`MAX_OBJECTS` objects.
    """
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if "/Encrypt" in reader.trailer:
            raise ValidationError(
                _("The PDF is protected with a password or restrictions. Save it without them, or scan the paper."),
                code="encrypted",
            )
        number = len(reader.pages)
        found = _walk(reader)
    except _BROKEN as error:
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(
            _("The PDF is damaged and can not be read. Save it again, or scan the paper."), code="damaged"
        ) from error
    if number > pages:
        raise ValidationError(
            _("The PDF has %(number)d pages; the limit is %(limit)d. Send the pages that matter."),
            code="too_long",
            params={"number": number, "limit": pages},
        )
    return tuple(mark for mark in MARKS if mark in found)


def _walk(reader: PdfReader) -> set[str]:
    """Every object that can be reached from the trailer, once."""
    found: set[str] = set()
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    walked = 0
    while waiting:
        walked += 1
        if walked > MAX_OBJECTS * 10 or len(seen) > MAX_OBJECTS:
            raise ValidationError(_("The PDF is too complex to be checked. Scan the paper."), code="too_complex")
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            found |= _marks_of(item)
            waiting.extend(item.raw_get(name) for name in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))
    return found


def _marks_of(item: DictionaryObject) -> set[str]:
    marks = {_KEYS[name] for name in item if name in _KEYS}
    action = item.raw_get("/S") if "/S" in item else None
    kind = item.raw_get("/Type") if "/Type" in item else None
    subtype = item.raw_get("/Subtype") if "/Subtype" in item else None
    resolved = [part.get_object() if isinstance(part, IndirectObject) else part for part in (action, kind, subtype)]
    for table, value in zip((_ACTIONS, _TYPES, _KEYS), resolved, strict=True):
        if str(value) in table:
            marks.add(table[str(value)])
    return marks

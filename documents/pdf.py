"""PDF files by typst: the layouts of this room, data as JSON, and nothing from the machine it runs on.

The same layout and data give the same bytes. Files are PDF/A-2u (they will be read in forty years) and PDF/UA-1
(tagged, so that they can be read aloud).
"""

import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from documents import fonts
from documents.errors import DocumentError

ROOT = Path(__file__).resolve().parent
LAYOUTS = ROOT / "layouts"
OCR_B = ROOT / "fonts"  # OCR-B: docs/decisions/0006-mrz-typeface.md
STANDARDS = ["a-2u", "ua-1"]


class _Renderer:
    """A compiler with the fonts read once. One compilation at a time: the compiler is not made for more."""

    def __init__(self) -> None:
        found = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[*fonts.folders(), OCR_B],
        )
        self.compiler = typst.Compiler(root=LAYOUTS, font_paths=found)
        self.lock = threading.Lock()


@lru_cache(maxsize=1)
def _renderer(process: int) -> _Renderer:
    """The renderer of this process; a child that was forked from one gets its own."""
    return _Renderer()


def render(layout: str, data: Mapping[str, Any], *, day: date) -> bytes:
    """The PDF of a layout.

    :param layout: name of a file in ``documents/layouts``, without its ending.
    :param data: what the layout prints; plain values that JSON can hold. Text is never markup.
    :param day: the file's date of creation (at noon, UTC); with equal data, equal days give equal bytes.

    Raises DocumentError when the layout can not set the data; the renderer's own words are dropped, since they quote
    the data.
    """
    renderer = _renderer(os.getpid())
    try:
        with renderer.lock:
            return renderer.compiler.compile(
                input=LAYOUTS / f"{layout}.typ",
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
                pdf_standards=STANDARDS,
                timestamp=datetime.combine(day, time(12), UTC),
            )
    except typst.TypstError:
        raise DocumentError(_("The layout «%(layout)s» could not be set.") % {"layout": layout}) from None

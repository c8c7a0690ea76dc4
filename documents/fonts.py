"""Typefaces by script: what the installed packages can set, and a clear refusal of what they can not."""

import re
from pathlib import Path

import fontpkg
from django.utils.translation import gettext as _

from documents.errors import DocumentError
from documents.visual import without_glyph

MAIN = "Noto Sans"  # Latin, Greek, Cyrillic

FAMILIES = {
    "ARABIC": "Noto Sans Arabic",
    "HEBREW": "Noto Sans Hebrew",
    "ARMENIAN": "Noto Sans Armenian",
    "GEORGIAN": "Noto Sans Georgian",
    "ETHIOPIC": "Noto Sans Ethiopic",
    "DEVANAGARI": "Noto Sans Devanagari",
    "BENGALI": "Noto Sans Bengali",
    "TAMIL": "Noto Sans Tamil",
    "THAI": "Noto Sans Thai",
}
"""By the first word of its letters' Unicode names. Each family is a Python package of its own; one that is installed is
used."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"})  # ISO 639


def folder(family: str) -> Path | None:
    """Where the files of an installed family are; None when it is not installed."""
    try:
        return fontpkg.path(family).parent
    except fontpkg.FamilyNotInstalled:
        return None


def folders() -> list[Path]:
    """Of all families that are installed."""
    return [found for family in (MAIN, *FAMILIES.values()) if (found := folder(family)) is not None]


def families_for(text: str) -> list[str]:
    """The families that set ``text``, the main one first.

    Raises DocumentError naming the script when no installed family has it: nobody gets a letter of empty boxes.
    """
    families = [MAIN]
    for sign, name in without_glyph(text):
        script = re.split(r"[ -]", name)[0]
        family = FAMILIES.get(script, "")
        if not family or folder(family) is None:
            raise DocumentError(
                _("No typeface is installed that can set «%(sign)s» (%(script)s). The text is not printed.")
                % {"sign": sign, "script": script.capitalize()}
            )
        if family not in families:
            families.append(family)
    return families

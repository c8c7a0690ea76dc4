"""How facts are written in the visual zone of a document (ICAO 9303-3 §3), and which signs the typeface has."""

import re
import unicodedata
from datetime import date

from icao.transliteration import transliterate

# ICAO 9303-3 §3.8 table 1
MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAYO", "JUN", "JUL", "AGO", "SEPT", "OCT", "NOV", "DIC")

# The blocks that Noto Sans covers: Latin, Greek, Cyrillic, their marks, punctuation and currency.
_WITHOUT_GLYPH = re.compile(
    r"[^\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u03e1\u03f0-\u052f\u1e00-\u1fff\u2010-\u2027\u202f-\u205e"
    r"\u2070-\u209c\u20a0-\u20c0\u2100-\u215f]"
)


def without_glyph(text: str) -> list[tuple[str, str]]:
    """The signs of ``text`` that the main typeface does not have, with their Unicode names; invisible ones left out."""
    signs = dict.fromkeys(_WITHOUT_GLYPH.findall(unicodedata.normalize("NFC", text)))
    return [
        (sign, name) for sign in signs if (name := unicodedata.name(sign, "")) and unicodedata.category(sign) != "Cf"
    ]


def day_text(day: date) -> str:
    """«05 ENE 2027» (ICAO 9303-3 §3.8)."""
    return birth_text(day.isoformat())


def birth_text(birth_date: str) -> str:
    """A date of birth YYYY-MM-DD, X for each unknown part: «XX XXX 1990» (ICAO 9303-3 §3.8)."""
    year, month, day = birth_date.split("-")
    return " ".join(
        (
            day if int(day) else "XX",
            MONTHS[int(month) - 1] if int(month) else "XXX",
            year if int(year) else "XXXX",
        )
    )


def identifier(name: str) -> str:
    """A name as the visual zone shows it: capitals; national Latin letters stay, a name in another script is written
    in its ICAO transliteration (ICAO 9303-3 §3.4)."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in name):
        name = transliterate(name, strict=False)
    return printable(name.upper())


def printable(text: str) -> str:
    """``text`` with only signs that the typeface has: letters of other scripts are transliterated, what has no form is
    left out. An archive document (PDF/A) may not hold a sign without a glyph."""
    text = unicodedata.normalize("NFC", text)
    if any(sign.isalpha() for sign in _WITHOUT_GLYPH.findall(text)):
        text = transliterate(text, strict=False)
    return "".join(sign for sign in _WITHOUT_GLYPH.sub("", text) if unicodedata.category(sign) != "Cn")

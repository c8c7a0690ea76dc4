"""Letters of national scripts to the A-Z of a machine-readable zone (ICAO 9303-3 §6 and App. B).

Table A (Latin) leaves five rows to the issuing State; `Transliteration` is that choice, as one object.
Tables B (Cyrillic) and C (Arabic) are one form per letter, except where the language decides. Letters that
no table names go by their base letter: Vietnamese `ƯỜ` is `UO` because Unicode builds it from U, O and
marks. A letter that has no base (Chinese, Greek) is not guessed: the name must be given in Latin letters.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Transliteration:
    """The issuing State's choices in ICAO 9303-3 §6 table A, and the language of Cyrillic names.

    * `ntilde`: Ñ as `N` or `NXX`
    * `umlaut`: Ü as `U`, `UE` or `UXX`; Ä and Ö follow it (`A`, `O` beside `U`; else `AE`, `OE`) and so
      does Å (`A` beside `U`; else `AA`), unless they are given
    * `a_diaeresis` (`A`/`AE`), `o_diaeresis` (`O`/`OE`), `a_ring` (`A`/`AA`)
    * `cyrillic`: `be`, `bg`, `mk`, `sr`, `uk`, or the empty string for the general column of table B

    Raises ValueError on any other value.
    """

    ntilde: str = "N"
    umlaut: str = "U"
    a_diaeresis: str = ""
    o_diaeresis: str = ""
    a_ring: str = ""
    cyrillic: str = ""

    def __post_init__(self) -> None:
        allowed = {
            "ntilde": ("N", "NXX"),
            "umlaut": ("U", "UE", "UXX"),
            "a_diaeresis": ("", "A", "AE"),
            "o_diaeresis": ("", "O", "OE"),
            "a_ring": ("", "A", "AA"),
            "cyrillic": ("", "be", "bg", "mk", "sr", "uk"),
        }
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} must be one of {values}, not {getattr(self, name)!r}")

    def choices(self) -> dict[str, str]:
        """The five rows that table A leaves open, as this State writes them."""
        plain = self.umlaut == "U"
        return {
            "Ñ": self.ntilde,
            "Ü": self.umlaut,
            "Ä": self.a_diaeresis or ("A" if plain else "AE"),
            "Ö": self.o_diaeresis or ("O" if plain else "OE"),
            "Å": self.a_ring or ("A" if plain else "AA"),
        }


DEFAULT: Final = Transliteration()
"""Ñ as N, Ü as U: what the ministry prints unless configured otherwise."""


class NotTransliterable(ValueError):
    """A letter for which ICAO 9303-3 §6 has no A-Z form; `character` is that letter."""

    def __init__(self, character: str) -> None:
        super().__init__(f"no transliteration for {character!r} (U+{ord(character):04X})")
        self.character = character


# Table A: the rows with one form, upper case; those that only lose their mark are left to Unicode.
_LATIN = {
    "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "Ĳ": "IJ", "Ł": "L", "Ŋ": "N", "Ø": "OE", "Œ": "OE",
    "Þ": "TH", "Ŧ": "T", "ẞ": "SS", "ß": "SS", "ı": "I",
}  # fmt: skip
# Letters of national alphabets that the table forgets, by their usual base letter.
_LATIN_BEYOND = {
    "Ə": "A", "Ɛ": "E", "Ǝ": "E", "Ɔ": "O", "Ɣ": "G", "Ʒ": "Z", "ĸ": "K", "Ʊ": "U", "Ɩ": "I",
    "Ʃ": "S",
}  # fmt: skip

# Table B, general column. The standard prints Ћ beside U+0402 and U+04BA, and Ѓ beside U+0492: the
# letters of both readings are kept. The soft sign is not encoded.
_CYRILLIC = {
    "Ё": "E", "Ђ": "D", "Є": "IE", "Ѕ": "DZ", "І": "I", "Ї": "I", "Ј": "J", "Љ": "LJ", "Њ": "NJ", "Ћ": "C",
    "Ќ": "K", "Ў": "U", "Џ": "DZ", "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ж": "ZH",
    "З": "Z", "И": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R",
    "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH",
    "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA", "Ѫ": "U", "Ѵ": "Y", "Ґ": "G", "Ғ": "G",
    "Ѓ": "G", "Һ": "C",
}  # fmt: skip
# Kazakh, Kyrgyz, Tajik, Tatar and Bashkir letters that the table forgets, by their base letter.
_CYRILLIC_BEYOND = {
    "Ә": "A", "Қ": "K", "Ҡ": "K", "Ң": "N", "Ҥ": "N", "Ө": "O", "Ү": "U", "Ұ": "U", "Ҳ": "KH", "Ҷ": "CH",
    "Ҙ": "Z", "Ҫ": "S", "Җ": "ZH", "Ҹ": "CH", "Ҝ": "G",
}  # fmt: skip
_CYRILLIC_BY_LANGUAGE = {
    "be": {"Ё": "IO", "Г": "H"},
    "bg": {"Щ": "SHT"},
    "mk": {"Ќ": "KJ", "Џ": "DJ", "Х": "H", "Ц": "C", "Ѓ": "GJ", "Ғ": "GJ"},
    "sr": {"Г": "H", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "uk": {"Г": "H", "И": "Y"},
}
_UKRAINIAN_INITIAL = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}

# Table C with the two letters of App. B.5.4; the empty string is "not encoded".
_ARABIC_TABLE = (
    "0621 XE 0622 XAA 0623 XAE 0624 U 0625 I 0626 XI 0627 A 0628 B 0629 XTA 062A T 062B XTH "
    "062C J 062D XH 062E XKH 062F D 0630 XDH 0631 R 0632 Z 0633 S 0634 XSH 0635 XSS 0636 XDZ "
    "0637 XTT 0638 XZZ 0639 E 063A G 0641 F 0642 Q 0643 K 0644 L 0645 M 0646 N 0647 H "
    "0648 W 0649 XAY 064A Y 0671 XXA 0679 XXT 067C XRT 067E P 0681 XKE 0685 XXH 0686 XC 0688 XXD "
    "0689 XDR 0691 XXR 0693 XRR 0696 XRX 0698 XJ 069A XXS 06A4 V 06A5 XF 06A9 XKK 06AB XXK 06AD XNG "
    "06AF XGG 06BA XNN 06BC XXN 06BE XDO 06C0 XYH 06C1 XXG 06C2 XGE 06C3 XTG 06CC XYA 06CD XXY 06D0 Y "
    "06D2 XYB 06D3 XBE"
)
_ARABIC = {chr(int(pair[:4], 16)): pair[5:] for pair in re.findall(r"[0-9A-F]{4} [A-Z]+", _ARABIC_TABLE)}
_ARABIC |= dict.fromkeys("ـڜڢڧڨ", "")
_TEH_MARBUTA, _SHADDA = "\u0629", "\u0651"

APOSTROPHES: Final = "'’‘‛ʼʻʾʿʹ`´′＇՚׳"
"""Marks that join the parts of a name instead of separating them (ICAO 9303-3 §4.6)."""
# Ŀ is set here because NFKC would part it into L and a dot
_TO_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | {"Ŀ": "L", "ŀ": "l"})
_BASE_BY_NAME = re.compile(r"LATIN (?:CAPITAL|SMALL) LETTER ([A-Z]{1,2}) WITH ")


@lru_cache(maxsize=32)
def _latin_map(rules: Transliteration) -> dict[int, str]:
    table = {ord(letter): form for letter, form in (_LATIN | _LATIN_BEYOND | rules.choices()).items()}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if code not in table and "A" <= base <= "Z":
            table[code] = base
    return table


@lru_cache(maxsize=32)
def _cyrillic_map(language: str) -> dict[str, str]:
    return _CYRILLIC | _CYRILLIC_BEYOND | _CYRILLIC_BY_LANGUAGE.get(language, {})


def transliterate(text: str, rules: Transliteration = DEFAULT, *, strict: bool = True) -> str:
    """`text` in upper case with every letter in A-Z; digits, spaces and punctuation stay as they are.

    Apostrophes of any shape become `'`. A letter without a form raises `NotTransliterable`, or stays as it is
    when `strict` is false. Source: ICAO 9303-3 §6 tables A, B, C; App. B §5 for the Arabic rules.
    """
    if text.isascii():
        return text.upper()
    text = unicodedata.normalize("NFKC", text.translate(_TO_APOSTROPHE)).translate(_TO_APOSTROPHE).upper()
    text = unicodedata.normalize("NFC", text).translate(_latin_map(rules))
    return text if text.isascii() else _letter_by_letter(text, rules, strict)


def _letter_by_letter(text: str, rules: Transliteration, strict: bool) -> str:
    cyrillic = _cyrillic_map(rules.cyrillic)
    out: list[str] = []
    last = ""  # the form of the last Arabic letter, which a shadda repeats
    for index, character in enumerate(text):
        if character.isascii():
            out.append(character)
        elif character in cyrillic:
            initial = rules.cyrillic == "uk" and character in _UKRAINIAN_INITIAL
            if initial and (index == 0 or text[index - 1] in " -,<"):
                out.append(_UKRAINIAN_INITIAL[character])
            else:
                out.append(cyrillic[character])
        elif character in _ARABIC:
            last = _ARABIC[character]
            if character == _TEH_MARBUTA and not _arabic_letter_follows(text, index):
                last = "XAH"
            out.append(last)
        elif character == _SHADDA:
            out.append(last)
        else:
            out.append(_other(character, cyrillic, strict))
    return "".join(out)


def _arabic_letter_follows(text: str, index: int) -> bool:
    for character in text[index + 1 :]:
        if unicodedata.category(character) not in {"Mn", "Cf"}:
            return character in _ARABIC
    return False


def _other(character: str, cyrillic: dict[str, str], strict: bool) -> str:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Mc", "Cf", "Cc"}:
        return ""
    if category.startswith("Z"):
        return " "
    if category.startswith(("P", "S", "N")):
        return character
    base = unicodedata.normalize("NFD", character)[0]
    form = base if base.isascii() else cyrillic.get(base, _ARABIC.get(base))
    if form is not None:
        return form
    named = _BASE_BY_NAME.match(unicodedata.name(character, ""))
    if named:
        return named[1]
    if strict:
        raise NotTransliterable(character)
    return character

"""Case numbers as people write them: spaces, lower case, missing zeros or hyphens, and slips of the keyboard."""

import re
from string import ascii_uppercase, digits
from typing import NamedTuple

from cases.numbers import check_character

_PARTED = re.compile(
    r"([A-Z]{3})[^A-Z0-9]+(\d{4})[^A-Z0-9]+([A-Z0-9]{2,8})[^A-Z0-9]+(\d{1,6})(?:[^A-Z0-9]+([A-Z0-9]))?"
)
_JOINED = re.compile(r"([A-Z]{3})(\d{4})([A-Z0-9]{2,8})(\d{6})([A-Z0-9])")
_JOINED_BARE = re.compile(r"([A-Z]{3})(\d{4})([A-Z]{2,8})(\d{6})()")


class Spelled(NamedTuple):
    """A case number somebody typed: ``body`` without its check character, and ``check`` ("" if not typed)."""

    body: str
    check: str

    @property
    def number(self) -> str:
        """The number with the check character it must have."""
        return f"{self.body}-{check_character(self.body)}"

    @property
    def sound(self) -> bool:
        """Whether the typed check character, if any, agrees with the rest."""
        return self.check in ("", check_character(self.body))


def read_number(text: str) -> Spelled | None:
    """The case number in ``text``, or None when it is not one."""
    plain = text.strip().upper()
    joined = re.sub(r"[^A-Z0-9]", "", plain)
    found = _PARTED.fullmatch(plain) or _JOINED_BARE.fullmatch(joined) or _JOINED.fullmatch(joined)
    if found is None:
        return None
    prefix, year, office, serial, check = found.groups(default="")
    return Spelled(f"{prefix}-{year}-{office}-{int(serial):06d}", check)


def likely_numbers(typed: Spelled) -> list[str]:
    """Numbers that differ from a mistyped one by one slip: a wrong check character, a wrong character, two swapped.

    The check character catches all three (ISO/IEC 7064 MOD 37,36), so few candidates remain.
    """
    body = typed.body
    candidates = [body]
    for index, character in enumerate(body):
        if character == "-":
            continue
        alphabet = digits if character.isdigit() else ascii_uppercase
        candidates += (body[:index] + other + body[index + 1 :] for other in alphabet if other != character)
        following = body[index + 1 : index + 2]
        if following and following not in ("-", character):
            candidates.append(body[:index] + following + character + body[index + 2 :])
    agreeing = [f"{body}-{check_character(body)}"]
    agreeing += (f"{other}-{typed.check}" for other in candidates[1:] if check_character(other) == typed.check)
    return agreeing

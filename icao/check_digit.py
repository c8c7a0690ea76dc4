"""The check digit of machine-readable zones (ICAO 9303-3 §4.9).

Digits stand for themselves, A-Z for 10-35, `<` for 0; the weights 7, 3, 1 repeat from the left; the check
digit is the sum modulo 10. Ten divides the difference of some letters and digits (`6` and `G`, or `0`, `A`,
`K`, `U` and `<`), so these confusions are invisible to it: see `same_value`.
"""

_VALUES = bytes(
    code - 48 if 48 <= code <= 57 else code - 55 if 65 <= code <= 90 else 0 for code in range(256)
)  # any character outside the MRZ repertoire counts 0; readers report it separately


def values(text: str) -> bytes:
    """The weights' operands of `text`, one byte per character; what is not A-Z or 0-9 counts 0."""
    return text.encode("ascii", "replace").translate(_VALUES)


def weighted_sum(operands: bytes) -> int:
    """The 7-3-1 sum of `values(...)` before the modulus (the figure printed in ICAO 9303-3 App. A)."""
    return 7 * sum(operands[::3]) + 3 * sum(operands[1::3]) + sum(operands[2::3])


def check_digit(text: str) -> str:
    """The check digit of `text` as one character `0`-`9` (ICAO 9303-3 §4.9)."""
    return str(weighted_sum(values(text)) % 10)


def same_value(one: str, other: str) -> bool:
    """Whether a swap of these two characters leaves every check digit as it was."""
    return (values(one)[0] - values(other)[0]) % 10 == 0

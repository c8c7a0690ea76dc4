"""Case numbers: ``VIS-2026-SCL-000001-C``, C a check character over everything before it."""

from django.db import connection

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NEXT = """
    INSERT INTO cases_numberseries (procedure, year, office_id, realm, last) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (procedure, year, office_id, realm) DO UPDATE SET last = cases_numberseries.last + 1
    RETURNING last
"""


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36 over the letters and digits of ``text`` (hyphens do not count).

    Detects every single substitution and every swap of two neighbours.
    """
    carry = 36
    for character in text.upper():
        if character == "-":
            continue
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def is_valid(number: str) -> bool:
    """Whether a case number ends in its check character."""
    body, _, check = number.strip().upper().rpartition("-")
    return bool(body) and all(c in _ALPHABET or c == "-" for c in body) and check == check_character(body)


def next_number(
    *, prefix: str, procedure: str, year: int, office_id: int, office_code: str, realm: str = "N", first: int = 1
) -> str:
    """Give out the next number of the series, which begins at ``first``; it is given back when the transaction is
    rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [procedure, year, office_id, realm, first])
        (last,) = cursor.fetchone()
    body = f"{prefix}-{year}-{office_code}-{last:06d}"
    return f"{body}-{check_character(body)}"

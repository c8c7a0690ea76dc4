"""Numbers of what has no controlled blank (letters): ``C00000123``. Documents on blanks have the blank's number."""

from django.db import connection
from django.utils.translation import gettext as _

from documents.errors import DocumentError

LENGTH = 9  # ICAO 9303-7 §4.2.2: a visa number goes into the zone only if it has nine characters or fewer
PREFIXES = {
    "letter": "C",
    "resolution": "R",
    "minutes": "A",
    "notification": "N",
    "receipt": "B",
}  # until an administrator gives the series another one

_NEXT = """
    INSERT INTO documents_documentseries (kind, prefix, last) VALUES (%s, %s, 1)
    ON CONFLICT (kind) DO UPDATE SET last = documents_documentseries.last + 1
    RETURNING prefix, last
"""


def next_number(kind: str) -> str:
    """Give out the next number of a kind; it is given back when the transaction is rolled back.

    One series for all offices: a number alone finds its document. Raises DocumentError when the series is full.
    """
    assert connection.in_atomic_block, "a number belongs to its document's transaction"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [kind, PREFIXES.get(kind, kind[0].upper())])
        prefix, last = cursor.fetchone()
    number = f"{prefix}{last:0{LENGTH - len(prefix)}d}"
    if len(number) > LENGTH:
        raise DocumentError(_("The number series «%(kind)s» is full: give it another prefix.") % {"kind": kind})
    return number

"""Is this document valid? What anybody may hear by its link, and what other entities' systems may hear by its number.

A document of a protected case answers exactly as one that does not exist (domain §8.4, rules 4, 6 and 7).
"""

import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from documents.models import IssuedDocument

KINDS = {
    "visa": _("Visa"),
    "passport": _("Passport"),
    "safeconduct": _("Safe conduct"),
    "idcard": _("Foreigner's identity card"),
    "abtc": _("APEC business travel card"),
    "applicant": _("Applicant's card"),
    "travel": _("Travel document"),
}
_TOKEN = re.compile(r"[A-Z2-7]{24}")
_NOBODY = "0000-00-00"  # compared with what is typed for a document that does not exist: no birth date is this


@dataclass(frozen=True)
class Verdict:
    """The answer about one document; ``known`` is False for one that does not exist, or is nobody's business."""

    known: bool = False
    valid: bool = False
    kind: str = ""
    state: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def title(self) -> Any:
        return KINDS.get(self.kind, self.kind)


UNKNOWN = Verdict()


def verdict(document: IssuedDocument | None, *, now: datetime | None = None) -> Verdict:
    """What may be said of a document, from its row as it stands at this moment."""
    if document is None:
        return UNKNOWN
    state = document.state
    if state in (IssuedDocument.State.ACTIVE, IssuedDocument.State.SUSPENDED) and document.is_over(now):
        state = IssuedDocument.State.EXPIRED
    return Verdict(
        known=True,
        valid=state == IssuedDocument.State.ACTIVE and document.has_begun(now),
        kind=document.kind,
        state=str(state),
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )


def by_link(token: str) -> IssuedDocument | None:
    """The document of a public link; one statement, whatever the token."""
    token = token.upper()
    wanted = token if _TOKEN.fullmatch(token) else ""
    return (
        IssuedDocument.objects.filter(token=wanted, case__confidentiality="N")
        .select_related("issued_by_office")
        .first()
    )


def name_for(document: IssuedDocument | None, birth_date: str) -> str:
    """The holder's name, for whoever knows their date of birth (YYYY-MM-DD, zeros for unknown parts); "" otherwise.
    Compared in constant time, also for a document that does not exist."""
    expected = document.fields.get("birth_date", _NOBODY) if document is not None else _NOBODY
    matches = hmac.compare_digest(expected.encode(), birth_date.encode())
    if document is None or not matches or birth_date == _NOBODY:
        return ""
    held = document.fields
    return " ".join(filter(None, [held.get("secondary", ""), held.get("primary", "")]))


_HIT = """
    INSERT INTO documents_verificationwindow AS w (key, began, hits) VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN w.began < %(now)s - %(length)s * interval '1 second' THEN 1 ELSE w.hits + 1 END,
        began = CASE WHEN w.began < %(now)s - %(length)s * interval '1 second' THEN %(now)s ELSE w.began END
    RETURNING hits
"""


def within(scope: str, value: str) -> bool:
    """Count one more question and say whether it is within the limit of its scope
    (``settings.VERIFICATION_LIMITS``: number and seconds). In the database, so that all processes count together."""
    limit, length = settings.VERIFICATION_LIMITS[scope]
    key = salted_hmac("documents.verification", f"{scope}:{value}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_HIT, {"key": key, "now": timezone.now(), "length": length})
        return cursor.fetchone()[0] <= limit

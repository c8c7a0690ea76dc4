"""How a question can fail. Each says what kind of failure it was and nothing of what was asked or answered: exceptions
end up in logs."""

from __future__ import annotations

import re


class TransportFault(Exception):
    """No answer was had; the question may be put again later.

    ``kind``: ``timeout``, ``refused``, ``tls``, ``reset`` (connection lost in mid-answer), ``http_5xx``, or
    ``busy`` (the agency itself said "not now").
    """

    KINDS = frozenset(("timeout", "refused", "http_5xx", "tls", "reset", "busy"))

    def __init__(self, kind: str) -> None:
        assert kind in self.KINDS, kind
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"no answer from the agency ({self.kind})"


class AgencyRefusal(Exception):
    """The agency, or our own configuration, refuses the question; putting it again changes nothing.

    ``code`` is the agency's business code, or ``http_401`` and the like; never its words.
    """

    def __init__(self, code: str) -> None:
        self.code = re.sub(r"[^\w.:-]", "", code)[:40]
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"question refused ({self.code})"


class NotConfigured(AgencyRefusal):
    """The question was not sent; ``code``: what the endpoint lacks (``credential:<name>``, ``base_url``)."""

    def __str__(self) -> str:
        return f"agency not configured ({self.code})"


class MalformedAnswer(Exception):
    """Something came back that cannot be trusted or read; never a finding.

    ``kind``: ``too_large``, ``dtd`` (any DTD or entity), ``charset``, ``schema`` (not the agreed shape),
    ``redirect``, or ``text`` (words that no reading rule knows).
    """

    KINDS = frozenset(("too_large", "dtd", "charset", "schema", "redirect", "text"))

    def __init__(self, kind: str) -> None:
        assert kind in self.KINDS, kind
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"unreadable answer from the agency ({self.kind})"

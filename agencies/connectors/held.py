"""What a person holds and somebody vouches for: a card, a licence, a contract."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.utils import timezone

from agencies.findings import Finding
from icao.names import fold

from . import payload
from .base import Ask, Endpoint, Outcome, Reply
from .fields import iso_date
from .listed import Listed
from .matching import is_hit, references, settle
from .reading import Reading


class Held(Listed):
    """CLEAR: one of the rows is the person's and in force. HIT: theirs, none in force. POSSIBLE_MATCH: the number
    asked for is somebody else's, or the row says too little to tell whose it is."""

    state_field: ClassVar[str] = "estado"
    until_field: ClassVar[str] = "vigenteHasta"
    in_force: ClassVar[frozenset[str]]
    """States that count as in force, folded."""

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code, said = self.said(body)
        found = payload.rows(body, self.group, self.item)
        records = tuple(self.record(row) for row in found)
        if said is not Reading.SOMETHING or not records:
            return settle(ask.subject, said, records, code)
        reference = references(records)
        if not all(is_hit(ask.subject, record) for record in records):
            return Outcome(Finding.POSSIBLE_MATCH, records, reference)
        alive = any(self._is_in_force(row, timezone.localdate()) for row in found)
        return Outcome(Finding.CLEAR if alive else Finding.HIT, records, reference)

    def _is_in_force(self, row: payload.Tree, today: date) -> bool:
        until = iso_date(payload.text(row, self.until_field))
        state = fold(payload.text(row, self.state_field, required=True))
        return state in self.in_force and (until is None or len(until) < 10 or until >= today.isoformat())

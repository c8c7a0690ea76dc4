"""The commonest PIDE answer: a business code, words, and rows of records."""

from __future__ import annotations

from typing import ClassVar

from . import payload, reading
from .base import AgencyRecord, Ask, Connector, Endpoint, Outcome, Reply
from .fields import person_record
from .matching import settle


class Listed(Connector):
    """Reads code, words and rows under the names a service gives them; ``record`` turns one row into ours."""

    code_field: ClassVar[str]
    words_field: ClassVar[str]
    group: ClassVar[str]
    item: ClassVar[str]

    def record(self, row: payload.Tree) -> AgencyRecord:
        return person_record(row)

    def said(self, body: payload.Tree) -> tuple[str, reading.Reading]:
        """The business code and what it and the words mean."""
        code = payload.text(body, self.code_field, required=True)
        words = payload.text(body, self.words_field, required=True)
        return code, reading.read(self.manifest.code, code, words)

    def records(self, body: payload.Tree) -> tuple[AgencyRecord, ...]:
        return tuple(self.record(row) for row in payload.rows(body, self.group, self.item))

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code, said = self.said(body)
        return settle(ask.subject, said, self.records(body), code)

"""SBS/UIF: the UN Security Council's lists. Listed or not, and the list's reference; financial intelligence
is secret and is neither asked nor stored."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding

from . import payload
from .base import AgencyRecord, Ask, Endpoint, MalformedAnswer, Manifest, Outcome, Reply
from .fields import PLATFORM, audit, person_query
from .listed import Listed
from .matching import references, settle
from .payload import Tree, text
from .reading import Reading
from .registry import registry
from .rest import RestConnector
from .settings import OfficerSettings

_SECOND_IDENTIFIERS = frozenset(("FECHA_NACIMIENTO", "DOCUMENTO"))


@registry.register
class UnList(Listed, RestConnector):
    """Is the person on a UN list? The service says by which criteria an entry agreed (``coincideEn``); HIT
    needs the name and a second identifier among them."""

    manifest = Manifest(
        code="sbs.un_list",
        agency="sbs",
        title=_("SBS: UN Security Council lists"),
        path="Rest/SBS/ListasONU",
        transport="rest",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "nationality"),
        legal_basis=f"Ley 27693; {PLATFORM}",
        heard_by="PER",
        credentials=("entity", "key"),
        grave=True,
        reask_at_decision=True,
    )
    settings_form = OfficerSettings
    code_field, words_field = "codigo", "mensaje"
    group, item = "referencias", "item"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        return {**person_query(ask.subject), **audit(self, ask, endpoint)}

    def record(self, row: Tree) -> AgencyRecord:
        return AgencyRecord(
            category=text(row, "lista") or None,
            detail=text(row, "coincideEn") or None,
            reference=text(row, "referencia") or None,
        )

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code, said = self.said(body)
        records = self.records(body)
        if said in (Reading.NOTHING, Reading.SOMETHING):
            listed = text(body, "listado", required=True)
            if listed not in ("S", "N"):
                raise MalformedAnswer("schema")
            if (listed == "S") != (said is Reading.SOMETHING):
                said = Reading.CONTRADICTORY
        if said is Reading.SOMETHING and any(self._agrees(record) for record in records):
            return Outcome(Finding.HIT, records, references(records))
        return settle(ask.subject, said, records, code)

    @staticmethod
    def _agrees(record: AgencyRecord) -> bool:
        criteria = {part.strip() for part in (record.detail or "").split(",")}
        return "NOMBRE" in criteria and bool(criteria & _SECOND_IDENTIFIERS)

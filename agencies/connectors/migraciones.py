"""Migraciones: alerts, exit bans, entries and exits, cards of residents (XML and JSON over one REST façade)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding

from . import payload
from .base import AgencyRecord, Ask, Endpoint, Manifest, Outcome, Reply
from .fields import PLATFORM, audit, details, document_query, person_query, person_record
from .held import Held
from .listed import Listed
from .matching import is_hit, references, settle
from .payload import Tree, text
from .reading import Reading
from .registry import registry
from .rest import RestConnector
from .settings import OfficerSettings, WorkstationSettings, workstation


class _Migraciones(Listed, RestConnector):
    settings_form = OfficerSettings
    code_field, words_field = "codRespuesta", "desRespuesta"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        return {**person_query(ask.subject), **document_query(ask.subject), **audit(self, ask, endpoint)}


@registry.register
class Alerts(_Migraciones):
    """Alerts and PASEE. The service wraps its XML in a SOAP envelope even here."""

    manifest = Manifest(
        code="migraciones.alerts",
        agency="migraciones",
        title=_("Migraciones: alerts and bans"),
        path="Rest/MIGRACIONES/Alertas",
        transport="rest",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "nationality", "document"),
        legal_basis=f"DL 1350; {PLATFORM}",
        heard_by="PER",
        credentials=("entity", "key"),
        reask_at_decision=True,
    )
    out = "xml"
    group, item = "alertas", "alerta"

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "tipoAlerta"),
            detail=details(row, "motivo", "autoridad", "vigenteHasta"),
            reference=text(row, "numero"),
        )


@registry.register
class ExitBans(_Migraciones):
    """Orders of a judge or prosecutor not to leave Peru (*impedimento de salida*)."""

    manifest = Manifest(
        code="migraciones.exit_bans",
        agency="migraciones",
        title=_("Migraciones: exit bans"),
        path="Rest/MIGRACIONES/ImpedimentoSalida",
        transport="rest",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "nationality", "document"),
        legal_basis=f"DL 1350; {PLATFORM}",
        heard_by="PER",
        credentials=("entity", "key"),
        reask_at_decision=True,
    )
    group, item = "impedimentos", "impedimento"

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "tipoImpedimento"),
            detail=details(row, "autoridad", "expediente", "vigenteHasta"),
            reference=text(row, "numero"),
        )


@registry.register
class Movements(_Migraciones):
    """Entries and exits by document.

    CLEAR when there are none, or they are the subject's own and nothing is remarked on any of them; the
    movements come along as records. A remark (overstay) on the subject's own is HIT.
    """

    manifest = Manifest(
        code="migraciones.movements",
        agency="migraciones",
        title=_("Migraciones: entries and exits"),
        path="Rest/MIGRACIONES/Movimientos",
        transport="rest",
        needs=("primary", "travel_document"),
        sends=("names", "birth_date", "nationality", "document"),
        legal_basis=f"DL 1350; {PLATFORM}",
        heard_by="PER",
        credentials=("entity", "key"),
    )
    group, item = "movimientos", "movimiento"

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "observacion"),
            detail=details(row, "tipoMovimiento", "fechaMovimiento", "puestoControl", "pais"),
            reference=text(row, "numero"),
        )

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code, said = self.said(body)
        records = self.records(body)
        if said is Reading.SOMETHING and records:
            own = all(is_hit(ask.subject, record) for record in records)
            if own and not any(record.category for record in records):
                return Outcome(Finding.CLEAR, records, references(records))
        return settle(ask.subject, said, records, code)


@registry.register
class Card(Held, _Migraciones):
    """Is this foreigner's card (*carné de extranjería*) this person's, and in force? INDETERMINATE: no such card."""

    manifest = Manifest(
        code="migraciones.card",
        agency="migraciones",
        title=_("Migraciones: foreigner's card by number"),
        path="Rest/MIGRACIONES/CarnetExtranjeria",
        transport="rest",
        needs=("primary", "ce"),
        sends=("document",),
        legal_basis=f"DL 1350; DS 011-2024-IN; {PLATFORM}",
        heard_by="PER",
        credentials=("entity", "key"),
    )
    settings_form = WorkstationSettings
    group, item = "carnes", "carne"
    in_force = frozenset(("vigente",))

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        document = ask.subject.document("CE")
        address, _machine, mac = workstation(self, endpoint)
        return {
            "tipoDocumento": "CE",
            "numeroDocumento": document[1] if document else "",
            "ip": address,
            "mac": mac,
            **audit(self, ask, endpoint),
        }

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "estado"),
            detail=details(row, "calidadMigratoria", "vigenteHasta"),
            reference=text(row, "numeroDocumento"),
        )

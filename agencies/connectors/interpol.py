"""INTERPOL over I-24/7 through OCN Lima: travel documents (SLTD) and people (nominals), FIND-like SOAP.

A hit is a lead: the NCB is contacted, the bearer is told nothing (domain §6.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from icao.names import fold
from icao.transliteration import transliterate

from . import payload
from .base import AgencyRecord, Ask, Endpoint, Manifest, Outcome, Reply, Subject
from .fields import details, iso_date, joined, parents, sex
from .listed import Listed
from .matching import references, settle
from .payload import Tree, text
from .reading import Reading
from .registry import registry
from .settings import OfficerSettings, officer
from .soap import SoapConnector


class _Interpol(Listed, SoapConnector):
    settings_form = OfficerSettings
    code_field, words_field = "resultCode", "resultMessage"
    group, item = "hits", "hit"
    reads = ("resultCode", "resultMessage", "hits", "hit")


def _issuer(subject: Subject) -> tuple[str, str, str]:
    return subject.document("PASSPORT", "TRAVEL", "ID") or ("", "", "")


@registry.register
class Sltd(_Interpol):
    """Is this travel document stolen, lost or revoked? Asked by document alone; the document is the identity,
    so HIT needs number and issuing State, and no name.

    Asks about the subject's first passport, travel document or identity card: who has several is asked about
    once for each, the document in question first.
    """

    manifest = Manifest(
        code="interpol.sltd",
        agency="interpol",
        title=_("INTERPOL: stolen and lost travel documents (SLTD)"),
        path="soap/interpol",
        transport="soap",
        needs=("passport",),
        sends=("document",),
        legal_basis="DL 1135; DL 1350",
        heard_by="INTL",
        credentials=("user",),
        grave=True,
        reask_at_decision=True,
    )
    operation = "searchSltd"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        kind, number, issuer = _issuer(ask.subject)
        return {
            "documentNumber": number,
            "issuingCountry": issuer,
            "documentType": kind,
            "user": endpoint.credentials["user"],
            "endUser": officer(self, ask, endpoint),
            "purpose": ask.purpose,
        }

    def record(self, row: Tree) -> AgencyRecord:
        return AgencyRecord(
            document=text(row, "documentNumber") or None,
            document_issuer=text(row, "issuingCountry") or None,
            category=text(row, "status") or None,
            detail=details(row, "declaredOn", "ncb") or None,
            reference=text(row, "recordId") or None,
        )

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code, said = self.said(body)
        records = self.records(body)
        if said is Reading.SOMETHING and self._same_document(ask.subject, records):
            return Outcome(Finding.HIT, records, references(records))
        return settle(ask.subject, said, records, code)

    @staticmethod
    def _same_document(subject: Subject, records: Sequence[AgencyRecord]) -> bool:
        _kind, number, issuer = _issuer(subject)
        return any(
            fold(record.document or "") == fold(number) and record.document_issuer == issuer for record in records
        )


@registry.register
class Nominals(_Interpol):
    """Is the person wanted, missing or noticed? Names go in their ICAO form, as FIND takes them."""

    manifest = Manifest(
        code="interpol.nominals",
        agency="interpol",
        title=_("INTERPOL: persons (nominals)"),
        path="soap/interpol",
        transport="soap",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "sex", "nationality"),
        legal_basis="DL 1135; DL 1350",
        heard_by="INTL",
        credentials=("user",),
        grave=True,
        reask_at_decision=True,
    )
    operation = "searchNominals"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        subject = ask.subject
        return {
            "name": transliterate(subject.primary, strict=False),
            "forename": transliterate(subject.secondary, strict=False),
            "dateOfBirth": subject.birth_date,
            "nationality": subject.nationality,
            "sex": subject.sex,
            "user": endpoint.credentials["user"],
            "endUser": officer(self, ask, endpoint),
            "purpose": ask.purpose,
        }

    def record(self, row: Tree) -> AgencyRecord:
        return AgencyRecord(
            name=joined(text(row, "name"), text(row, "forename")),
            birth_date=iso_date(text(row, "dateOfBirth")),
            document=text(row, "documentNumber") or None,
            sex=sex(text(row, "sex")),
            nationality=text(row, "nationality") or None,
            birth_place=text(row, "placeOfBirth") or None,
            parents=parents(text(row, "fatherName"), text(row, "motherName")),
            category=text(row, "notice") or None,
            detail=details(row, "reason", "ncb") or None,
            reference=text(row, "entityId") or None,
        )

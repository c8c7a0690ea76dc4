"""INTERPOL SLTD, the other way round: Peru reports a document that was lost or stolen.

Only the issuing State may add a record (domain §6.1), so this reports documents issued by Peru and never the passports
of others (domain §8.4, rule 3). A record is not withdrawn when the document is found: it stays invalid.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from . import payload
from .base import AgencyRefusal, Ask, Endpoint, Manifest, Outcome, Reply, TransportFault
from .soap import SoapConnector

CODE = "interpol.sltd_report"


class SltdReport(SoapConnector):
    """Not among the questions of the check policy: it is sent by :func:`agencies.tasks.send_report`."""

    manifest = Manifest(
        code=CODE,
        agency="interpol",
        title=_("INTERPOL: report a lost or stolen document"),
        path="soap/interpol",
        transport="soap",
        needs=(),
        heard_by="INTL",
        credentials=("user",),
    )
    operation = "reportSltd"

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        return {
            "documentNumber": self.values["number"],
            "issuingCountry": self.values["issuer"],
            "documentType": self.values["type"],
            "status": self.values["status"],
            "declaredOn": self.values["happened_on"],
            "user": endpoint.credentials["user"],
        }

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        raise NotImplementedError("a report is acknowledged, not answered")

    def send(self, ask: Ask, endpoint: Endpoint) -> str:
        """Send it once; the record's id. Raises TransportFault, AgencyRefusal and MalformedAnswer, as questions do."""
        self._refuse_unready(ask, endpoint)
        body = payload.tree(self.exchange(ask, endpoint))
        code = payload.text(body, "resultCode", required=True)
        if code == "SERVER_BUSY":
            raise TransportFault("busy")
        reference = payload.text(body, "recordId")
        if code not in ("NO_ERROR", "ALREADY_RECORDED") or not reference:
            raise AgencyRefusal(code)
        return reference

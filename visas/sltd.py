"""A visa, or a sticker for one, that is lost or stolen is reported to INTERPOL's SLTD. Here, because documents and
agencies do not know each other."""

from typing import Any

from agencies import services as agencies
from agencies.connectors.sltd_report import CODE
from audit import services as audit
from documents.models import IssuedDocument, LifeChange
from documents.services.blanks.missing import Loss

BASIS = "Resoluciones de la Asamblea General de INTERPOL sobre SLTD [U]; DL 1350"
REPORTED = {IssuedDocument.State.LOST: "LOST", IssuedDocument.State.STOLEN: "STOLEN"}


def report_loss(document: IssuedDocument, change: LifeChange, *, actor: Any) -> None:
    """Queue the report in the act that declares the loss. Nothing is told of a protected case (domain §8.4): that it
    was kept back is in the audit log, for the officers of its side of the wall."""
    status = REPORTED.get(change.state)
    if document.kind != "visa" or status is None:
        return
    case = document.case
    if case.confidentiality != "N":
        audit.record(
            "report.withheld", actor=actor, office_id=case.office_id, case_id=case.pk, data={"document": document.pk}
        )
        return
    agencies.queue_report(
        case,
        code=CODE,
        values={
            "number": document.number,
            "issuer": "PER",
            "type": "VISA",
            "status": status,
            "happened_on": change.happened_on.isoformat(),
        },
        legal_basis=BASIS,
        actor=actor,
    )


def report_blanks(loss: Loss, *, actor: Any) -> bool:
    """Queue a report for each visa sticker that was declared missing or stolen, in the act that declares it; False when
    the blanks are not visas' or INTERPOL is not set up."""
    if loss.kind.document_kind != "visa":
        return False
    status = "STOLEN" if loss.stolen else "LOST"
    return bool(
        agencies.queue_reports(
            loss.office,
            procedure=loss.kind.procedure,
            code=CODE,
            values=[
                {
                    "number": number,
                    "issuer": "PER",
                    "type": "VISA",
                    "status": status,
                    "happened_on": loss.day.isoformat(),
                }
                for number in loss.numbers
            ],
            legal_basis=BASIS,
            actor=actor,
        )
    )

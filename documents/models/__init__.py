"""What is issued and what it is made of: number series, blanks, documents and their lives, the wording of letters."""

from documents.models.blank import WAYS, Blank, BlankAct, BlankAlarm, BlankKind, BlankMovement, BlankSheet
from documents.models.document import IssuedDocument
from documents.models.life import LifeChange, LifeGround, VerificationWindow
from documents.models.seal import DocumentSeal, RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.models.series import DocumentSeries
from documents.models.signature import PdfSignature, PdfSigner, SigningRule, TimeStampService
from documents.models.text import TextTemplate

__all__ = [
    "WAYS", "Blank", "BlankAct", "BlankAlarm", "BlankKind", "BlankMovement", "BlankSheet", "DocumentSeal",
    "DocumentSeries", "IssuedDocument", "LifeChange", "LifeGround", "PdfSignature", "PdfSigner", "RevocationList",
    "SealAuthority", "SealRevocation", "SealSigner", "SigningRule", "TextTemplate", "TimeStampService",
    "VerificationWindow",
]  # fmt: skip

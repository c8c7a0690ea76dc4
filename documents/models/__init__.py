"""What is issued: number series, documents, and the wording of letters and messages."""

from documents.models.document import IssuedDocument
from documents.models.seal import DocumentSeal, RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.models.series import DocumentSeries
from documents.models.text import TextTemplate

__all__ = [
    "DocumentSeal",
    "DocumentSeries",
    "IssuedDocument",
    "RevocationList",
    "SealAuthority",
    "SealRevocation",
    "SealSigner",
    "TextTemplate",
]

"""Writes of this room. Those of a case run inside an act of the engine: its transaction, its lock on the case, its
rights. Those of the ledger of blanks are in :mod:`documents.services.blanks`."""

from documents.services.instruments import write_instrument
from documents.services.issuing import assign_blank, current, issue, produce_again
from documents.services.letters import message_body, write_letter
from documents.services.life import change_state, expire_documents
from documents.services.quality import cancel, cancel_undelivered, confirm_quality, deliver, spoil
from documents.services.texts import publish_text

__all__ = [
    # a document and its life
    "assign_blank", "issue", "produce_again", "current", "confirm_quality", "spoil", "deliver", "cancel",
    "cancel_undelivered", "change_state", "expire_documents",
    # letters, instruments, messages and their wording
    "write_letter", "write_instrument", "message_body", "publish_text",
]  # fmt: skip

"""Writes of this room. They run inside an act of the engine: its transaction, its lock on the case, its rights."""

from documents.services.issuing import current, issue
from documents.services.letters import message_body, write_letter
from documents.services.quality import cancel, cancel_undelivered, confirm_quality, deliver, spoil
from documents.services.texts import publish_text

__all__ = [
    # a document and its life
    "issue", "current", "confirm_quality", "spoil", "deliver", "cancel", "cancel_undelivered",
    # letters, messages and their wording
    "write_letter", "message_body", "publish_text",
]  # fmt: skip

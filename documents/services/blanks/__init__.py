"""Acts on controlled blanks. Whoever keeps blanks does them by name; what a case does with its blank is part of the
case's own act (:mod:`documents.services.blanks.using`)."""

from documents.services.blanks.alarms import close_alarm, note_overdue_acts, raise_alarm
from documents.services.blanks.correcting import correct
from documents.services.blanks.counting import books, count
from documents.services.blanks.destroying import (
    confirm_destruction,
    may_withdraw,
    propose_destruction,
    withdraw_destruction,
)
from documents.services.blanks.emergencies import hand_out, reconcile
from documents.services.blanks.moving import Paper
from documents.services.blanks.receiving import receive
from documents.services.blanks.transfers import arrive, send
from documents.services.blanks.using import assign, kind_for

__all__ = [
    # papers by which blanks come, go and end
    "Paper", "receive", "send", "arrive", "correct", "propose_destruction", "confirm_destruction",
    "withdraw_destruction", "may_withdraw",
    # emergencies
    "hand_out", "reconcile",
    # of a case
    "assign", "kind_for",
    # the daily sheet and what does not add up
    "books", "count", "raise_alarm", "close_alarm", "note_overdue_acts",
]  # fmt: skip

"""What an agency's answer amounts to (domain dossier §6.2)."""

from enum import StrEnum


class Finding(StrEnum):
    """The five outcomes of a question. Only ``CLEAR`` lets a case go on by itself."""

    CLEAR = "CLEAR"
    """The agency answered, was understood, and holds nothing on the person."""

    HIT = "HIT"
    """The agency holds a record and a second identifier in it agrees with the person. A human adjudicates."""

    POSSIBLE_MATCH = "POSSIBLE_MATCH"
    """The agency holds a record under such a name, but nothing else ties it to the person, or something
    contradicts: homonyms live here. A human adjudicates."""

    INDETERMINATE = "INDETERMINATE"
    """The question could not be decided: the identity is incomplete for it, or the agency said so."""

    UNAVAILABLE = "UNAVAILABLE"
    """No usable answer was had. Never becomes ``CLEAR`` by time, policy or cancellation."""

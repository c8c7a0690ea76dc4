"""What a step's act tells the engine about itself."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Effect:
    """The outcome of a step.

    ``result`` is what the gateway after the step reads; ``reason`` is shown on the timeline; ``data`` goes into the
    audit event (ids and codes only); ``case_fields`` are columns of the case that the act changed.
    """

    result: str = ""
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    case_fields: tuple[str, ...] = ()

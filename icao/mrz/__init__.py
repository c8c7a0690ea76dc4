"""Machine-readable zones TD1, TD2, TD3, MRV-A and MRV-B: reading and writing (ICAO 9303-3 to 9303-7).

`read` forgives in what it is given (spaces, case, line breaks, other text around the zone) and is exact in
its verdict; `write` takes names in their original script. What it reads it never corrects: `Suggestion`s
are offered, and `apply_suggestion` is for a person who accepts one.
"""

from icao.mrz.dates import PartialDate
from icao.mrz.layout import Format
from icao.mrz.model import (
    CheckDigit,
    MrzError,
    MrzFields,
    MrzSpec,
    Problem,
    Suggestion,
    Verdict,
    spec_from_json,
    spec_from_verdict,
)
from icao.mrz.reader import read
from icao.mrz.suggest import apply_suggestion
from icao.mrz.writer import write

__all__ = [
    "CheckDigit",
    "Format",
    "MrzError",
    "MrzFields",
    "MrzSpec",
    "PartialDate",
    "Problem",
    "Suggestion",
    "Verdict",
    "apply_suggestion",
    "read",
    "spec_from_json",
    "spec_from_verdict",
    "write",
]

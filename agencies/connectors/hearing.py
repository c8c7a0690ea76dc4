"""Who hears a question, and whether that may be about a person under protection.

Hard rule without a switch (domain §8.4, rules 1 and 3; UNHCR's advisory opinion on confidentiality): nobody tells the
State a person fled from that they sought protection. So a question about them is only put when the connector says
which State hears it, and that State is not theirs. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from icao.codes import iso_alpha3

INTERNATIONAL = "INTL"
HOST = "PER"
NO_HEARER = "no_declared_hearer"
STATE_OF_ORIGIN = "state_of_origin"
# ICAO 9303-3 §5, part D: stateless, refugees and of unspecified nationality. Then the documents say where from.
_STATELESS = frozenset(("", "XXA", "XXB", "XXC", "XXX"))


def state(code: str) -> str:
    """A State by one code, whichever of its codes in ICAO 9303-3 §5 was used (``D``, ``GBN``)."""
    code = code.strip().upper()
    return iso_alpha3(code) or code


def origins(nationality: str, issuers: Iterable[str] = ()) -> frozenset[str]:
    """The States a person may have fled from: their own; for who has none, those that issued them documents, Peru
    excepted."""
    own = state(nationality)
    if own not in _STATELESS:
        return frozenset((own,))
    return frozenset(found for issuer in issuers if (found := state(issuer)) not in _STATELESS | {HOST})


def why_unheard(heard_by: str, known: Iterable[str]) -> str:
    """Why a question must not be put about a protected person of these States of origin; empty when it may."""
    if not heard_by.strip():
        return NO_HEARER
    if heard_by != INTERNATIONAL and state(heard_by) in set(known):
        return STATE_OF_ORIGIN
    return ""


def why_unconfigurable(heard_by: str, nationality: str) -> str:
    """Why a policy row for protected cases must not exist; ``nationality`` empty means every one. A foreign State's
    question can only be configured for nationals of another one."""
    if not nationality.strip() and heard_by.strip() not in ("", INTERNATIONAL, HOST):
        return STATE_OF_ORIGIN
    return why_unheard(heard_by, origins(nationality))

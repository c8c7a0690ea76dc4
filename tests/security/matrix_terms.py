"""The words of the permission matrix: who there is, where a thing lies, what an answer is.

The sets of roles are written out by hand from the ministry's rules (docs/roles.md, domain §2.2), not taken from the
code that decides: a right given to one role more, there, fails here.
"""

from dataclasses import dataclass, field
from typing import Any

from offices.roles import Role

R = Role
NO_POSTING, SUPERUSER = "nobody", "superuser"
"""Signed in without a posting in force; and Django's superuser, whom no flag helps past the rules of cases."""

PERSONAS: tuple[str, ...] = (*map(str, Role.values), NO_POSTING, SUPERUSER)
EVERYONE = frozenset(PERSONAS)


def roles(*named: str) -> frozenset[str]:
    return frozenset(map(str, named))


# --- who ---------------------------------------------------------------------------------------------------------

SEES = roles(
    R.INTAKE, R.ANALYST, R.CHECKS, R.CONSUL, R.SUPERVISOR, R.AUTHORISING, R.PRINTING, R.DELIVERY, R.AUDITOR
)  # the ordinary cases of the office, in lists
WORKS = SEES - roles(R.AUDITOR)  # an auditor changes nothing
ASKED = SEES - roles(R.CONSUL, R.SUPERVISOR, R.ANALYST)  # say why before a case opens whose open step is an analyst's
REGISTERS = roles(R.INTAKE, R.ANALYST)
ASSESSES = roles(R.ANALYST, R.CONSUL)
ADJUDICATES = roles(R.CHECKS)
AUTHORISES = roles(R.AUTHORISING)
DECIDES = roles(R.CONSUL)
ISSUES = roles(R.PRINTING)
DELIVERS = roles(R.DELIVERY)
CLOSES = roles(R.ANALYST, R.CONSUL, R.SUPERVISOR)
SUPERVISES = roles(R.CONSUL, R.SUPERVISOR)
STOCKS = roles(R.CONSUL, R.CUSTODIAN)
VERIFIES = roles(R.VERIFYING)
AUDITS = roles(R.AUDITOR, R.PROTECTION_AUDITOR)
PROTECTS = roles(R.PROTECTION)
CONFIGURES = roles(R.ADMINISTRATOR, SUPERUSER)

# --- what an answer is: a status, or where a redirect leads -------------------------------------------------------

SIGN_IN = "302 to the sign-in page"
REASON = "302 to the page that asks why"
CONFIRM = "302 to confirming who one is"
Outcome = int | str


@dataclass(frozen=True)
class Rule:
    """Outcomes by persona: the first set that holds the persona counts, ``rest`` is everybody else's."""

    steps: tuple[tuple[frozenset[str], Outcome], ...]
    rest: Outcome = 404

    def of(self, persona: str) -> Outcome:
        return next((outcome for who, outcome in self.steps if persona in who), self.rest)

    def but(self, who: frozenset[str], outcome: Outcome) -> "Rule":
        """And these others get something else than the rest."""
        return Rule((*self.steps, (who, outcome)), self.rest)

    def first(self, who: frozenset[str], outcome: Outcome) -> "Rule":
        return Rule(((who, outcome), *self.steps), self.rest)


def may(who: frozenset[str], outcome: Outcome = 200, *, rest: Outcome = 404) -> Rule:
    return Rule(((who, outcome),), rest)


NOBODY = may(frozenset())  # 404: not for anyone, here
NO = may(EVERYONE, 405)  # the address does not know this method


@dataclass(frozen=True)
class Row:
    """One address (and one kind of thing that it is about) of the matrix.

    ``of``: the kind of thing whose ids fill the address (and ``{0}`` of the body); such a row is tried with one of the
    own office, of another office and of a protected case, and the last two are 404 for everyone unless ``elsewhere``
    says otherwise (GET, POST; None: as at the own office). ``args``: what fills an address that is about no thing.
    ``asks``: the methods that open a case, so that those in :data:`ASKED` get ``reason`` unless they have said why.
    ``claim``: what a protection officer gets for the same thing of a claim; for everybody else there is no such thing.
    ``body``: what is posted. ``acts``: who has then done something, which the log says; nobody else has.
    ``claim_acts``: so has the protection officer with a claim.
    ``out``: for somebody who has not signed in.
    """

    route: str
    of: str = ""
    get: Rule = NO
    post: Rule = NO
    asks: str = ""
    reason: Outcome = REASON
    claim: tuple[Outcome, Outcome] | None = None
    elsewhere: tuple[Outcome | None, Outcome | None] | None = None
    body: dict[str, Any] = field(default_factory=lambda: {"x": "1"})
    acts: frozenset[str] = frozenset()
    claim_acts: bool = False
    out: tuple[Outcome, Outcome] = (SIGN_IN, SIGN_IN)
    args: tuple[Any, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"/{self.route}" + (f" ({self.of})" if self.of else "")

    def expected(self, method: str, persona: str, place: str) -> Outcome:
        """What a persona gets; ``place``: "own", "opened", "other", "protected" or "claim"."""
        first = method == "GET"
        rule = self.get if first else self.post
        if rule is NO:
            return 405
        if place == "claim" and self.claim and persona in PROTECTS:
            return self.claim[not first]
        if place in ("other", "protected", "claim"):
            told = self.elsewhere[not first] if self.elsewhere else 404
            return rule.of(persona) if told is None else told
        if place == "own" and method.lower() in self.asks.split() and persona in ASKED:
            return self.reason
        return rule.of(persona)

    def does(self, persona: str, place: str) -> bool:
        """Whether what is posted is an act that the log then tells of."""
        if place == "claim":
            return self.claim_acts and persona in PROTECTS
        asked = place == "own" and "post" in self.asks.split() and persona in ASKED
        return place in ("own", "opened") and persona in self.acts and not asked

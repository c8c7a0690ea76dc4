"""A machine-readable zone as the registration form uses it: what it says, in words, and which fields it fills.

Reading is :mod:`icao.mrz`; here its codes become sentences. Nothing is corrected: offers are buttons, and a field whose
check digit is wrong is not filled.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.registration.fields import show_partial_date
from icao.mrz import CheckDigit, Format, Suggestion, Verdict, apply_suggestion, read
from icao.names import same_person_forms
from people.countries import from_zone

FIELDS = {
    "number": gettext_lazy("Document number"),
    "birth_date": gettext_lazy("Date of birth"),
    "expiry_date": gettext_lazy("Date of expiry"),
    "optional": gettext_lazy("Personal number"),
    "composite": gettext_lazy("Whole zone"),
    "name": gettext_lazy("Name"),
    "issuer": gettext_lazy("Issuing State"),
    "nationality": gettext_lazy("Nationality"),
    "sex": gettext_lazy("Sex"),
    "document_code": gettext_lazy("Document code"),
}
FORMATS = {
    Format.TD1: gettext_lazy("an identity card (TD1: three lines of 30 characters)"),
    Format.TD2: gettext_lazy("an identity document of the size TD2 (two lines of 36 characters)"),
    Format.TD3: gettext_lazy("a passport (TD3: two lines of 44 characters)"),
    Format.MRV_A: gettext_lazy("a visa (MRV-A: two lines of 44 characters)"),
    Format.MRV_B: gettext_lazy("a visa (MRV-B: two lines of 36 characters)"),
}
PROBLEMS = {
    "no_zone": gettext_lazy("There is no machine-readable zone in what was pasted."),
    "input_too_long": gettext_lazy("Too much was pasted: only the lines of the zone are needed."),
    "line_length": gettext_lazy("Line %(line)d has %(found)d characters, %(expected)d are expected."),
    "invalid_character": gettext_lazy("«%(found)s» in line %(line)d, column %(column)d does not belong in a zone."),
    "document_code_invalid": gettext_lazy("Document code «%(found)s» is not one of this format."),
    "unknown_issuer": gettext_lazy("No State has the code «%(found)s» (issuing State)."),
    "unknown_nationality": gettext_lazy("No nationality has the code «%(found)s»."),
    "number_missing": gettext_lazy("The document number is empty."),
    "number_misaligned": gettext_lazy("The document number does not begin at its first position."),
    "date_malformed": gettext_lazy("%(field)s: «%(found)s» is not a date."),
    "date_impossible": gettext_lazy("%(field)s: «%(found)s» is a date that does not exist."),
    "expiry_before_birth": gettext_lazy("The document would have expired before its holder was born."),
    "sex_invalid": gettext_lazy("Sex «%(found)s» is neither M, F nor «<»."),
    "name_missing": gettext_lazy("The name is empty."),
    "name_misaligned": gettext_lazy("The name does not begin at its first position."),
    "digit_in_name": gettext_lazy("A digit stands in the name: «%(found)s»."),
    "document_code_not_harmonised": gettext_lazy(
        "Document code «%(found)s» is not one of the harmonised codes of 2026."
    ),
    "specimen_code": gettext_lazy("«%(found)s» is the code of specimen documents."),
    "deprecated_code": gettext_lazy("Code «%(found)s» is no longer in use."),
    "iso_code_in_mrz": gettext_lazy("«%(found)s» is the ISO code; in a zone it is «%(expected)s»."),
    "birth_date_future": gettext_lazy("The year of birth was read as %(read_as)s: check the century."),
    "spaces_as_fillers": gettext_lazy("Spaces were read as fillers «<»."),
    "several_zones": gettext_lazy("The text holds %(found)s zones; the best one was read."),
}
_FORM_FIELD = {"expiry_date": "expires"}  # a verdict's field → the form's, where they differ


class State(StrEnum):
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    OTHER_FORMAT = "other_format"
    WRONG = "wrong"
    RIGHT = "right"


@dataclass(frozen=True)
class CheckView:
    """One check digit: whose it is, what stands before it, what it is and should be, and that in words."""

    label: Any
    value: str
    found: str
    expected: str
    ok: bool
    text: str


@dataclass(frozen=True)
class Offer:
    """A change that a person may accept: the sentence, and the whole zone with the change made."""

    text: str
    zone: str


@dataclass(frozen=True)
class Zone:
    """``values`` are form fields with what the zone says about them, as they are typed; ``doubtful`` are those whose
    check digit is wrong, which are shown and never filled in."""

    state: State
    verdict: Verdict
    format_name: Any = ""
    wanted_name: Any = ""
    values: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    checks: list[CheckView] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def needs_override(self) -> bool:
        """Whether the application can be filed only after the officer has answered for the document."""
        return self.state in (State.UNREADABLE, State.WRONG)

    @property
    def wrong_checks(self) -> list[str]:
        """Names of the fields whose check digit is wrong, for the audit event."""
        return [check.field for check in self.verdict.checks if not check.ok]

    @property
    def card(self) -> dict[str, Any] | None:
        """The verdict as ``cases/partials/zone_verdict.html`` draws it; nothing while nothing was pasted."""
        if self.state is State.EMPTY:
            return None
        return {
            "valid": self.state is State.RIGHT,
            "title": self._title(),
            "warnings": [*(check.text for check in self.checks if not check.ok), *self.problems, *self.notices],
            "fields": [
                {
                    "label": check.label, "value": check.value, "mono": True, "ok": check.ok,
                    "digit": check.found, "expected": check.expected,
                }
                for check in self.checks
            ],
        }  # fmt: skip

    def _title(self) -> str:
        if self.state is State.OTHER_FORMAT:
            return _("This is the zone of %(found)s. Here goes that of %(wanted)s.") % {
                "found": self.format_name,
                "wanted": self.wanted_name,
            }
        if self.state is State.UNREADABLE:
            return _("No zone could be read.")
        right = sum(check.ok for check in self.checks)
        if self.state is State.RIGHT:
            return _("The zone is right: %(right)d of %(all)d check digits verified.") % {
                "right": right,
                "all": len(self.checks),
            }
        if right < len(self.checks):
            return _("The zone is not right: %(wrong)d of %(all)d check digits are wrong.") % {
                "wrong": len(self.checks) - right,
                "all": len(self.checks),
            }
        return _("The zone is not right.")

    @property
    def lines(self) -> str:
        """The zone as it is kept with the document: its lines, or nothing when it is none of the wanted format."""
        return "\n".join(self.verdict.lines) if self.state in (State.RIGHT, State.WRONG) else ""


def read_zone(text: str, *, formats: Collection[Format], today: date) -> Zone:
    """Read what was pasted. ``formats`` are those the procedure takes; another one is named, and fills nothing."""
    if not text.strip():
        return Zone(State.EMPTY, Verdict(None, valid=False))
    verdict = read(text, today=today)
    wanted = FORMATS[next(iter(formats))] if formats else ""
    if verdict.format is None:
        return Zone(State.UNREADABLE, verdict, wanted_name=wanted, problems=_sentences(verdict, notices=False))
    if verdict.format not in formats:
        return Zone(State.OTHER_FORMAT, verdict, FORMATS[verdict.format], wanted)
    values, doubtful = _values(verdict)
    return Zone(
        state=State.RIGHT if verdict.valid else State.WRONG,
        verdict=verdict,
        format_name=FORMATS[verdict.format],
        wanted_name=wanted,
        values=values,
        doubtful=doubtful,
        checks=[_check_view(check, verdict) for check in verdict.checks],
        problems=_sentences(verdict, notices=False),
        notices=_sentences(verdict, notices=True),
        offers=[
            Offer(_offer_text(suggestion), apply_suggestion(verdict.lines, suggestion))
            for suggestion in verdict.suggestions
        ],
    )


def _values(verdict: Verdict) -> tuple[dict[str, str], dict[str, str]]:
    fields = verdict.fields
    if fields is None:
        return {}, {}
    said = {
        "number": fields.number.replace("<", ""),
        "issuer": from_zone(fields.issuer),
        "nationality": from_zone(fields.nationality),
        "primary": fields.primary,
        "secondary": fields.secondary,
        "sex": fields.sex,
        "birth_date": show_partial_date(fields.birth_date.isoformat()) if fields.birth_date else "",
        "expires": fields.expiry_date.isoformat() if fields.expiry_date else "",
    }
    wrong = {_form_field(check.field) for check in verdict.checks if not check.ok}
    for problem in verdict.errors:
        wrong |= {"primary", "secondary"} if problem.field == "name" else {_form_field(problem.field)}
    values = {name: text for name, text in said.items() if text and name not in wrong}
    return values, {name: text for name, text in said.items() if text and name in wrong}


def _form_field(name: str) -> str:
    return _FORM_FIELD.get(name, name)


def _check_view(check: CheckDigit, verdict: Verdict) -> CheckView:
    label, text = FIELDS[check.field], ""
    if not check.ok:
        text = _(
            "%(field)s: the check digit should be %(expected)s and is «%(found)s» (line %(line)d, column %(column)d)."
        ) % {**check._asdict(), "field": label}
    return CheckView(label, _checked_value(check.field, verdict), check.found, check.expected, check.ok, text)


def _checked_value(name: str, verdict: Verdict) -> str:
    """What a check digit protects, as people read it."""
    fields = verdict.fields
    if fields is None:
        return ""
    if name == "composite":
        return f"{len(verdict.lines)} × {len(verdict.lines[-1])}"
    if name == "birth_date":
        return show_partial_date(fields.birth_date.isoformat()) if fields.birth_date else ""
    if name == "expiry_date":
        return show_partial_date(fields.expiry_date.isoformat()) if fields.expiry_date else ""
    return {"number": fields.number, "optional": fields.optional}[name].replace("<", "")


def _sentences(verdict: Verdict, *, notices: bool) -> list[str]:
    """Problems in words; wrong check digits are told by :class:`CheckView`."""
    found = [problem for problem in verdict.problems if problem.notice == notices and problem.code != "check_digit"]
    told = [str(PROBLEMS[problem.code]) % {"field": FIELDS.get(problem.field, ""), **problem.args} for problem in found]
    if notices and verdict.possibly_truncated:
        told.append(_("The name fills its field: it may have been cut. Complete it from the passport."))
    return list(dict.fromkeys(told))


def _offer_text(suggestion: Suggestion) -> str:
    place = {
        "line": suggestion.line,
        "column": suggestion.column,
        "number": len(suggestion.offered or suggestion.found),
    }
    if not suggestion.found:
        return _("Add the %(number)d «<» missing at the end of line %(line)d") % place
    if not suggestion.offered:
        return _("Take away the %(number)d «<» too many at the end of line %(line)d") % place
    return _("Read «%(offered)s» instead of «%(found)s» in line %(line)d, column %(column)d (%(field)s)") % {
        **place,
        "offered": suggestion.offered,
        "found": suggestion.found,
        "field": str(FIELDS[suggestion.field]).lower(),
    }


# --- does the name on the form agree with the zone? -----------------------------------------------------------------


def name_agrees(in_zone: str, typed: str, *, truncated: bool) -> bool:
    """Whether ``in_zone``, one identifier of a zone's name, is an ICAO 9303-3 §6 form of the typed one.

    Of a zone whose name may be truncated (ICAO 9303-4 §4.2.3) every word has only to begin the word at its place.
    """
    forms = same_person_forms(typed)
    zone_forms = same_person_forms(in_zone)
    if zone_forms & forms or not (zone_forms or forms):
        return True
    return truncated and any(_begins_with(form.split(), in_zone.split()) for form in forms)


def _begins_with(words: list[str], cut: list[str]) -> bool:
    """Whether every word of a truncated name begins the word at its place (initials included)."""
    return len(cut) <= len(words) and all(word.startswith(part) for word, part in zip(words, cut, strict=False))

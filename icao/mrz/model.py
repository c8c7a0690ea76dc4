"""What a reader answers and a writer takes, and both as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from icao.mrz.dates import PartialDate
from icao.mrz.layout import Format
from icao.transliteration import DEFAULT, Transliteration

MESSAGES: Final[dict[str, str]] = {
    # of a zone that was read: errors
    "no_zone": "there is no machine-readable zone in the text",
    "input_too_long": "the text has more than {limit} characters",
    "line_length": "line {line} has {found} characters, {expected} expected",
    "invalid_character": "{found!r} in line {line}, column {column} does not belong in a zone",
    "check_digit": "check digit of {field}: {expected} expected, {found} found",
    "document_code_invalid": "document code {found} is not one of {format}",
    "unknown_issuer": "no State or organization has the code {found}",
    "unknown_nationality": "no nationality has the code {found}",
    "number_missing": "the document number is empty",
    "number_misaligned": "the document number does not begin at its first position",
    "date_malformed": "{found} is not a date YYMMDD",
    "date_impossible": "{found} is a date that does not exist",
    "expiry_before_birth": "expiry date {found} is before the birth date",
    "sex_invalid": "{found!r} is neither M, F nor <",
    "name_missing": "the name is empty",
    "name_misaligned": "the name does not begin at its first position",
    "digit_in_name": "a digit stands in the name: {found}",
    # of a zone that was read: notices
    "document_code_not_harmonised": "document code {found} is not one of the harmonised codes of 2026",
    "specimen_code": "{found} is the code of specimen documents",
    "deprecated_code": "code {found} is no longer in use",
    "iso_code_in_mrz": "{found} is the ISO code, in a zone it is {expected}",
    "birth_date_future": "the birth date would be in the future as {found}; it was read as {read_as}",
    "spaces_as_fillers": "spaces were read as fillers",
    "several_zones": "the text holds {found} zones, the best one was read",
    # of a zone that cannot be written
    "missing": "is required",
    "format_unknown": "format {found!r} is not one of TD1, TD2, TD3, MRV-A, MRV-B",
    "not_text": "is not text",
    "not_an_object": "the JSON is not an object",
    "document_code_not_allowed": "document code {found} may not be issued on that date",
    "number_too_long": "has {found} characters, {limit} fit",
    "number_with_gap": "a number of more than nine characters has a space or sign from its ninth on",
    "optional_too_long": "has {found} characters, {limit} fit",
    "not_transliterable": "{found!r} has no transliteration",
    "birth_date_in_future": "{found} is after today",
    "expiry_out_of_window": "{found} would be read as another century",
    "no_field": "{format} has no such field",
    "choice_invalid": "{found!r} is not one of {allowed}",
}
NOTICES: Final = frozenset(
    {
        "document_code_not_harmonised", "specimen_code", "deprecated_code", "iso_code_in_mrz",
        "birth_date_future", "spaces_as_fillers", "several_zones",
    }
)  # fmt: skip
"""Problem codes that a person should see but that leave a zone valid."""


class Problem(NamedTuple):
    """Something about a zone; `field` is one of `MrzFields`, `name`, `composite`, `line` or empty."""

    field: str
    code: str
    args: Mapping[str, Any] = MappingProxyType({})

    @property
    def notice(self) -> bool:
        """Whether the zone may be valid all the same."""
        return self.code in NOTICES

    @property
    def message(self) -> str:
        """One English sentence, for the command line."""
        return MESSAGES[self.code].format(field=self.field, **self.args)


class CheckDigit(NamedTuple):
    """One check digit: where it stands (from 1), what it should be and what was found."""

    field: str
    line: int
    column: int
    expected: str
    found: str
    ok: bool

    @property
    def position(self) -> tuple[int, int]:
        """Line and column, both from 1."""
        return self.line, self.column


class Suggestion(NamedTuple):
    """The only reading that would put a place right: `offered` instead of `found`. Never applied."""

    field: str
    line: int
    column: int
    found: str
    offered: str


@dataclass(frozen=True, slots=True)
class MrzFields:
    """What a zone says. Codes and numbers without trailing fillers, names with one space between components.

    `birth_date` and `expiry_date` are None when they are not dates; `sex` is `M`, `F` or `X`, or empty when
    the zone holds something else. A `<` inside a number or optional data stands for whatever the document
    prints there.
    """

    document_code: str
    issuer: str
    primary: str
    secondary: str
    number: str
    nationality: str
    birth_date: PartialDate | None
    sex: str
    expiry_date: date | None
    optional: str
    optional2: str

    def to_json(self) -> dict[str, Any]:
        """The keys that `spec_from_json` reads."""
        return {
            "document_code": self.document_code,
            "issuer": self.issuer,
            "primary": self.primary,
            "secondary": self.secondary,
            "number": self.number,
            "nationality": self.nationality,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "sex": self.sex,
            "expiry_date": self.expiry_date.isoformat() if self.expiry_date else None,
            "optional": self.optional,
            "optional2": self.optional2,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a reader. `valid`: every check digit is right and no problem is more than a notice.

    `lines` are the lines as they were read: upper case, without spaces. `fields` is None when a line other
    than that of the name has a wrong length, for then no position can be trusted.
    """

    format: Format | None
    valid: bool
    lines: tuple[str, ...] = ()
    fields: MrzFields | None = None
    checks: tuple[CheckDigit, ...] = ()
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    possibly_truncated: bool = False

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make the zone invalid."""
        return tuple(problem for problem in self.problems if not problem.notice)

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`; dates as ISO 8601, unknown parts of a birth date as zeros."""
        return {
            "format": str(self.format) if self.format else None,
            "valid": self.valid,
            "lines": list(self.lines),
            "fields": self.fields.to_json() if self.fields else None,
            "checks": [check._asdict() for check in self.checks],
            "problems": [
                {
                    "field": problem.field,
                    "code": problem.code,
                    "args": dict(problem.args),
                    "notice": problem.notice,
                    "message": problem.message,
                }
                for problem in self.problems
            ],
            "suggestions": [suggestion._asdict() for suggestion in self.suggestions],
            "possibly_truncated": self.possibly_truncated,
        }


class MrzError(ValueError):
    """A zone that cannot be written: `field` and `code` say why, `errors` holds every reason found."""

    def __init__(self, field: str, code: str, args: Mapping[str, Any] | None = None) -> None:
        self.field = field
        self.code = code
        self.arguments: Mapping[str, Any] = args or {}
        self.message = MESSAGES[code].format(field=field, **self.arguments)
        self.errors: tuple[MrzError, ...] = (self,)
        super().__init__(f"{field}: {self.message}" if field else self.message)

    def to_json(self) -> dict[str, Any]:
        """Field, code and message of this reason."""
        return {"field": self.field, "code": self.code, "args": dict(self.arguments), "message": self.message}


@dataclass(frozen=True, slots=True)
class MrzSpec:
    """What a zone shall say.

    Names may be in their original script, hyphens and apostrophes included. `issue_date` makes the rules of
    2026 and 2028 for document codes apply; without it a passport code must be `P` alone or harmonised.
    `number_is_visa_number` forbids a number of more than nine characters on a visa, which otherwise keeps
    its first nine (ICAO 9303-7 §4.2.2 and note j). `empty_optional_check` is the State's choice, `<` or
    `0`, for the check digit of an unused personal number on TD3 (ICAO 9303-4 §4.2.2).
    """

    format: Format
    document_code: str
    issuer: str
    primary: str
    number: str
    nationality: str
    birth_date: PartialDate | date
    sex: str
    expiry_date: date
    secondary: str = ""
    optional: str = ""
    optional2: str = ""
    issue_date: date | None = None
    number_is_visa_number: bool = False
    empty_optional_check: str = "<"
    transliteration: Transliteration = field(default=DEFAULT)


_TEXTS = ("document_code", "issuer", "primary", "number", "nationality", "sex")
_OPTIONAL_TEXTS = ("secondary", "optional", "optional2", "empty_optional_check")


def spec_from_json(data: Mapping[str, Any], transliteration: Transliteration = DEFAULT) -> MrzSpec:
    """A spec from a JSON object; raises `MrzError` naming the key.

    Keys: `format` (`TD1`, `TD2`, `TD3`, `MRV-A`, `MRV-B`), `document_code`, `issuer`, `primary`, `secondary`,
    `number`, `nationality`, `birth_date`, `sex` (`M`, `F`, `X`), `expiry_date`, `optional`; and, only if
    wanted, `optional2` (TD1), `issue_date`, `number_is_visa_number`, `empty_optional_check`. Dates are
    `YYYY-MM-DD`; in `birth_date` zeros stand for unknown parts (`1990-05-00`, `1990-00-00`, `0000-00-00`).
    The object that `Verdict.to_json` gives is taken as well: its `fields` are read.
    """
    if not isinstance(data, Mapping):
        raise MrzError("", "not_an_object")
    flat = {**data, **data["fields"]} if isinstance(data.get("fields"), Mapping) else data
    errors: list[MrzError] = []
    values: dict[str, Any] = {}
    try:
        values["format"] = Format(str(flat.get("format", "")).upper())
    except ValueError:
        errors.append(MrzError("format", "format_unknown", {"found": flat.get("format")}))
    for key in (*_TEXTS, *_OPTIONAL_TEXTS):
        given = flat.get(key)
        if given is None:
            if key in _TEXTS:
                errors.append(MrzError(key, "missing"))
        elif not isinstance(given, str):
            errors.append(MrzError(key, "not_text"))
        else:
            values[key] = given
    for key, parse in (
        ("birth_date", PartialDate.parse),
        ("expiry_date", date.fromisoformat),
        ("issue_date", date.fromisoformat),
    ):
        given = flat.get(key)
        if given is None:
            if key != "issue_date":
                errors.append(MrzError(key, "missing"))
            continue
        try:
            values[key] = parse(given) if isinstance(given, str) else None
        except ValueError:
            values[key] = None
        if values[key] is None:
            errors.append(MrzError(key, "date_malformed", {"found": given}))
    if errors:
        errors[0].errors = tuple(errors)
        raise errors[0]
    if isinstance(flat.get("number_is_visa_number"), bool):
        values["number_is_visa_number"] = flat["number_is_visa_number"]
    return MrzSpec(transliteration=transliteration, **values)


def spec_from_verdict(verdict: Verdict) -> MrzSpec:
    """The spec that writes a zone again as it was read; raises `MrzError` when a field could not be read."""
    fields = verdict.fields
    if fields is None or verdict.format is None:
        raise MrzError("", "no_zone")
    for key in ("birth_date", "expiry_date"):
        if getattr(fields, key) is None:
            raise MrzError(key, "missing")
    check = next((check for check in verdict.checks if check.field == "optional"), None)
    assert fields.birth_date is not None and fields.expiry_date is not None
    return MrzSpec(
        format=verdict.format,
        document_code=fields.document_code,
        issuer=fields.issuer,
        primary=fields.primary,
        secondary=fields.secondary,
        number=fields.number,
        nationality=fields.nationality,
        birth_date=fields.birth_date,
        sex=fields.sex,
        expiry_date=fields.expiry_date,
        optional=fields.optional,
        optional2=fields.optional2,
        empty_optional_check="0" if check and not fields.optional and check.found == "0" else "<",
    )

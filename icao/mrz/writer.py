"""Writing a zone from what a document says (ICAO 9303-3 to 9303-7)."""

import re
from collections.abc import Callable
from datetime import date

from icao import codes
from icao.check_digit import check_digit
from icao.mrz.dates import PartialDate, current_date, in_expiry_window
from icao.mrz.layout import LAYOUTS, Format, Layout
from icao.mrz.model import MrzError, MrzSpec
from icao.names import NameProblem, components, name_field

_SPECIAL = re.compile(r"[^A-Z0-9]")
_SEX = {"M": "M", "F": "F", "X": "<", "<": "<"}


def write(spec: MrzSpec, *, today: date | None = None) -> tuple[str, ...]:
    """The lines of the zone that `spec` describes.

    Raises `MrzError` naming the first field that cannot be written; its `errors` hold all of them. Special
    characters in numbers become fillers (ICAO 9303-4 §4.2.2); a name too long is truncated (`icao.names`).
    """
    writer = _Writer(spec, today or current_date())
    layout = writer.layout
    code = writer.document_code().ljust(2, "<")
    issuer = writer.state("issuer", spec.issuer, codes.is_issuer)
    nationality = writer.state("nationality", spec.nationality, codes.is_nationality)
    birth = writer.birth_date()
    expiry = writer.expiry_date()
    sex = writer.sex()
    number, optional = writer.number_and_optional()
    optional2 = writer.optional2()
    name = writer.name()
    if writer.errors:
        writer.errors[0].errors = tuple(writer.errors)
        raise writer.errors[0]
    dates = birth + check_digit(birth), expiry + check_digit(expiry)
    if layout.format is Format.TD1:
        upper = code + issuer + number + optional
        covered = upper[5:] + dates[0] + dates[1] + optional2
        return upper, dates[0] + sex + dates[1] + nationality + optional2 + check_digit(covered), name
    lower = number + nationality + dates[0] + sex + dates[1] + optional
    if layout.composite:
        lower += check_digit(lower[:10] + lower[13:20] + lower[21:])
    return code + issuer + name, lower


class _Writer:
    """One spec on its way into a zone; `errors` gathers what cannot be written."""

    def __init__(self, spec: MrzSpec, today: date) -> None:
        self.spec = spec
        self.today = today
        self.layout: Layout = LAYOUTS[spec.format]
        self.errors: list[MrzError] = []

    def fail(self, field: str, code: str, **args: object) -> str:
        self.errors.append(MrzError(field, code, args))
        return ""

    def document_code(self) -> str:
        spec = self.spec
        code = spec.document_code.strip().upper().rstrip("<")
        if len(code) > 2 or not codes.document_code_fits(code, spec.format):
            return self.fail("document_code", "document_code_invalid", found=code, format=str(spec.format))
        if spec.issue_date:
            allowed = codes.document_code_allowed(code, spec.format, spec.issue_date, spec.expiry_date)
        else:
            allowed = len(code) == 1 or codes.is_harmonised(code, spec.format)
        if not allowed:
            return self.fail("document_code", "document_code_not_allowed", found=code)
        return code

    def state(self, field: str, given: str, known: Callable[[str], bool]) -> str:
        code = codes.from_iso_alpha3(given.strip().upper().rstrip("<"))
        if not known(code):
            return self.fail(field, f"unknown_{field}", found=given)
        return code.ljust(3, "<")

    def birth_date(self) -> str:
        given = self.spec.birth_date
        birth = PartialDate.of(given) if isinstance(given, date) else given
        earliest = birth.earliest()
        if earliest and earliest > self.today:
            return self.fail("birth_date", "birth_date_in_future", found=birth.isoformat())
        return birth.mrz()

    def expiry_date(self) -> str:
        expiry = self.spec.expiry_date
        given = self.spec.birth_date
        earliest = given.earliest() if isinstance(given, PartialDate) else given
        if not in_expiry_window(expiry, self.today):
            return self.fail("expiry_date", "expiry_out_of_window", found=expiry.isoformat())
        if earliest and earliest > expiry:
            return self.fail("expiry_date", "expiry_before_birth", found=expiry.isoformat())
        return PartialDate.of(expiry).mrz()

    def sex(self) -> str:
        sign = _SEX.get(self.spec.sex.strip().upper())
        return sign or self.fail("sex", "sex_invalid", found=self.spec.sex)

    def number_and_optional(self) -> tuple[str, str]:
        """The number with its check digit (10 characters), and the optional data with that of TD3."""
        spec, layout = self.spec, self.layout
        number = self.special("number", spec.number)
        optional = self.special("optional", spec.optional)
        room = layout.optional[1] - layout.optional[0]
        if not number:
            self.fail("number", "number_missing")
        if len(number) > 9:
            if layout.long_number:
                limit = 9 + room - 2
                rest = number[9:]
                if len(number) > limit:
                    return self.fail("number", "number_too_long", found=len(number), limit=limit), ""
                if "<" in number[8:]:
                    self.fail("number", "number_with_gap")
                optional = f"{rest}{check_digit(number)}<{optional}"
                number = number[:9] + "<"
            elif spec.format is Format.TD3 or spec.number_is_visa_number:
                self.fail("number", "number_too_long", found=len(number), limit=9)
            else:
                number = number[:9]  # 9303-7 note j: the nine principal characters
        if len(number) < 10:
            number = number.ljust(9, "<")
            number += check_digit(number)
        if len(optional) > room:
            taken = len(optional) - len(self.special("optional", spec.optional))
            self.fail("optional", "optional_too_long", found=len(optional) - taken, limit=max(room - taken, 0))
        optional = optional.ljust(room, "<")
        if layout.optional_check is not None:
            if spec.empty_optional_check not in ("<", "0"):
                self.fail("empty_optional_check", "choice_invalid", found=spec.empty_optional_check, allowed="<, 0")
            used = optional.strip("<")
            optional += check_digit(optional) if used else spec.empty_optional_check
        return number, optional

    def optional2(self) -> str:
        given = self.special("optional2", self.spec.optional2)
        if self.layout.optional2 is None:
            return self.fail("optional2", "no_field", format=str(self.spec.format)) if given else ""
        start, end = self.layout.optional2
        if len(given) > end - start:
            return self.fail("optional2", "optional_too_long", found=len(given), limit=end - start)
        return given.ljust(end - start, "<")

    def special(self, field: str, given: str) -> str:
        """Upper case, everything outside A-Z and 0-9 a filler, none at the end."""
        text = given.strip().upper()
        if text.isalnum() and text.isascii():
            return text
        return _SPECIAL.sub("<", text).rstrip("<")

    def name(self) -> str:
        spec = self.spec
        width = self.layout.name[1] - self.layout.name[0]
        parts: dict[str, tuple[str, ...]] = {"primary": (), "secondary": ()}
        for field in parts:
            try:
                parts[field] = components(getattr(spec, field), spec.transliteration)
            except NameProblem as problem:
                return self.fail(field, problem.code, found=problem.found)
        if not parts["primary"]:
            return self.fail("primary", "name_missing")
        return name_field(parts["primary"], parts["secondary"], width).text

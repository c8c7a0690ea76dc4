"""Reading a zone: every field, every check digit, every problem by name (ICAO 9303-3 to 9303-7)."""

from collections.abc import Iterator
from datetime import date

from icao import codes
from icao.check_digit import values, weighted_sum
from icao.mrz.dates import PartialDate, current_date, read_birth_date, read_expiry_date
from icao.mrz.detect import LIMIT, Candidate, candidates
from icao.mrz.layout import Layout
from icao.mrz.model import NOTICES, CheckDigit, MrzFields, Problem, Verdict
from icao.mrz.suggest import suggestions
from icao.names import possibly_truncated, split_name_field

_REPERTOIRE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
_SEX = {"M": "M", "F": "F", "<": "X"}
_YEARS_AHEAD = 10  # two digits of a year this close ahead may be a slip; else the person is ninety or more


def read(text: str, *, today: date | None = None) -> Verdict:
    """The verdict on the zone in `text`: forgiving about spaces, case, line breaks and other text around it.

    Two-digit years: a birth date is the latest that is not after `today`, an expiry date lies between 50
    years before and 49 after (`icao.mrz.dates`). Never raises for any text: what is wrong is in `problems`.
    """
    if len(text) > LIMIT:
        return Verdict(None, valid=False, problems=(Problem("", "input_too_long", {"limit": LIMIT}),))
    today = today or current_date()
    found = candidates(text)
    if not found:
        return Verdict(None, valid=False, problems=(Problem("", "no_zone"),))
    if len(found) == 1:
        return _judge(found[0], today)
    verdicts = [_judge(candidate, today) for candidate in found]
    best = max(verdicts, key=_rank)
    whole = {verdict.lines for verdict in verdicts if verdict.valid}
    if len(whole) > 1:
        notice = Problem("", "several_zones", {"found": len(whole)})
        best = _with_problems(best, (*best.problems, notice))
    return best


def _rank(verdict: Verdict) -> tuple[bool, int]:
    right = sum(check.ok for check in verdict.checks)
    return verdict.valid, 2 * right - len(verdict.checks) - len(verdict.errors)


def _with_problems(verdict: Verdict, problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(
        verdict.format,
        verdict.valid,
        verdict.lines,
        verdict.fields,
        verdict.checks,
        problems,
        verdict.suggestions,
        verdict.possibly_truncated,
    )


def _judge(candidate: Candidate, today: date) -> Verdict:
    layout, lines, fitted, spaces_as_fillers = candidate
    problems: list[Problem] = []
    if spaces_as_fillers:
        problems.append(Problem("", "spaces_as_fillers"))
    if lines is not fitted:
        problems += [
            Problem("line", "line_length", {"line": at, "expected": layout.width, "found": len(line)})
            for at, line in enumerate(lines, 1)
            if len(line) != layout.width
        ]
        if any(len(line) != layout.width for line in fitted):
            return Verdict(layout.format, valid=False, lines=lines, problems=tuple(problems))
    zone = "".join(fitted)
    if not _REPERTOIRE.issuperset(zone):
        problems += _foreign_signs(layout, zone)
    number, optional, checks = _checks(layout, zone)
    fields = _fields(layout, zone, number, optional, today, problems)
    if checks[1].ok and checks[2].ok:
        problems += _expiry_before_birth(fields)
    problems += [
        Problem(check.field, "check_digit", {"expected": check.expected, "found": check.found})
        for check in checks
        if not check.ok
    ]
    valid = not problems or all(problem.code in NOTICES for problem in problems)
    return Verdict(
        layout.format,
        valid,
        lines,
        fields,
        checks,
        tuple(problems),
        () if valid else suggestions(layout, lines, zone, checks),
        possibly_truncated(zone[layout.name[0] : layout.name[1]]),
    )


def _foreign_signs(layout: Layout, zone: str) -> Iterator[Problem]:
    for offset, sign in enumerate(zone):
        if sign not in _REPERTOIRE:
            line, column = layout.position(offset)
            yield Problem("line", "invalid_character", {"line": line, "column": column, "found": sign})


def _checks(layout: Layout, zone: str) -> tuple[str, str, tuple[CheckDigit, ...]]:
    """Document number, optional data and check digits: where a long number ends decides over all three."""
    operands = values(zone)
    width = layout.width
    start, end = layout.number
    optional = zone[layout.optional[0] : layout.optional[1]]
    number, at, covered = zone[start:end].rstrip("<"), end, operands[start:end]
    if layout.long_number and zone[end] == "<" and zone[end - 1] != "<":
        rest = optional.partition("<")[0]
        if len(rest) > 1:  # ICAO 9303-5 note j: the rest of the number, its check digit, a filler
            first = layout.optional[0]
            at = first + len(rest) - 1
            number += rest[:-1]
            covered = covered + operands[first:at]
            optional = optional[len(rest) + 1 :]
    expected = str(weighted_sum(covered) % 10)
    checks = [CheckDigit("number", at // width + 1, at % width + 1, expected, zone[at], zone[at] == expected)]
    for name, (start, end) in (("birth_date", layout.birth_date), ("expiry_date", layout.expiry_date)):
        expected, sign = str(weighted_sum(operands[start:end]) % 10), zone[end]
        checks.append(CheckDigit(name, end // width + 1, end % width + 1, expected, sign, sign == expected))
    optional = optional.rstrip("<")
    if layout.optional_check is not None:
        at = layout.optional_check
        expected, sign = str(weighted_sum(operands[layout.optional[0] : at]) % 10), zone[at]
        # an unused personal number may have `<` for its check digit (ICAO 9303-4 §4.2.2)
        ok = sign == expected or (sign == "<" and not optional)
        checks.append(CheckDigit("optional", at // width + 1, at % width + 1, expected, sign, ok))
    if layout.composite:
        at = layout.composite_at
        covered = b"".join([operands[start:end] for start, end in layout.composite])
        expected, sign = str(weighted_sum(covered) % 10), zone[at]
        checks.append(CheckDigit("composite", 2, width, expected, sign, sign == expected))
    return number, optional, tuple(checks)


def _fields(layout: Layout, zone: str, number: str, optional: str, today: date, problems: list[Problem]) -> MrzFields:
    code = zone[:2].rstrip("<")
    if not codes.document_code_fits(code, layout.format):
        args = {"found": zone[:2], "format": str(layout.format)}
        problems.append(Problem("document_code", "document_code_invalid", args))
    elif len(code) > 1 and not codes.is_harmonised(code, layout.format):
        problems.append(Problem("document_code", "document_code_not_harmonised", {"found": code}))
    issuer = zone[2:5].rstrip("<")
    nationality = zone[layout.nationality[0] : layout.nationality[1]].rstrip("<")
    _check_code("issuer", issuer, issuer in codes.ISSUERS, problems)
    _check_code("nationality", nationality, nationality in codes.NATIONALITIES, problems)
    if not number:
        problems.append(Problem("number", "number_missing"))
    elif number[0] == "<":
        problems.append(Problem("number", "number_misaligned"))
    birth, expiry = _dates(layout, zone, today, problems)
    sign = zone[layout.sex]
    sex = _SEX.get(sign, "")
    if not sex:
        problems.append(Problem("sex", "sex_invalid", {"found": sign}))
    name = zone[layout.name[0] : layout.name[1]]
    primary, secondary = split_name_field(name)
    _check_name(name, problems)
    optional2 = zone[layout.optional2[0] : layout.optional2[1]].rstrip("<") if layout.optional2 else ""
    return MrzFields(code, issuer, primary, secondary, number, nationality, birth, sex, expiry, optional, optional2)


def _check_code(field: str, code: str, known: bool, problems: list[Problem]) -> None:
    if code in codes.SPECIAL_CODES or not known:
        status = codes.status(code)
        if code == "DEU":
            problems.append(Problem(field, "iso_code_in_mrz", {"found": code, "expected": "D"}))
        elif not known:
            problems.append(Problem(field, f"unknown_{field}", {"found": code or "<<<"}))
        elif status:
            problems.append(Problem(field, f"{status}_code", {"found": code}))


def _dates(layout: Layout, zone: str, today: date, problems: list[Problem]) -> tuple[PartialDate | None, date | None]:
    birth: PartialDate | None = None
    expiry: date | None = None
    text = zone[layout.birth_date[0] : layout.birth_date[1]]
    try:
        birth = read_birth_date(text, today)
    except ValueError:
        problems.append(Problem("birth_date", "date_impossible", {"found": text}))
    else:
        if birth is None:
            problems.append(Problem("birth_date", "date_malformed", {"found": text}))
        elif birth.year and birth.year + 100 - today.year <= _YEARS_AHEAD:
            ahead = f"{birth.year + 100:04d}{birth.isoformat()[4:]}"
            args = {"found": ahead, "read_as": birth.isoformat()}
            problems.append(Problem("birth_date", "birth_date_future", args))
    text = zone[layout.expiry_date[0] : layout.expiry_date[1]]
    try:
        expiry = read_expiry_date(text, today)
    except ValueError:
        problems.append(Problem("expiry_date", "date_impossible", {"found": text}))
    else:
        if expiry is None:
            problems.append(Problem("expiry_date", "date_malformed", {"found": text}))
    return birth, expiry


def _expiry_before_birth(fields: MrzFields) -> Iterator[Problem]:
    """Only of dates whose check digits are right: a misread birth date says nothing about the expiry date."""
    birth, expiry = fields.birth_date, fields.expiry_date
    if birth and expiry and birth.year and birth.year >= expiry.year:
        earliest = birth.earliest()
        if earliest and earliest > expiry:
            yield Problem("expiry_date", "expiry_before_birth", {"found": expiry.isoformat()})


def _check_name(name: str, problems: list[Problem]) -> None:
    if name[0] == "<":
        code = "name_misaligned" if name.strip("<") else "name_missing"
        problems.append(Problem("name", code))
    if not name.replace("<", "").isalpha():
        digits = "".join(sign for sign in name if sign.isdigit())
        if digits:
            problems.append(Problem("name", "digit_in_name", {"found": digits}))

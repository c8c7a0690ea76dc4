"""Form fields that every registration has: names, partial dates, countries, document numbers, amounts."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icao.mrz import PartialDate
from icao.names import NameProblem, components
from people import countries

_PARTS = re.compile(r"\s*(\d{1,4})(?:\s*[/.\- ]\s*(\d{1,4}))?(?:\s*[/.\- ]\s*(\d{1,4}))?\s*")
_NUMBER_NOISE = re.compile(r"[\s<\-‐‑–]+")


def tidy(text: str) -> str:
    """``text`` in one Unicode form (NFC), without control characters, with single spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


class NameField(forms.CharField):
    """A name in its original script, up to 150 characters, that a machine-readable zone can hold (ICAO 9303-3 §6)."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 150, **kwargs})

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        try:
            parts = components(value)
        except NameProblem as problem:
            if problem.code == "digit_in_name":
                raise ValidationError(_("A name has no digits: «%(found)s».") % {"found": problem.found}) from problem
            raise ValidationError(
                _("«%(found)s» has no Latin form: write the name as the passport prints it in Latin letters.")
                % {"found": problem.found}
            ) from problem
        if not parts:
            raise ValidationError(_("There is no letter in this name."))


class DocumentNumberField(forms.CharField):
    """A document number in the form the registers keep: capital letters and digits, hyphens and spaces left out."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 30, **kwargs})

    def to_python(self, value: Any) -> str:
        return _NUMBER_NOISE.sub("", (super().to_python(value) or "").upper())

    def validate(self, value: str) -> None:
        super().validate(value)
        wrong = sorted(set(re.sub(r"[A-Z0-9]", "", value)))
        if wrong:
            raise ValidationError(
                _("A document number has only the letters A–Z and digits; «%(found)s» does not belong in it.")
                % {"found": " ".join(wrong)}
            )


def parse_partial_date(text: str) -> PartialDate | None:
    """A date as people write it: ``12/08/1974``, ``12081974``, ``1974-08-12``, and with unknown parts ``00/08/1974``,
    ``08/1974``, ``1974``, ``00/00/0000``. None when it is not a date in any of these forms.

    Raises ValueError for a date that does not exist.
    """
    digits = text.strip()
    if re.fullmatch(r"\d{8}", digits):
        text = f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    first, second, third = match.groups()
    if third is not None:
        day, month, year = (third, second, first) if len(first) == 4 else (first, second, third)
    elif second is not None:
        day, (month, year) = "0", ((second, first) if len(first) == 4 else (first, second))
    else:
        day, month, year = "0", "0", first
    if len(year) != 4 or len(month) > 2 or len(day) > 2:
        return None
    return PartialDate(int(year) or None, int(month) or None, int(day) or None)


def show_partial_date(iso: str) -> str:
    """``1974-08-12`` as it is written in the field, ``12/08/1974``; unknown parts stay zeros."""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


class BirthDateField(forms.CharField):
    """A date of birth of which parts may be unknown; cleaned to YYYY-MM-DD with zeros for them."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 24, **kwargs})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            parsed = parse_partial_date(text)
        except ValueError:
            raise ValidationError(_("%(text)s does not exist in the calendar.") % {"text": text}) from None
        if parsed is None:
            raise ValidationError(_("Write the date as day/month/year, for example 12/08/1974."), code="invalid")
        return parsed.isoformat()


class AmountField(forms.DecimalField):
    """An amount of money; a comma is taken for the decimal point."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_digits": 9, "decimal_places": 2, "min_value": 0, **kwargs})
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


class DayInput(forms.DateInput):
    """The browser's date picker; its value is always ISO 8601."""

    input_type = "date"

    def __init__(self, **kwargs: Any):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A whole day, from a date picker or typed as day/month/year where there is none."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"input_formats": ["%Y-%m-%d", "%d/%m/%Y"], "widget": DayInput, **kwargs})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and day.year < 1900:
            raise ValidationError(_("Check the year: %(year)d.") % {"year": day.year})
        return day


class CountrySelect(forms.Select):
    """A list of countries. Its 280 options are rendered once per language, not once per page."""

    groups: Callable[[], Any]

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        attributes = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        options = _country_options(self.groups, get_language() or "es")
        if value:
            chosen = format_html('value="{}"', value)
            options = options.replace(chosen, f"{chosen} selected", 1)
        return format_html(
            "<select{}>{}</select>",
            format_html_join("", ' {}="{}"', ((key, text) for key, text in attributes.items() if text is not False)),
            mark_safe(options),  # noqa: S308 - made of escaped parts only  # nosec B308
        )


@lru_cache(maxsize=16)
def _country_options(groups: Callable[[], Any], language: str) -> str:
    inner = format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        ((title, format_html_join("", '<option value="{}">{}</option>', members)) for title, members in groups()),
    )
    return format_html('<option value="">{}</option>{}', _("Choose…"), inner)


class CountryField(forms.ChoiceField):
    """A State or nationality by its name; cleaned to the register's code (:mod:`people.countries`)."""

    def __init__(self, groups: Callable[[], Any] = countries.nationalities, **kwargs: Any):
        self._groups = groups
        super().__init__(**{"widget": CountrySelect, **kwargs})
        self.widget.groups = groups

    def valid_value(self, value: str) -> bool:
        return any(code == value for _title, members in self._groups() for code, _name in members)

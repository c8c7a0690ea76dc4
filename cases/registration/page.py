"""What the registration page draws: fields with their notes, the checklist with its files, known persons side by side.

Plain objects for the templates, made from a form; nothing here decides anything.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Attachment, Case, Requirement
from cases.registration import zone
from cases.registration.fields import show_partial_date
from icao.names import fold
from people.countries import country_name
from people.matching import Match, Reason
from people.models import Person

if TYPE_CHECKING:
    from cases.registration.form import RegistrationForm


@dataclass(frozen=True)
class Note:
    """One sentence under a field. ``offer`` is a value a person may take over with a button."""

    tone: str = ""
    text: str = ""
    offer: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


class FieldView:
    """A field: label, control with its aria attributes, note, and whether its value is the zone's."""

    def __init__(self, form: "RegistrationForm", name: str):
        self.form, self.name = form, name
        self.bound = form[name]
        self.field = form.fields[name]
        self.required = self.field.required
        self.html_id = self.bound.id_for_label
        self.label = self.field.label

    @property
    def note(self) -> Note:
        return self.form.note(self.name)

    @property
    def zone_value(self) -> str:
        return self.form.zone.values.get(self.name, "")

    @property
    def from_zone(self) -> bool:
        return bool(self.zone_value) and self.form.value(self.name) == self.zone_value

    @property
    def control(self) -> SafeString:
        attributes: dict[str, Any] = {"aria-describedby": f"{self.html_id}_note"}
        if self.field.help_text:
            attributes["aria-describedby"] += f" {self.html_id}_help"
        kind = "form-select" if hasattr(self.field, "choices") else "form-control"
        if self.required:
            attributes["aria-required"] = "true"
        if self.note.tone == "red":
            kind += " is-invalid"
            attributes["aria-invalid"] = "true"
        if self.name in ZONE_FIELDS:
            attributes["data-zone-value"] = self.zone_value
        extra = self.field.widget.attrs.get("class", "")
        return self.bound.as_widget(attrs={**attributes, "class": f"{kind} {extra}".strip()})


# --- the zone beside what was typed ---------------------------------------------------------------------------------

ZONE_FIELDS = ("number", "issuer", "expires", "primary", "secondary", "sex", "birth_date", "nationality")


class Offered:
    """Notes on fields that say something else than the zone."""

    def __init__(self, form: "RegistrationForm"):
        self.form, self.zone = form, form.zone

    def notes(self) -> dict[str, Note]:
        found = {}
        for name in ZONE_FIELDS:
            said, typed = self.zone.values.get(name, ""), self.form.value(name)
            if said and typed and not self._same(name, typed, said):
                found[name] = self._differs(name, said)
            elif not typed and (doubtful := self.zone.doubtful.get(name)):
                found[name] = Note(
                    "amber",
                    _("The zone seems to say «%(value)s», but it is not verified: copy it from the document.")
                    % {"value": shown(name, doubtful)},
                )
        return found

    def _differs(self, name: str, said: str) -> Note:
        if name in ("primary", "secondary"):
            text = _("This name does not give the one in the zone: %(value)s") % {"value": said}
        else:
            text = _("The zone says %(value)s") % {"value": shown(name, said)}
        return Note("amber", text, offer=said)

    def _same(self, name: str, typed: str, said: str) -> bool:
        if name in ("primary", "secondary"):
            return zone.name_agrees(said, typed, truncated=self.zone.verdict.possibly_truncated)
        cleaned = self.form.cleaned_data.get(name)
        if cleaned in (None, ""):
            return True  # its own error is told instead
        if name == "birth_date":
            return show_partial_date(cleaned) == said
        if name == "expires":
            return cleaned.isoformat() == said
        return str(cleaned) == said


def shown(name: str, value: str) -> str:
    """A value of the zone as people read it."""
    if name in ("issuer", "nationality"):
        return country_name(value)
    if name == "sex":
        return str(Person.Sex(value).label)
    if name == "expires":
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


# --- files ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChecklistRow:
    """A requirement with its file, or with what was wrong with the last one sent."""

    requirement: Requirement
    attachment: Attachment | None
    error: str = ""

    @property
    def field_name(self) -> str:
        return f"file_{self.requirement.code}"

    @property
    def file_size(self) -> str:
        return filesizeformat(self.attachment.size) if self.attachment else ""


class Checklist:
    """The requirements of what has been chosen, and files that belong to none of them (the class was changed)."""

    def __init__(self, form: "RegistrationForm"):
        self.form = form
        files = {attachment.requirement: attachment for attachment in form.attachments}
        wanted = form.requirements()
        self.rows = [
            ChecklistRow(requirement, files.get(requirement.code), form.upload_errors.get(requirement.code, ""))
            for requirement in wanted
        ]
        codes = {requirement.code for requirement in wanted}
        self.others = [attachment for attachment in form.attachments if attachment.requirement not in codes]
        self.mandatory = sum(row.requirement.mandatory for row in self.rows)
        self.brought = sum(row.requirement.mandatory and row.attachment is not None for row in self.rows)

    def row(self, code: str) -> ChecklistRow | None:
        return next((row for row in self.rows if row.requirement.code == code), None)

    @property
    def signature(self) -> str:
        """Changes when other rows or another fee have to be shown."""
        fee = self.form.fee()
        due = f"{fee.currency}{fee.amount}" if fee else ""
        return " ".join([self.form.subtype, due, *(row.requirement.code for row in self.rows)])


# --- known persons --------------------------------------------------------------------------------------------------

REASONS = {
    Reason.DOCUMENT: gettext_lazy("Holds this same document"),
    Reason.NAME_AND_BIRTH: gettext_lazy("Same name and date of birth"),
    Reason.SIMILAR_NAME: gettext_lazy("Similar name, same date of birth"),
}


@dataclass(frozen=True)
class Compared:
    """One line of the comparison: what is being registered, what is known, and whether they differ."""

    label: Any
    mine: str
    theirs: str
    differs: bool


class PersonOffer:
    """A known person beside the one being registered."""

    def __init__(self, form: "RegistrationForm", match: Match):
        self.form, self.match, self.person = form, match, match.person
        self.reason = REASONS[match.reason]
        self.value = str(match.person.pk)

    @property
    def chosen(self) -> bool:
        return self.form.value("known") == self.value

    @property
    def lines(self) -> list[Compared]:
        mine, known = self.form.cleaned_data, self.person
        documents = [str(document) for document in known.documents.all()[:3]]
        typed = " ".join(filter(None, [mine.get("issuer"), mine.get("number")]))
        born = mine.get("birth_date") or ""
        rows = [
            (_("Surnames"), mine.get("primary") or "", known.primary, fold),
            (_("Given names"), mine.get("secondary") or "", known.secondary, fold),
            (_("Date of birth"), show_partial_date(born) if born else "", show_partial_date(known.birth_date), str),
            (_("Sex"), _sex(mine.get("sex")), known.get_sex_display(), str),
            (_("Nationality"), _country(mine.get("nationality")), _country(known.nationality), str),
            (_("Place of birth"), mine.get("birth_place") or "", known.birth_place, fold),
            (_("Mother's name"), mine.get("mother") or "", known.mother, fold),
            (_("E-mail"), mine.get("email") or "", known.email, str.lower),
        ]
        compared = [
            Compared(label, left, right, bool(left and right) and form(left) != form(right))
            for label, left, right, form in rows
            if left or right
        ]
        same_document = not typed or not documents or typed in documents
        return [*compared, Compared(_("Documents"), typed, " · ".join(documents), not same_document)]

    @property
    def cases(self) -> list[Case]:
        """Their latest cases that the officer may see."""
        return cases_of(self.form).get(self.person.pk, [])


def cases_of(form: "RegistrationForm") -> dict[int, list[Case]]:
    """The latest cases of the persons offered, by person; one statement for all of them."""
    held = form.__dict__.get("_cases")
    if held is None:
        ids = [match.person.pk for match in form.matches]
        held = {}
        for case in Case.objects.visible_to(form.actor).of_persons(ids).order_by("-id")[: 4 * len(ids)]:
            held.setdefault(case.applicant_id, []).append(case)
        form.__dict__["_cases"] = held
    return held


def _sex(code: str | None) -> str:
    return str(Person.Sex(code).label) if code else ""


def _country(code: str | None) -> str:
    return country_name(code) if code else ""

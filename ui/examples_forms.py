"""Invented forms for the page of examples. No real person."""

# Tables read better with a row per line.
# ruff: noqa: E501

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AdjudicationForm(forms.Form):
    """The form of a hit, as the agencies' room would have it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("same", _("It is the same person")),
            ("other", _("It is another person (homonym)")),
            ("undetermined", _("It can not be determined")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What makes you sure: dates, documents, parents."),
    )


class PersonForm(forms.Form):
    """The applicant's data on the registration page."""

    primary = forms.CharField(label=_("Surnames"), max_length=150)
    secondary = forms.CharField(label=_("Given names"), max_length=150, required=False)
    birth_date = forms.DateField(label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("M", "Masculino"), ("F", "Femenino"), ("X", "No indicado")])
    nationality = forms.CharField(label=_("Nationality"), max_length=3)
    number = forms.CharField(label=_("Passport number"), max_length=30)


class VisaForm(forms.Form):
    """What is applied for on the registration page."""

    category = forms.ChoiceField(
        label=_("Migration status"),
        choices=[("", "—"), ("tourist", "Turista"), ("business", "Negocios"), ("press", "Periodista")],
    )
    entry = forms.DateField(label=_("Planned entry"), widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=183, help_text=_("Up to 183 in 12 months."))
    purpose = forms.CharField(label=_("Purpose"), widget=forms.Textarea(attrs={"rows": 2}))
    minor = forms.BooleanField(label=_("Travels with minors"), required=False)
    receipt = forms.FileField(label=_("Receipt"), required=False)


_FIELDS = [
    ("Tipo", "Pasaporte (P)", "", ""),
    ("País emisor", "UTO", "", ""),
    ("Apellidos", "ERIKSSON", "", ""),
    ("Nombres", "ANNA MARIA", "", ""),
    ("Número", "L898902C3", "6", "6"),
    ("Nacionalidad", "UTO", "", ""),
    ("Nacimiento", "12 ago 1974", "2", "2"),
    ("Sexo", "Femenino", "", ""),
    ("Vencimiento", "15 abr 2012", "9", "9"),
    ("Dato opcional", "ZE184226B", "1", "1"),
    ("Dígito general", "", "0", "0"),
]


def _verdict(wrong: str = "") -> dict[str, Any]:
    fields = []
    for label, value, digit, expected in _FIELDS:
        found = "7" if label == wrong else digit
        mono = label in ("Número", "Dato opcional")
        fields.append(
            {"label": label, "value": value, "mono": mono, "digit": found, "expected": expected}
            | ({"ok": found == expected} if digit else {})
        )
    if wrong:
        return {
            "valid": False,
            "title": f"Dígito verificador incorrecto: {wrong}",
            "warnings": ["Compare la lectura con la página del pasaporte y corrija la zona."],
            "fields": fields,
        }
    return {
        "valid": True,
        "title": "Pasaporte (TD3): cinco dígitos verificadores correctos",
        "warnings": ["El pasaporte venció el 15 abr 2012: la solicitud quedará observada."],
        "fields": fields,
    }


_ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def register() -> dict[str, Any]:
    person = {
        "primary": "Eriksson",
        "secondary": "Anna Maria",
        "birth_date": "1974-08-12",
        "sex": "F",
        "nationality": "UTO",
        "number": "L898902C3",
    }
    return {
        "title": "Registrar solicitud de visa",
        "zone": {"text": _ZONE, "url": "#", "verdict": _verdict()},
        "person_form": PersonForm(initial=person),
        "visa_form": VisaForm(),
        "duplicates": [
            {
                "person": "ERIKSSON, Anna Maria",
                "birth_date": "1974-08-12",
                "document": "L898902C3",
                "cases": 1,
                "certain": True,
                "pk": 7,
            },
            {"person": "ERICSON, Ana María", "birth_date": "1974-08-00", "cases": 2, "pk": 9},
        ],
        "chosen": 7,
        "limit": "PDF, JPEG o PNG, hasta 10 MB",
        "requirements": [
            {"code": "form", "name": "Formulario DGC-005", "mandatory": True, "file": {"name": "dgc005.pdf", "size": 204_800, "url": "#"}, "remove_url": "#"},
            {"code": "photo", "name": "Fotografía", "mandatory": True, "help": "A color, fondo blanco"},
            {"code": "funds", "name": "Prueba de solvencia", "mandatory": True, "help": "Estados de cuenta de tres meses", "error": "El contenido no es PDF, JPEG ni PNG, aunque se llame «.pdf»."},
            {"code": "hotel", "name": "Reserva de hotel", "help": "O carta de invitación"},
        ],
        "fee": {"currency": "USD", "amount": "30,00", "note": "No se devuelve ni se transfiere."},
        "missing": [
            {"label": "Zona de lectura mecánica", "done": True},
            {"label": "Datos del solicitante", "done": True},
            {"label": "Calidad migratoria", "href": "#id_category"},
            {"label": "Fotografía", "href": "#document-photo"},
            {"label": "Prueba de solvencia", "href": "#document-funds"},
            {"label": "Recibo de pago", "href": "#id_receipt"},
        ],
        "submit_label": "Presentar solicitud",
        "saved": "Borrador guardado a las 14:05",
    }  # fmt: skip


def register_errors() -> dict[str, Any]:
    text = _ZONE.replace("L898902C36", "L898902C37")
    wrong = {"primary": "", "birth_date": "2031-08-12", "sex": "F", "nationality": "UTO", "number": "L898902C3"}
    form = PersonForm(wrong)
    form.add_error("birth_date", "La fecha de nacimiento está en el futuro.")
    verdict = _verdict("Número")
    return register() | {"zone": {"text": text, "url": "#", "verdict": verdict}, "person_form": form}

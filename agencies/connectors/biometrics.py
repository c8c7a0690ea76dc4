"""RENIEC: one face image or fingerprint template against the one in the register (1:1)."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding

from . import payload, reading
from .base import (
    AgencyRecord,
    Ask,
    Endpoint,
    MalformedAnswer,
    Manifest,
    NotConfigured,
    Outcome,
    Reply,
    Sample,
)
from .fields import PLATFORM
from .matching import settle
from .registry import registry
from .settings import OfficerSettings, officer
from .soap import SoapConnector

MAX_SAMPLE_BYTES = 2 * 1024 * 1024
_KINDS = {"face": "ROSTRO", "fingerprint": "HUELLA"}
_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class BiometricSettings(OfficerSettings):
    """What is compared, and from which score on two are one. The scores are RENIEC's, 0 to 100; where the lines are
    drawn is the ministry's decision [A]."""

    modality = forms.ChoiceField(
        label=_("What is compared"),
        choices=[("face", _("Face image")), ("fingerprint", _("Fingerprint template"))],
        initial="face",
    )
    requirement = forms.CharField(
        label=_("Requirement that holds it"),
        max_length=40,
        initial="foto",
        validators=[RegexValidator(r"^[-\w]+$")],
        help_text=_("Code of the requirement under which the image or template is attached to the case."),
    )
    accept_from = forms.IntegerField(
        label=_("Same person from"), initial=80, validators=_PERCENT, help_text=_("Score, 0 to 100.")
    )
    reject_below = forms.IntegerField(
        label=_("Another person below"),
        initial=40,
        validators=_PERCENT,
        help_text=_("Score, 0 to 100. Between the two a person has to look."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        accept, reject = data.get("accept_from"), data.get("reject_below")
        if accept is not None and reject is not None and reject > accept:
            self.add_error("reject_below", _("Must not be above the score of the same person."))
        return data


@registry.register
class Biometric(SoapConnector):
    """Is the person before us the holder of this DNI?

    CLEAR: the score reaches ``accept_from``. HIT: it is under ``reject_below``, so somebody else presents this DNI.
    POSSIBLE_MATCH: in between, or RENIEC's own verdict says otherwise. INDETERMINATE: image of too little quality,
    nothing on file to compare with, no such DNI.
    """

    manifest = Manifest(
        code="reniec.biometric",
        agency="reniec",
        title=_("RENIEC: biometric match (1:1)"),
        path="soap/reniec",
        transport="soap",
        needs=("dni", "sample"),
        sends=("document", "sample"),
        legal_basis=f"Ley 26497; {PLATFORM}",
        heard_by="PER",
        credentials=("ruc", "password"),
        grave=True,
    )
    settings_form = BiometricSettings
    operation = "cotejarBiometria"
    reads = ("coResultado", "deResultado", "cotejo", "puntaje", "coincide")

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        document, sample = ask.subject.document("DNI"), ask.subject.sample
        if document is None or sample is None:
            raise NotConfigured("sample")
        return {
            "nuDniConsulta": document[1],
            "nuDniUsuario": officer(self, ask, endpoint),
            "nuRucUsuario": endpoint.credentials["ruc"],
            "password": endpoint.credentials["password"],
            "tipoBiometria": _KINDS[sample.kind],
            "formato": sample.media_type,
            "datoBiometrico": base64.b64encode(_bytes(sample)).decode("ascii"),
        }

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.group(payload.tree(reply), "return")
        code = payload.text(body, "coResultado", required=True)
        said = reading.read(self.manifest.code, code, payload.text(body, "deResultado", required=True))
        if said is not reading.Reading.SOMETHING:
            return settle(ask.subject, said, (), code)
        compared = payload.group(body, "cotejo")
        document = ask.subject.document("DNI")
        if document is None or payload.text(compared, "nuDni", required=True) != document[1].strip():
            raise MalformedAnswer("schema")
        score = _score(payload.text(compared, "puntaje", required=True))
        same = payload.text(compared, "coincide", required=True)
        if same not in ("S", "N"):
            raise MalformedAnswer("schema")
        accept, reject = self.setting(endpoint, "accept_from"), self.setting(endpoint, "reject_below")
        operation = payload.text(compared, "nuOperacion")
        record = AgencyRecord(document=document[1], category=f"{score}/100", reference=operation or None)
        if score >= accept and same == "S":
            finding = Finding.CLEAR
        elif score < reject and same == "N":
            finding = Finding.HIT
        else:
            finding = Finding.POSSIBLE_MATCH
        return Outcome(finding, (record,), operation)


def _bytes(sample: Sample) -> bytes:
    """The sample from storage. Raises NotConfigured when it is not there or over ``MAX_SAMPLE_BYTES``."""
    try:
        content = sample.read()
    except OSError:
        content = None
    if content is None:
        raise NotConfigured("sample")
    if len(content) > MAX_SAMPLE_BYTES:
        raise NotConfigured("sample_size")
    return content


def _score(value: str) -> int:
    """A whole score from 0 to 100; decimals are cut off, never rounded up to a match."""
    whole, _dot, decimals = value.partition(".")
    if not (whole.isascii() and whole.isdigit() and (decimals == "" or decimals.isdigit()) and int(whole) <= 100):
        raise MalformedAnswer("schema")
    return int(whole)

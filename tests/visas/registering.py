"""What the tests of registration share: a ministry, an officer's browser, and a form filled in rightly."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Draft, Requirement
from cases.services import attach_file
from demo.files import page, portrait
from icao.mrz import Format, MrzSpec, PartialDate, write
from tests import factories
from tests import factories as f

SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
PDF = page("Prueba")
PNG = portrait(2)
HTMX = {"HX-Request": "true"}


def zone(primary: str, secondary: str, nationality: str, **fields: Any) -> str:
    """The two lines of an invented passport."""
    values = {
        "number": "A12345678", "sex": "F", "birth_date": PartialDate(1990, 3, 4), "expiry_date": date(2031, 5, 6),
        **fields,
    }  # fmt: skip
    return "\n".join(
        write(
            MrzSpec(
                format=Format.TD3, document_code="P", issuer=nationality, nationality=nationality, primary=primary,
                secondary=secondary, **values,
            )
        )
    )  # fmt: skip


def answers(**changes: str) -> dict[str, str]:
    """A form filled in rightly, but for files; ``changes`` replace fields."""
    values = {
        "number": "A12345678", "issuer": "SWE", "expires": "2031-05-06",
        "primary": "Lindqvist", "secondary": "Åsa", "sex": "F", "birth_date": "04/03/1990", "nationality": "SWE",
        "email": "asa@correo.example",
        "visa_class": "turista", "purpose": "Turismo en Cusco",
        "arrival": (f.today() + timedelta(days=30)).isoformat(),
        "receipt": "0044821", "amount": "30", "paid_on": f.today().isoformat(),
    }  # fmt: skip
    return {**values, **changes}


class Officer:
    """An intake officer at a browser, with an open draft."""

    def __init__(self, house: SimpleNamespace, user: Any = None) -> None:
        self.house, self.user = house, user or house.intake
        self.client = Client()
        self._speak_english()
        self.client.force_login(self.user)
        opened = self.client.post("/registrar/", {"procedure": "visa"})
        self.url = opened["Location"]
        self.draft = Draft.objects.get(owner=self.user, data={})

    def post(self, rest: str = "", data: dict | None = None, **more: Any):
        return self.client.post(self.url + rest, data or {}, **more)

    def htmx(self, rest: str, data: dict | None = None):
        return self.client.post(self.url + rest, data or {}, headers=HTMX)

    def save(self, **values: str):
        return self.htmx("guardar/", values)

    def upload(self, code: str, content: bytes = PDF, name: str = "archivo.pdf"):
        return self.htmx(f"archivos/{code}/", {f"file_{code}": SimpleUploadedFile(name, content)})

    def sign_out(self) -> None:
        self.client.logout()
        self._speak_english()

    def _speak_english(self) -> None:
        """The source strings, whatever the catalogue says."""
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def attach_all(self, values: dict[str, str]) -> None:
        """Keep the form, and every file its class asks for."""
        self.save(**values)
        for requirement in Requirement.objects.filter(subtype__in=["", values["visa_class"]]):
            attach_file(
                SimpleUploadedFile("archivo.pdf", PDF), actor=self.user, draft_id=self.draft.pk,
                requirement=requirement.code, label=requirement.name,
            )  # fmt: skip


def ministry() -> SimpleNamespace:
    return factories.ministry()

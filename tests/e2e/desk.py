"""What a person does at the pages, in their words: sign in, register, take, finish."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from demo import files
from icao.mrz import Format, MrzSpec, write

PASSWORD = "una-clave-de-prueba"
NUMBER = re.compile(r"/expedientes/([A-Z]{3}-\d{4}-[A-Z]{3}-\d{6}-[0-9A-Z])/")
expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Traveller:
    """Somebody invented with a passport. ``primary`` and ``secondary`` as the visual zone prints them."""

    primary: str
    secondary: str
    nationality: str
    number: str
    birth_date: date
    sex: str
    expires: date = field(default_factory=lambda: timezone.localdate().replace(day=15) + timedelta(days=2200))
    email: str = "solicitante@correo.example"

    @property
    def zone(self) -> str:
        """The two lines of the passport (TD3)."""
        spec = MrzSpec(
            format=Format.TD3, document_code="P", issuer=self.nationality, primary=self.primary,
            secondary=self.secondary, number=self.number, nationality=self.nationality, birth_date=self.birth_date,
            sex=self.sex, expiry_date=self.expires,
        )  # fmt: skip
        return "\n".join(write(spec))

    @property
    def heading(self) -> str:
        """How the case page titles the person."""
        return f"{self.primary.upper()}, {self.secondary}"


class Desk:
    """One person at their browser."""

    def __init__(self, page: Page):
        self.page = page
        page.set_default_timeout(15_000)

    # --- getting about ----------------------------------------------------------------------------------------------

    def sign_in(self, username: str, *, password: str = PASSWORD, to: str = "/") -> None:
        self.page.goto(to)
        self.give_credentials(username, password=password)
        expect(self.page.get_by_role("heading", level=1, name="Mi bandeja")).to_be_visible()

    def give_credentials(self, username: str, *, password: str = PASSWORD) -> None:
        """At the sign-in page."""
        self.page.get_by_label("Usuario").fill(username)
        self.page.get_by_label("Contraseña").fill(password)
        self.page.get_by_role("button", name="Ingresar").click()

    def heading(self, text: str | re.Pattern) -> Locator:
        return self.page.get_by_role("heading", level=1, name=text)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def open_case(self, number: str, panel: str = "") -> None:
        self.page.goto(f"/expedientes/{number}/" + (f"?panel={panel}" if panel else ""))
        expect(self.page.locator("#case-head")).to_contain_text(number)

    def panel(self, title: str) -> Locator:
        """Open a tab of the case page; its content."""
        self.page.locator(".case-panel .tab", has_text=title).click()
        expect(self.page.locator(".case-panel .tab[aria-current=page]", has_text=title)).to_be_visible()
        body = self.page.locator(".case-panel .panel-body[data-panel]")
        expect(body).to_be_visible()
        return body

    # --- registering ------------------------------------------------------------------------------------------------

    def begin(self, procedure: str = "Visa") -> None:
        """An empty registration form."""
        self.page.get_by_role("navigation").get_by_role("link", name="Registrar solicitud").click()
        self.page.locator("button.procedure", has_text=procedure).click()
        expect(self.heading(f"Registrar solicitud: {procedure}")).to_be_visible()
        self.page.wait_for_load_state()  # the heading stands there before the page's scripts listen

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def paste_zone(self, zone: str) -> Locator:
        """Put a zone into its box; the place of the verdict."""
        self.page.evaluate(  # heard after the page's own listener, which fills the fields
            """() => { window.zoneRead = new Promise((done, fail) => {
                document.addEventListener("htmx:afterSettle", (event) => {
                    if (event.detail.elt.id === "zone-part") done(true);
                });
                setTimeout(() => fail(new Error("the zone was not read")), 15000);
            }); }"""
        )
        self.page.locator("#id_mrz").fill(zone)
        self.page.evaluate("window.zoneRead")
        return self.page.locator("#zone-part")

    def note(self, name: str) -> Locator:
        """What is said under a field of the registration form."""
        return self.page.locator(f"#id_{name}_note")

    def fill_person(self, who: Traveller) -> None:
        """What no zone says: letters with their marks, and the address of the notices."""
        self.page.locator("#id_primary").fill(who.primary)
        self.page.locator("#id_secondary").fill(who.secondary)
        self.page.locator("#id_email").fill(who.email)

    def fill_journey(self, visa_class: str = "turista", *, purpose: str = "Turismo en Cusco y Arequipa") -> None:
        self.page.locator("#id_visa_class").select_option(visa_class)
        self.page.locator("#id_purpose").fill(purpose)
        self.page.locator("#id_arrival").fill((timezone.localdate() + timedelta(days=30)).isoformat())
        self.page.locator("#id_departure").fill((timezone.localdate() + timedelta(days=44)).isoformat())

    def attach(
        self, requirement: str, content: bytes | Path | None = None, *, name: str = "", kind: str = ""
    ) -> Locator:
        """Choose a file for a requirement by its name in the checklist; its row."""
        row = self.page.locator("#checklist .doc", has_text=requirement)
        upload: Any = content
        if not isinstance(content, Path):
            upload = {
                "name": name or "documento.pdf",
                "mimeType": kind or "application/pdf",
                "buffer": files.page(requirement) if content is None else content,
            }
        row.locator("input[type=file]").set_input_files(upload)
        return row

    def attach_everything(self) -> None:
        """A readable file for every requirement that has none."""
        expect(self.page.locator("#checklist .doc").first).to_be_visible()
        rows = self.page.locator("#checklist .doc").all()
        for title in [row.locator("strong").inner_text() for row in rows]:
            if title.startswith("Fotografía"):
                row = self.attach(title, files.portrait(), name="foto.png", kind="image/png")
            else:
                row = self.attach(title)
            expect(row.get_by_text("Reemplazar")).to_be_visible()

    def pay(self, receipt: str = "R-000123", amount: str = "30.00") -> None:
        self.page.locator("#id_receipt").fill(receipt)
        self.page.locator("#id_amount").fill(amount)
        self.page.locator("#id_paid_on").fill(timezone.localdate().isoformat())

    def submit(self) -> str:
        """Send a complete form; the number of the case."""
        expect(self.page.locator("#missing")).to_contain_text("Completa: lista para presentar")
        self.button("Presentar la solicitud").click()
        return self.number_here()

    def number_here(self) -> str:
        """The number of the case whose page has come up."""
        expect(self.page).to_have_url(NUMBER)
        match = NUMBER.search(self.page.url)
        assert match
        return match[1]

    # --- steps ------------------------------------------------------------------------------------------------------

    @property
    def step(self) -> Locator:
        """The card of the step at hand."""
        return self.page.locator("#step")

    def take_next(self) -> None:
        """«Tomar siguiente», from the inbox."""
        self.page.goto("/")
        self.button("Tomar siguiente").click()
        expect(self.step.get_by_text("Su paso")).to_be_visible()

    def take(self, number: str) -> None:
        """Take the step that waits at a case."""
        self.open_case(number)
        self.button("Tomar este paso").click()
        expect(self.step.get_by_text("Su paso")).to_be_visible()

    def labelled(self, label: str) -> Locator:
        """A control of the step's form by its label, with or without the mark of what is required."""
        return self.step.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))

    def pick(self, label: str, answer: str) -> None:
        """A choice of a list."""
        self.labelled(label).select_option(label=answer)

    def mark(self, answer: str) -> None:
        """A radio button or a box."""
        self.labelled(answer).check()

    def write(self, label: str, text: str) -> None:
        self.labelled(label).fill(text)

    def finish(self, step: str) -> None:
        """Send the step's form; the step is named because the page says so afterwards."""
        self.button("Terminar").click()
        expect(self.page.locator(".note, .toast, .alert, [role=status]").get_by_text(f"«{step}»").first).to_be_visible()

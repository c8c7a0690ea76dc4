"""The written acts of a procedure: resolution, minutes, notification, receipt. What each is given as plain values, and
what its layout prints. No writes: :mod:`documents.services.instruments` keeps them with a case."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from documents.letters import current_text, fill, long_date, printable_all, translation, written_out
from documents.models import TextTemplate
from documents.wording import KINDS, Paragraph, sections

DIGITAL = "Documento firmado digitalmente. La firma y su fecha se verifican en el propio archivo."
"""Instead of a line to sign on, in a file that will carry a digital signature; never in one that will not."""


@dataclass(frozen=True)
class Head:
    """What every instrument has: its number, its case, and where and when it is made."""

    number: str
    case_number: str
    office: str
    city: str
    day: date

    def values(self) -> dict[str, Any]:
        """The names that every wording may use."""
        return {"number": self.case_number, "office": self.office, "city": self.city}


@dataclass(frozen=True, kw_only=True)
class Instrument(ABC):
    """:param code: of its wording (:data:`documents.wording.KINDS`); a procedure may have its own.
    :param values: names, lists and conditions of the wording, beside those of :meth:`Head.values`.
    :param signatures: who signs, each as lines (name, role, office).
    :param digital: the file will be signed digitally; else there is a line to sign on."""

    name: ClassVar[str]
    """In Spanish, as files and lists call it."""
    series: ClassVar[str]
    """Of its numbers."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    signatures: Sequence[Sequence[str]] = ()
    digital: bool = False

    @property
    def layout(self) -> str:
        return KINDS[self.code].layout

    def text(self) -> TextTemplate:
        """The wording in use. Raises DocumentError when there is none."""
        return current_text(self.code)

    def data(self, head: Head, text: TextTemplate | None = None) -> dict[str, Any]:
        """What the layout prints. Raises DocumentError when a name of the wording has no value."""
        text = text or self.text()
        shared = {
            "title": f"{self.name} {head.number}",
            "number": head.number,
            "case_number": head.case_number,
            "office": head.office,
            "city": head.city,
            "date": long_date(head.day),
            "signatures": [list(lines) for lines in self.signatures],
            "digital": DIGITAL if self.digital else "",
        }
        own, verbatim = self.content(head, text)
        return {**printable_all({**shared, **own}), **verbatim}

    @abstractmethod
    def content(self, head: Head, text: TextTemplate) -> tuple[dict[str, Any], dict[str, Any]]:
        """Its own part of :meth:`data`: what is set in the main typeface, and what is handed on as it is."""

    def reader_wording(self, head: Head) -> dict[str, Any]:
        """The values of its wording in another language; a kind without such a part has the same."""
        return {**head.values(), **self.values}

    def parts(self, head: Head, text: TextTemplate) -> dict[str, list[Paragraph]]:
        """The parts of its wording, filled in."""
        return sections(text.body, KINDS[self.code], written_out({**head.values(), **self.values}))


@dataclass(frozen=True, kw_only=True)
class Resolution(Instrument):
    """:param kind: as its heading names it: «Resolución», «Resolución de la Comisión …»."""

    name: ClassVar[str] = "Resolución"
    series: ClassVar[str] = "resolution"

    code: str = "resolution"
    kind: str = "Resolución"

    def content(self, head: Head, text: TextTemplate) -> tuple[dict[str, Any], dict[str, Any]]:
        parts = self.parts(head, text)
        return {
            "kind": self.kind,
            "visto": _flat(parts["visto"]),
            "considerando": _flat(parts["considerando"]),
            "articles": _articles(parts["resuelve"]),
            "closing": parts["cierre"],
        }, {}


def _flat(composed: list[Paragraph]) -> list[Paragraph]:
    """A list in a part of a resolution stands for paragraphs of their own."""
    return [each for paragraph in composed for each in (paragraph if isinstance(paragraph, list) else [paragraph])]


def _articles(composed: list[Paragraph]) -> list[list[Paragraph]]:
    """One article per paragraph; in it, a line of its own that begins with «- » is an item of its list."""
    articles: list[list[Paragraph]] = []
    for each in _flat(composed):
        first, *items = str(each).split("\n- ")
        articles.append([first.strip(), [item.strip() for item in items]] if items else [first.strip()])
    return articles


@dataclass(frozen=True)
class Vote:
    """How many voted how; an abstention is only for a conflict of interest (domain §4.6)."""

    in_favour: int
    against: int = 0
    abstained: int = 0

    def __str__(self) -> str:
        if not self.against and not self.abstained:
            return f"Aprobado por unanimidad: {self.in_favour} {_votes(self.in_favour)} a favor."
        said = f"Votación: {self.in_favour} a favor, {self.against} en contra"
        if self.abstained:
            said += (
                f", {self.abstained} {'abstención' if self.abstained == 1 else 'abstenciones'} por conflicto de interés"
            )
        return said + "."


def _votes(number: int) -> str:
    return "voto" if number == 1 else "votos"


@dataclass(frozen=True)
class AgendaItem:
    """:param dissents: member and reasons, each."""

    title: str
    agreement: str
    vote: Vote
    discussion: Sequence[str] = ()
    dissents: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Minutes(Instrument):
    """:param facts: name and value of each line under the heading (place, begin, end, quorum).
    :param attendees: name, condition, participation («con voz y voto»)."""

    name: ClassVar[str] = "Acta"
    series: ClassVar[str] = "minutes"

    code: str = "minutes"
    body: str
    facts: Sequence[tuple[str, str]]
    attendees: Sequence[tuple[str, str, str]]
    items: Sequence[AgendaItem]

    def content(self, head: Head, text: TextTemplate) -> tuple[dict[str, Any], dict[str, Any]]:
        parts = self.parts(head, text)
        return {
            "body": self.body,
            "facts": [list(fact) for fact in self.facts],
            "attendees": [list(each) for each in self.attendees],
            "items": [
                {
                    "title": item.title,
                    "discussion": list(item.discussion),
                    "agreement": item.agreement,
                    "vote": str(item.vote),
                    "dissents": [list(each) for each in item.dissents],
                }
                for item in self.items
            ],
            "opening": parts["apertura"],
            "closing": parts["cierre"],
        }, {}


@dataclass(frozen=True, kw_only=True)
class Notice(Instrument):
    """The *cédula de notificación*.

    :param addressee: name, then the lines of the address.
    :param act: what is notified («Resolución»), its number and its date.
    :param sheets: how many sheets go with it.
    :param language: of the part for its reader (ISO 639); ``reader_values`` replace what is worded in Spanish there.
    """

    name: ClassVar[str] = "Cédula de notificación"
    series: ClassVar[str] = "notification"

    code: str = "notification"
    addressee: Sequence[str]
    act: str
    act_number: str
    act_date: date
    sheets: int = 0
    language: str = ""
    reader_values: Mapping[str, Any] = field(default_factory=dict)

    def wording(self, head: Head) -> dict[str, Any]:
        """The values of its wording in Spanish."""
        return {
            **head.values(),
            "addressee": self.addressee[0],
            "act": self.act,
            "act_number": self.act_number,
            "act_date": self.act_date,
            **self.values,
        }

    def reader_wording(self, head: Head) -> dict[str, Any]:
        """The values of its wording in its reader's language."""
        return {**self.wording(head), **self.reader_values}

    def content(self, head: Head, text: TextTemplate) -> tuple[dict[str, Any], dict[str, Any]]:
        body = fill(text, self.wording(head))
        closing = body.pop() if body and isinstance(body[-1], str) else ""
        sheets = [["Folios que se adjuntan", str(self.sheets)]] if self.sheets else []
        return {
            "facts": [
                ["Destinatario", self.addressee[0]],
                ["Domicilio", ", ".join(self.addressee[1:])],
                ["Expediente", head.case_number],
                ["Acto que se notifica", f"{self.act} N.º {self.act_number}, de {long_date(self.act_date)}"],
                *sheets,
            ],
            "paragraphs": body,
            "closing": closing,
            "signature": list(self.signatures[0]) if self.signatures else [head.office],
        }, {"other": translation(self.code, self.language, self.reader_wording(head))}


@dataclass(frozen=True, kw_only=True)
class Receipt(Instrument):
    """:param lines: what was paid for, and how much, in ``currency`` (ISO 4217).
    :param reference: of the payment, as the bank or the cashier gave it."""

    name: ClassVar[str] = "Recibo"
    series: ClassVar[str] = "receipt"

    code: str = "receipt"
    payer: str
    lines: Sequence[tuple[str, Decimal]]
    currency: str
    paid_on: date
    reference: str

    def content(self, head: Head, text: TextTemplate) -> tuple[dict[str, Any], dict[str, Any]]:
        return {
            "facts": [
                ["Recibido de", self.payer],
                ["Fecha de pago", long_date(self.paid_on)],
                ["Operación", self.reference],
                ["Expediente", head.case_number],
            ],
            "lines": [[name, self._money(amount)] for name, amount in self.lines],
            "total": self._money(sum((amount for _name, amount in self.lines), Decimal())),
            "notes": _flat(fill(text, {**head.values(), **self.values})),
        }, {}

    def _money(self, amount: Decimal) -> str:
        return f"{self.currency} {amount:,.2f}"

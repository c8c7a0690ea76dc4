"""The wording of letters and messages: what an administrator may write, and how it becomes paragraphs.

A text is data, never a template language: names in braces are replaced by strings, whole paragraphs come and go with
a condition, and nothing else has a meaning. So no wording can reach into a case or break a document.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.errors import DocumentError

_NAME = re.compile(r"\{([^{}]*)\}")
_CONDITION = re.compile(r"^\[if (not )?(\w+)\]\s*")
_SECTION = re.compile(r"^\[(\w+)\]$")
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Kind:
    """A text the system uses. ``names`` are replaced; those of ``lists`` stand alone in their paragraph; ``conditions``
    choose paragraphs (a list is a condition too: true when it is not empty). ``layout``: the file in
    ``documents/layouts`` that prints it; messages have none. ``sections``: parts that each begin with their name in
    brackets, alone in a paragraph, in this order."""

    title: Any
    names: frozenset[str] = frozenset({"number", "office"})
    lists: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    layout: str = ""
    sections: tuple[str, ...] = ()

    @property
    def printed(self) -> bool:
        return bool(self.layout)

    @property
    def conditions(self) -> frozenset[str]:
        return self.flags | self.lists


KINDS: dict[str, Kind] = {
    "letter_visa_refusal": Kind(
        gettext_lazy("Letter: refusal of a visa"),
        names=frozenset({"number", "office", "city", "applicant", "visa_class", "decided_on"}),
        lists=frozenset({"grounds"}),
        flags=frozenset({"appealable"}),
        layout="letter",
    ),
    "notification": Kind(
        gettext_lazy("Notification of an act"),
        names=frozenset({"number", "office", "city", "addressee", "act", "act_number", "act_date", "term_days"}),
        flags=frozenset({"appealable", "reconsiderable", "ends_route"}),
        layout="notification",
    ),
    "resolution": Kind(
        gettext_lazy("Resolution"),
        names=frozenset({"number", "office", "city", "applicant", "matter", "filed_on"}),
        lists=frozenset({"facts", "grounds", "articles"}),
        flags=frozenset({"appealable"}),
        layout="resolution",
        sections=("visto", "considerando", "resuelve", "cierre"),
    ),
    "minutes": Kind(
        gettext_lazy("Minutes of a session"),
        names=frozenset({"office", "city", "body", "date", "begins", "ends", "present"}),
        layout="minutes",
        sections=("apertura", "cierre"),
    ),
    "receipt": Kind(gettext_lazy("Receipt of a fee: notes"), layout="receipt"),
    "message_observed": Kind(gettext_lazy("Message: something is missing"), lists=frozenset({"observations"})),
    "message_granted": Kind(gettext_lazy("Message: granted")),
    "message_denied": Kind(gettext_lazy("Message: refused")),
}

Paragraph = str | list[str]


def faults(text: str, kind: Kind) -> list[str]:
    """What is wrong with a wording, one sentence each; empty when it can be used."""
    found = []
    known = kind.names | kind.lists
    allowed = ", ".join(f"{{{name}}}" for name in sorted(known))
    for paragraph in _PARAGRAPHS.split(text.strip()):
        section = _SECTION.match(paragraph)
        if section and section[1] in kind.sections:
            continue
        condition = _CONDITION.match(paragraph)
        if condition and condition[2] not in kind.conditions:
            found.append(_("[if %(name)s] is not a condition of this text.") % {"name": condition[2]})
        elif paragraph.startswith("[") and not condition:
            found.append(_("A condition is written [if name] or [if not name]."))
        rest = _CONDITION.sub("", paragraph).strip()
        for name in _NAME.findall(rest):
            if name not in known:
                found.append(
                    _("{%(name)s} is not a name of this text. These are: %(allowed)s.")
                    % {"name": name, "allowed": allowed}
                )
            elif name in kind.lists and rest != f"{{{name}}}":
                found.append(_("{%(name)s} is a list: it needs a paragraph of its own.") % {"name": name})
        if "{" in _NAME.sub("", rest) or "}" in _NAME.sub("", rest):
            found.append(_("A brace is open or closed without the other."))
    return found


def part_faults(body: str, kind: Kind) -> list[str]:
    """What is wrong with the parts of a wording; empty when it has all of its kind, or needs none."""
    if not kind.sections or tuple(name for name, _body in _parts(body)) == kind.sections:
        return []
    wanted = " ".join(f"[{name}]" for name in kind.sections)
    return [_("The text has these parts, each once and in this order: %(parts)s.") % {"parts": wanted}]


def paragraphs(text: str, values: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs of a wording with its names replaced; a list of strings is a paragraph of items.

    Raises DocumentError when a name has no value.
    """
    composed: list[Paragraph] = []
    for paragraph in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip()):
        condition = _CONDITION.match(paragraph)
        if condition and bool(_value(values, condition[2])) == bool(condition[1]):
            continue
        rest = " ".join(_CONDITION.sub("", paragraph).split())
        alone = _NAME.fullmatch(rest)
        if alone and isinstance(items := _value(values, alone[1]), list):
            composed.append([str(item) for item in items])
            continue
        composed.append(_NAME.sub(lambda name: str(_value(values, name[1])), rest))
    return [paragraph for paragraph in composed if paragraph]


def sections(text: str, kind: Kind, values: Mapping[str, Any]) -> dict[str, list[Paragraph]]:
    """The paragraphs of each part of a wording, by its name. Raises DocumentError as :func:`paragraphs`."""
    parts = dict(_parts(text))
    return {name: paragraphs(parts.get(name, ""), values) for name in kind.sections}


def _parts(text: str) -> list[tuple[str, str]]:
    """The parts of a text: their names, and what stands between one name and the next."""
    parts: list[tuple[str, list[str]]] = []
    for paragraph in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip()):
        section = _SECTION.match(paragraph)
        if section:
            parts.append((section[1], []))
        else:
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(paragraph)
    return [(name, "\n\n".join(body)) for name, body in parts]


def _value(values: Mapping[str, Any], name: str) -> Any:
    try:
        return values[name]
    except KeyError as missing:
        raise DocumentError(_("The text uses the name «%(name)s», which has no value.") % {"name": name}) from missing


def plain(composed: list[Paragraph]) -> str:
    """Paragraphs as the body of an e-mail."""
    return "\n\n".join(
        "\n".join(f"- {item}" for item in paragraph) if isinstance(paragraph, list) else paragraph
        for paragraph in composed
    )

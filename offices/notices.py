"""The words of notices: one sentence per kind. A higher room adds its own with :func:`says`."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from offices.models import Notice
from offices.roles import Role

Sentence = Callable[[dict[str, Any]], str]
_sentences: dict[str, Sentence] = {}


def says(kind: str) -> Callable[[Sentence], Sentence]:
    """Register the sentence of a kind of notice; a second one for the same kind stops the start."""

    def register(sentence: Sentence) -> Sentence:
        if _sentences.get(kind, sentence) is not sentence:
            raise ImproperlyConfigured(f"two sentences for notices of {kind!r}")
        _sentences[kind] = sentence
        return sentence

    return register


def text_of(notice: Notice) -> str:
    sentence = _sentences.get(notice.kind)
    return sentence(notice.data) if sentence else notice.kind


def _role(data: dict[str, Any]) -> str:
    return str(Role(data["role"]).label) if data.get("role") in Role.values else data.get("role", "")


@says("posting.opened")
def _opened(data: dict[str, Any]) -> str:
    return _("Your posting as %(role)s at %(office)s has begun.") % {"role": _role(data), "office": data["office"]}


@says("posting.closed")
def _closed(data: dict[str, Any]) -> str:
    return _("Your posting as %(role)s at %(office)s has ended. The steps you had there are back in the queue.") % {
        "role": _role(data), "office": data["office"],
    }  # fmt: skip


@says("delegation.given")
def _given(data: dict[str, Any]) -> str:
    until = parse_datetime(data["until"])
    return _("%(delegate)s covers %(absentee)s as %(role)s at %(office)s until %(until)s.") % {
        **data, "role": _role(data), "until": date_format(localtime(until), "j b Y, H:i") if until else "",
    }  # fmt: skip


@says("delegation.ended")
def _ended(data: dict[str, Any]) -> str:
    return _("%(delegate)s no longer covers %(absentee)s at %(office)s.") % data

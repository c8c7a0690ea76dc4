"""What is no id at all, in addresses, query strings and bodies: not found or an error at its field, never a fault."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from tests import factories as f
from tests.cases.pages import browser
from tests.security import world as w
from tests.security.test_idor import BODY, OTHERWISE, PLACES, TAKEN_BY

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def over_all_posts(house):
    return w.with_every_role(house.lima, is_superuser=True)


TWISTED = (
    "0", "-1", "9" * 32, "9223372036854775808", "1e3", "1.0", "0x1", "²", "١", "１", "1\x00", "\x00", "' OR 1=1 --",
    "../1", "%00", "1%20", "null", "NaN", "[]", "{}", "0" * 80, "00000000-0000-4000-8000-00000000000\x00",
    "\N{GRINNING FACE}", "a" * 3000, "\u202e1", "1\r\nX-Evil: 1",
)  # fmt: skip
# Of these, what a query string or a body can be made of and an address can not, or what breaks other things there.
IN_A_BODY = ("9" * 32, "²", "1\x00", "NaN", "[]", "\N{GRINNING FACE}", "a" * 3000)


def test_an_argument_that_is_no_id_is_not_found(house, over_all_posts):
    client = browser(over_all_posts, raise_request_exception=False)
    for name in sorted(set().union(*TAKEN_BY.values(), OTHERWISE) - {"ui:page"}):
        sample = {"IntConverter": 1, "UUIDConverter": uuid4(), "StringConverter": "AAA", "SlugConverter": "AAA",
                  "RegexConverter": "AAA"}  # fmt: skip
        arguments = PLACES[name].arguments
        marks = {sample["IntConverter"]: 7654321, sample["UUIDConverter"]: uuid4(), "AAA": "MARKED"}
        for which in arguments:
            kwargs = {key: sample[kind] for key, kind in arguments.items()}
            before, after = reverse(name, kwargs={**kwargs, which: marks[kwargs[which]]}).split(
                str(marks[kwargs[which]])
            )
            for value in TWISTED:
                there = before + quote(value, safe="") + after
                try:
                    resolve(unquote(there))
                except Resolver404:
                    continue  # no view is asked
                for answer in (client.get(there), client.post(there, BODY)):
                    assert answer.status_code in (200, 302, 400, 404, 405), f"{name} {value!r}: {answer.status_code}"
                    assert "X-Evil" not in answer.headers


def names_read() -> set[str]:
    """Every name that the code takes out of a query string or a body by itself, from the source; and the forms'."""
    wanted = re.compile(r"(?:request|self)\.(?:GET|POST|query_params)(?:\.get|\.getlist)?[(\[]\s*\"(\w+)\"")
    found = set()
    for room in ("cases", "documents", "agencies", "visas", "offices", "config"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(wanted.findall(path.read_text()))
    return found


# Fields of forms and of filters, which their classes read.
OF_FORMS = {
    "kind", "state", "number", "to_office", "numbers", "actor", "verb", "term", "since", "until", "known", "mrz",
    "birth_date", "visa_class", "delegate", "ground", "due", "step", "procedure", "scope", "text", "reason", "label",
}  # fmt: skip
# Signs out or in, is for machines, or is the style page of local machines.
LEFT = ("ui/", "admin/", "cuenta/", "metrics", "readyz", "healthz")


def test_the_names_are_found():
    assert {"before", "person", "posting", "task", "next", "retomar", "export", "alarm", "session", "q"} <= names_read()


def plain_paths(house) -> list[str]:
    """Every address of ours without an argument, and those of a case, a step and a draft that are one's own."""
    task = f.open_step(house.case, "adjudicate")
    found = []
    for prefix, _pattern in flat(get_resolver().url_patterns):
        if "<" not in prefix and "(" not in prefix and not prefix.startswith(LEFT):
            found.append("/" + prefix)
    numbers = {"number": house.case.number}
    return [
        *found,
        *(
            reverse(f"cases:{name}", kwargs=numbers)
            for name in ("case", "close", "add_note", "attach", "access", "transfer")
        ),
        reverse("cases:panel", kwargs={**numbers, "code": "timeline"}),
        reverse("cases:panel", kwargs={**numbers, "code": "checks"}),
        *(reverse(f"cases:{name}", args=[task.pk]) for name in ("take", "complete", "reassign")),
        reverse("api_complete", args=[task.pk]),
    ]


def flat(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from flat(pattern.url_patterns, route)
        else:
            yield route, pattern


def test_nothing_in_a_query_string_or_a_body_breaks_a_page(house, over_all_posts):
    """Every name at once, with each value in turn; sent whole, and as the part of a page that htmx asks for."""
    user, names = f.fresh(over_all_posts), sorted(names_read() | OF_FORMS)
    draft = browser(user).post("/registrar/", {"procedure": "visa"})["Location"]
    broken = []
    for path in [*plain_paths(house), draft, f"{draft}guardar/", f"{draft}zona/"]:
        for value in IN_A_BODY:
            client = browser(user, raise_request_exception=False)
            every = {**dict.fromkeys(names, value), **({"act": "save"} if path == draft else {})}
            for ask, headers in ((client.get, {"HX-Request": "true"}), (client.post, {})):
                with w.undone():
                    answer = ask(path, every, headers=headers)
                    b"".join(answer) if answer.streaming else None
                if answer.status_code >= 500:
                    broken.append(
                        f"{ask.__name__} {path} {value[:40]!r}: {answer.exc_info[1] if answer.exc_info else ''}"
                    )
    assert not broken, "\n".join(broken)

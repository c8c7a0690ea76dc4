"""From the bytes of an answer to a tree of text, or a refusal: character sets, DTDs, entities, shape.

XML and JSON come out alike: dictionaries of elements by local name, lists where a name repeats, text at the
leaves. Namespaces and field order carry no meaning on PIDE, so neither does the tree keep them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from .base import MalformedAnswer, Reply

Tree = dict[str, Any]
MAX_DEPTH = 30
_JSON_TYPES = ("application/json", "text/json")
_XML_TYPES = ("text/xml", "application/xml", "application/soap+xml")
_CHARSETS = {"utf-8": "utf-8", "ascii": "ascii", "iso8859-1": "latin-1", "cp1252": "cp1252"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# U+FFFD: the agency lost characters on its side. C0 and C1 controls: a wrong table was used to decode.
_LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")


def tree(reply: Reply) -> Tree:
    """The answer inside ``reply``, without SOAP envelope or wrapping element.

    Raises MalformedAnswer: ``charset``, ``dtd`` or ``schema``.
    """
    if reply.media_type in _JSON_TYPES:
        return _json(decode(reply.body, reply.charset))
    if reply.media_type in _XML_TYPES:
        return _xml(decode(reply.body, reply.charset))
    raise MalformedAnswer("schema")


def decode(body: bytes, charset: str) -> str:
    """``body`` as text, strictly in the character set that header and XML declaration agree on.

    UTF-8 when neither says. Raises MalformedAnswer(charset) when they disagree, the bytes are not of that
    set, or the text shows that they were of another.
    """
    declared = _DECLARED.match(body[:200])
    names = {_known(name) for name in (charset, declared[1].decode() if declared else "") if name}
    if len(names) > 1:
        raise MalformedAnswer("charset")
    name = names.pop() if names else "utf-8"
    text = _attempt(lambda: body.decode(name).removeprefix("\ufeff"))
    if text is None:
        raise MalformedAnswer("charset")
    if _LOST.search(text) or (name in ("latin-1", "cp1252") and _is_utf8(body)):
        raise MalformedAnswer("charset")
    return text


def _attempt(function: Callable[[], Any]) -> Any:
    """What ``function`` returns, or None when the answer is not of its form. What it raised is dropped here: such
    exceptions carry the answer itself, and a chained one would take it into a log."""
    try:
        return function()
    except (ValueError, RecursionError, etree.XMLSyntaxError):
        return None


def _known(name: str) -> str:
    try:
        return _CHARSETS[codecs.lookup(name).name]
    except (LookupError, ValueError):
        raise MalformedAnswer("charset") from None


def _is_utf8(body: bytes) -> bool:
    """Whether non-ASCII bytes form UTF-8: by chance next to impossible in Latin-1 Spanish."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _unique(pairs: list[tuple[str, Any]]) -> Tree:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedAnswer("schema")  # which of the two would be believed?
    return result


def _json(text: str) -> Tree:
    value = _texts(_attempt(lambda: json.loads(text, object_pairs_hook=_unique)), 0)
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    if not isinstance(value, dict):
        raise MalformedAnswer("schema")
    return value


def _texts(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise MalformedAnswer("schema")
    if isinstance(value, dict):
        return {key: _texts(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item, depth + 1) for item in value]
    return "" if value is None else str(value).strip()


def parse_xml(text: str) -> etree._Element:
    """The root element of ``text``. Raises MalformedAnswer(dtd) for any DTD or entity declaration, and
    ``schema`` for what is not well formed; nothing external is ever fetched."""
    if _FORBIDDEN.search(text):
        raise MalformedAnswer("dtd")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    root = _attempt(lambda: etree.fromstring(_DECLARATION.sub("", text).encode(), parser))
    if root is None:
        raise MalformedAnswer("schema")
    if root.getroottree().docinfo.doctype:
        raise MalformedAnswer("dtd")
    return root


def _xml(text: str) -> Tree:
    root = parse_xml(text)
    if etree.QName(root).localname == "Envelope":
        body = root.find("{*}Body")
        if body is None or len(body) != 1:
            raise MalformedAnswer("schema")
        root = body[0]
    value = _element(root, 0)
    if not isinstance(value, dict):
        raise MalformedAnswer("schema")
    return value


def _element(element: etree._Element, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise MalformedAnswer("schema")
    if not len(element):
        return (element.text or "").strip()
    result: Tree = {}
    for child in element.iterchildren("{*}*"):
        name, value = etree.QName(child).localname, _element(child, depth + 1)
        if name not in result:
            result[name] = value
        elif isinstance(result[name], list):
            result[name].append(value)
        else:
            result[name] = [result[name], value]
    return result


def text(node: Tree, name: str, *, required: bool = False) -> str:
    """The leaf ``name`` of ``node``; empty when absent. Raises MalformedAnswer(schema) when it is required
    and absent, or is no leaf."""
    value = node.get(name, "")
    if not isinstance(value, str) or (required and not value):
        raise MalformedAnswer("schema")
    return value


def group(node: Tree, name: str) -> Tree:
    """The group ``name`` of ``node``; empty when absent. Raises MalformedAnswer(schema) when it is none."""
    value = node.get(name) or {}
    if not isinstance(value, dict):
        raise MalformedAnswer("schema")
    return value


def rows(node: Tree, name: str, item: str) -> list[Tree]:
    """The groups ``item`` inside the group ``name``: none, one (not in a list, as converters from XML to JSON
    leave it) or many. Raises MalformedAnswer(schema) for rows that are no groups."""
    value = group(node, name).get(item) or []
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in found):
        raise MalformedAnswer("schema")
    return found

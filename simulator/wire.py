"""Requests read and responses written: SOAP envelopes, PIDE JSON, plain XML."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from lxml import etree

from .contract import Field, Operation, namespace

SOAP_ENV = "http://schemas.xmlsoap.org/soap/envelope/"
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class BadRequest(Exception):
    """The request is not of the service's shape."""


def _root(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body, etree.XMLParser(**_PARSER_OPTIONS))
    except etree.XMLSyntaxError as exc:
        raise BadRequest("not well-formed XML") from exc


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def read_soap(body: bytes) -> tuple[str, dict[str, str]]:
    """Operation name and leaf fields of a SOAP 1.1 request."""
    root = _root(body)
    container = root.find(f"{{{SOAP_ENV}}}Body")
    if container is None or len(container) != 1:
        raise BadRequest("no single SOAP body")
    call = container[0]
    return _local(call), {_local(leaf): (leaf.text or "").strip() for leaf in call.iterchildren("{*}*")}


def read_rest(method: str, query: str, content_type: str, body: bytes) -> dict[str, str]:
    """Fields of a REST request: the query string of a GET, the ``PIDE`` object or element of a POST."""
    if method == "GET":
        return {key: value for key, value in parse_qsl(query, keep_blank_values=True) if key != "out"}
    if "xml" in content_type:
        root = _root(body)
        return {_local(leaf): (leaf.text or "").strip() for leaf in root.iterchildren("{*}*")}
    try:
        document = json.loads(body)
        fields = document["PIDE"]
        return {str(key): "" if value is None else str(value) for key, value in fields.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise BadRequest('expected {"PIDE": {...}}') from exc


def ordered(spec: tuple[Field, ...], values: dict[str, Any], *, backwards: bool) -> dict[str, Any]:
    """``values`` in the order of the contract, or the other way round; what has no value is left out."""
    result: dict[str, Any] = {}
    for field in reversed(spec) if backwards else spec:
        value = values.get(field.name)
        if value is None:
            continue
        if not field.fields:
            result[field.name] = value
        elif field.many:
            result[field.name] = [ordered(field.fields, row, backwards=backwards) for row in value]
        else:
            result[field.name] = ordered(field.fields, value, backwards=backwards)
    return result


def _fill(parent: etree._Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, name)
            if isinstance(item, dict):
                _fill(child, item)
            else:
                child.text = str(item)


def write_json(operation: Operation, values: dict[str, Any]) -> bytes:
    return json.dumps({f"{operation.name}Response": values}, ensure_ascii=False).encode()


def write_xml(operation: Operation, values: dict[str, Any], encoding: str = "UTF-8") -> bytes:
    """The response element alone, or inside a SOAP envelope where the service has one."""
    tag = f"{{{namespace(operation.agency)}}}{operation.name}Response"
    element = etree.Element(tag, nsmap={"ns1": namespace(operation.agency)})
    _fill(element, values)
    if operation.is_soap or operation.enveloped:
        envelope = etree.Element(f"{{{SOAP_ENV}}}Envelope", nsmap={"soapenv": SOAP_ENV})
        etree.SubElement(envelope, f"{{{SOAP_ENV}}}Body").append(element)
        element = envelope
    return etree.tostring(element, xml_declaration=True, encoding=encoding)


def write_fault(code: str, text: str) -> bytes:
    """A SOAP 1.1 fault; ``code`` is ``Client`` or ``Server``."""
    envelope = etree.Element(f"{{{SOAP_ENV}}}Envelope", nsmap={"soapenv": SOAP_ENV})
    fault = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP_ENV}}}Body"), f"{{{SOAP_ENV}}}Fault")
    etree.SubElement(fault, "faultcode").text = f"soapenv:{code}"
    etree.SubElement(fault, "faultstring").text = text
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")

"""The served contracts: a WSDL per SOAP agency, one OpenAPI document for the REST part."""

from __future__ import annotations

from typing import Any

from lxml import etree

from .contract import OPERATIONS, Field, Operation, namespace, soap_operations

WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
XSD = "http://www.w3.org/2001/XMLSchema"
HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def _xsd(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSD}}}{tag}", attributes)


def _sequence(parent: etree._Element, fields: tuple[Field, ...]) -> None:
    sequence = _xsd(_xsd(parent, "complexType"), "sequence")
    for field in fields:
        attributes = {"name": field.name, "minOccurs": "0"}
        if field.many:
            attributes["maxOccurs"] = "unbounded"
        if field.fields:
            _sequence(_xsd(sequence, "element", **attributes), field.fields)
        else:
            _xsd(sequence, "element", type="xsd:string", **attributes)


def wsdl(agency: str, address: str) -> bytes:
    """WSDL 1.1, document/literal wrapped, of ``agency``'s operations at ``address``."""
    target = namespace(agency)
    root = etree.Element(
        f"{{{WSDL}}}definitions",
        {"name": agency, "targetNamespace": target},
        nsmap={None: WSDL, "soap": SOAP, "xsd": XSD, "tns": target},
    )

    def add(parent: etree._Element, tag: str, ns: str = WSDL, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{ns}}}{tag}", attributes)

    schema = _xsd(add(root, "types"), "schema", targetNamespace=target, elementFormDefault="unqualified")
    operations = soap_operations(agency)
    for name, operation in operations.items():
        _sequence(_xsd(schema, "element", name=name), tuple(Field(leaf) for leaf in operation.request))
        _sequence(_xsd(schema, "element", name=f"{name}Response"), operation.response)
    for name in operations:
        for element in (name, f"{name}Response"):
            message = add(root, "message", name=element)
            add(message, "part", name="parameters", element=f"tns:{element}")
    port_type = add(root, "portType", name=f"{agency}PortType")
    for name in operations:
        node = add(port_type, "operation", name=name)
        add(node, "input", message=f"tns:{name}")
        add(node, "output", message=f"tns:{name}Response")
    binding = add(root, "binding", name=f"{agency}Binding", type=f"tns:{agency}PortType")
    add(binding, "binding", SOAP, style="document", transport=HTTP_TRANSPORT)
    for name in operations:
        node = add(binding, "operation", name=name)
        add(node, "operation", SOAP, soapAction=f"{target}:{name}")
        for direction in ("input", "output"):
            add(add(node, direction), "body", SOAP, use="literal")
    port = add(
        add(root, "service", name=f"{agency}Service"),
        "port",
        name=f"{agency}Port",
        binding=f"tns:{agency}Binding",
    )
    add(port, "address", SOAP, location=address)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in fields:
        schema: dict[str, Any] = _schema(field.fields) if field.fields else {"type": "string"}
        properties[field.name] = {"type": "array", "items": schema} if field.many else schema
    return {"type": "object", "properties": properties}


def _path(operation: Operation) -> dict[str, Any]:
    wrapped = {
        "type": "object",
        "properties": {f"{operation.name}Response": _schema(operation.response)},
        "required": [f"{operation.name}Response"],
    }
    answer = {
        "200": {
            "description": "The agency's answer; failures of business too, by code",
            "content": {"application/json": {"schema": wrapped}, "application/xml": {"schema": wrapped}},
        }
    }
    out = {"name": "out", "in": "query", "schema": {"type": "string", "enum": ["json", "xml"]}}
    sent = {"type": "object", "properties": {name: {"type": "string"} for name in operation.request}}
    leaves = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in operation.request]
    body = {"type": "object", "required": ["PIDE"], "properties": {"PIDE": sent}}
    return {
        "get": {
            "operationId": f"{operation.entity}_{operation.name}_get",
            "summary": operation.summary,
            "parameters": [out, *leaves],
            "responses": answer,
        },
        "post": {
            "operationId": f"{operation.entity}_{operation.name}_post",
            "summary": operation.summary,
            "parameters": [out],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": answer,
        },
    }


def openapi(address: str) -> dict[str, Any]:
    """OpenAPI 3.0 of the REST operations, served at ``address``."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Agency simulator, REST services", "version": "1.0.0"},
        "servers": [{"url": address}],
        "paths": {op.path: _path(op) for op in OPERATIONS if not op.is_soap},
    }

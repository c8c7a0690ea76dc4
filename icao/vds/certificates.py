"""Certificates of bar code signers (ICAO 9303-12 §7.1.3)."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

VDS_SIGNER: Final = x509.ObjectIdentifier("2.23.136.1.1.11.1")
"""Extended key usage of a bar code signer (id-icao-vdsSigner)."""
DOCUMENT_TYPES: Final = x509.ObjectIdentifier("2.23.136.1.1.6.2")
"""Extension with the document codes that the signer may seal (ICAO 9303-12 §7.1.1.6)."""


def _one(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if len(found) == 1 else ""


def country_of(certificate: x509.Certificate) -> str:
    """The two-letter country of the subject, or the empty string."""
    return _one(certificate.subject, NameOID.COUNTRY_NAME).upper()


def signer_identity(certificate: x509.Certificate) -> tuple[str, str]:
    """Signer identifier and certificate reference as a seal's header names them (ICAO 9303-13 §2.2.1): country and
    common name of the subject, the serial number in hexadecimal.

    Raises ValueError when the subject is not that of a bar code signer.
    """
    signer = country_of(certificate) + _one(certificate.subject, NameOID.COMMON_NAME).upper()
    if len(signer) != 4 or not signer.isalnum() or not signer.isascii():
        raise ValueError("the subject is not that of a bar code signer")
    return signer, f"{certificate.serial_number:X}"


def same_reference(one: str, other: str) -> bool:
    """Whether two references mean the same serial number: leading zeros are a matter of taste."""
    return one.upper().lstrip("0") == other.upper().lstrip("0")


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether `authority` is a certification authority and has signed `certificate`."""
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not constraints.ca:
            return False
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return True


def may_sign_seals(certificate: x509.Certificate) -> bool:
    """Whether the certificate is for bar codes: another signer of the same authority is not (ICAO 9303-12 table 8)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return VDS_SIGNER in usage


def document_types(certificate: x509.Certificate) -> frozenset[str] | None:
    """The document codes that the signer may seal, fillers stripped; None when its certificate does not limit them.

    An extension that can not be read allows nothing.
    """
    try:
        found = certificate.extensions.get_extension_for_oid(DOCUMENT_TYPES).value
    except x509.ExtensionNotFound:
        return None
    except ValueError:
        return frozenset()
    if not isinstance(found, x509.UnrecognizedExtension):
        return frozenset()
    return _read_types(found.value)


def document_types_extension(codes: frozenset[str]) -> x509.UnrecognizedExtension:
    """The extension for a certificate that is being made: version 0 and a SET OF PrintableString, in DER order."""
    texts = sorted(b"\x13" + bytes((len(code),)) + code.encode("ascii") for code in codes)
    listed = b"".join(texts)
    body = b"\x02\x01\x00" + b"\x31" + bytes((len(listed),)) + listed
    if len(body) > 0x7F:
        raise ValueError("too many document codes for one extension")
    return x509.UnrecognizedExtension(DOCUMENT_TYPES, b"\x30" + bytes((len(body),)) + body)


def _read_types(data: bytes) -> frozenset[str]:
    """The codes of DocumentTypeListSyntax. Its lengths stay below 128, so every length is one byte."""
    if data[:5] != bytes((0x30, len(data) - 2, 0x02, 0x01, 0x00)) or data[5:7] != bytes((0x31, len(data) - 7)):
        return frozenset()
    codes, at = set(), 7
    while at + 2 <= len(data) and data[at] == 0x13:
        length = data[at + 1]
        text = data[at + 2 : at + 2 + length]
        if len(text) < length or not text.isascii():
            return frozenset()
        codes.add(text.decode("ascii").rstrip("<"))
        at += 2 + length
    return frozenset(codes) if at == len(data) else frozenset()

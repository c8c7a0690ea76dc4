"""Certificates and revocation lists: reading what comes, and making a chain for demonstrations and tests.

A real country signing authority lives elsewhere, offline; what it sends is imported. What is made here follows ICAO
9303-12 §7.1.3 and §7.1.4 all the same, so that a validator can not tell the difference.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from icao.vds.certificates import VDS_SIGNER, document_types_extension

MAX_CRL = 10 * 1024 * 1024  # bytes
_SERIAL_BYTES = 4  # of a signer: the reference stands in every seal, and a bar code has little room


class PkiProblem(ValueError):
    """A certificate or list that is not taken; the text is for the administrator."""


def load_certificate(pem: str) -> x509.Certificate:
    """The one certificate of a PEM text. Raises PkiProblem."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise PkiProblem(_("This is not a certificate in PEM.")) from None
    if len(found) != 1:
        raise PkiProblem(_("Give one certificate, not several."))
    return found[0]


def load_chain(pem: str) -> list[x509.Certificate]:
    """The certificates of a PEM text, one or more. Raises PkiProblem."""
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise PkiProblem(_("These are not certificates in PEM.")) from None


def load_crl(content: bytes) -> x509.CertificateRevocationList:
    """A revocation list, DER or PEM. Raises PkiProblem."""
    if len(content) > MAX_CRL:
        raise PkiProblem(_("The revocation list is too large."))
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(content)
        return x509.load_der_x509_crl(content)
    except ValueError:
        raise PkiProblem(_("This is not a revocation list (CRL) in DER or PEM.")) from None


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def serial_hex(certificate: x509.Certificate) -> str:
    """The serial number as revocations name it."""
    return f"{certificate.serial_number:X}"


# -- making --------------------------------------------------------------------------------------------------------


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key on P-256, the curve of the seals written here."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """An unencrypted PKCS#8 text, for a file that only its owner can read."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _name(country: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def make_authority(
    key: ec.EllipticCurvePrivateKey, *, country: str, name: str, begins: datetime, years: int = 10
) -> x509.Certificate:
    """A self-signed country signing authority (ICAO 9303-12 §7.1)."""
    subject = _name(country, name)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=366 * years))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def make_signer(
    public_key: ec.EllipticCurvePublicKey, *, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey,
    code: str, begins: datetime, ends: datetime, documents: frozenset[str] = frozenset(), seals: bool = True,
) -> x509.Certificate:  # fmt: skip
    """A bar code signer's certificate (ICAO 9303-12 §7.1.3).

    :param code: the signer identifier, two letters of its country and two characters of its own (``PEVS``).
    :param documents: document codes that it may seal, any when empty. :param seals: whether it is for bar codes at all.
    """
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(code[:2], code[2:]))
        .issuer_name(authority.subject)
        .public_key(public_key)
        .serial_number(int.from_bytes(b"\x01" + secrets.token_bytes(_SERIAL_BYTES - 1), "big"))
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
    )
    if seals:
        builder = builder.add_extension(x509.ExtendedKeyUsage([VDS_SIGNER]), critical=True)
    if documents:
        builder = builder.add_extension(document_types_extension(documents), critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def make_document_signer(
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, *, authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey, country: str, name: str, begins: datetime, ends: datetime,
    usage: x509.KeyUsage | None = None,
) -> x509.Certificate:  # fmt: skip
    """A certificate for signing documents: key usage digital signature and non-repudiation (ETSI EN 319 412-2 §4.3.2,
    type C), no extended usage, so that no seal is believed under it."""
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder()
        .subject_name(_name(country, name))
        .issuer_name(authority.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage or _usage(authority=False, commits=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _usage(*, authority: bool, commits: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=commits, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def make_crl(
    revoked: Iterable[tuple[int, datetime]], *, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey,
    number: int, issued: datetime, days: int = 90,
) -> bytes:  # fmt: skip
    """A revocation list in DER (ICAO 9303-12 §7.1.4: at least every ninety days, no reasons)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(issued.astimezone(UTC).replace(microsecond=0))
        .next_update(issued.astimezone(UTC).replace(microsecond=0) + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
    )
    for serial, at in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at.astimezone(UTC))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

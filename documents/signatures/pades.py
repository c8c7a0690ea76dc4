"""PAdES (ETSI EN 319 142-1): the signature of a file, and a document time stamp on top of it. No database here.

Both are incremental updates: the file begins with the same bytes as before. Nothing else of it changes, neither its
metadata nor its version, so that it stays the PDF/A-2u and PDF/UA-1 that the renderer made. The field is invisible and
lies outside the page: ISO 19005-2 §6.3.2 forbids to hide it, ISO 14289-1 §7.18.1 wants whatever can be seen tagged.
"""

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.seals.keys import Key, KeyProblem
from icao.vds import hash_for

CURVES = ("secp256r1", "secp384r1")
RSA_BITS = 2048
STAMP_BYTES = 16 * 1024  # room for a token with its authority's certificates
_OUTSIDE = InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
_T = TypeVar("_T")


class SigningProblem(Exception):
    """A file that can not be signed or stamped. The text names the fault, no content and no secret."""


class _Revision(IncrementalPdfFileWriter):
    """An update that leaves the metadata alone, and keeps the file the PDF 1.7 that PDF/A-2 is made of."""

    def _update_meta(self) -> None:
        """The file was made when it was rendered; the signature says itself when it was signed."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Readers of 1.7 know ECDSA in signatures by the extension level, which is declared."""


def may_sign_documents(certificate: x509.Certificate) -> bool:
    """Whether the certificate is for documents: key usage non-repudiation (RFC 5280 §4.2.1.3, content commitment), no
    authority's, on a key that is strong enough."""
    key = certificate.public_key()
    strong = (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS
    )
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return strong and usage.content_commitment and not usage.key_cert_sign


def raw_signature(key: Key, certificate: x509.Certificate, data: bytes) -> bytes:
    """A signature over ``data`` as CMS holds it (RFC 5652), which the certificate verifies: a key that is not its own
    must not spoil a file. Raises KeyProblem."""
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        signature = key.sign_rsa(data)
        try:
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise KeyProblem("the key does not belong to the certificate") from None
        return signature
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise KeyProblem("the certificate has no key that signs")
    raw = key.sign(data, public.curve)
    half = len(raw) // 2
    signature = utils.encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
    try:
        public.verify(signature, data, ec.ECDSA(hash_for(public.curve)))
    except InvalidSignature:
        raise KeyProblem("the key does not belong to the certificate") from None
    return signature


class _Signer(Signer):
    """Signs by a key reference instead of a key in memory."""

    def __init__(self, key: Key, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        self._key, self._certificate = key, certificate
        known = SimpleCertificateStore()
        known.register_multiple([to_asn1(each) for each in chain])
        super().__init__(signing_cert=to_asn1(certificate), cert_registry=known, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            public = self._certificate.public_key()
            return bytes(public.key_size // 8 if isinstance(public, rsa.RSAPublicKey) else 120)
        return raw_signature(self._key, self._certificate, data)


def sign(
    content: bytes, *, key: Key, certificate: x509.Certificate, chain: list[x509.Certificate], at: datetime, place: str
) -> bytes:
    """The file with a certifying signature (PAdES B-B): of later changes only time stamps leave it valid.

    Raises KeyProblem when the key can not sign, SigningProblem when the file can not be.
    """
    public = certificate.public_key()
    digest = hash_for(public.curve).name if isinstance(public, ec.EllipticCurvePublicKey) else "sha256"
    metadata = PdfSignatureMetadata(
        field_name="Firma",
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.PADES,
        location=place or None,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    field = SigFieldSpec("Firma", invis_sig_settings=_OUTSIDE, readable_field_name="Firma digital")
    try:
        signer = PdfSigner(metadata, _Signer(key, certificate, chain), new_field_spec=field)
        writer = _Revision(io.BytesIO(content))
        return _run(signer.async_sign_pdf(writer)).getvalue()
    except (PdfError, SigningError, ValueError) as error:
        raise SigningProblem(type(error).__name__) from None


def stamp(content: bytes, *, stamper: TimeStamper) -> bytes:
    """The signed file with a document time stamp (PAdES B-T, EN 319 142-1 §6.3). Raises what the stamper raises, and
    SigningProblem when there is no room for its answer."""
    timestamper = PdfTimeStamper(
        stamper, field_name="SelloDeTiempo", invis_settings=_OUTSIDE, readable_field_name="Sello de tiempo"
    )
    try:
        writer = _Revision(io.BytesIO(content))
        stamped = timestamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=2 * STAMP_BYTES)
        return _run(stamped).getvalue()
    except (PdfError, SigningError, ValueError) as error:
        raise SigningProblem(type(error).__name__) from None


def to_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that waits for nothing of this thread, which may have an event loop of its own."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pades") as threads:
        return threads.submit(asyncio.run, coroutine).result()

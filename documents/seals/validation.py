"""Judging a seal with the certificates that are kept here, and what to tell about it. No writes."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from documents.models import SealAuthority, SealRevocation, SealSigner
from documents.seals import pki
from icao.vds import Anchor, Code, Judgement, Seal, Trust, TrustLevel, judge, signer_identity
from icao.vds.profiles import is_visa, seal_mrz, visa_of
from icao.vds.seal import LIMIT

SENTENCES = {
    Code.NONE: _("The seal is authentic and has not been altered."),
    Code.UNKNOWN_FEATURE: _("The seal is authentic. It holds data that this system does not know."),
    Code.READ_ERROR: _("No bar code could be read. Try a sharper picture, straight and without reflections."),
    Code.EXPIRED_CERTIFICATE: _("The certificate of the signer has expired."),
    Code.WRONG_FORMAT: _("This is not a visible digital seal as ICAO 9303-13 defines it."),
    Code.UNKNOWN_CERTIFICATE: _("The certificate of the signer is not known here."),
    Code.UNTRUSTED_CERTIFICATE: _("The signer's certificate does not come from a trusted authority of its State."),
    Code.INVALID_DOCUMENTTYPE: _("The signer may not seal documents of this type."),
    Code.REVOKED_CERTIFICATE: _("The certificate of the signer has been revoked."),
    Code.INVALID_SIGNATURE: _("The signature is wrong: the seal has been altered or forged."),
    Code.INVALID_VISA_MRZ: _("The check digits of the visa's machine-readable zone are wrong."),
    Code.SEAL_VISA_MISMATCH: _("The printed zone of the visa says something else than its seal."),
    Code.INVALID_PASSPORT_MRZ: _("The check digits of the passport's machine-readable zone are wrong."),
    Code.SEAL_PASSPORT_MISMATCH: _("The visa was sealed for another passport."),
    Code.INVALID_SEAL_MRZ: _("The check digits of the zone in the seal are wrong."),
    Code.INVALID_PRINTED_MRZ: _("The check digits of the printed zone are wrong."),
    Code.SEAL_DOCUMENT_MISMATCH: _("The printed zone says something else than the seal."),
}
TRUST_LEVELS = {
    TrustLevel.TRUSTABLE: _("Trustworthy"),
    TrustLevel.MEDIUM: _("Medium risk of fraud"),
    TrustLevel.HIGH: _("High risk of fraud"),
}
FIELDS = {
    "document_code": _("document code"),
    "issuer": _("issuing State"),
    "name": _("name"),
    "number": _("document number"),
    "nationality": _("nationality"),
    "birth_date": _("date of birth"),
    "sex": _("sex"),
    "expiry_date": _("valid until"),
    "optional": _("optional data"),
    "passport_number": _("passport number"),
}
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_MAX_TEXT = 4 * LIMIT


class _Kept:
    """Certificates, authorities and revocations of the database, read when they are asked for."""

    def find(self, code: str) -> Sequence[x509.Certificate]:
        rows = SealSigner.objects.filter(code=code).order_by("-id")
        return [pki.load_certificate(text) for text in rows.values_list("certificate", flat=True)]

    def anchors(self) -> Sequence[Anchor]:
        rows = SealAuthority.objects.filter(trusted=True)
        return [Anchor(pki.load_certificate(text)) for text in rows.values_list("certificate", flat=True)]

    def revoked(self, certificate: x509.Certificate) -> bool:
        code, reference = signer_identity(certificate)
        return SealRevocation.objects.filter(
            serial=reference, authority__signers__code=code, authority__signers__reference=reference
        ).exists()


def validate(
    data: bytes | None, *, printed_mrz: str = "", passport_mrz: str = "", at: datetime | None = None
) -> Judgement:
    """The status of a seal's bytes (None: no bar code could be read), with what is trusted here at this moment."""
    kept = _Kept()
    at = at or timezone.now()
    return judge(
        data,
        trust=Trust(find=kept.find, anchors=kept.anchors(), revoked=kept.revoked),
        at=at,
        today=timezone.localdate(at),
        printed_mrz=printed_mrz,
        passport_mrz=passport_mrz,
    )


def bytes_of_text(text: str) -> bytes | None:
    """The seal that somebody pasted, in hexadecimal or Base64 (with or without padding, either alphabet); None when it
    is neither. Hexadecimal is tried first: a seal begins with ``DC``."""
    plain = "".join(text.split())
    if not plain or len(plain) > _MAX_TEXT:
        return None
    if _HEX.fullmatch(plain) and plain[:2].upper() == "DC":
        return bytes.fromhex(plain)
    plain = plain.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


# -- telling -------------------------------------------------------------------------------------------------------


def answer(judgement: Judgement) -> dict[str, Any]:
    """The judgement as plain values, in the words of the standard; ``message`` in the reader's language."""
    return {
        "status": "VALID" if judgement.valid else "INVALID",
        "code": str(judgement.code) or None,
        "trust": str(judgement.trust),
        "message": str(SENTENCES[judgement.code]),
        "differing": list(judgement.differing),
        "unknown_features": list(judgement.unknown),
        "seal": contents(judgement.seal) if judgement.seal else None,
    }


def contents(seal: Seal) -> dict[str, Any]:
    """What a seal says of itself and of the document. Believe it only when the seal is valid."""
    header = seal.header
    told: dict[str, Any] = {
        "version": header.version,
        "country": header.country,
        "signer": header.signer,
        "certificate_reference": header.reference,
        "issued": header.issued.isoformat(),
        "signed": header.signed.isoformat(),
        "document": "visa" if is_visa(seal) else "etd",
        "mrz": list(seal_mrz(seal)),
    }
    if is_visa(seal):
        visa = visa_of(seal)
        told |= {
            "passport_number": visa.passport_number,
            "entries": visa.entries,
            "stay": {"kind": visa.stay.kind, "days": visa.stay.days, "months": visa.stay.months,
                     "years": visa.stay.years},
            "visa_type": visa.visa_type.hex(),
        }  # fmt: skip
    return told


def stay_text(stay: dict[str, Any]) -> str:
    """The duration of stay for people."""
    if stay["kind"] == "until":
        return gettext("until the date of validity")
    if stay["kind"] == "border":
        return gettext("decided at entry")
    if stay["kind"] == "transit":
        return gettext("transit without entry")
    parts = [
        (stay["years"], ngettext("%(many)d year", "%(many)d years", stay["years"])),
        (stay["months"], ngettext("%(many)d month", "%(many)d months", stay["months"])),
        (stay["days"], ngettext("%(many)d day", "%(many)d days", stay["days"])),
    ]
    return ", ".join(text % {"many": many} for many, text in parts if many)

"""Whether a seal can be believed (ICAO 9303-13 App. D, 9303-7 §9.4, 9303-8 App. A).

The rules are taken in the order of the standard and the first that fails decides. What cannot be known from the seal
alone is asked of `Trust`: certificates of signers, authorities that are trusted, serial numbers that were revoked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from cryptography import x509

from icao import codes, mrz
from icao.check_digit import check_digit
from icao.mrz import Verdict
from icao.vds import certificates, profiles
from icao.vds.errors import SealFormatError
from icao.vds.seal import Seal, read_seal
from icao.vds.signature import verify_signature


class Code(StrEnum):
    """The sub-indications of the three validation policies; `NONE` when there is nothing to add to VALID."""

    NONE = ""
    UNKNOWN_FEATURE = "UNKNOWN_FEATURE"
    READ_ERROR = "READ_ERROR"
    EXPIRED_CERTIFICATE = "EXPIRED_CERTIFICATE"
    WRONG_FORMAT = "WRONG_FORMAT"
    UNKNOWN_CERTIFICATE = "UNKNOWN_CERTIFICATE"
    UNTRUSTED_CERTIFICATE = "UNTRUSTED_CERTIFICATE"
    INVALID_DOCUMENTTYPE = "INVALID_DOCUMENTTYPE"
    REVOKED_CERTIFICATE = "REVOKED_CERTIFICATE"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    INVALID_VISA_MRZ = "INVALID_VISA_MRZ"
    SEAL_VISA_MISMATCH = "SEAL_VISA_MISMATCH"
    INVALID_PASSPORT_MRZ = "INVALID_PASSPORT_MRZ"
    SEAL_PASSPORT_MISMATCH = "SEAL_PASSPORT_MISMATCH"
    INVALID_SEAL_MRZ = "INVALID_SEAL_MRZ"
    INVALID_PRINTED_MRZ = "INVALID_PRINTED_MRZ"
    SEAL_DOCUMENT_MISMATCH = "SEAL_DOCUMENT_MISMATCH"


class TrustLevel(StrEnum):
    """What the standard recommends to make of a sub-indication."""

    TRUSTABLE = "trustable"
    MEDIUM = "medium"
    HIGH = "high"


_VALID: Final = (Code.NONE, Code.UNKNOWN_FEATURE)
_MEDIUM: Final = (Code.READ_ERROR, Code.EXPIRED_CERTIFICATE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The certificate of a country signing authority that this house trusts."""

    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Trust:
    """What a validation knows beyond the seal.

    `find` gives every certificate of a signer identifier (a reference may be written with leading zeros, so the choice
    among them is made here); `revoked` tells whether a certificate is on a revocation list of its authority.
    """

    find: Callable[[str], Sequence[x509.Certificate]]
    anchors: Sequence[Anchor]
    revoked: Callable[[x509.Certificate], bool]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The status of a seal. `seal` is None when the bytes are not one; `certificate` None when it was not found.
    `vouched` tells whether the holder of a certificate under a trusted authority has signed these bytes, valid as the
    rest may be or not. `differing` names the fields of a mismatch, `unknown` the tags of unknown features."""

    code: Code
    seal: Seal | None = None
    certificate: x509.Certificate | None = None
    differing: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()
    vouched: bool = False

    @property
    def valid(self) -> bool:
        """VALID or INVALID."""
        return self.code in _VALID

    @property
    def trust(self) -> TrustLevel:
        """The recommended trust level (ICAO 9303-13 table D.1, 9303-7 table 2, 9303-8 table A-1)."""
        if self.valid:
            return TrustLevel.TRUSTABLE
        return TrustLevel.MEDIUM if self.code in _MEDIUM else TrustLevel.HIGH


def judge(
    data: bytes | None, *, trust: Trust, at: datetime, today: date, printed_mrz: str = "", passport_mrz: str = ""
) -> Judgement:
    """The status of a seal.

    :param data: the bytes of the bar code; None when none could be read.
    :param at: the moment at which certificates have to be valid, with a time zone; `today` its date, for the zones.
    :param printed_mrz: the zone printed on the document, when the reader has it.
    :param passport_mrz: the zone of the passport in which a visa is, when the reader has it.
    """
    if data is None:
        return Judgement(Code.READ_ERROR)
    try:
        seal = read_seal(data)
        unknown = profiles.check_profile(seal)
        if not codes.is_issuer(seal.header.country):
            raise SealFormatError("country")
    except SealFormatError:
        return Judgement(Code.WRONG_FORMAT)
    certificate, code = _certificate(seal, trust, at)
    trusted = certificate is not None and code is not Code.UNTRUSTED_CERTIFICATE
    vouched = trusted and certificate is not None and _signed_by(seal, certificate)
    if not code and not vouched:
        code = Code.INVALID_SIGNATURE
    differing: tuple[str, ...] = ()
    if not code:
        check = _visa if profiles.is_visa(seal) else _emergency
        code, differing = check(seal, printed_mrz, passport_mrz, today)
    if not code and unknown:
        code = Code.UNKNOWN_FEATURE
    return Judgement(code, seal, certificate, differing, unknown, vouched)


def _signed_by(seal: Seal, certificate: x509.Certificate) -> bool:
    try:
        key = certificate.public_key()
    except (ValueError, TypeError):  # a curve or a kind of key that the library does not know
        return False
    return verify_signature(key, seal.signed_bytes, seal.signature)


# -- signature and issuer ------------------------------------------------------------------------------------------


def _certificate(seal: Seal, trust: Trust, at: datetime) -> tuple[x509.Certificate | None, Code]:
    certificate = next(
        (
            each
            for each in trust.find(seal.header.signer)
            if certificates.same_reference(f"{each.serial_number:X}", seal.header.reference)
        ),
        None,
    )
    if certificate is None:
        return None, Code.UNKNOWN_CERTIFICATE
    if not _trusted(seal, certificate, trust, at):
        return certificate, Code.UNTRUSTED_CERTIFICATE
    allowed = certificates.document_types(certificate)
    if allowed is not None and profiles.seal_mrz(seal)[0][:2].rstrip("<") not in allowed:
        return certificate, Code.INVALID_DOCUMENTTYPE
    if at > certificate.not_valid_after_utc:
        return certificate, Code.EXPIRED_CERTIFICATE
    if trust.revoked(certificate):
        return certificate, Code.REVOKED_CERTIFICATE
    return certificate, Code.NONE


def _trusted(seal: Seal, certificate: x509.Certificate, trust: Trust, at: datetime) -> bool:
    """Signed by a trusted authority of the same country, for bar codes, and for a document of that country: else a
    signer of any State that is trusted for its own documents could seal another State's."""
    country = certificates.country_of(certificate)
    if not certificates.may_sign_seals(certificate) or certificate.not_valid_before_utc > at:
        return False
    issuers = {seal.header.country, profiles.seal_mrz(seal)[0][2:5].rstrip("<")}
    if issuers != {seal.header.country} or _alpha2(seal.header.country) != country:
        return False
    return any(
        certificates.country_of(anchor.certificate) == country
        and anchor.certificate.not_valid_before_utc <= at <= anchor.certificate.not_valid_after_utc
        and certificates.issued_by(certificate, anchor.certificate)
        for anchor in trust.anchors
    )


def _alpha2(code: str) -> str:
    special = codes.SPECIAL_CODES.get(code)
    return special.alpha2 if special and special.alpha2 else (codes.iso_alpha2(code) or "")


# -- zones ---------------------------------------------------------------------------------------------------------

_DIGITS: Final = (("number", 0, 9), ("birth_date", 13, 19), ("expiry_date", 21, 27))
_LINE_1: Final = (("document_code", 0, 2), ("issuer", 2, 5), ("name", 5, 44))
_LINE_2: Final = (
    ("number", 0, 10), ("nationality", 10, 13), ("birth_date", 13, 20), ("sex", 20, 21), ("expiry_date", 21, 28),
)  # fmt: skip


def _visa(seal: Seal, printed: str, passport: str, today: date) -> tuple[Code, tuple[str, ...]]:
    """ICAO 9303-7 §9.4. Without a printed zone the check digits of the sealed one are tested: it has the same lines."""
    lines = profiles.seal_mrz(seal)
    if not printed.strip():
        if not _digits_right(lines[1]):
            return Code.INVALID_VISA_MRZ, ()
    else:
        verdict = mrz.read(printed, today=today)
        wanted = profiles.visa_of(seal).mrz_format
        if verdict.format != wanted or not _checks_right(verdict):
            return Code.INVALID_VISA_MRZ, ()
        differing = _differences(lines, _zone_lines(verdict, len(lines[0])))
        if differing:
            return Code.SEAL_VISA_MISMATCH, differing
    if not passport.strip():
        return Code.NONE, ()
    verdict = mrz.read(passport, today=today)
    if verdict.fields is None or not _checks_right(verdict) or str(verdict.format).startswith("MRV"):
        return Code.INVALID_PASSPORT_MRZ, ()
    return _passport(seal, verdict)


def _passport(seal: Seal, verdict: Verdict) -> tuple[Code, tuple[str, ...]]:
    """Number and State of the passport. The seal holds no passport issuer; the holder's nationality in the sealed zone
    stands for it, and it is compared with the passport's nationality, which is the same for national passports and
    right for those of refugees and organizations too."""
    fields = verdict.fields
    assert fields is not None
    sealed = profiles.visa_of(seal)
    differing = []
    if profiles.passport_key(fields.number) != profiles.passport_key(sealed.passport_number.replace(" ", "<")):
        differing.append("passport_number")
    if fields.nationality != sealed.mrz[1][10:13].rstrip("<"):
        differing.append("nationality")
    return (Code.SEAL_PASSPORT_MISMATCH, tuple(differing)) if differing else (Code.NONE, ())


def _emergency(seal: Seal, printed: str, passport: str, today: date) -> tuple[Code, tuple[str, ...]]:
    """ICAO 9303-8 App. A."""
    lines = profiles.seal_mrz(seal)
    if not _checks_right(mrz.read("\n".join(lines), today=today)):
        return Code.INVALID_SEAL_MRZ, ()
    if not printed.strip():
        return Code.NONE, ()
    verdict = mrz.read(printed, today=today)
    if str(verdict.format) != "TD2" or not _checks_right(verdict):
        return Code.INVALID_PRINTED_MRZ, ()
    read = _zone_lines(verdict, 36)
    differing = _differences(lines, read)
    if not differing and read[1] != lines[1]:
        differing = ("optional",)
    return (Code.SEAL_DOCUMENT_MISMATCH, differing) if differing else (Code.NONE, ())


def _checks_right(verdict: Verdict) -> bool:
    return bool(verdict.checks) and all(check.ok for check in verdict.checks)


def _digits_right(line: str) -> bool:
    return all(check_digit(line[start:end]) == line[end] for _name, start, end in _DIGITS)


def _zone_lines(verdict: Verdict, width: int) -> tuple[str, str]:
    """The lines that were read, the first brought to its width: fillers get lost at its end."""
    first, second = verdict.lines[0], verdict.lines[1]
    return first[:width].ljust(width, "<"), second


def _differences(sealed: tuple[str, str], printed: tuple[str, str]) -> tuple[str, ...]:
    found = [name for name, start, end in _LINE_1 if sealed[0][start:end] != printed[0][start:end]]
    found += [name for name, start, end in _LINE_2 if sealed[1][start:end] != printed[1][start:end]]
    return tuple(found)

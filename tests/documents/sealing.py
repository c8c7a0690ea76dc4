"""A made-up authority and its signers, with keys in a folder of the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icao.mrz import read
from icao.vds import Header, Stay, c40_encode, etd_features, finish, raw_signature, signed_part, visa_features

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
VISA_MRZ = ("V<PERERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "V000123450UTO7408122F2705192<<<<<<<<<<<<<<<<")
PASSPORT_MRZ = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
ETD_MRZ = ("PUPERQUISPE<MAMANI<<ROSA<<<<<<<<<<<<", "S000001232PER0103174F2612214<<<<<<<8")
assert all(read("\n".join(zone), today=TODAY).valid for zone in (VISA_MRZ, PASSPORT_MRZ, ETD_MRZ))


@dataclass
class Chain:
    """An authority and what it issues; keys under ``folder`` when they are to be found by reference."""

    folder: Path
    country: str = "PE"
    begins: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    key: ec.EllipticCurvePrivateKey = field(init=False)
    certificate: x509.Certificate = field(init=False)
    keys: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from documents.seals import pki

        self.key = pki.new_key()
        self.certificate = pki.make_authority(self.key, country=self.country, name="Autoridad", begins=self.begins)
        self.folder.mkdir(exist_ok=True)
        self.folder.joinpath(f"authority-{self.country}.pem").write_text(pki.key_pem(self.key))

    def take_in(self, *, trusted: bool = True, key: bool = False):
        from documents.seals import pki, services

        reference = f"file:authority-{self.country}.pem" if key else ""
        return services.add_authority(
            actor=None,
            name="Autoridad",
            certificate=pki.pem(self.certificate),
            trusted=trusted,
            key_reference=reference,
        )

    def certify(
        self, name: str = "signer", *, public_key: Any = None, code: str = "", **changes: Any
    ) -> x509.Certificate:
        """A certificate for a bar code signer; its key is in ``NAME.pem`` unless it is another's."""
        from documents.seals import pki

        if public_key is None:
            key = pki.new_key()
            self.folder.joinpath(f"{name}.pem").write_text(pki.key_pem(key))
            public_key = key.public_key()
        else:
            key = None
        options = {"begins": self.begins, "ends": self.begins + timedelta(days=700), **changes}
        certificate = pki.make_signer(
            public_key, authority=self.certificate, authority_key=self.key, code=code or f"{self.country}VS", **options
        )
        self.keys[certificate.serial_number] = key
        return certificate

    def signer(
        self, name: str = "signer", *, profile: str = "visa", active: tuple[date, date] | None = None, **changes
    ):
        """A signer with its key, taken in."""
        from documents.seals import pki, services

        certificate = self.certify(name, **changes)
        begins, ends = active or (date(2026, 1, 1), date(2027, 11, 30))
        return services.add_signer(
            actor=None, profile=profile, certificate=pki.pem(certificate), key_reference=f"file:{name}.pem",
            active_from=begins, active_until=ends,
        )  # fmt: skip

    def seal(self, certificate: x509.Certificate, features: Any, *, visa: bool = True, **header: Any) -> bytes:
        """A seal by the key of a certificate, made without the services."""
        from cryptography.hazmat.primitives.asymmetric import ec

        from icao.vds import hash_for, signer_identity

        code, reference = signer_identity(certificate)
        whole = {"country": "PER", "signer": code, "reference": reference, "issued": TODAY, "signed": TODAY, **header}
        signed = signed_part(
            Header(feature_definition=93 if visa else 94, category=1 if visa else 3, **whole), tuple(features)
        )
        key = self.keys[certificate.serial_number]
        signature = raw_signature(key.sign(signed, ec.ECDSA(hash_for(key.curve))), key.curve)
        return finish(signed, signature)


def visa_message(**changes: Any):
    return visa_features(
        **{"mrz": VISA_MRZ, "stay": Stay.period(days=90), "passport_number": "L898902C3", "entries": 1, **changes}
    )


def etd_message(mrz: tuple[str, str] = ETD_MRZ):
    return etd_features(mrz)


def spoilt(lines: tuple[str, ...], line: int, column: int, sign: str) -> tuple[str, ...]:
    """The zone with one sign changed."""
    changed = list(lines)
    changed[line] = changed[line][:column] + sign + changed[line][column + 1 :]
    return tuple(changed)


__all__ = ["ETD_MRZ", "NOW", "PASSPORT_MRZ", "TODAY", "VISA_MRZ", "Chain", "c40_encode", "etd_message", "spoilt",
           "visa_message"]  # fmt: skip

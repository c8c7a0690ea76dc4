"""Signatures of seals: ECDSA, raw r and s (ICAO 9303-13 §2.4 and App. B)."""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

_HASHES: Final = ((224, hashes.SHA224), (256, hashes.SHA256), (384, hashes.SHA384), (512, hashes.SHA512))
LEAST_BITS: Final = 256
"""Shorter curves are not accepted (ICAO 9303-13 §2.4: at least 256 bit)."""


def hash_for(curve: ec.EllipticCurve) -> hashes.HashAlgorithm:
    """The hash that goes with a curve: the seal does not name it (ICAO 9303-13 §2.4, table)."""
    for bits, algorithm in _HASHES:
        if curve.key_size <= bits:
            return algorithm()
    return hashes.SHA512()  # P-521: SHA-512 is the longest there is (FIPS 186-4 §6.4)


def part_length(curve: ec.EllipticCurve) -> int:
    """Bytes of r, and of s."""
    return (curve.key_size + 7) // 8


def raw_signature(der: bytes, curve: ec.EllipticCurve) -> bytes:
    """r and s in fixed length, from the DER sequence that libraries give (ICAO 9303-13 App. B)."""
    r, s = decode_dss_signature(der)
    length = part_length(curve)
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def der_signature(raw: bytes) -> bytes:
    """The DER sequence of a raw signature (ICAO 9303-13 App. B)."""
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def verify_signature(key: object, signed: bytes, signature: bytes) -> bool:
    """Whether `signature` (raw) over `signed` was made by the owner of the public `key`; False for other kinds of key,
    for curves of fewer than 256 bits and for a signature of another length."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.key_size < LEAST_BITS:
        return False
    if len(signature) != 2 * part_length(key.curve):
        return False
    try:
        key.verify(der_signature(signature), signed, ec.ECDSA(hash_for(key.curve)))
    except InvalidSignature:
        return False
    return True

"""Visible digital seals: a signed message in a two-dimensional bar code on a visa or an emergency travel document.

ICAO 9303-13 (structure, encoding, signature, validation), 9303-7 §9 (visas), 9303-8 §6 (emergency travel documents),
9303-12 §7.1.3 (certificates of those who sign). Headers of version 3 and 4 are read, version 4 is written. Bytes in,
bytes out: bar codes, keys and where certificates are kept are the business of higher rooms. Of this room only this
part needs more than the standard library (`cryptography`).
"""

from icao.vds.c40 import c40_decode, c40_encode
from icao.vds.certificates import document_types, signer_identity
from icao.vds.errors import SealFormatError
from icao.vds.profiles import Stay, VisaSeal, etd_features, seal_mrz, visa_features
from icao.vds.seal import Feature, Header, Seal, finish, read_seal, signed_part
from icao.vds.signature import hash_for, raw_signature, verify_signature
from icao.vds.validation import Anchor, Code, Judgement, Trust, TrustLevel, judge

__all__ = [
    "Anchor",
    "Code",
    "Feature",
    "Header",
    "Judgement",
    "Seal",
    "SealFormatError",
    "Stay",
    "Trust",
    "TrustLevel",
    "VisaSeal",
    "c40_decode",
    "c40_encode",
    "document_types",
    "etd_features",
    "finish",
    "hash_for",
    "judge",
    "raw_signature",
    "read_seal",
    "seal_mrz",
    "signed_part",
    "signer_identity",
    "verify_signature",
    "visa_features",
]

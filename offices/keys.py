"""Keys for what is stored encrypted, derived from ``SECRET_KEY`` and never the key itself."""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def fernet_key(secret: str, purpose: str) -> bytes:
    """A Fernet key (32 bytes, base64) for one purpose (HKDF-SHA256, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sugm {purpose}".encode()).derive(secret.encode())
    return urlsafe_b64encode(derived)

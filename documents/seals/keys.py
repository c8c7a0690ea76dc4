"""Private keys by reference. A reference says where a key is and never holds it.

``file:NAME.pem``
    A PEM file in ``settings.SEAL_KEYS``. For the demonstration; signatures are deterministic (RFC 6979), so the same
    document sealed on the same day has the same bytes.
``pkcs11:token=TOKEN;object=LABEL[?pin-source=env:NAME]``
    A key in a hardware module (RFC 7512), reached through the library ``settings.PKCS11_MODULE``. Its PIN is in the
    environment variable NAME, else in ``SUGM_PKCS11_PIN``; the key does not leave the module.
"""

import os
import re
import threading
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

import pkcs11
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings
from pkcs11 import Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn

from icao.vds import hash_for, raw_signature

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.pem")
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
DEFAULT_PIN = "SUGM_PKCS11_PIN"


class KeyProblem(Exception):
    """A key that can not be had or used. The text names the reference's kind and the fault, never a PIN or a key."""


class Key(Protocol):
    """A private key that signs."""

    def sign(self, data: bytes, curve: ec.EllipticCurve) -> bytes:
        """Raw r and s over ``data``, hashed as the certificate's curve demands. Raises KeyProblem."""

    def sign_rsa(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256 over ``data``, of files only: a seal has no room for it. Raises KeyProblem."""


def open_key(reference: str) -> Key:
    """The key of a reference. Raises KeyProblem for a reference that is not one; whether the key exists is found out
    when it signs."""
    scheme, _, rest = reference.partition(":")
    if scheme == "file":
        return FileKey(rest)
    if scheme == "pkcs11":
        return ModuleKey(rest)
    raise KeyProblem("a key reference begins with file: or pkcs11:")


class FileKey:
    """A PEM file in ``settings.SEAL_KEYS``."""

    def __init__(self, name: str) -> None:
        if not _FILE.fullmatch(name):
            raise KeyProblem("file: wants the plain name of a .pem file")
        self.path = Path(settings.SEAL_KEYS) / name

    def load(self) -> ec.EllipticCurvePrivateKey:
        """The key itself, for the demonstration's authority; others only sign."""
        key = self._read()
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyProblem(f"file: {self.path.name}: not an elliptic-curve key")
        return key

    def _read(self) -> Any:
        try:
            return serialization.load_pem_private_key(self.path.read_bytes(), password=None)
        except OSError as error:
            raise KeyProblem(f"file: {self.path.name}: {error.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyProblem(f"file: {self.path.name}: not an unencrypted PEM key") from None

    def create(self) -> ec.EllipticCurvePublicKey:
        """Make a new key on P-256 in this file, which must not exist and which only its owner can read; returns its
        public half. Raises KeyProblem."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(
                    key.private_bytes(
                        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                    )
                )
        except OSError as error:
            raise KeyProblem(f"file: {self.path.name}: {error.strerror}") from None
        return key.public_key()

    def sign(self, data: bytes, curve: ec.EllipticCurve) -> bytes:
        key = self.load()
        if key.curve.name != curve.name:
            raise KeyProblem(f"file: {self.path.name}: the certificate has another curve")
        return raw_signature(key.sign(data, ec.ECDSA(hash_for(curve), deterministic_signing=True)), curve)

    def sign_rsa(self, data: bytes) -> bytes:
        key = self._read()
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyProblem(f"file: {self.path.name}: not an RSA key")
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class ModuleKey:
    """A key in a PKCS#11 module. A session is opened for each signature: none has to outlive a module's restart."""

    _lock = threading.Lock()  # sign-in and sign-out are of the whole process

    def __init__(self, rest: str) -> None:
        path, _, query = rest.partition("?")
        wanted = _attributes(path, ";")
        source = _attributes(query, "&").get("pin-source", f"env:{DEFAULT_PIN}")
        self.token, self.label = wanted.get("token", ""), wanted.get("object", "")
        self.pin_name = source.removeprefix("env:")
        if not self.token or not self.label or set(wanted) - {"token", "object", "type"}:
            raise KeyProblem("pkcs11: wants token=…;object=…")
        if not source.startswith("env:") or not _ENVIRONMENT.fullmatch(self.pin_name):
            raise KeyProblem("pkcs11: the PIN comes from an environment variable, pin-source=env:NAME")

    def sign(self, data: bytes, curve: ec.EllipticCurve) -> bytes:
        digest = hashes.Hash(hash_for(curve))
        digest.update(data)
        # the hash is made here: not every module knows ECDSA with one
        return self._sign(digest.finalize(), Mechanism.ECDSA)

    def sign_rsa(self, data: bytes) -> bytes:
        return self._sign(data, Mechanism.SHA256_RSA_PKCS)

    def _sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        pin = os.environ.get(self.pin_name, "")
        if not settings.PKCS11_MODULE or not pin:
            missing = self.pin_name if settings.PKCS11_MODULE else "SUGM_PKCS11_MODULE"
            raise KeyProblem(f"pkcs11: {missing} is not set")
        try:
            with self._lock, self._session(pin) as session:
                key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.label)
                return bytes(key.sign(data, mechanism=mechanism))
        except (PKCS11Error, RuntimeError, OSError) as error:
            raise KeyProblem(f"pkcs11: {type(error).__name__}") from None

    def _session(self, pin: str) -> Any:
        token = pkcs11.lib(settings.PKCS11_MODULE).get_token(token_label=self.token)
        try:
            return token.open(user_pin=pin)
        except UserAlreadyLoggedIn:  # by other code of this process: the sign-in holds for all its sessions
            return token.open()


def _attributes(text: str, separator: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(separator) if part]
    return {name: unquote(value) for name, _, value in pairs}

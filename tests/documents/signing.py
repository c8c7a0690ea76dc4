"""A made-up signer of files, a time-stamping authority on loopback, and OpenSSL to judge what they made."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.conftest import NO_OPENSSL

OPENSSL = shutil.which("openssl")
WHY_NOT = f"{NO_OPENSSL}: install openssl (as root on Debian, `make test` does)"


def days(number: int) -> datetime:
    """Midnight, UTC, so many days from now."""
    return (datetime.now(UTC) + timedelta(days=number)).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class FileChain:
    """A root and what it certifies; keys under ``folder``."""

    folder: Path
    key: Any = field(init=False)
    certificate: Any = field(init=False)

    def __post_init__(self) -> None:
        from documents.seals import pki

        self.key = pki.new_key()
        self.certificate = pki.make_authority(self.key, country="PE", name="Raiz de prueba", begins=days(-400))
        self.folder.mkdir(exist_ok=True)
        (self.folder / "raiz.crt").write_text(pki.pem(self.certificate))

    def certify(self, name: str, *, key: Any = None, begins: int = -30, ends: int = 300, **options: Any) -> Any:
        """A certificate for documents; its key is in ``NAME.pem``."""
        from cryptography.hazmat.primitives import serialization

        from documents.seals import pki

        key = key or pki.new_key()
        (self.folder / f"{name}.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pki.make_document_signer(
            key.public_key(), authority=self.certificate, authority_key=self.key, country="PE", name=name,
            begins=days(begins), ends=days(ends), **options,
        )  # fmt: skip

    def signer(self, name: str = "firmante", *, active: tuple[int, int] = (-30, 299), **options: Any) -> Any:
        """A signer taken in, active on days from and until counted from today."""
        from documents.seals import pki
        from documents.signatures import services

        return services.add_signer(
            actor=None, certificate=pki.pem(self.certify(name, **options)), chain=pki.pem(self.certificate),
            key_reference=f"file:{name}.pem", active_from=days(active[0]).date(), active_until=days(active[1]).date(),
        )  # fmt: skip


class StampServer:
    """A time-stamping authority (RFC 3161) over HTTP on loopback. ``fault`` says how it fails: ``down`` (500),
    ``refuses``, ``garbage``, ``replays`` (the token of the question before), ``huge``; empty: it does not."""

    def __init__(self, folder: Path) -> None:
        from asn1crypto import keys, tsp
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.x509.oid import ExtendedKeyUsageOID
        from pyhanko.sign.timestamps import DummyTimeStamper

        from documents.seals import pki
        from documents.signatures.pades import to_asn1

        root_key, key = pki.new_key(), rsa.generate_private_key(65537, 2048)
        root = pki.make_authority(root_key, country="PE", name="Raiz TSA de prueba", begins=days(-400))
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TSA de prueba")]))
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .serial_number(77)
            .not_valid_before(days(-30))
            .not_valid_after(days(300))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        self.roots = pki.pem(root)
        folder.mkdir(exist_ok=True)
        (folder / "tsa.crt").write_text(self.roots)
        pkcs8 = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.fault, self.asked, self.headers = "", 0, []
        self.before: bytes = b""
        signer = DummyTimeStamper(to_asn1(certificate), keys.PrivateKeyInfo.load(pkcs8))
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                outer.headers.append(dict(self.headers))
                question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                body = signer.request_tsa_response(question).dump()
                if outer.fault == "refuses":
                    body = bytes.fromhex("30053003020102")  # TimeStampResp: rejection, no token
                elif outer.fault == "garbage":
                    body = b"<html>not a time stamp</html>"
                elif outer.fault == "huge":
                    body = bytes(1_000_000)
                elif outer.fault == "replays" and outer.before:
                    body = outer.before
                outer.before = body
                self.send_response(500 if outer.fault == "down" else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/tsa"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def row(self, **changes: Any) -> Any:
        from documents.models import TimeStampService

        values = {"name": "TSA de prueba", "url": self.url, "roots": self.roots, "timeout": 5, "active": True}
        return TimeStampService.objects.create(**{**values, **changes})

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


# -- OpenSSL judges ------------------------------------------------------------------------------------------------


def signatures_in(content: bytes) -> list[tuple[bytes, bytes]]:
    """What each signature of a PDF covers, and its CMS: cut out by the file's own byte ranges, in their order."""
    found = []
    for match in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", content):
        first, size, second, rest = map(int, match.groups())
        blob = bytes.fromhex(content[first + size : second].strip(b"<>").decode())
        length = int.from_bytes(blob[2:4], "big") + 4  # DER, a length of two bytes; zeros fill the rest
        assert blob[:2] == b"\x30\x82"
        found.append((content[first : first + size] + content[second : second + rest], blob[:length]))
    return found


def openssl(folder: Path, *arguments: str, **files: bytes) -> subprocess.CompletedProcess:
    """OpenSSL's verdict; ``files`` are written to the folder first, and named ``@name`` in the arguments."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [str(folder / word[1:]) if word.startswith("@") else word for word in arguments]
    return subprocess.run([str(OPENSSL), *command], capture_output=True, timeout=60, check=False)


def is_signed(content: bytes, folder: Path, *, root: str = "raiz.crt", at: int = 0) -> bool:
    """Whether OpenSSL believes the signature (CAdES: the certificate that signed is bound into it)."""
    data, cms = signatures_in(content)[at]
    verdict = openssl(
        folder, "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "@cms.der", "-content", "@data.bin",
        "-CAfile", f"@{root}", "-purpose", "any", "-out", "@out.bin", **{"cms.der": cms, "data.bin": data},
    )  # fmt: skip
    return verdict.returncode == 0


def is_stamped(content: bytes, folder: Path, *, at: int = 1) -> bool:
    """Whether OpenSSL believes the document time stamp (RFC 3161)."""
    data, token = signatures_in(content)[at]
    verdict = openssl(
        folder, "ts", "-verify", "-token_in", "-in", "@token.der", "-data", "@data.bin", "-CAfile", "@tsa.crt",
        **{"token.der": token, "data.bin": data},
    )  # fmt: skip
    return verdict.returncode == 0

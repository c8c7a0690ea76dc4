"""Asking the virus scanner: ClamAV's daemon, by its own protocol (clamd(8), ``INSTREAM``).

Configured with ``CLAMD_ADDRESS`` (``host:port`` or ``unix:/path``). Configured and away, nothing is taken in.
"""

import socket
import struct
from contextlib import closing

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner did not answer, or not as it should."""


def check(content: bytes) -> None:
    """Raise ValidationError when the scanner finds something or, configured, does not answer. Nothing without one."""
    if not settings.CLAMD_ADDRESS:
        return
    try:
        found = scan(content, address=settings.CLAMD_ADDRESS, timeout=settings.CLAMD_TIMEOUT)
    except ScannerAway as error:
        raise ValidationError(
            _(
                "The file could not be checked for viruses, so it was not taken in. What you wrote is kept: "
                "try again in a few minutes and, if it goes on, tell your administrator."
            ),
            code="scanner_away",
        ) from error
    if found:
        raise ValidationError(
            _("The virus scanner found «%(name)s» in the file. It was not taken in. Do not open it on your computer."),
            code="infected",
            params={"name": found[:80]},
        )


def scan(content: bytes, *, address: str, timeout: float) -> str:
    """The name of what was found; empty when the file is clean. Raises ScannerAway."""
    try:
        with closing(_connect(address, timeout)) as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), PIECE):
                piece = content[at : at + PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            answer = _read(line)
    except (OSError, ValueError) as error:
        raise ScannerAway(type(error).__name__) from error
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway("answer")  # «INSTREAM size limit exceeded. ERROR» and anything that is not known


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(timeout)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=timeout)


def _read(line: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()

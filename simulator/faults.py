"""Answers that go wrong, put on the wire byte by byte so that the asking side meets the real thing."""

from __future__ import annotations

import gzip
import select
import socket
import struct
import time
from functools import cache

HUGE_BYTES = 10 * 1024 * 1024
BOMB_BYTES = 50 * 1024 * 1024
DRIP_SECONDS = 0.1
DRIP_LIMIT_SECONDS = 120.0

ENTITY_BOMB = (
    b'<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY a0 "REGISTRA">\n'
    + b"".join(b'<!ENTITY a%d "%s">\n' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>\n<r>&a9;</r>"
)
EXTERNAL_DTD = (
    b'<?xml version="1.0"?>\n<!DOCTYPE r SYSTEM "http://dtd.invalid/evil.dtd">\n'
    b"<r><descripcionMensaje>NO REGISTRA</descripcionMensaje></r>"
)
GARBAGE = b"\x00\x01\xfe<<<%%% no es una respuesta %%%>>>{[\x7f"
HTML = b"<html><head><title>Portal</title></head><body>NO REGISTRA</body></html>"


def client_gone(connection: socket.socket, seconds: float) -> bool:
    """Wait ``seconds``; True as soon as the caller hangs up."""
    poller = select.poll()
    poller.register(connection, select.POLLIN | select.POLLHUP | select.POLLERR)
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if not poller.poll(left * 1000):
            return False
        try:
            if not connection.recv(1, socket.MSG_PEEK):
                return True
        except (OSError, ValueError):
            # A TLS socket cannot be peeked: its readability before our answer is the caller leaving.
            return True
        time.sleep(min(0.01, left))  # pipelined bytes are not a hang-up
    return False


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(connection: socket.socket, first: bytes, forever: bytes) -> None:
    """Send ``first``, then ``forever`` a byte at a time until the caller leaves or the limit is reached."""
    connection.sendall(first)
    until, position = time.monotonic() + DRIP_LIMIT_SECONDS, 0
    while time.monotonic() < until and not client_gone(connection, DRIP_SECONDS):
        connection.sendall(forever[position % len(forever) :][:1])
        position += 1


@cache
def huge(prefix: bytes) -> bytes:
    """10 MB that begin like an answer."""
    return prefix + b" " * (HUGE_BYTES - len(prefix))


@cache
def gzip_bomb() -> bytes:
    """50 MB of blanks in some 50 kB."""
    return gzip.compress(b" " * BOMB_BYTES, 9)

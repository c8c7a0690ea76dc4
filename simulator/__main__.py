"""``python -m simulator --port N``: serve until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import ssl
import sys
import threading

from .server import Simulator


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and serve. Returns 1 with one line on stderr when the port is taken."""
    parser = argparse.ArgumentParser(prog="simulator", description="Agency simulator (demonstration and tests)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="latency of every agency at start")
    parser.add_argument("--control", action=argparse.BooleanOptionalAction, default=True, help="serve /_control/")
    parser.add_argument("--tls-cert", help="PEM certificate: serve HTTPS")
    parser.add_argument("--tls-key", help="PEM key of --tls-cert")
    options = parser.parse_args(arguments)
    tls = None
    try:
        if options.tls_cert:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(options.tls_cert, options.tls_key)
        server = Simulator(
            (options.host, options.port), control=options.control, tls=tls, latency_ms=options.latency_ms
        )
    except (OSError, ValueError) as exc:
        sys.stderr.write(f"simulator: cannot serve on {options.host}:{options.port}: {exc}\n")
        return 1
    # shutdown() waits for serve_forever() to leave, so it cannot be called from the thread that serves.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    port = server.server_address[1]
    sys.stdout.write(f"simulator ready on {server.scheme}://{options.host}:{port}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

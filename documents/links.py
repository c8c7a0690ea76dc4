"""The public link of a document and its QR."""

import io
from urllib.parse import urlsplit

import segno
from django.conf import settings


def public_link(token: str) -> str:
    """Where anybody can see whether a document is valid. In capitals where that means the same (scheme and host do not
    know case, and ``/V/`` is served like ``/v/``), because a QR holds capitals in less space (ISO/IEC 18004 §7.4.4)."""
    link = f"{settings.PUBLIC_URL}/V/{token}"
    return link if urlsplit(settings.PUBLIC_URL).path else link.upper()


def qr_svg(text: str) -> str:
    """A QR (ISO/IEC 18004) of at least level M as an SVG image without a quiet zone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, nl=False)
    return out.getvalue().decode()

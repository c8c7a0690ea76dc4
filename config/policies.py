"""What browsers are told that our pages may do: Content-Security-Policy (W3C CSP 3) and Permissions-Policy."""

from typing import Any

from csp.constants import NONE, SELF

PERMISSIONS = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), display-capture=(), encrypted-media=(), "
    "fullscreen=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), serial=(), usb=()"
)
"""Passports are read with a camera, people sign in with a security key; nothing else of the machine is used."""


def content_security(*, form_action: list[str]) -> dict[str, Any]:
    """No inline script, no inline style, nobody else's host. ``form_action``: the identity provider's origins, because
    browsers follow the redirect of a form only where the policy allows forms to go."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "img-src": [SELF, "data:", "blob:"],
            "style-src": [SELF],
            "script-src": [SELF],
            "object-src": [NONE],
            "base-uri": [SELF],
            "form-action": [SELF, *form_action],
            "frame-ancestors": [NONE],
        }
    }

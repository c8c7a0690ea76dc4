"""The ministry's identity provider, as django-allauth wants to be told of it (OpenID Connect Core 1.0)."""

from typing import Any


def provider(server_url: str, *, name: str, client_id: str, secret: str, claim: str, userinfo: bool) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS. ``claim``: one that the ministry assigns and nobody can change in their own profile."""
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "ministerio",
                    "name": name,
                    "client_id": client_id,
                    "secret": secret,
                    "settings": {"server_url": server_url, "uid_field": claim, "fetch_userinfo": userinfo},
                }
            ],
        }
    }

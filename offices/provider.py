"""The ministry's identity provider, as django-allauth finds it (it looks for this module in every installed app)."""

from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import PermissionDenied


class StaffProvider(OpenIDConnectProvider):
    """OpenID Connect, with a staff identifier that has to be there."""

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The claim ``OIDC_STAFF_CLAIM``. Without it PermissionDenied: the page for a failed sign-in."""
        claim = self.app.settings["uid_field"]
        for part in ("userinfo", "id_token"):
            value = (data.get(part) or {}).get(claim)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        raise PermissionDenied("no staff identifier")


provider_classes = [StaffProvider]

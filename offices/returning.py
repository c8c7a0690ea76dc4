"""Where a form may send the browser back to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, address: str | None) -> str:
    """``address`` when it is a path of this host, else an empty string.

    Only what begins with one slash: a word without one would be taken for the name of a view, and fail when there is
    none (CWE-601).
    """
    wanted = address or ""
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if here and wanted.startswith("/") else ""

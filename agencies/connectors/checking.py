"""What stands in the way of asking a question: its address, credentials, settings, and the service itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from .base import (
    AgencyRefusal,
    Connector,
    Endpoint,
    MalformedAnswer,
    NotConfigured,
    Problem,
    TransportFault,
    is_loopback,
)

MAX_TIMEOUT_S = 120.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024
PROBE_S = 10.0

UNREACHED: dict[str, Any] = {
    "timeout": _("The service did not answer in time."),
    "refused": _("Nobody answers at this address: wrong name or port, or the service is down."),
    "tls": _("The service's certificate is not trusted, has expired or belongs to another host."),
    "reset": _("The service closed the connection."),
    "http_5xx": _("The service reports an error of its own."),
    "busy": _("The service says it can not answer now."),
}
UNREADABLE: dict[str, Any] = {
    "schema": _("The service's contract (WSDL) is not the agreed one."),
    "dtd": _("The service's contract (WSDL) declares a DTD or entities, which are refused."),
    "charset": _("The service's contract (WSDL) is in a character set other than the one it declares."),
    "too_large": _("The service's contract (WSDL) is too large."),
    "redirect": _("The address leads elsewhere; redirects are not followed."),
}


def check_settings(connector: Connector, endpoint: Endpoint) -> list[Problem]:
    """The problems that can be seen without reaching the service."""
    problems = _address(endpoint)
    if not 0 < endpoint.timeout_s <= MAX_TIMEOUT_S:
        problems.append(Problem("timeout_s", _("The time-out must be between 0 and 120 seconds."), field="timeout"))
    if not 1024 <= endpoint.max_bytes <= MAX_ANSWER_BYTES:
        problems.append(Problem("max_bytes", _("The size limit must be between 1 KiB and 8 MiB."), field="max_bytes"))
    names = [name for name in connector.manifest.credentials if not endpoint.credentials.get(name)]
    if names:
        text = _("Credentials missing: %s.") % ", ".join(names)
        problems.append(Problem("credentials", text, field="credentials"))
    if not connector.manifest.heard_by:
        problems.append(
            Problem("no_declared_hearer", _("It is not declared which State hears this question."), "warning")
        )
    return problems + _settings(connector, endpoint)


def _address(endpoint: Endpoint) -> list[Problem]:
    found: list[tuple[str, Any]] = []
    try:
        url = urlsplit(endpoint.base_url)
        host, _port = url.hostname or "", url.port
    except ValueError:
        url, host = urlsplit(""), ""
    if url.scheme not in ("http", "https") or not host:
        found.append(("base_url", _("The base address must be a complete http or https address.")))
    elif url.scheme == "http" and not is_loopback(host):
        found.append(("no_tls", _("Without https the question would travel unprotected.")))
    if url.username or url.password or url.query or url.fragment:
        text = _("The base address must not contain credentials, a query or a fragment.")
        found.append(("secret_in_url", text))
    if endpoint.allow_hosts and host not in endpoint.allow_hosts:
        found.append(("host", _("The host of the base address is not among the allowed hosts.")))
    if url.scheme == "https" and not endpoint.verify_tls:
        found.append(("unverified", _("The agency's certificate is not verified.")))
    return [Problem(code, message, field="base_url") for code, message in found]


def _settings(connector: Connector, endpoint: Endpoint) -> list[Problem]:
    """What the question's own form says to its settings; those never set have their defaults."""
    fields = connector.settings_form.base_fields
    given = {name: value for name, value in endpoint.settings.items() if name in fields}
    data = {name: field.initial for name, field in fields.items() if field.initial is not None} | given
    form = connector.settings_form(data)
    return [
        Problem(f"setting:{name}", error, field="" if name == "__all__" else name)
        for name, errors in form.errors.items()
        for error in errors
    ]


def check(connector: Connector, endpoint: Endpoint) -> list[Problem]:
    """:meth:`agencies.connectors.base.Connector.check_config`."""
    problems = check_settings(connector, endpoint)
    if any(problem.severity == "error" for problem in problems):
        return problems
    try:
        connector.probe(replace(endpoint, timeout_s=min(endpoint.timeout_s, PROBE_S)))
    except TransportFault as fault:
        problems.append(Problem(f"unreached:{fault.kind}", UNREACHED[fault.kind], field="base_url"))
    except MalformedAnswer as fault:
        message = UNREADABLE.get(fault.kind, UNREADABLE["schema"])
        problems.append(Problem(f"contract:{fault.kind}", message, field="base_url"))
    except NotConfigured as lacking:
        text = _("The certificate or key files can not be read.") if lacking.code == "tls" else UNREADABLE["schema"]
        problems.append(Problem(f"not_configured:{lacking.code}", text, field="credentials"))
    except AgencyRefusal as refusal:
        text = _("The service refuses us (%s).") % refusal.code
        problems.append(Problem(f"refused:{refusal.code}", text, field="base_url"))
    return problems

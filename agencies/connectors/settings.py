"""Settings that several questions share: who answers for a question when no officer may be named, and from where it
is asked."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator, validate_ipv4_address
from django.utils.translation import gettext_lazy as _

from .base import Ask, Connector, ConnectorSettings, Endpoint

INSTITUTION = "SUGM"
"""What stands for the officer, or the machine, where the institution itself asks."""


class OfficerSettings(ConnectorSettings):
    """For services that want to know which officer asks."""

    responsible = forms.CharField(
        label=_("Responsible officer"),
        max_length=20,
        required=False,
        initial="",
        validators=[RegexValidator(r"^[A-Za-z0-9.-]*$", _("Letters, digits, dots and hyphens only."))],
        help_text=_(
            "DNI or user name that the agency knows, sent when the officer who asks must not be named (protected cases)"
            " or is not known to it."
        ),
    )


class WorkstationSettings(OfficerSettings):
    """For services that also want to know from which machine."""

    public_ip = forms.CharField(
        label=_("Public IP address"),
        required=False,
        initial="",
        validators=[validate_ipv4_address],
        help_text=_("The fixed address registered with the platform. Empty: the address of the machine that asks."),
    )
    machine = forms.CharField(
        label=_("Machine name"),
        max_length=30,
        required=False,
        initial=INSTITUTION,
        validators=[RegexValidator(r"^[A-Za-z0-9.-]*$", _("Letters, digits, dots and hyphens only."))],
    )
    mac = forms.CharField(
        label=_("MAC address"),
        required=False,
        initial="",
        validators=[
            RegexValidator(r"^([0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5})?$", _("Six pairs of hexadecimal digits."))
        ],
    )


def officer(connector: Connector, ask: Ask, endpoint: Endpoint) -> str:
    """The officer's reference for the agency: theirs, else the responsible one's, else the institution's."""
    known: Any = ask.officer_ref or connector.setting(endpoint, "responsible")
    return str(known) or INSTITUTION


def address_of(connector: Connector, endpoint: Endpoint) -> str:
    """The IP address stated as the asking machine's: the registered one, else that of the way to the agency (found in
    the routing table; nothing is sent). Empty when there is no way."""
    registered = str(connector.setting(endpoint, "public_ip"))
    if registered:
        return registered
    url = urlsplit(endpoint.base_url)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((url.hostname or "", url.port or 443))
        except OSError:
            return ""
        return str(way.getsockname()[0])


def workstation(connector: Connector, endpoint: Endpoint) -> tuple[str, str, str]:
    """Address, name and MAC of the asking machine; empty where not known."""
    machine = str(connector.setting(endpoint, "machine")) or INSTITUTION
    return address_of(connector, endpoint), machine, str(connector.setting(endpoint, "mac"))

"""Connectors: one per question an agency can be asked. Importing this package registers those that come with
the system; others register themselves with :data:`registry` when their app is ready."""

from . import inpe, interpol, migraciones, pj, pnp, reniec, sbs, sunat
from .base import (
    AgencyRecord,
    AgencyRefusal,
    Answer,
    Ask,
    Connector,
    Endpoint,
    MalformedAnswer,
    Manifest,
    NotConfigured,
    Subject,
    TransportFault,
)
from .registry import Registry, RegistryError, registry

__all__ = [
    "AgencyRecord",
    "AgencyRefusal",
    "Answer",
    "Ask",
    "Connector",
    "Endpoint",
    "MalformedAnswer",
    "Manifest",
    "NotConfigured",
    "Registry",
    "RegistryError",
    "Subject",
    "TransportFault",
    "inpe",
    "interpol",
    "migraciones",
    "pj",
    "pnp",
    "registry",
    "reniec",
    "sbs",
    "sunat",
]

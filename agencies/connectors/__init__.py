"""Connectors: one per question an agency can be asked. Importing this package registers those that come with
the system; others register themselves with :data:`registry` when their app is ready."""

from . import biometrics, inpe, interpol, migraciones, mtc, mtpe, pj, pnp, reniec, sbs, sunat
from .base import (
    AgencyRecord,
    AgencyRefusal,
    Answer,
    Ask,
    Connector,
    ConnectorSettings,
    Endpoint,
    MalformedAnswer,
    Manifest,
    NotConfigured,
    Problem,
    Sample,
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
    "ConnectorSettings",
    "Endpoint",
    "MalformedAnswer",
    "Manifest",
    "NotConfigured",
    "Problem",
    "Registry",
    "RegistryError",
    "Sample",
    "Subject",
    "TransportFault",
    "biometrics",
    "inpe",
    "interpol",
    "migraciones",
    "mtc",
    "mtpe",
    "pj",
    "pnp",
    "registry",
    "reniec",
    "sbs",
    "sunat",
]

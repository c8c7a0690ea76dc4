"""Everything at once: configuration, ministry, cases; in one transaction, so that it is there whole or not at all."""

from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from agencies.connectors.base import is_loopback
from agencies.models import Agency
from audit import services as audit
from audit.models import AuditEvent
from cases.registry import registry
from demo import cases, ministry, seals
from demo.clock import savepoints, silent_bells, travelling
from offices.configuration import forget_configuration

SEED, CASES = 2026, 300
LOADED = "demo.loaded"
_LOCK = 5_117_734_942  # of this command alone: two at once load once


@transaction.atomic
def load(*, seed: int, many: int, present: datetime | None = None) -> Counter[str] | None:
    """Load the demonstration as of ``present`` (now); how many cases each post has, or None when it had been loaded
    before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if AuditEvent.objects.filter(verb=LOADED).exists():
        _readdress()
        seals.ensure()
        return None
    for defaults in registry.defaults.values():
        defaults()
    forget_configuration()
    with silent_bells(), savepoints(wanted=False), travelling(seed, present=present) as clock:
        clock.at = ministry.SINCE
        house = ministry.load(clock.present.date())
        seals.ensure(ministry.SINCE.date())
        ministry.stock_blanks(house)
        posts = cases.load(house, clock, seed=seed, many=many)
    seals.ensure()
    audit.record(LOADED, actor=None, data={"seed": seed, "cases": many})
    return posts


def _readdress() -> None:
    """Agencies played by a simulator are asked where it lives now: its port may have changed between two starts."""
    address = f"{settings.SIMULATOR_URL.rstrip('/')}/"
    if address == "/":
        return
    for agency in Agency.objects.exclude(base_url=address):
        if is_loopback(urlsplit(agency.base_url).hostname or ""):
            audit.record(
                "configuration.changed", actor=None,
                data={"model": "agencies.Agency", "id": agency.pk, "fields": {"base_url": [agency.base_url, address]}},
            )  # fmt: skip
            Agency.objects.filter(pk=agency.pk).update(base_url=address)

"""``/metrics`` for Prometheus (docs/decisions/0010): whoever shows the token, or this machine itself while none is set.

To everybody else there is no such page.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from agencies.metrics import AgencyMetrics
from cases.metrics import CaseMetrics

# What a proxy adds: a request that carries one of these did not begin on this machine.
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def _admitted(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and constant_time_compare(shown.strip(), settings.METRICS_TOKEN)
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a unix socket has no address, and a proxy at its other end
        return False


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Agencies, queues and cases in Prometheus' text format."""
    if not _admitted(request):
        raise Http404
    registry = CollectorRegistry()
    for collector in (AgencyMetrics(), CaseMetrics()):
        registry.register(collector)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

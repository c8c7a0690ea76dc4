"""The agencies in Prometheus' words. Everything is read from the database when it is scraped: several web processes and
workers would each know only their own part of it, and forget that at every restart."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from agencies.limits import Breaker
from agencies.models import BUCKETS_MS, Agency, Check, Outcome, Tally
from agencies.status import Health, statuses

OPEN = ("queued", "asking", "stopped")


class AgencyMetrics:
    """A collector of ``prometheus_client``."""

    def collect(self) -> Iterator[Metric]:
        yield from self._states()
        yield from self._counters()

    def _states(self) -> Iterator[Metric]:
        at = timezone.now()
        health = GaugeMetricFamily("sugm_agency_state", "1 for the state an agency is in.", labels=["agency", "state"])
        breaker = GaugeMetricFamily(
            "sugm_agency_breaker", "1 for the position its breaker is in.", labels=["agency", "position"]
        )
        oldest = GaugeMetricFamily(
            "sugm_agency_oldest_due_seconds", "For how long its longest due check has waited.", labels=["agency"]
        )
        checks = GaugeMetricFamily("sugm_agency_checks", "Unsettled checks by state.", labels=["agency", "state"])
        numbers: dict[tuple[int, str], int] = {
            (agency_id, state): number
            for agency_id, state, number in Check.objects.filter(state__in=OPEN)
            .order_by()
            .values_list("agency", "state")
            .annotate(Count("pk"))
        }
        for row in statuses(at):
            code = row.agency.code
            for state in Health:
                health.add_metric([code, state.value], row.health is state)
            for position in Breaker:
                breaker.add_metric([code, position.value], row.breaker is position)
            oldest.add_metric([code], (at - row.waiting_since).total_seconds() if row.waiting_since else 0)
            for name in OPEN:
                checks.add_metric([code, name], numbers.get((row.agency.pk, name), 0))
        yield from (health, breaker, oldest, checks)

    def _counters(self) -> Iterator[Metric]:
        asked = CounterMetricFamily("sugm_agency_questions", "Questions put to an agency.", labels=["agency"])
        ended = CounterMetricFamily(
            "sugm_agency_attempts", "Attempts that have ended, by outcome.", labels=["agency", "outcome"]
        )
        took = HistogramMetricFamily(
            "sugm_agency_answer_seconds", "How long answers took.", labels=["agency"]
        )  # fmt: skip
        tallies: dict[int, dict[str, list[Tally]]] = defaultdict(lambda: defaultdict(list))
        for tally in Tally.objects.all():
            tallies[tally.agency_id][tally.outcome].append(tally)
        for agency in Agency.objects.order_by("code"):
            asked.add_metric([agency.code], agency.asked)
            own = tallies[agency.pk]
            for outcome in Outcome.values:
                ended.add_metric([agency.code, outcome], sum(tally.number for tally in own[outcome]))
            answers = {tally.bucket: tally.number for tally in own[Outcome.ANSWERED]}
            so_far, buckets = 0, []
            for place, bound in enumerate((*[f"{ms / 1000:g}" for ms in BUCKETS_MS], "+Inf")):
                so_far += answers.get(place, 0)
                buckets.append((bound, so_far))
            seconds = sum(tally.ms for tally in own[Outcome.ANSWERED]) / 1000
            took.add_metric([agency.code], buckets=buckets, sum_value=seconds)
        yield from (asked, ended, took)

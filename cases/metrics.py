"""The engine in Prometheus' words, read from the database when it is scraped. Protected cases are not counted: their
number is nobody's business outside the roles of protection (domain §8.4)."""

from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from cases.health import last_beat

# Open cases and open steps only (case_open_due, task_right), however many have been closed.
_CASES = """
    SELECT procedure, stage, count(*) FROM cases_case
    WHERE outcome = '' AND confidentiality = 'N' GROUP BY procedure, stage
"""
_OVERDUE = """
    SELECT procedure, count(*), min(due_at) FROM cases_task
    WHERE finished IS NULL AND flow_task_type = 'HUMAN' AND confidentiality = 'N' AND due_at < %s GROUP BY procedure
"""
_QUEUES = """
    SELECT 'steps', min(scheduled) FROM cases_task WHERE status = 'SCHEDULED'
    UNION ALL
    SELECT 'notifications', min(next_attempt_at) FROM cases_notification WHERE state = 'queued'
"""


class CaseMetrics:
    """A collector of ``prometheus_client``."""

    def collect(self) -> Iterator[Metric]:
        at = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_CASES)
            stages = cursor.fetchall()
            cursor.execute(_OVERDUE, [at])
            late = cursor.fetchall()
            cursor.execute(_QUEUES)
            queues = cursor.fetchall()
        cases = GaugeMetricFamily("sugm_cases_open", "Open cases by stage.", labels=["procedure", "stage"])
        overdue = GaugeMetricFamily("sugm_steps_overdue", "Open steps past their term.", labels=["procedure"])
        oldest = GaugeMetricFamily("sugm_steps_oldest_overdue_seconds", "By how long the oldest step is overdue.")
        ages = GaugeMetricFamily(
            "sugm_queue_oldest_seconds", "For how long the oldest due work has waited.", labels=["queue"]
        )
        heart = GaugeMetricFamily("sugm_worker_heartbeat_seconds", "Since a worker did the heartbeat job; -1: never.")
        for procedure, stage, number in stages:
            cases.add_metric([procedure, stage], number)
        for procedure, number, _first in late:
            overdue.add_metric([procedure], number)
        oldest.add_metric([], max(((at - first).total_seconds() for *_rest, first in late), default=0))
        for queue, first in queues:
            ages.add_metric([queue], max(0, (at - first).total_seconds()) if first else 0)
        beat = last_beat()
        heart.add_metric([], (at - beat).total_seconds() if beat else -1)
        yield from (cases, overdue, oldest, ages, heart)

"""Reads of checks."""

from datetime import timedelta

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value

from cases.queries import CaseRowQuerySet, of_visible_cases
from offices.authority import authority_of
from offices.roles import Act


class OfCheckQuerySet(CaseRowQuerySet):
    """Rows that hang on a check, and are seen by whoever sees its case."""

    case_path = "check_asked__case"


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReportQuerySet":
        """Reports of the cases this user may see, and those of the offices whose procedure they supervise."""
        supervised = authority_of(user).where(Act.SUPERVISE, procedure="procedure", office="office_id")
        return self.filter((Q(case__isnull=False) & of_visible_cases(user)) | (Q(case__isnull=True) & supervised))


class CheckQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CheckQuerySet":
        """Checks of the cases this user may see."""
        return self.filter(of_visible_cases(user))

    def evidence_for(self, user) -> "CheckQuerySet":
        """Checks whose evidence exists for this user: of cases they see, and of those they audit."""
        audited = authority_of(user).where(Act.AUDIT, procedure="case__procedure", office="case__office_id")
        return self.filter(of_visible_cases(user) | audited & Q(case__confidentiality="N"))

    def unsettled(self) -> "CheckQuerySet":
        """Checks that their step waits for, those left to a person among them."""
        return self.filter(state__in=["queued", "asking", "stopped"])

    def due(self, at) -> "CheckQuerySet":
        """Checks to ask: waiting ones whose time has come, and asked ones whose lease has run out."""
        return self.filter(
            Q(state="queued", next_attempt_at__lte=at) | Q(state="asking", leased_until__lt=at)
        ).order_by("next_attempt_at")

    def next_of(self, agency_id: int, at) -> "CheckQuerySet":
        """What waits for an agency and is due, the longest due first; in the order of the index."""
        return self.filter(agency_id=agency_id, state="queued", next_attempt_at__lte=at).order_by("next_attempt_at")

    def under_way(self, at) -> "CheckQuerySet":
        """Checks that somebody is asking and whose lease holds."""
        return self.filter(state="asking", leased_until__gte=at)

    def lost(self, at) -> "CheckQuerySet":
        """Checks whose asker has not come back within its lease."""
        return self.filter(state="asking", leased_until__lt=at)

    def out_of_patience(self, at) -> "CheckQuerySet":
        """Waiting checks whose policy lets the case go on, once their minutes are over and somebody has asked, or could
        not because the agency is out of order or paused."""
        minute = Value(timedelta(minutes=1), models.DurationField())
        return self.filter(state="queued", on_outage="proceed").filter(
            Q(attempts__gt=0) | Q(agency__retry_at__isnull=False) | Q(agency__paused=True),
            created__lt=ExpressionWrapper(Value(at) - F("patience") * minute, models.DateTimeField()),
        )

    def open_hits(self) -> "CheckQuerySet":
        """Hits that nobody has settled."""
        return self.filter(needs_adjudication=True)

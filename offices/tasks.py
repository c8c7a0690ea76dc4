"""Jobs of this room: what follows visibly when a posting or a cover begins or ends. The rights themselves follow the
dates at every request; a job that is late leaves nobody a right."""

from celery import shared_task
from django.utils import timezone

from offices import services
from offices.delegating import note_delegation_end
from offices.models import Delegation, Posting
from wall.realm import PROTECTED, in_realm

SWEEP = 200


@shared_task
@in_realm(PROTECTED)
def turn_postings() -> int:
    """Note the postings that have begun or ended and the covers that are over, each in its own transaction."""
    now = timezone.now()
    related = Posting.objects.select_related("user", "office")
    opening = list(related.to_open(now)[:SWEEP])
    closing = list(related.to_close(now)[:SWEEP])
    over = list(Delegation.objects.select_related("posting__office", "absentee", "delegate").to_close(now)[:SWEEP])
    for posting in opening:
        services.note_opening(posting)
    for posting in closing:
        services.note_closing(posting)
    for delegation in over:
        note_delegation_end(delegation)
    return len(opening) + len(closing) + len(over)

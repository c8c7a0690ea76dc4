"""Jobs of the log."""

from celery import shared_task

from audit import sealing
from wall.realm import PROTECTED, in_realm

BATCHES = 50


@shared_task
@in_realm(PROTECTED)
def seal() -> int:
    """Close what has been written since the last seal; returns how many events."""
    sealed = 0
    for _batch in range(BATCHES):
        made = sealing.seal()
        if made is None:
            break
        sealed += made.count
    return sealed

"""Jobs of the log."""

from celery import shared_task

from audit import sealing

BATCHES = 50


@shared_task
def seal() -> int:
    """Close what has been written since the last seal; returns how many events."""
    sealed = 0
    for _batch in range(BATCHES):
        made = sealing.seal()
        if made is None:
            break
        sealed += made.count
    return sealed

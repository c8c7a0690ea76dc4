"""One row that the heartbeat job touches."""

from django.db import models


class Heartbeat(models.Model):
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.at.isoformat()

"""The composition root: settings, URLs, Celery and the local services. Only this room knows all others."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""The Celery application.

The database is the truth and the broker is the doorbell: every job carries only the id of a row that says
what is to be done, so losing the broker's data loses nothing (the beat sweeps ring again).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sugm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The floor: the same acts as somebody would write them by hand for one procedure, straight on Django's ORM.

No engine, no rights, no clock, no queue: one case row, one task row, six check rows in one statement, row locks, and
one history row per act. Nothing that keeps a record can be cheaper; the engine is measured by how near it stays.
"""

import uuid
from itertools import count

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

CHECKS = 6


class FloorCase(models.Model):
    number = models.CharField(max_length=32, unique=True)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "bench"
        db_table = "bench_floor_case"
        indexes = [models.Index(fields=["office", "-id"], name="floor_case_office")]

    def __str__(self) -> str:
        return self.number


class FloorTask(models.Model):
    case = models.ForeignKey(FloorCase, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=16)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(default=2)
    due_at = models.DateTimeField()
    created = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"
        db_table = "bench_floor_task"
        indexes = [
            models.Index(
                fields=["office", "priority", "due_at", "id"],
                name="floor_queue",
                condition=models.Q(finished__isnull=True, owner__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.step


class FloorCheck(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.ForeignKey(FloorCase, on_delete=models.PROTECT, related_name="checks")
    question = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default="queued")

    class Meta:
        app_label = "bench"
        db_table = "bench_floor_check"

    def __str__(self) -> str:
        return self.question


class FloorHistory(models.Model):
    case = models.ForeignKey(FloorCase, on_delete=models.PROTECT, related_name="history")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "bench"
        db_table = "bench_floor_history"

    def __str__(self) -> str:
        return self.verb


MODELS = (FloorCase, FloorTask, FloorCheck, FloorHistory)
_numbers = count(1)


def create_tables() -> None:
    """Make the floor's tables in the bench's own database."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


@transaction.atomic
def start(*, actor, office, applicant) -> FloorCase:
    """File a case: four statements."""
    at = timezone.now()
    case = FloorCase.objects.create(
        number=f"FLOOR-{next(_numbers):08d}", office=office, applicant=applicant, stage="checks", due_at=at
    )
    FloorTask.objects.create(case=case, step="interview", office=office, due_at=at)
    FloorCheck.objects.bulk_create(FloorCheck(case=case, question=f"question {n}") for n in range(CHECKS))
    FloorHistory.objects.create(case=case, actor=actor, verb="registered")
    return case


def _locked(task: FloorTask) -> tuple[FloorCase, FloorTask]:
    case = FloorCase.objects.select_for_update().get(pk=task.case_id)
    return case, FloorTask.objects.select_for_update().get(pk=task.pk)


@transaction.atomic
def take(task: FloorTask, *, actor) -> FloorTask:
    """Take a step: four statements."""
    case, fresh = _locked(task)
    assert fresh.owner_id is None, "somebody was faster"
    fresh.owner = actor
    fresh.save(update_fields=["owner"])
    FloorHistory.objects.create(case=case, actor=actor, verb="taken")
    return fresh


@transaction.atomic
def complete(task: FloorTask, *, actor, following: str) -> FloorTask:
    """Finish a step and open the next: six statements."""
    case, fresh = _locked(task)
    assert fresh.owner_id == actor.pk and fresh.finished is None, "not this person's step"
    fresh.finished = timezone.now()
    fresh.save(update_fields=["finished"])
    later = FloorTask.objects.create(case=case, step=following, office_id=fresh.office_id, due_at=fresh.due_at)
    case.stage = following
    case.save(update_fields=["stage"])
    FloorHistory.objects.create(case=case, actor=actor, verb="completed")
    return later

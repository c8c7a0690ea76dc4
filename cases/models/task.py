"""The task: a step of a case that a person or the system has to do."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractTask

from cases.models.case import Case, Priority
from cases.queries import TaskQuerySet
from offices.models import Office
from offices.roles import ProcedureCode
from people.models import Realm

_OPEN = models.Q(finished__isnull=True, flow_task_type="HUMAN")
_MINE = models.Q(finished__isnull=True, flow_task_type="HUMAN", owner__isnull=False)


class Task(AbstractTask):
    """viewflow's task with the columns of the queue copied in at creation, so that no list joins to sort.

    ``right`` is the permission that the step asks for (``decide_visa``) at ``office``.
    """

    process = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.CASCADE)
    # re-declared: deleting a user must never delete the record of what they did
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the partial index of open tasks below serves it
    )
    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    right = models.CharField(_("right"), max_length=40, blank=True)
    confidentiality = models.CharField(max_length=1, choices=Realm.choices, default=Realm.ORDINARY)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    due_at = models.DateTimeField(_("due"))
    data = models.JSONField(default=dict, blank=True)

    objects = TaskQuerySet.as_manager()

    # viewflow's own permission columns cannot be removed (a generic relation hangs on them); ``right`` and ``office``
    # are ours, and these stay empty
    owner_permission = None
    owner_permission_content_type = models.ForeignKey(
        "contenttypes.ContentType", null=True, blank=True, editable=False, on_delete=models.SET_NULL,
        related_name="+", db_index=False,
    )  # fmt: skip
    seed = None
    artifact = None

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        default_permissions = ()
        indexes = [
            # lists are read right by right, each in the order of urgency (TaskQuerySet.urgent), for one or a few
            # offices or for all of them
            models.Index(
                fields=["office", "right", "priority", "due_at", "id"], name="task_office_right", condition=_OPEN
            ),
            models.Index(fields=["right", "priority", "due_at", "id"], name="task_right", condition=_OPEN),
            models.Index(fields=["owner", "priority", "due_at", "id"], name="task_mine", condition=_MINE),
            models.Index(fields=["scheduled"], name="task_scheduled", condition=models.Q(status="SCHEDULED")),
            models.Index(fields=["office", "-id"], name="task_failed", condition=models.Q(status="ERROR")),
        ]

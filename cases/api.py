"""The engine's REST API: the same doors, forms and acts as the pages."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.forms import ChoiceField, Field, Form, ModelChoiceField
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.models import AuditEvent
from cases import services
from cases.access import check_reading
from cases.models import Case, Outcome, Task
from cases.reading import note_case_read, note_sought
from cases.timeline import READS, reason_for_colleagues

PAGE = 50


class TextField(serializers.CharField):
    """Text and nothing else: a number in its place is a caller's mistake, not a reason or a name."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Shown(serializers.ModelSerializer):
    """Columns that are shown and never taken in: every field is read-only, those that are declared too."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


class TaskSerializer(Shown):
    """A step of a case, with what a work list shows of the case."""

    step = serializers.CharField(source="flow_task.name")
    title = serializers.CharField(source="flow_task.task_title")
    case = serializers.CharField(source="process.number")
    applicant = serializers.CharField(source="process.applicant_name")
    nationality = serializers.CharField(source="process.nationality")
    subtype = serializers.CharField(source="process.subtype")
    owner = serializers.SlugRelatedField(slug_field="username", read_only=True, allow_null=True)
    office = serializers.CharField(source="office.code")

    class Meta:
        model = Task
        fields = [
            "id", "step", "title", "case", "applicant", "nationality", "procedure", "subtype", "office", "owner",
            "priority", "due_at", "created", "status",
        ]  # fmt: skip
        read_only_fields = fields


class FormFieldSerializer(serializers.Serializer):
    """One field of the form that completes a step."""

    name = serializers.CharField()
    label = serializers.CharField()
    required = serializers.BooleanField()
    kind = serializers.CharField(help_text="Field class: ChoiceField, CharField, DateField, FileField…")
    choices = serializers.ListField(child=serializers.DictField(), required=False)


class TaskDetailSerializer(TaskSerializer):
    form = serializers.SerializerMethodField()

    class Meta(TaskSerializer.Meta):
        fields = [*TaskSerializer.Meta.fields, "form"]

    @extend_schema_field(FormFieldSerializer(many=True))
    def get_form(self, task: Task) -> list[dict[str, Any]]:
        if task.finished is not None:
            return []
        form = step_form(task, actor=self.context["request"].user)
        return [describe(name, field) for name, field in form.fields.items()]


class CaseSerializer(Shown):
    office = serializers.CharField(source="office.code")
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True, help_text="Empty while the case is open.")
    open_steps = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "number", "procedure", "subtype", "subtype_label", "office", "applicant_name", "nationality", "stage",
            "outcome", "priority", "created", "due_at", "decided_at", "notified_at", "closed_at", "open_steps",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TaskSerializer(many=True))
    def get_open_steps(self, case: Case) -> list[dict[str, Any]]:
        tasks = case.task_set.human().open().select_related("process", "owner", "office")
        return TaskSerializer(tasks, many=True).data


class EventSerializer(Shown):
    """One line of a case's timeline."""

    actor = serializers.SlugRelatedField(slug_field="username", read_only=True, allow_null=True)
    on_behalf_of = serializers.SlugRelatedField(slug_field="username", read_only=True, allow_null=True)
    reason = serializers.SerializerMethodField()

    class Meta:
        model = AuditEvent
        fields = ["id", "at", "verb", "actor", "on_behalf_of", "reason", "data"]
        read_only_fields = fields

    def get_reason(self, event: AuditEvent) -> str:
        return reason_for_colleagues(event)


class ProblemSerializer(serializers.Serializer):
    """A refusal: ``code`` is stable, ``detail`` is for people; ``errors`` lists messages by field."""

    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)


PROBLEMS = {
    400: OpenApiResponse(ProblemSerializer, description="Bad values, by field."),
    403: OpenApiResponse(ProblemSerializer, description="No right here, or four-eyes."),
    404: OpenApiResponse(description="Absent, or not yours."),
    409: OpenApiResponse(ProblemSerializer, description="Someone was faster."),
}


def describe(name: str, field: Field) -> dict[str, Any]:
    """A form field as data."""
    described: dict[str, Any] = {
        "name": name,
        "label": str(field.label or name),
        "required": field.required,
        "kind": next(
            c.__name__ for c in type(field).__mro__ if c.__module__ == "django.forms.fields" or c is ModelChoiceField
        ),
    }
    if isinstance(field, ChoiceField | ModelChoiceField):
        described["choices"] = [
            {"value": str(value), "label": str(label)} for value, label in field.choices if str(value)
        ]
    return described


def step_form(task: Task, *, actor, data: Any = None, files: Any = None) -> Form:
    """The form of a step, as page and API build it; data of the procedure's own model are loaded with the case."""
    case = task.flow_task.flow_class.process_class._default_manager.get(pk=task.process_id)
    return task.flow_task.form(data, files, case=case, task=task, actor=actor)


def encode_cursor(task: Task) -> str:
    return urlsafe_b64encode(f"{task.priority}|{task.due_at.isoformat()}|{task.pk}".encode()).decode()


def decode_cursor(text: str) -> tuple[int, datetime, int]:
    """The key a cursor holds. Raises DRF's ValidationError for a cursor we did not make."""
    try:
        priority, due_at, pk = urlsafe_b64decode(text.encode()).decode().split("|")
        moment = datetime.fromisoformat(due_at)
        if moment.utcoffset() is None or not 0 <= int(priority) < 2**15 or not 0 <= int(pk) < 2**63:
            raise ValueError(text)
        return int(priority), moment, int(pk)
    except (ValueError, binascii.Error) as error:
        raise ValidationError({"cursor": [_("This cursor is not valid.")]}) from error


class TaskPage(serializers.Serializer):
    results = TaskSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class TaskList(APIView):
    """My open steps (``list=inbox``) or those I may take (``list=queue``), most urgent first."""

    @extend_schema(
        operation_id="tasks_list",
        parameters=[
            OpenApiParameter("list", OpenApiTypes.STR, enum=["inbox", "queue"], default="inbox"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="``next`` of the page before."),
        ],
        responses={200: TaskPage, 400: PROBLEMS[400]},
    )
    def get(self, request: Request) -> Response:
        wanted = request.query_params.get("list", "inbox")
        if wanted not in ("inbox", "queue"):
            raise ValidationError({"list": [_("Choose inbox or queue.")]})
        tasks: QuerySet[Task] = (
            Task.objects.inbox_of(request.user) if wanted == "inbox" else Task.objects.queue_for(request.user)
        )
        if cursor := request.query_params.get("cursor"):
            tasks = tasks.after(*decode_cursor(cursor))
        rows = list(tasks.select_related("process", "owner", "office").urgent(PAGE + 1))
        following = encode_cursor(rows[PAGE - 1]) if len(rows) > PAGE else None
        return Response({"results": TaskSerializer(rows[:PAGE], many=True).data, "next": following})


class TaskView(APIView):
    """Base of the views on one visible step."""

    def task(self, request: Request, pk: int) -> Task:
        visible = Task.objects.visible_to(request.user).human().select_related("process", "owner", "office")
        return get_object_or_404(visible, pk=pk)

    def answer(self, request: Request, task: Task) -> Response:
        return Response(TaskDetailSerializer(task, context={"request": request}).data)


class TaskDetail(TaskView):
    """One step and the form that completes it."""

    @extend_schema(operation_id="tasks_read", responses={200: TaskDetailSerializer, 404: PROBLEMS[404]})
    def get(self, request: Request, pk: int) -> Response:
        task = self.task(request, pk)
        check_reading(request.user, task.process)
        return self.answer(request, task)


class TakeTask(TaskView):
    """Take a waiting step."""

    @extend_schema(operation_id="tasks_take", request=None, responses={200: TaskDetailSerializer, **PROBLEMS})
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, services.take_task(self.task(request, pk), actor=request.user))


class ReleaseTask(TaskView):
    """Give a step back to the queue."""

    @extend_schema(operation_id="tasks_release", request=None, responses={200: TaskDetailSerializer, **PROBLEMS})
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, services.release_task(self.task(request, pk), actor=request.user))


class CompleteTask(TaskView):
    """Finish a step with the fields its ``form`` names."""

    @extend_schema(
        operation_id="tasks_complete",
        request={"application/json": OpenApiTypes.OBJECT, "multipart/form-data": OpenApiTypes.OBJECT},
        responses={200: CaseSerializer, **PROBLEMS},
    )
    def post(self, request: Request, pk: int) -> Response:
        task = self.task(request, pk)
        if not isinstance(request.data, dict):
            raise ValidationError({"non_field_errors": [_("Send an object with the form's fields.")]})
        form = step_form(task, actor=request.user, data=request.data, files=request.FILES)
        if not form.is_valid():
            services.ensure_may_complete(task, actor=request.user)
            return Response({"code": "invalid", "errors": form.errors}, status=status.HTTP_400_BAD_REQUEST)
        case = services.complete_task(task, actor=request.user, values=form.values())
        return Response(CaseSerializer(case).data)


class CaseView(APIView):
    """Base of the views on one visible case."""

    def case(self, request: Request, number: str) -> Case:
        """Raises Http404, or ReasonNeeded for a case outside the person's task; the reading is noted."""
        found = Case.objects.visible_to(request.user).select_related("office").filter(number=number).first()
        if found is None:
            note_sought(request.user, number)
            raise Http404
        check_reading(request.user, found)
        note_case_read(request.user, found, api=type(self).__name__)
        return found


class CaseDetail(CaseView):
    @extend_schema(operation_id="cases_read", responses={200: CaseSerializer, 404: PROBLEMS[404]})
    def get(self, request: Request, number: str) -> Response:
        """A case by its number."""
        return Response(CaseSerializer(self.case(request, number)).data)


class CaseTimeline(CaseView):
    @extend_schema(operation_id="cases_timeline", responses={200: EventSerializer(many=True), 404: PROBLEMS[404]})
    def get(self, request: Request, number: str) -> Response:
        """What happened on a case, newest first."""
        events = AuditEvent.objects.of_case(self.case(request, number).pk).exclude(verb__in=READS)[:500]
        return Response(EventSerializer(events, many=True).data)

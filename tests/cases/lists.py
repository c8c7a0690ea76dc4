"""Many rows for lists, quickly: copies of one filed case, as the engine's tables hold them."""

from datetime import timedelta

from django.utils import timezone

from cases.models import Case, Task
from cases.numbers import check_character
from tests import factories as f
from visas.models import VisaApplication


def case_number(office_code: str, serial: int) -> str:
    body = f"VIS-2026-{office_code}-{serial:06d}"
    return f"{body}-{check_character(body)}"


def waiting(house, number: int, *, office=None, owner=None, first: int | None = None, **columns) -> list[Task]:
    """``number`` open steps «correct application» of as many cases, due one hour apart from tomorrow on; taken by
    ``owner`` if given."""
    office = office or house.santiago
    model = VisaApplication.objects.filter(office=office).order_by("pk").first()
    if model is None:
        actor = house.foreign if office == house.madrid else house.intake
        model = VisaApplication.objects.get(pk=f.visa_case(house, office=office, actor=actor, complete=False).pk)
        Task.objects.filter(process=model, finished__isnull=True).delete()
    if first is None:
        first = 999 + Case.objects.filter(office=office).count()
    step = Task.objects.filter(process=model).first()
    now = timezone.now()
    cases = [_copy(model, case_number(office.code, first + index)) for index in range(number)]
    node = step.flow_task.flow_class.instance.node("correct")
    tasks = [
        Task(
            process=case,
            flow_task=node,
            flow_task_type="HUMAN",
            token=step.token,
            created=now,
            procedure="visa",
            office=office,
            right="register_visa",
            confidentiality=case.confidentiality,
            owner=owner,
            status="ASSIGNED" if owner else "NEW",
            **{"due_at": now + timedelta(days=1, hours=index), **columns},
        )
        for index, case in enumerate(cases)
    ]
    Task.objects.bulk_create(tasks)
    return tasks


def _copy(model: VisaApplication, number: str) -> Case:
    case = VisaApplication(**{field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields})
    case.pk = case.id = case.case_ptr_id = None
    case.draft_id, case.number = None, number
    case.save(force_insert=True)
    return Case(**{field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields})

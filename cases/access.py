"""Who opens a case in the ordinary course, and who is asked for a reason (docs/decisions/0012-break-glass.md)."""

from collections.abc import Iterable

from django.utils import timezone

from cases.errors import ReasonNeeded
from cases.models import AccessGrant, Case, ReadingRule, Task
from offices.authority import Authority, authority_of
from offices.configuration import configuration
from offices.roles import ROLES, Reading
from people.models import Realm


@configuration
def reading_rules() -> dict[str, str]:
    """How each role reads: the administrator's rows over offices/roles.py."""
    given = dict(ReadingRule.objects.values_list("role", "reading"))
    return {role: given.get(role, definition.reads) for role, definition in ROLES.items()}


def load_reading_rules() -> int:
    """Make the rows that are missing, as offices/roles.py says."""
    made = 0
    for role, definition in ROLES.items():
        if definition.acts:
            _row, created = ReadingRule.objects.get_or_create(role=role, defaults={"reading": definition.reads})
            made += created
    return made


def in_the_ordinary_course(authority: Authority, case: Case, tasks: Iterable[Task]) -> bool:
    """Whether the user reads this case without being asked: by their role at its office, because a step of it is or
    was theirs, or because an open step of it waits for somebody with their rights.

    Cases behind the wall are not opened by giving a reason: whoever stands on their side of the wall reads them by
    their protection role, for everybody else they do not exist, and every reading is in the log (domain §8.4, 9).
    """
    if case.confidentiality == Realm.PROTECTED:
        return True
    rules = reading_rules()
    readings = {rules.get(role, Reading.ASKED) for role in authority.roles_at(case.procedure, case.office_id)}
    if Reading.FREE in readings:
        return True
    if readings == {Reading.ALWAYS}:
        return False
    for task in tasks:
        if task.owner_id is not None and task.owner_id in authority.persons:
            return True
        waits = task.finished is None and task.flow_task_type == "HUMAN" and task.owner_id is None
        if waits and task.office_id in authority.rights.get(task.right, ()):
            return True
    return False


def check_reading(user, case: Case, tasks: Iterable[Task] | None = None, granted: bool | None = None) -> None:
    """Raise ReasonNeeded unless the user may read this visible case now. ``tasks`` and ``granted`` are read when the
    caller does not have them at hand: at most two statements."""
    if tasks is None:
        tasks = Task._base_manager.filter(process_id=case.pk).only(
            "owner_id", "finished", "flow_task_type", "office_id", "right"
        )
    if in_the_ordinary_course(authority_of(user), case, tasks):
        return
    if granted is None:
        granted = grants_of(user).filter(case_id=case.pk).exists()
    if not granted:
        raise ReasonNeeded(case)


def read_now(user, cases: Iterable[Case]) -> frozenset[int]:
    """Which of these visible cases the user may read at this moment, by id. Two statements for all of them."""
    found = {case.pk: case for case in cases}
    tasks: dict[int, list[Task]] = {pk: [] for pk in found}
    columns = ("process_id", "owner_id", "finished", "flow_task_type", "office_id", "right")
    for task in Task._base_manager.filter(process_id__in=found).only(*columns):
        tasks[task.process_id].append(task)
    granted = set(grants_of(user).filter(case_id__in=found).values_list("case_id", flat=True))
    authority = authority_of(user)
    return frozenset(
        pk for pk, case in found.items() if pk in granted or in_the_ordinary_course(authority, case, tasks[pk])
    )


def grants_of(user):
    """The accesses this user has been given and that still last."""
    return AccessGrant.objects.filter(user_id=user.pk, until__gt=timezone.now())

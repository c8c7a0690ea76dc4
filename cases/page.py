"""What the case page shows, read in as few statements as there are kinds of things on it.

The case comes with its tasks, applicant, office, identity documents and earlier cases in one statement; everything but
the active panel and the step's form is worked out from that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import DateTimeField, Exists, JSONField, OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from viewflow.workflow.status import STATUS

from cases.access import check_reading, grants_of
from cases.diagram import Progress, Step, progress, title_of, track
from cases.due import due_state, places
from cases.models import Case, Task
from cases.reading import note_sought
from cases.registry import registry
from icao import mrz
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act
from people.models import IdentityDocument, Realm

EARLIER = 5
"""How many earlier cases of the person stand beside the case; the panel of related cases has them all."""
HELD = 20


def visible_case(user, number: str) -> Case:
    """The case as its procedure's model, with what stands round it. Raises Http404 for what is absent or not theirs.

    ``case.earlier`` lists the person's latest other cases that the user may see: ``number``, ``label``, ``stage``,
    ``outcome``, ``at``; ``case.applicant.held`` the documents the person has presented: ``kind``, ``number``,
    ``issuer``, the latest first; ``case.task_list`` all its tasks.
    """
    prefix = number.upper().partition("-")[0]
    flow_class = next((flow for flow in registry.procedures.values() if flow.prefix == prefix), None)
    if flow_class is None:
        note_sought(user, number)
        raise Http404
    model = flow_class.process_class
    others = Case.objects.visible_to(user).filter(applicant=OuterRef("applicant")).exclude(pk=OuterRef("pk"))
    summary = JSONObject(number="number", label="subtype_label", stage="stage", outcome="outcome", at="created")
    presented = IdentityDocument.objects.filter(person=OuterRef("applicant")).order_by("-pk")
    document = JSONObject(kind="kind", number="number", issuer="issuer")
    own = [column.name for column in model._meta.local_fields if column.many_to_one]
    case = (
        model._default_manager.visible_to(user)
        .filter(number=number.upper())
        .select_related("office", "applicant", *own)
        .annotate(
            earlier=ArraySubquery(others.order_by("-id").values(json=summary)[: EARLIER + 1]),
            held=ArraySubquery(presented.values(json=document)[:HELD]),
            task_rows=_task_rows(),
            granted=Exists(grants_of(user).filter(case_id=OuterRef("pk"))),
        )
        .first()
    )
    if case is None:
        note_sought(user, number)
        raise Http404
    case.applicant.held = case.held
    case.task_list = [_task(row, case) for row in case.task_rows]
    for other in case.earlier:
        other["at"] = parse_datetime(other["at"])
    return case


OWNER = ("id", "username", "first_name", "last_name", "is_active")


def _task_rows():
    """The tasks of a case with their owners, oldest first, as JSON: they come with the case in its statement."""
    columns = {column.attname: column.attname for column in Task._meta.concrete_fields}
    owner = JSONObject(**{name: f"owner__{name}" for name in OWNER})
    tasks = Task.objects.filter(process=OuterRef("pk")).order_by("pk")
    return ArraySubquery(tasks.values(json=JSONObject(owner=owner, **columns)))


def _task(row: dict[str, Any], case: Case) -> Task:
    """A task from its row of :func:`_task_rows`."""
    values = []
    for column in Task._meta.concrete_fields:
        value = row[column.attname]
        if isinstance(column, DateTimeField):
            value = parse_datetime(value) if value else None
        elif not isinstance(column, JSONField) and hasattr(column, "from_db_value"):
            value = column.from_db_value(value, None, connection)
        values.append(value)
    task = Task.from_db(connection.alias, [column.attname for column in Task._meta.concrete_fields], values)
    task.process, task.office = case, case.office
    task.owner = User(**row["owner"]) if task.owner_id else None
    return task


def open_tasks(tasks: Iterable[Task]) -> list[Task]:
    return [task for task in tasks if task.finished is None]


@dataclass
class CasePage:
    """A case as one user sees it. Made by :func:`page_of`."""

    case: Case
    tasks: list[Task]
    user: Any
    now: Any = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self.flow_class = registry.procedure(self.case.procedure)
        self.open = open_tasks(self.tasks)
        self.progress: Progress = progress(self.flow_class, self.tasks)

    @property
    def url(self) -> str:
        return reverse("cases:case", args=[self.case.number])

    def can(self, *acts: Act) -> bool:
        """Whether the user holds one of these acts in this procedure at this office."""
        authority = authority_of(self.user)
        return any(authority.can(act, self.case.procedure, self.case.office_id) for act in acts)

    @property
    def state(self) -> str:
        """Changes when the case moves: stage, outcome, and who has which step."""
        parts = [self.case.stage, self.case.outcome, *(f"{t.pk}{t.status}{t.owner_id}" for t in self.open)]
        return blake2b("|".join(parts).encode(), digest_size=6).hexdigest()

    # --- header

    @property
    def clock(self):
        """How the statutory clock stands by the calendar of the office; None when the case has none."""
        clock = self.case.statutory_clock
        return clock.state(self.now, places()[self.case.office_id].calendar) if clock else None

    def header(self) -> dict[str, Any]:
        case = self.case
        people = [task for task in self.open if task.flow_task_type == "HUMAN"]
        owners = list(dict.fromkeys(task.owner for task in people if task.owner and task.owner != self.user))
        return {
            "number": case.number,
            "applicant": case.applicant,
            "procedure": case.get_procedure_display(),
            "subtype": case.subtype_label,
            "stage": case.stage,
            "outcome": case.outcome,
            "clock": self.clock,
            "office": case.office.name,
            "owner": ", ".join(owner.short_name for owner in owners),
            "mine": any(task.owner_id == self.user.pk for task in people),
            "waiting": bool(people),
            "system": bool(self.open) and not people,
            "urgent": case.priority == 0,
            "confidential": case.confidentiality == Realm.PROTECTED,
        }

    def actions(self) -> list[dict[str, Any]]:
        number = self.case.number
        return [{"url": reverse("cases:diagram", args=[number]), "label": _("Diagram"), "icon": "sitemap"}]

    def acts(self) -> list[dict[str, Any]]:
        """The menu of what may be done to the case apart from its step."""
        number, acts = self.case.number, []
        if self.case.is_open and self.can(Act.REGISTER, Act.ASSESS):
            url = reverse("cases:attach", args=[number])
            acts.append({"url": url, "label": _("Attach a file"), "icon": "paperclip"})
        if self.case.is_open and self.can(Act.SUPERVISE):
            url = reverse("cases:transfer", args=[number])
            acts.append({"url": url, "label": _("Transfer to another office"), "icon": "switch-horizontal"})
        if self.case.is_open:
            url = reverse("cases:declare_conflict", args=[number])
            acts.append({"url": url, "label": _("Declare a conflict of interest"), "icon": "user-question"})
        if self.case.is_open and self.can(Act.CLOSE):
            url = reverse("cases:close", args=[number])
            acts.append({"url": url, "label": _("Withdraw, abandon or void"), "icon": "archive", "danger": True})
        return acts

    def track(self) -> list[Step]:
        return track(self.flow_class, self.progress.states, self.case.outcome)

    # --- facts

    def document(self) -> IdentityDocument | None:
        """The identity document of the application, or the person's latest."""
        for column in self.case._meta.local_fields:
            if column.related_model is IdentityDocument:
                return getattr(self.case, column.name)
        return self.case.applicant.documents.order_by("-pk").first()

    def zone(self, document: IdentityDocument | None) -> dict[str, Any] | None:
        """The machine-readable zone of the document with the verdict on its check digits (ICAO 9303-3 §4.9)."""
        if document is None or not document.mrz.strip():
            return None
        verdict = mrz.read(document.mrz, today=self.now.date())
        wrong = [check for check in verdict.checks if not check.ok]
        if wrong:
            summary = ngettext("%(n)d check digit is wrong", "%(n)d check digits are wrong", len(wrong))
            summary %= {"n": len(wrong)}
        elif verdict.valid:
            summary = _("Check digits verified")
        else:
            summary = _("The zone can not be read")
        return {
            "text": "\n".join(verdict.lines) or document.mrz,
            "valid": verdict.valid,
            "summary": summary,
            "wrong": [FIELDS.get(check.field, check.field) for check in wrong],
        }

    # --- steps

    def why_not(self, task: Task) -> str:
        """Why the user may not do an open step; empty when they may. The act checks again."""
        if task.office_id not in authority_of(self.user).rights.get(task.right, ()):
            act = task.right.rpartition("_")[0]
            label = Act(act).label if act in Act.values else act
            return _("This step asks for «%(act)s» at %(office)s, which your postings do not give you.") % {
                "act": label,
                "office": self.case.office.name,
            }
        if self.user.pk in task.data.get("barred", ()):
            return _("You have had your part in what this step decides, so someone else has to do it.")
        barred = getattr(task.flow_task, "not_by", ())
        persons = authority_of(self.user).persons
        for done in self.tasks:
            if done.flow_task not in barred or done.owner_id not in persons or done.status != STATUS.DONE:
                continue
            if done.owner_id != self.user.pk:
                return _("The person you cover did the step «%(step)s», so someone else has to do this one.") % {
                    "step": title_of(done.flow_task)
                }
            return _("You did the step «%(step)s» of this case, so someone else has to do this one.") % {
                "step": title_of(done.flow_task)
            }
        return ""

    def steps(self, bound: dict[int, Any] | None = None) -> list[dict[str, Any]]:
        """The open steps, those of the user first. ``bound``: forms with errors, by task."""
        shown = [self._step(task, (bound or {}).get(task.pk)) for task in self.open]
        shown.sort(key=lambda step: ORDER.index(step["mode"]))
        for number, step in enumerate(step for step in shown if step["mode"] == "form"):
            if number and step["form"].auto_id == "id_%s":  # two forms on a page have no two fields of one id
                step["form"].auto_id = f"id_{step['task'].pk}_%s"
        return shown

    def _step(self, task: Task, form: Any = None) -> dict[str, Any]:
        node = task.flow_task
        step: dict[str, Any] = {
            "task": task,
            "title": title_of(node),
            "intro": getattr(node, "task_description", ""),
            "mode": "waiting",
        }
        if task.flow_task_type != "HUMAN":
            if task.status == STATUS.ERROR:
                step["mode"] = "failed"
                step["failure"] = task.data.get("failure", {})
                step["may_retry"] = self.can(Act.SUPERVISE)
            return step
        step["due"] = due_state(task, self.case, self.now)
        if task.owner_id == self.user.pk:
            step["mode"] = "form"
            step["form"] = form or self.form(task)
            step["template"] = templates_of(step["form"])
            step["files"] = any(each.widget.needs_multipart_form for each in step["form"].fields.values())
            step["blocked"] = self.why_not(task)
        elif task.owner_id:
            step["mode"] = "taken"
        else:
            step["reason"] = self.why_not(task)
            step["mode"] = "blocked" if step["reason"] else "take"
        return step

    def form(self, task: Task, data=None, files=None):
        """The form of a step, as the API builds it too."""
        return task.flow_task.form(data, files, case=self.case, task=task, actor=self.user)


ORDER = ("form", "take", "failed", "blocked", "taken", "waiting")

FIELDS = {
    "number": gettext_lazy("document number"),
    "birth_date": gettext_lazy("date of birth"),
    "expiry_date": gettext_lazy("expiry date"),
    "optional": gettext_lazy("personal number"),
    "composite": gettext_lazy("whole zone"),
}


def templates_of(form: Any) -> list[str]:
    """Where a form's own template would be (``visas/decision_form.html``), and the one for all."""
    room = type(form).__module__.partition(".")[0]
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in type(form).__name__)
    return [f"{room}/{name.lstrip('_')}.html", "cases/case/fields.html"]


def page_of(user, number: str) -> CasePage:
    """The page of a case. Raises Http404 for what is absent or not theirs, ReasonNeeded for what is outside their task
    (:mod:`cases.access`)."""
    case = visible_case(user, number)
    check_reading(user, case, case.task_list, case.granted)
    return CasePage(case, case.task_list, user)

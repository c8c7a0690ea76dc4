"""The nodes a procedure's flow is written with, on top of django-viewflow's engine (not of its screens).

Differences from the stock nodes, all by subclassing:

- a task carries the columns of the queue, set when it is created;
- gateways keep no row: which way was taken shows in the task that follows, and a million cases stay lean;
- an automatic step runs in a worker, and a failure stores no local variables (they hold personal data);
- the case's row is saved once by the act, not by each node.
"""

from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Flow, Node
from viewflow.workflow.nodes.mixins import NextNodeActivationMixin, NextNodeMixin
from viewflow.workflow.nodes.start import StartActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import PROCESS, STATUS

from cases import rules
from cases.models import Case, Outcome, Task
from cases.models.case import MOVED
from cases.registry import registry
from offices.authority import authority_of_id
from offices.roles import right
from people.models import Realm


class CaseLock:
    """viewflow's lock protocol by the case's row lock. Waits up to the connection's ``lock_timeout``; the stock lock
    sleeps up to ten seconds inside a request."""

    @contextmanager
    def __call__(self, flow_class, process_pk):
        with transaction.atomic():
            flow_class.process_class._base_manager.select_for_update().filter(pk=process_pk).exists()
            yield


class Procedure(Flow):
    """Base of the six procedures. A subclass names its ``code``, number ``prefix``, ``title`` and nodes, and the
    ``realm`` that all its cases are in; in an ordinary procedure, a case is in the realm of its applicant."""

    code: str = ""
    realm: str = Realm.ORDINARY
    prefix: str = ""
    title: Any = ""
    process_class = Case
    task_class = Task
    lock_impl = CaseLock()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.has_parallel_paths = any(isinstance(node, nodes.Split) for node in cls._nodes_by_name.values())

    @classmethod
    def start_node(cls) -> "Start":
        return next(node for node in cls.instance.nodes() if isinstance(node, Start))


def install(flow_class: type[Procedure]) -> None:
    """Make a procedure known to the engine; called in its ``AppConfig.ready()``."""
    registry.add_procedure(flow_class)


def new_task(flow_task: Node, case: Case, token: Any, *, at, data: dict | None = None) -> Task:
    """An unsaved task of a node with the queue's columns filled in from the case and the node."""
    act = getattr(flow_task, "right", "")
    clock = rules.start_clock(case, flow_task.due, at) if getattr(flow_task, "due", None) else None
    return Task(
        process=case,
        flow_task=flow_task,
        flow_task_type=flow_task.task_type,
        token=token,
        created=at,
        procedure=case.procedure,
        office_id=case.office_id,
        right=right(act, case.procedure) if act else "",
        confidentiality=case.confidentiality,
        priority=case.priority,
        due_at=rules.due(case, clock) or case.due_at or at,
        data={**(data or {}), **({"clock": clock.to_json()} if clock else {})},
    )


class CaseActivation(Activation):
    """Creates its task with the queue's columns, moves the case to the node's stage, and pauses its clock if the
    ball is now with the applicant."""

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed=None):
        case = prev_activation.process
        at = timezone.now()
        if flow_task.stage:
            case.stage = flow_task.stage
        if getattr(flow_task, "pauses_clock", False):
            _pause(case, flow_task.name, at)
        task = new_task(flow_task, case, token, at=at, data=data)
        activation = cls(task)
        activation.prepare(prev_activation)
        activation.insert(prev_activation)
        return activation

    def prepare(self, prev_activation) -> None:
        """Hook: fill in more of the unsaved task."""

    def insert(self, prev_activation) -> None:
        batch = getattr(prev_activation, "batch", None)
        if batch is not None:  # the start node writes its own task and the next ones together
            batch.append(self.task)
            return
        self.task.save(force_insert=True)
        self.task.previous.add(prev_activation.task)


def _pause(case: Case, cause: str, at) -> None:
    clock = case.statutory_clock
    if clock is not None and not clock.paused:
        case.clock = clock.pause(at, cause).to_json()


def _resume(case: Case, at) -> None:
    clock = case.statutory_clock
    if clock is not None and clock.paused:
        clock = clock.resume(at)
        case.clock = clock.to_json()
        case.due_at = rules.due(case, clock)


class CaseNode:
    """What every node with a task row has: a stage for the case, and no clock of its own unless it names one."""

    stage: str = ""
    due: str | None = None
    passing: bool = False
    """Whether the strip over the case page leaves the step out unless the case is there: it repeats an earlier one."""

    def read(self, tasks: Any) -> Any:
        """The query that an act reads its locked task with. A node that needs more of the case for its act annotates
        it here, and saves a statement."""
        return tasks

    def __init__(self, *args, stage: str = "", due: str | None = None, title: Any = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.stage = stage
        self.due = due
        self.task_title = title


# --- start -----------------------------------------------------------------------------------------------------


class StartCaseActivation(StartActivation):
    """Inserts the case, its first tasks and their link in four statements, whatever follows."""

    @Activation.status.transition(source=STATUS.NEW)
    def execute(self):
        at = timezone.now()
        case, task = self.process, self.task
        task.finished = at
        self._set_status(STATUS.DONE)
        self.batch: list[Task] = [task]
        following = list(self.create_next())
        case.save(force_insert=True)
        filed = case.stage, case.outcome
        Task.objects.bulk_create(self.batch)
        links = Task.previous.through
        links.objects.bulk_create(links(from_task_id=later.pk, to_task_id=task.pk) for later in self.batch[1:])
        del self.batch
        self._activate_next(set(following))
        if (case.stage, case.outcome) != filed:  # a step that had nothing to do has led on to the next
            case.save(update_fields=MOVED)


class Start(CaseNode, nodes.StartHandle):
    """The act that files an application; run by :func:`cases.services.start_case`."""

    task_type = "START"
    activation_class = StartCaseActivation

    def __init__(self, *, right: str, title: Any = "", **kwargs):
        super().__init__(title=title, **kwargs)
        self.right = right


# --- human steps -----------------------------------------------------------------------------------------------


class HumanTaskActivation(CaseActivation, ViewActivation):
    def prepare(self, prev_activation) -> None:
        if self.flow_task.keeps_owner:
            self.reserve_for_earlier_owner(prev_activation)

    def reserve_for_earlier_owner(self, prev_activation) -> None:
        """A step that comes back (returned by the consul) goes to whoever did it, if they can still do it."""
        step = Task._meta.get_field("flow_task").get_prep_value(self.flow_task)
        did = [done["owner"] for done in getattr(prev_activation.task, "doers", ()) if done["step"] == step]
        if not did or did[-1] in getattr(self.process, "shut_out", ()):
            return
        if self.task.office_id in authority_of_id(did[-1]).rights.get(self.task.right, ()):
            self.task.owner_id = did[-1]
            self.task.status = STATUS.ASSIGNED
            self.task.assigned = timezone.now()

    def finish(self, at) -> None:
        """Complete the step and go on. The caller holds the case's lock and saves the case."""
        if getattr(self.flow_task, "pauses_clock", False):
            _resume(self.process, at)
        self.start(None)
        self.execute()


class HumanTask(CaseNode, nodes.View):
    """A step that a person does with a form.

    :param form: form class, built as ``form(data, files, case=…, task=…, actor=…)``; pages and the API use the same.
    :param act: ``act(case, *, task, actor, **cleaned_data) -> Effect | None``; writes what the step decides.
    :param right: the :class:`offices.roles.Act` it asks for.
    :param due: code of the :class:`cases.models.ClockRule` of the step.
    :param not_by: nodes whose doers may not do this one (four-eyes).
    :param pauses_clock: the case's clock rests while this step is open (the ball is with the applicant).
    :param keeps_owner: when the step comes back, it goes to whoever did it before.
    """

    task_type = "HUMAN"
    activation_class = HumanTaskActivation
    rights: tuple[str, ...] = ()
    """All the rights its tasks may ask for, when a task's own can differ from the node's."""

    def __init__(
        self, *, form: Any, act: Any, right: str, stage: str = "", due: str | None = None, title: Any = "",
        not_by: tuple = (), pauses_clock: bool = False, keeps_owner: bool = False, passing: bool = False,
        description: Any = "",
    ):  # fmt: skip
        super().__init__(None, stage=stage, due=due, title=title)
        self.task_description = description
        self.form = form
        self.act = act
        self.right = right
        self.rights = type(self).rights or (right,)
        self.not_by = not_by
        self.pauses_clock = pauses_clock
        self.keeps_owner = keeps_owner
        self.passing = passing

    def _resolve(self, instance):
        super()._resolve(instance)
        self.not_by = tuple(this.resolve(instance, node) for node in self.not_by)


# --- gateways and ends -----------------------------------------------------------------------------------------


class Gateway(nodes.Switch):
    """An exclusive gateway without a task row. Conditions read ``activation.process`` (the case) or the finished
    step's ``activation.task.data``."""

    def __init__(self, title: Any = "", **kwargs):
        super().__init__(**kwargs)
        self.task_title = title
        self._labels: dict[Any, Any] = {}

    def Case(self, node, cond=None, label: Any = ""):  # noqa: N802 (viewflow's vocabulary)
        self._activate_next.append((node, cond))
        self._labels[len(self._activate_next) - 1] = label
        return self

    def When(self, result: str, node, label: Any = ""):  # noqa: N802
        """Take this way when the finished step's result is ``result``."""
        return self.Case(node, lambda activation: activation.task.data.get("result") == result, label)

    def _outgoing(self):
        for index, (node, condition) in enumerate(self._activate_next):
            yield Edge(
                src=self,
                dst=node,
                edge_class="cond_true" if condition else "default",
                label=str(self._labels.get(index) or "") or None,
            )

    def _create(self, prev_activation, token, data=None, seed=None):
        for node, condition in self._branches:
            if condition is None or condition(prev_activation):
                return node._create(prev_activation, token, data=data, seed=seed)
        raise AssertionError(f"no way out of gateway {self.name}")


class EndCaseActivation(CaseActivation):
    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def activate(self):
        """Close the case unless a parallel path is still open."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self):
        return ()

    def prepare(self, prev_activation) -> None:
        case, at = self.process, self.task.created
        self.task.started = self.task.finished = at
        self.task.status = STATUS.DONE
        open_paths = self.flow_class.has_parallel_paths and (
            Task._base_manager.filter(process=case, finished__isnull=True).exclude(pk=prev_activation.task.pk).exists()
        )
        if not open_paths:
            close(case, self.flow_task.outcome, at)


def close(case: Case, outcome: str, at) -> None:
    """Set the columns of an ended case; the act saves them."""
    case.outcome = outcome
    case.stage = "closed"
    case.status = PROCESS.DONE
    case.finished = case.closed_at = at
    clock = case.statutory_clock
    if clock is not None and clock.stopped_at is None:
        case.clock = clock.stop(at).to_json()


class End(CaseNode, nodes.End):
    """An end of the case with its outcome (domain §4.3)."""

    activation_class = EndCaseActivation

    def __init__(self, *, outcome: Outcome, title: Any = ""):
        super().__init__(title=title or outcome.label)
        self.outcome = outcome


# --- steps without a person ------------------------------------------------------------------------------------


class WaitingActivation(NextNodeActivationMixin, CaseActivation):
    """A step that something else completes (:func:`cases.services.complete_step`)."""

    def prepare(self, prev_activation) -> None:
        self.task.status = STATUS.SCHEDULED

    @Activation.status.transition(source=STATUS.SCHEDULED)
    def activate(self):
        self.flow_task.entered(self)

    @Activation.status.transition(source=[STATUS.SCHEDULED, STATUS.ERROR], target=STATUS.STARTED)
    def start(self):
        self.task.started = timezone.now()

    # never from SCHEDULED: the engine completes whatever can be completed as soon as it is entered
    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self):
        self.task.finished = timezone.now()
        self.task.save(update_fields=["status", "started", "finished", "data"])

    def finish(self, at) -> None:
        """Complete the step and go on. The caller holds the case's lock and saves the case."""
        self.start()
        self.complete()
        self.activate_next()


class WaitingStep(CaseNode, NextNodeMixin, Node):
    """Base of steps whose work is done elsewhere. ``entered(activation)`` starts that work; its task row exists."""

    task_type = "WAITING"
    activation_class = WaitingActivation
    shape = nodes.AbstractJob.shape
    bpmn_element = "serviceTask"

    def entered(self, activation: WaitingActivation) -> None:
        raise NotImplementedError


class AutomaticStepActivation(WaitingActivation):
    def prepare(self, prev_activation) -> None:
        super().prepare(prev_activation)
        self.task.scheduled = self.task.created
        self.task.data["attempts"] = 0


class AutomaticStep(WaitingStep):
    """A step that a worker does: ``func(case, *, task) -> Effect | None`` in one transaction with the step's end.

    A fault is retried ``attempts`` times with a growing pause; then the step waits, visible, for a person to retry it.
    """

    task_type = "JOB"
    activation_class = AutomaticStepActivation

    def __init__(self, func: Any, *, stage: str = "", title: Any = "", attempts: int = 4):
        super().__init__(stage=stage, title=title)
        self.func = func
        self.attempts = attempts

    def entered(self, activation: WaitingActivation) -> None:
        registry.ring_step(activation.task.pk)

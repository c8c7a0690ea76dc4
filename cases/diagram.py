"""How far a case is in its flow: what is done, where it is now, what may come; in words for the page.

viewflow knows the graph; which nodes are done is read from the task rows. Gateways keep no row (:mod:`cases.flow`), so
the ways through them are found again from the links between tasks. :mod:`cases.picture` draws it, :mod:`cases.bpmn`
exports it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import chart
from viewflow.workflow.base import Node
from viewflow.workflow.status import STATUS

from cases.flow import End, Procedure
from cases.models import Outcome, Task


class State(StrEnum):
    DONE = "done"
    ACTIVE = "active"
    FAILED = "failed"  # an automatic step that stopped
    CANCELLED = "cancelled"  # open when the case was ended by a side exit
    PENDING = "pending"  # may still come
    SKIPPED = "skipped"  # the case has passed it by


_BY_STATUS = {STATUS.DONE: State.DONE, STATUS.ERROR: State.FAILED, STATUS.CANCELED: State.CANCELLED}
HERE = (State.ACTIVE, State.FAILED)

Link = tuple[Node, Node]
"""From the node of a task to the node of a task that followed it."""


def state_of(task: Task) -> State:
    return _BY_STATUS.get(task.status, State.ACTIVE)


def title_of(node: Node) -> str:
    return str(getattr(node, "task_title", "") or node.name.replace("_", " ").capitalize())


def keeps_rows(node: Node) -> bool:
    return hasattr(node, "stage")


@cache
def ordered(flow_class: type[Procedure]) -> tuple[Node, ...]:
    """The nodes in the order in which a case can come to them."""
    return tuple(chart.topsort(flow_class)[0])


@cache
def straight_way(flow_class: type[Procedure]) -> tuple[Node, ...]:
    """The shortest way from the start to the end that grants, or to the farthest one: what no case is spared."""
    start = flow_class.start_node()
    ways, seen, found = deque([[start]]), {start}, []
    while ways:
        way = ways.popleft()
        if isinstance(way[-1], End):
            found.append(way)
        for node in followers(way[-1]):
            if node not in seen:
                seen.add(node)
                ways.append([*way, node])
    granted = [way for way in found if way[-1].outcome == Outcome.GRANTED]
    return tuple((granted or sorted(found, key=len, reverse=True) or [[start]])[0])


def links_of(case_id: int, tasks: Iterable[Task]) -> list[Link]:
    """Which step led to which, one statement."""
    node = {task.pk: task.flow_task for task in tasks}
    rows = Task.previous.through.objects.filter(from_task__process_id=case_id)
    return [
        (node[before], node[after])
        for after, before in rows.values_list("from_task_id", "to_task_id")
        if before in node and after in node
    ]


@dataclass(frozen=True)
class Progress:
    """How far a case is in its flow: the state of every node, and the edges it has gone along."""

    states: dict[Node, State]
    travelled: frozenset[Link] = frozenset()


def progress(flow_class: type[Procedure], tasks: Iterable[Task], links: Iterable[Link] | None = None) -> Progress:
    """The state of every node from the case's task rows, oldest first.

    A node done twice has the state of its last row. Without ``links`` a gateway counts as passed when a step before it
    is done and a step after it has begun.
    """
    states: dict[Node, State] = {}
    for task in tasks:
        states[task.flow_task] = state_of(task)
    travelled = _travelled(links if links is not None else _likely_links(flow_class, states))
    reachable = _ahead({node for node, state in states.items() if state in HERE})
    on_the_way = {node for link in travelled for node in link}
    for node in flow_class.instance.nodes():
        if node in states:
            continue
        if not keeps_rows(node) and node in on_the_way:
            states[node] = State.DONE
        else:
            states[node] = State.PENDING if node in reachable else State.SKIPPED
    return Progress(states, travelled)


def followers(node: Node) -> Iterator[Node]:
    return (edge.dst for edge in node._outgoing())


def _ahead(start: set[Node]) -> set[Node]:
    """Every node that can be reached from ``start``."""
    seen: set[Node] = set()
    waiting = deque(start)
    while waiting:
        for node in followers(waiting.popleft()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _way(source: Node, target: Node) -> list[Node]:
    """The shortest way from one step to the next, through gateways only; empty when there is none."""
    ways = deque([[source]])
    seen = {source}
    while ways:
        way = ways.popleft()
        for node in followers(way[-1]):
            if node is target:
                return [*way, node]
            if node not in seen and not keeps_rows(node):
                seen.add(node)
                ways.append([*way, node])
    return []


def _travelled(links: Iterable[Link]) -> frozenset[Link]:
    ways = (_way(source, target) for source, target in links)
    return frozenset(pair for way in ways for pair in zip(way, way[1:], strict=False))


def _likely_links(flow_class: type[Procedure], states: dict[Node, State]) -> Iterator[Link]:
    begun = [node for node, state in states.items() if state != State.CANCELLED]
    for source in begun:
        if states[source] == State.DONE:
            yield from ((source, target) for target in begun if _way(source, target))


# --- in words --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A step in words. ``who`` and ``at``: whoever has it or did it, and since when or when; ``node`` its name."""

    label: str
    state: State
    node: str = ""
    who: str = ""
    at: Any = None
    note: str = ""


def outline(flow_class: type[Procedure], tasks: Iterable[Task], states: dict[Node, State]) -> list[Step]:
    """What was done in order, what is open, and what may come, in the order of the procedure."""
    steps = []
    for task in tasks:
        state = state_of(task)
        steps.append(
            Step(
                label=title_of(task.flow_task),
                state=state,
                node=task.flow_task.name,
                who=task.owner.short_name if task.owner else "",
                at=task.finished if state in (State.DONE, State.CANCELLED) else task.assigned or task.created,
            )
        )
    steps.sort(key=lambda step: step.state in HERE)  # stable: the open ones last
    return steps + [
        Step(title_of(node), State.PENDING, node.name)
        for node in ordered(flow_class)
        if states[node] == State.PENDING and keeps_rows(node) and not isinstance(node, End)
    ]


def track(flow_class: type[Procedure], states: dict[Node, State], outcome: str = "") -> list[Step]:
    """The strip over the case page: people's steps and waits in the order of the procedure, without those passed by;
    automatic and ``passing`` steps only while the case is there. An ended case ends with its outcome."""
    steps, certain = [], straight_way(flow_class)
    for node in ordered(flow_class):
        state = states[node]
        if isinstance(node, End) or not keeps_rows(node) or state in (State.SKIPPED, State.CANCELLED):
            continue
        if (node.task_type == "JOB" or node.passing) and state not in HERE:
            continue
        note = _("if needed") if state == State.PENDING and node not in certain else ""
        steps.append(Step(title_of(node), state, node.name, note=note))
    if outcome:
        steps.append(Step(str(Outcome(outcome).label), State.DONE, "end"))
    return steps

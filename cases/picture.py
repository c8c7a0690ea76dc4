"""The picture of a flow: shapes and lines in px, for the page's own SVG template.

The straight way to the best end runs down the first lane, everything else hangs to its right, ways back run to its
left. So it fits the page beside the outline, where viewflow's own layout of the visa procedure is 2 400 px wide. The
export (:mod:`cases.bpmn`) keeps viewflow's layout, as modellers expect it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from viewflow.workflow.base import Node

from cases.diagram import Progress, State, followers, keeps_rows, ordered, straight_way, title_of
from cases.flow import End, Procedure

TASK_WIDTH, TASK_HEIGHT, GATEWAY, EVENT = 148, 50, 36, 32
LANES = (196, 372, 508)  # centre of each lane, in px; further ones go on at the last distance
GAP, MARGIN, TURN, LINE = 28, 16, 13, 20
LEFT_TRACKS, TRACK_STEP = 96, 12  # where ways back run, left of the first lane
CHARACTERS = 21


@dataclass
class Shape:
    """A node of the picture, by the centre of its shape, in px."""

    node: Node
    lane: int
    row: int
    kind: str  # task, gateway or event
    width: int
    height: int
    x: int = 0
    y: int = 0
    state: State = State.PENDING
    title: str = ""
    lines: list[tuple[str, int]] = field(default_factory=list)

    @property
    def top(self) -> int:
        return self.y - self.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height // 2

    @property
    def left(self) -> int:
        return self.x - self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width // 2

    @property
    def ending(self) -> bool:
        return isinstance(self.node, End)


@dataclass(frozen=True)
class Line:
    """An edge of the picture: corners in px, and its label with the place and the side it hangs on."""

    points: tuple[tuple[int, int], ...]
    travelled: bool
    label: str = ""
    label_at: tuple[int, int] = (0, 0)
    anchor: str = "start"

    @property
    def path(self) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in self.points)


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    shapes: list[Shape]
    lines: list[Line]


def picture(flow_class: type[Procedure], now: Progress) -> Picture:
    """The flow from top to bottom, with the states and the ways gone of one case."""
    shapes = _placed(flow_class)
    _measure(shapes)
    for shape in shapes.values():
        shape.state = now.states[shape.node]
        shape.title = title_of(shape.node)
        if shape.kind == "task":
            shape.lines = _text(shape)
    router = _Router(shapes)
    lines = [router.line(edge, (edge.src, edge.dst) in now.travelled) for node in shapes for edge in node._outgoing()]
    lines.sort(key=lambda line: line.travelled)  # the way that was gone is drawn last
    width = max(x for line in lines for x, _y in line.points)
    width = max(width, *(shape.right + (EVENT if shape.lane else 0) for shape in shapes.values())) + MARGIN
    height = max(shape.bottom for shape in shapes.values()) + 2 * MARGIN
    return Picture(width, height, list(shapes.values()), lines)


def _shape(node: Node, lane: int, row: int) -> Shape:
    if not keeps_rows(node):
        return Shape(node, lane, row, "gateway", GATEWAY, GATEWAY)
    if isinstance(node, End) or node.task_type == "START":
        return Shape(node, lane, row, "event", EVENT, EVENT)
    return Shape(node, lane, row, "task", TASK_WIDTH, TASK_HEIGHT)


def _placed(flow_class: type[Procedure]) -> dict[Node, Shape]:
    spine = straight_way(flow_class)
    shapes: dict[Node, Shape] = {}
    taken: set[tuple[int, int]] = set()
    row = 0

    def put(node: Node, lane: int, at: int) -> None:
        shapes[node] = _shape(node, lane, at)
        taken.add((lane, at))

    def branch(node: Node, lane: int) -> None:
        """Place what hangs on ``node`` and is not on the straight way: below each other, ends beside."""
        nonlocal row
        for follower in followers(node):
            if follower in shapes or follower in spine:
                continue
            beside = (shapes[node].lane + 1, shapes[node].row)
            if isinstance(follower, End) and shapes[node].lane and beside not in taken:
                put(follower, *beside)
                continue
            row += 1
            put(follower, lane, row)
            branch(follower, lane)

    for node in spine:
        put(node, 0, row)
        branch(node, 1)
        row += 1
    for node in ordered(flow_class):  # what nothing leads to, such as timers on the border of a step
        if node not in shapes:
            put(node, 1, row)
            row += 1
            branch(node, 1)
    return shapes


def _measure(shapes: dict[Node, Shape]) -> None:
    heights: dict[int, int] = defaultdict(int)
    for shape in shapes.values():
        heights[shape.row] = max(heights[shape.row], shape.height)
    centres, at = {}, MARGIN
    for row in sorted(heights):
        centres[row] = at + heights[row] // 2
        at += heights[row] + GAP
    step = LANES[-1] - LANES[-2]
    for shape in shapes.values():
        beyond = max(0, shape.lane - len(LANES) + 1)
        shape.x = LANES[min(shape.lane, len(LANES) - 1)] + beyond * step
        shape.y = centres[shape.row]


def _text(shape: Shape) -> list[tuple[str, int]]:
    """The title in at most three lines, each with its base line from the centre of the shape."""
    words, lines = shape.title.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > CHARACTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2][: CHARACTERS - 1]}…"]
    first = 4 - 7 * (len(lines) - 1)
    return [(line, first + 14 * number) for number, line in enumerate(lines)]


class _Router:
    """Draws edges along the gaps between the shapes."""

    def __init__(self, shapes: dict[Node, Shape]):
        self.shapes = shapes
        self.ways_back = 0
        self.width = max(shape.right for shape in shapes.values())

    def line(self, edge: Any, travelled: bool) -> Line:
        source, target = self.shapes[edge.src], self.shapes[edge.dst]
        label = str(edge.label or "")
        if target.row < source.row or target is source:
            return self._back(source, target, travelled, label)
        if target.row == source.row:
            points = ((source.right, source.y), (target.left, target.y))
            return Line(points, travelled, label, (source.right + 5, source.y - 6))
        if target.lane > source.lane:
            points = ((source.right, source.y), (target.x, source.y), (target.x, target.top))
            return Line(points, travelled, label, (source.right + 5, source.y - 6))
        if target.lane == source.lane and not self._between(source, target):
            points = ((source.x, source.bottom), (target.x, target.top))
            return Line(points, travelled, label, (source.x + 8, source.bottom + 15))
        return self._down_left(source, target, travelled, label)

    def _between(self, source: Shape, target: Shape) -> bool:
        return any(shape.lane == source.lane and source.row < shape.row < target.row for shape in self.shapes.values())

    def _down_left(self, source: Shape, target: Shape, travelled: bool, label: str) -> Line:
        """To a lower row of an earlier lane: it joins the straight way just above its target."""
        turn = target.top - TURN
        if not self._between(source, target):
            points = ((source.x, source.bottom), (source.x, turn), (target.x, turn), (target.x, target.top))
            return Line(points, travelled, label, (source.x + 8, source.bottom + 15))
        passed = [s for s in self.shapes.values() if s.lane == source.lane and source.row <= s.row < target.row]
        aside = min(shape.left for shape in passed) - TURN
        points = (
            (source.left, source.y), (aside, source.y), (aside, turn), (target.x, turn), (target.x, target.top),
        )  # fmt: skip
        return Line(points, travelled, label, (source.left - 5, source.y + 15), "end")

    def _back(self, source: Shape, target: Shape, travelled: bool, label: str) -> Line:
        aside = LEFT_TRACKS - TRACK_STEP * self.ways_back
        self.ways_back += 1
        if source.lane:
            aside = self.width + TURN + TRACK_STEP * self.ways_back
            points = ((source.right, source.y), (aside, source.y), (aside, target.y), (target.right, target.y))
            if any(shape.row == target.row and shape.lane > target.lane for shape in self.shapes.values()):
                above = target.top - TURN  # something stands beside the target: come in from above
                points = (*points[:2], (aside, above), (target.x, above), (target.x, target.top))
            return Line(points, travelled, label, (source.right + 5, source.y - 6))
        points = ((source.left, source.y), (aside, source.y), (aside, target.y), (target.left, target.y))
        return Line(points, travelled, label, (source.left - 5, source.y + 15), "end")

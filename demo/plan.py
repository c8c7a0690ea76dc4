"""When each step of a story was done: the whole way of a case, how far it went, and a moment for each step."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases import rules
from cases.clocks import Unit
from demo.clock import Agenda
from demo.stories import Story
from visas.models import VisaClass

# working days that a step usually waits for its act
GAPS = {
    "correct": (1, 2), "adjudicate": (0, 1), "authorise": (2, 9), "interview": (1, 3), "assess": (0, 2),
    "decide": (0, 2), "quality": (0, 1), "deliver": (0, 4), "leave": (0, 2),
}  # fmt: skip
EIGHT_WEEKS = 39  # working days
LAST = {"granted": "deliver", "denied": "decide", "not_filed": "correct", "checks": "file", "issue": "decide"}
"""The last step that people did, of cases that do not wait for one."""


@dataclass(frozen=True)
class Plan:
    """The steps that people do in a story."""

    story: Story
    visa_class: VisaClass
    agenda: Agenda
    rng: random.Random

    def _way(self) -> Iterator[tuple[str, str]]:
        """All steps from filing to delivery, each with its result."""
        story = self.story
        proposal = "deny" if story.until == "denied" or story.hit == "same" else "grant"
        yield "file", ""
        if story.incomplete:
            yield "correct", "not_filed" if story.until == "not_filed" else "corrected"
        if story.hit or (story.scripted and story.until == "adjudicate"):
            yield "adjudicate", story.hit
        if self.visa_class.needs_authorisation:
            yield "authorise", ""
        if self.visa_class.interview:
            yield "interview", ""
        yield "assess", proposal
        if story.returned:
            yield "decide", "return"
            yield "assess", proposal
        yield "decide", proposal
        if story.spoilt:
            yield "quality", "spoilt"
        yield "quality", "good"
        yield "deliver", ""

    def steps(self) -> list[tuple[str, str]]:
        """The steps that were done. One that came back was done the first time and waits the second."""
        story, way = self.story, list(self._way())
        names = [name for name, _result in way]
        last = LAST.get(story.until)
        end = len(names) - names[::-1].index(last or story.until) - (last is None)
        return way[:end] + ([("leave", story.exit[0])] if story.exit[0] else [])

    def dated(self) -> list[tuple[datetime, str, str]]:
        """Each step that was done, with its moment before and its result after it."""
        story, present = self.story, self.agenda.present
        steps = self.steps()
        if story.fresh:
            return [(present - timedelta(minutes=story.fresh), *steps[0])]
        gaps = list(story.gaps) or [self.rng.randint(*GAPS[step]) for step, _result in steps[1:]]
        if len(gaps) != len(steps) - 1:
            raise ValueError(f"{len(steps)} steps have {len(steps) - 1} gaps: {story}")
        back = min(self._waited(), max(0, EIGHT_WEEKS - sum(gaps)))
        moments = self.agenda.moments(gaps, back, self.rng)
        if story.silent:
            moments[0] = self._outage()
        return [(moment, *step) for moment, step in zip(moments, steps, strict=True)]

    def _waited(self) -> int:
        """How many working days the case has waited since its last act."""
        story = self.story
        if story.exit[0] or story.until in LAST:
            return story.ago
        rule = rules.clock_rule("visa", story.visa, story.until)
        term = rule.length if rule is not None and rule.unit == Unit.BUSINESS_DAYS else 1
        return self.agenda.days_since_due(story.due_in, term)

    def _outage(self) -> datetime:
        """A moment of the hour, three weeks ago, in which an agency was down: on a weekday, 10:00 in Lima."""
        day = self.agenda.present - timedelta(weeks=3)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return day.replace(hour=15, minute=self.rng.randint(0, 12))

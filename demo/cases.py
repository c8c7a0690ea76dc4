"""The demonstration's cases: all stories carried out together, in the order in which things happened."""

import heapq
import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone
from django.utils.formats import date_format

from cases import services as cases
from demo import files
from demo.answers import Script
from demo.clock import Clock
from demo.ministry import Ministry
from demo.people import Applicant, Population
from demo.stories import all_stories
from demo.walk import Act, Event, Walk
from offices.roles import Role
from offices.zones import zone_of
from people.models import Person
from visas import rules
from visas.models import VisaClass


def load(ministry: Ministry, clock: Clock, *, seed: int, many: int) -> Counter[str]:
    """Carry out ``many`` stories and begin some drafts; returns how many cases each post has."""
    walks = _walks(ministry, clock, seed=seed, many=many)
    _carry_out(walks, clock)
    clock.at = clock.present
    _drafts(ministry, clock, seed=seed)
    return Counter(walk.office.code for walk in walks)


def _carry_out(walks: list[Walk], clock: Clock) -> None:
    """Do every act at its moment, whosever it is; an act may name further ones. What would come after the present is
    left to the future."""
    queue: list[tuple[datetime, int, Walk, Act]] = []
    order = count()

    def plan(walk: Walk, events: Iterable[Event]) -> None:
        for moment, act in events:
            if moment <= clock.present:
                heapq.heappush(queue, (moment, next(order), walk, act))

    for walk in walks:
        plan(walk, walk.events())
    while queue:
        moment, _number, walk, act = heapq.heappop(queue)
        clock.at = moment
        with timezone.override(zone_of(walk.office.time_zone)):
            plan(walk, act() or ())


def _walks(ministry: Ministry, clock: Clock, *, seed: int, many: int) -> list[Walk]:
    script = Script()
    population = Population(seed, clock.present.date())
    classes = {row.code: row for row in VisaClass.objects.all()}
    twins: dict[str, Applicant] = {}
    acquainted: dict[str, Person] = {}
    walks = []
    for number, story in enumerate(all_stories(seed, many)):
        if story.twin in twins:
            who = twins[story.twin]
        else:
            who = population.scripted(story.scripted) if story.scripted else population.draw(story.nationality)
        if story.twin:
            twins[story.twin] = who
        walks.append(
            Walk(
                story, ministry=ministry, script=script, clock=clock, who=who, visa_class=classes[story.visa],
                rng=random.Random(f"walk:{seed}:{number}"), acquainted=acquainted,  # noqa: S311
            )
        )  # fmt: skip
    return walks


# post, class, nationality, how many minutes ago it was last touched, and up to which part it is filled in
DRAFTS = (
    ("SCL", "turista", "VEN", 25, "journey"),
    ("SCL", "trabajador", "COL", 190, "person"),
    ("SCL", "", "HTI", 1500, "document"),
    ("MAD", "turista", "MAR", 75, "journey"),
)


def _drafts(ministry: Ministry, clock: Clock, *, seed: int) -> None:
    """Registrations that somebody has begun, as their form keeps them: text, as it was typed."""
    population = Population(seed + 1, clock.present.date())
    for post, visa, nationality, minutes, part in DRAFTS:
        office, who = ministry.offices[post], population.draw(nationality)
        actor = (ministry.holders(Role.INTAKE, post) or ministry.holders(Role.ANALYST, post))[0]
        clock.at = clock.present - timedelta(minutes=minutes + 4)
        draft = cases.open_draft(actor=actor, procedure="visa", office=office)
        clock.at = clock.after(60 * 4)
        cases.keep_draft(draft, actor=actor, data=_typed(who, visa, part, clock.at))
        if part == "journey":
            for requirement in rules.checklist(VisaClass.objects.get(code=visa), who.birth_date, clock.at.date())[:3]:
                cases.attach_file(
                    files.upload(requirement), actor=actor, draft_id=draft.pk, requirement=requirement.code,
                    label=requirement.name,
                )  # fmt: skip
    clock.at = clock.present


def _typed(who: Applicant, visa: str, part: str, at: datetime) -> dict[str, str]:
    document = who.document()
    typed = {
        "mrz": str(document["mrz"]), "number": who.passport, "issuer": who.nationality,
        "issued": who.issued.isoformat(), "expires": who.expires.isoformat(),
    }  # fmt: skip
    if part == "document":
        return typed
    year, month, day = who.birth_date.split("-")
    typed |= {**who.person(), "birth_date": f"{day}/{month}/{year}", "visa_class": visa}
    if part == "journey":
        typed |= {"purpose": "Visita a familiares", "arrival": date_format(at.date(), "Y-m-d")}
    return typed

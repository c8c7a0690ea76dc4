"""Blanks that are gone: what is told to others, and that they do not come back into stock after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from documents import ranges
from documents.models import Blank, BlankAct, BlankKind
from documents.queries import BlankQuerySet
from documents.ranges import Range
from documents.registry import registry
from offices.models import Office, User

BATCH = 5_000  # numbers in one statement


@dataclass(frozen=True)
class Loss:
    """Numbers of one kind that an office misses since an act of ``day``."""

    kind: BlankKind
    office: Office
    act: BlankAct
    numbers: Sequence[str]
    stolen: bool
    day: date


def report(
    *, kind: BlankKind, office: Office, act: BlankAct, numbers: list[Range], actor: User, stolen: bool = False
) -> bool:
    """Tell those who want to know of blanks that were just declared missing, when their kind is one that is reported.

    Part of the declaring act. Reported blanks are marked: a border that meets one stops it, so it never becomes a
    document again (:func:`refuse_reported`).
    """
    if not kind.report_missing:
        return False
    named = [number for each in numbers for number in each]
    if not registry.missing(Loss(kind, office, act, named, stolen, office.today()), actor=actor):
        return False
    for start in range(0, len(named), BATCH):
        Blank.objects.filter(kind=kind, number__in=named[start : start + BATCH]).update(reported=True)
    return True


def refuse_reported(blanks: BlankQuerySet) -> None:
    """Raises ValidationError when some of these were reported: found again, they are written off and destroyed."""
    told = list(blanks.filter(reported=True).order_by("number").values_list("number", flat=True)[:6])
    if told:
        raise ValidationError(
            {
                "numbers": _("Reported as lost, and not valid any more: write them off (%(numbers)s).")
                % {"numbers": ranges.shown(told[:5]) + ("…" if len(told) > 5 else "")}
            }
        )

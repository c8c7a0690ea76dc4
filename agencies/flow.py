"""The node that asks all other agencies at once."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.flow import HumanTask, WaitingActivation, WaitingStep
from cases.models import Stage
from offices.roles import Act


class BackgroundChecks(WaitingStep):
    """One task row that fans out to one job per (question × person), decided at run time by the check policy. It is
    completed by whoever settles the last check. In BPMN a multi-instance service task."""

    task_type = "CHECKS"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._multi_instance = True

    def entered(self, activation: WaitingActivation) -> None:
        from agencies.services import ask_agencies

        ask_agencies(activation)


def any_open_hit(activation: WaitingActivation) -> bool:
    """Gateway condition: does a hit wait for a person?"""
    return activation.process.checks.open_hits().exists()


def _adjudication_form(*args: Any, **kwargs: Any):
    from agencies.forms import AdjudicationForm

    return AdjudicationForm(*args, **kwargs)


def _adjudicate(case, *, task, actor, **values):
    from agencies.services import adjudicate_step

    return adjudicate_step(case, task=task, actor=actor, **values)


def Adjudication(**kwargs: Any) -> HumanTask:  # noqa: N802 (reads as a node in a flow)
    """The human step in which a checks analyst settles the open hits of a case."""
    return HumanTask(
        form=_adjudication_form,
        act=_adjudicate,
        right=Act.ADJUDICATE,
        stage=Stage.ADJUDICATION,
        due="adjudicate",
        title=_("Settle hit"),
        description=_("Compare the person with the agency's record and decide whether they are the same."),
        **kwargs,
    )

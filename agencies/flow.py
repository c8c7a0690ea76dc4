"""Nodes of a procedure that are about other agencies: asking them, settling their hits, and the two desks that wait for
fresh answers.

A procedure writes::

    checks      = BackgroundChecks(...)     .Next(this.hits)
    hits        = Gateway()                 .Case(this.adjudicate, any_open_hit).Case(this.assess)
    adjudicate  = Adjudication()            .Next(this.adjudicated)
    adjudicated = Gateway()                 .When(ANOTHER, this.adjudicate).Case(this.assess)

and, for the questions that are asked again (domain §6.2), a ``BackgroundChecks(moment=…)`` before the desk, and the
desk itself as a :class:`FreshDesk`, whose act does not go through over an open question, an open hit, or answers too
old.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.status import STATUS

from agencies.models import Check, Moment
from cases.errors import StateConflict
from cases.flow import HumanTask, HumanTaskActivation, WaitingActivation, WaitingStep
from cases.models import Stage, Task
from cases.services.effects import Effect
from offices.authority import authority_of_id
from offices.roles import Act, right

# --- asking ----------------------------------------------------------------------------------------------------


class ChecksActivation(WaitingActivation):
    may_have_settled = True
    """False when nobody has settled a hit of the case so far, as the step that led here knows who did which."""

    def prepare(self, prev_activation) -> None:
        super().prepare(prev_activation)
        self.may_have_settled = _may_have_settled(prev_activation)
        self.task.data["moment"] = self.flow_task.moment
        if prev_activation.task.data.get("result") == AGAIN:
            self.task.data["asked_by"] = prev_activation.task.owner_id


def _may_have_settled(prev_activation) -> bool:
    before = prev_activation.task
    if not hasattr(before, "doers") or isinstance(before.flow_task, Adjudication):
        return True
    name = Task._meta.get_field("flow_task").get_prep_value
    settling = {name(node) for node in before.flow_task.flow_class.instance.nodes() if isinstance(node, Adjudication)}
    return any(done["step"] in settling for done in before.doers)


class BackgroundChecks(WaitingStep):
    """One task row that fans out to one job per (question × person), decided at run time by the check policy. It is
    completed by whoever settles the last check. In BPMN a multi-instance service task.

    :param moment: at filing every prescribed question is put, and a fresh answer of an earlier case serves; before the
        decision and the delivery those that are asked again, always anew.
    """

    task_type = "CHECKS"
    activation_class = ChecksActivation

    def __init__(self, *, moment: str = Moment.FILING, **kwargs):
        super().__init__(**kwargs)
        self.moment = str(moment)
        self.passing = moment != Moment.FILING
        self._multi_instance = True

    def entered(self, activation: WaitingActivation) -> None:
        from agencies.services import ask_agencies

        ask_agencies(activation)


def any_open_hit(activation: WaitingActivation) -> bool:
    """Gateway condition: does a hit wait for a person?"""
    return activation.process.checks.open_hits().exists()


# --- settling hits ---------------------------------------------------------------------------------------------


def _adjudication_form(*args: Any, **kwargs: Any):
    from agencies.forms import AdjudicationForm

    return AdjudicationForm(*args, **kwargs)


def _adjudicate(case, *, task, actor, **values):
    from agencies.services import adjudicate_step

    return adjudicate_step(case, task=task, actor=actor, **values)


ANOTHER = "another"
"""Result of settling when a hit waits for another officer: the gateway after the step leads back to it."""

WEIGH = "weigh"
"""Result of settling when the case's decider has to weigh what was found."""


class AdjudicationActivation(HumanTaskActivation):
    """Whose turn it is: an analyst, a second one, or the supervisor. Bars those who have had their opinion on these
    hits; the act looks at the opinions themselves, here it is so that nobody takes a step they could not finish."""

    def prepare(self, prev_activation) -> None:
        super().prepare(prev_activation)
        before = prev_activation.task
        awaits = before.data.get("next", Check.Awaits.FIRST) if before.flow_task is self.flow_task else ""
        self.task.data["awaits"] = str(awaits or Check.Awaits.FIRST)
        if not awaits:
            return
        self.task.data["barred"] = [*before.data.get("barred", ()), before.owner_id]
        self.task.data["weigh"] = before.data.get("weigh", False)
        if awaits == Check.Awaits.SUPERVISOR:
            self.task.right = right(Act.SUPERVISE, self.task.procedure)


class Adjudication(HumanTask):
    """The human step in which the open hits of a case are settled. A grave hit comes round a second time, for another
    officer, and a third time, for a supervisor, when the two differ; the gateway after it asks for :data:`ANOTHER`."""

    activation_class = AdjudicationActivation
    rights = (Act.ADJUDICATE, Act.SUPERVISE)

    def __init__(self, *, title: Any = "", **kwargs: Any):
        super().__init__(
            form=_adjudication_form,
            act=_adjudicate,
            right=Act.ADJUDICATE,
            stage=Stage.ADJUDICATION,
            due="adjudicate",
            title=title or gettext_lazy("Settle hit"),
            description=gettext_lazy(
                "Compare the person with the agency's record and decide whether they are the same."
            ),
            **kwargs,
        )


# --- desks that wait for fresh answers -------------------------------------------------------------------------

AGAIN = "ask_again"
"""Result of a desk whose answers were too old: the gateway after it leads back to the questions."""


class DeskActivation(HumanTaskActivation):
    """Comes back to whoever had the agencies asked again from this desk."""

    def prepare(self, prev_activation) -> None:
        super().prepare(prev_activation)
        asked_by = prev_activation.task.data.get("asked_by")
        if asked_by and self.task.office_id in authority_of_id(asked_by).rights.get(self.task.right, ()):
            self.task.owner_id, self.task.status, self.task.assigned = asked_by, STATUS.ASSIGNED, timezone.now()


class FreshDesk(HumanTask):
    """A human step that needs the answers of ``moment`` to be in, settled and not too old.

    Otherwise its act raises StateConflict; when they are too old, the step's form is the one that asks again
    (:class:`agencies.forms.AskAgainForm`), for the page and the API alike, and its result is :data:`AGAIN`.
    """

    activation_class = DeskActivation

    def __init__(self, *, moment: str, form: Any, act: Any, **kwargs: Any):
        super().__init__(form=self._form, act=self._act, **kwargs)
        self.moment = str(moment)
        self.desk_form, self.desk_act = form, act

    def read(self, tasks: Any) -> Any:
        from agencies.standing import with_checks

        return with_checks(tasks)

    def _form(self, *args: Any, case: Any, **kwargs: Any):
        from agencies.forms import AskAgainForm
        from agencies.standing import standing

        found = standing(case)
        again = found.to_ask_again(self.moment, timezone.now())
        if again and not found.unsettled and not found.open_hits:
            return AskAgainForm(*args, case=case, questions=again, **kwargs)
        form = self.desk_form(*args, case=case, **kwargs)
        form.flags = found.flags
        return form

    def _act(self, case, *, task, actor, ask_again: bool = False, **values: Any) -> Effect | None:
        from agencies.standing import standing_at

        found = standing_at(case, task)
        if found.unsettled:
            raise StateConflict(_("An agency has still to answer. Wait for it."), code="unanswered")
        if found.open_hits:
            raise StateConflict(_("A hit waits for an officer. It has to be settled first."), code="open_hit")
        again = found.to_ask_again(self.moment, timezone.now())
        if again and not ask_again:
            raise StateConflict(_("The agencies' answers are too old. They have to be asked again first."), code="old")
        if ask_again:
            if not again:
                raise StateConflict(_("The agencies have been asked again already."), code="fresh")
            return Effect(result=AGAIN, data={"questions": again})
        weighed = [flag.check_id for flag in found.flags]
        effect = self.desk_act(case, task=task, actor=actor, flags=found.flags, **values) or Effect()
        if weighed:
            effect.data["weighed"] = weighed
        return effect

"""The visa procedure (domain §5.1 C), readable as its own text."""

from django.utils.translation import gettext_lazy as _
from viewflow import this

from agencies.flow import AGAIN, ANOTHER, WEIGH, Adjudication, BackgroundChecks, FreshDesk, any_open_hit
from agencies.models import Moment
from cases.flow import AutomaticStep, End, Gateway, HumanTask, Procedure, Start
from cases.models import Outcome, Stage
from offices.roles import Act, ProcedureCode
from visas import forms, services
from visas.models import VisaApplication

# Who has had a part in a case does not decide it.
NOT_BY = (
    this.register, this.correct, this.adjudicate, this.interview, this.assess, this.adjudicate_new,
    this.adjudicate_last,
)  # fmt: skip


def is_complete(activation) -> bool:
    return activation.task.data["result"] == "complete"


def needs_authorisation(activation) -> bool:
    return activation.process.visa_class.needs_authorisation


def needs_interview(activation) -> bool:
    return activation.process.visa_class.interview


class VisaFlow(Procedure):
    """Visa"""

    code = ProcedureCode.VISA
    prefix = "VIS"
    title = ProcedureCode.VISA.label
    process_title = ProcedureCode.VISA.label
    process_class = VisaApplication

    register = Start(right=Act.REGISTER, title=_("Registration")).Next(this.filed)

    filed = (
        Gateway(_("Complete?"))
        .Case(this.checks, is_complete, label=_("complete"))
        .Case(this.correct, label=_("observed"))
    )

    correct = HumanTask(
        form=forms.CorrectionForm,
        act=services.correct,
        right=Act.REGISTER,
        stage=Stage.OBSERVED,
        due="correct",
        pauses_clock=True,
        title=_("Correct application"),
        description=_("Add what is missing, or declare the application not filed when the term is over."),
    ).Next(this.corrected)

    corrected = (
        Gateway(_("Corrected?"))
        .When("not_filed", this.not_filed, label=_("not filed"))
        .Case(this.checks, label=_("corrected"))
    )

    checks = BackgroundChecks(stage=Stage.CHECKS, title=_("Checks with other agencies")).Next(this.hits)

    hits = (
        Gateway(_("Any hit?"))
        .Case(this.adjudicate, any_open_hit, label=_("hits"))
        .Case(this.authorisation, label=_("none"))
    )

    adjudicate = Adjudication().Next(this.adjudicated)

    adjudicated = (
        Gateway(_("Settled?"))
        .When(ANOTHER, this.adjudicate, label=_("another officer"))
        .Case(this.authorisation, label=_("settled"))
    )

    authorisation = (
        Gateway(_("Authorisation needed?"))
        .Case(this.authorise, needs_authorisation, label=_("families b and c"))
        .Case(this.conversation, label=_("the consul decides"))
    )

    authorise = HumanTask(
        form=forms.AuthorisationForm,
        act=services.authorise,
        right=Act.AUTHORISE,
        stage=Stage.AUTHORISATION,
        due="authorise",
        title=_("Record authorisation"),
        description=_("Record the document with which Lima or Migraciones authorises the visa, or does not."),
    ).Next(this.conversation)

    conversation = (
        Gateway(_("Interview?"))
        .Case(this.interview, needs_interview, label=_("required"))
        .Case(this.assess, label=_("not required"))
    )

    interview = HumanTask(
        form=forms.InterviewForm,
        act=services.record_interview,
        right=Act.ASSESS,
        stage=Stage.INTERVIEW,
        due="interview",
        title=_("Interview"),
        description=_("Record the interview with the applicant."),
    ).Next(this.assess)

    assess = HumanTask(
        form=forms.AssessmentForm,
        act=services.assess,
        right=Act.ASSESS,
        stage=Stage.EVALUATION,
        due="assess",
        keeps_owner=True,
        title=_("Assess and propose"),
        description=_("Weigh the file as a whole and propose to grant or to refuse."),
    ).Next(this.recheck)

    recheck = BackgroundChecks(
        moment=Moment.DECISION, stage=Stage.CHECKS, title=_("Agencies asked again before the decision")
    ).Next(this.new_hits)

    new_hits = (
        Gateway(_("New hit?"))
        .Case(this.adjudicate_new, any_open_hit, label=_("hits"))
        .Case(this.decide, label=_("none"))
    )

    adjudicate_new = Adjudication(title=_("Settle new hit"), passing=True).Next(this.adjudicated_new)

    adjudicated_new = (
        Gateway(_("Settled?"))
        .When(ANOTHER, this.adjudicate_new, label=_("another officer"))
        .Case(this.decide, label=_("settled"))
    )

    decide = FreshDesk(
        moment=Moment.DECISION,
        form=forms.DecisionForm,
        act=services.decide,
        right=Act.DECIDE,
        stage=Stage.PROPOSED,
        due="decide",
        not_by=NOT_BY,
        title=_("Decide"),
        description=_("Approve, refuse, or return to the analyst with a reason."),
    ).Next(this.decided)

    decided = (
        Gateway(_("Decision"))
        .When("grant", this.assign, label=_("granted"))
        .When("return", this.assess, label=_("returned"))
        .When(AGAIN, this.recheck, label=_("answers too old"))
        .Case(this.refuse, label=_("refused"))
    )

    # committed before the print: a number is accounted for whatever happens to the machine that prints
    assign = AutomaticStep(services.assign_sticker, stage=Stage.ISSUANCE, title=_("Assign sticker")).Next(this.issue)

    issue = AutomaticStep(services.issue, stage=Stage.ISSUANCE, title=_("Produce visa")).Next(this.quality)

    quality = HumanTask(
        form=forms.QualityForm,
        act=services.check_quality,
        right=Act.ISSUE,
        stage=Stage.QUALITY,
        due="quality",
        title=_("Quality control"),
        description=_("Compare the printed visa with the passport: zone, name, number, dates, photograph."),
    ).Next(this.printed)

    printed = (
        Gateway(_("Good print?"))
        .When("spoilt", this.assign, label=_("spoilt"))
        .When("again", this.quality, label=_("another photograph"))
        .Case(this.recheck_delivery, label=_("good"))
    )

    recheck_delivery = BackgroundChecks(
        moment=Moment.DELIVERY, stage=Stage.CHECKS, title=_("Agencies asked again before the delivery")
    ).Next(this.last_hits)

    last_hits = (
        Gateway(_("New hit?"))
        .Case(this.adjudicate_last, any_open_hit, label=_("hits"))
        .Case(this.deliver, label=_("none"))
    )

    adjudicate_last = Adjudication(title=_("Settle hit before delivery"), passing=True).Next(this.adjudicated_last)

    adjudicated_last = (
        Gateway(_("Settled?"))
        .When(ANOTHER, this.adjudicate_last, label=_("another officer"))
        .When(WEIGH, this.reconsider, label=_("to be weighed"))
        .Case(this.deliver, label=_("another person"))
    )

    deliver = FreshDesk(
        moment=Moment.DELIVERY,
        form=forms.DeliveryForm,
        act=services.deliver,
        right=Act.DELIVER,
        stage=Stage.DELIVERY,
        due="deliver",
        title=_("Deliver"),
        description=_("Hand over the passport with the visa and record who received it."),
    ).Next(this.delivered)

    delivered = (
        Gateway(_("Delivered?"))
        .When(AGAIN, this.recheck_delivery, label=_("answers too old"))
        .Case(this.granted, label=_("delivered"))
    )

    reconsider = HumanTask(
        form=forms.ReconsiderationForm,
        act=services.reconsider,
        right=Act.DECIDE,
        stage=Stage.PROPOSED,
        due="decide",
        not_by=NOT_BY,
        passing=True,
        title=_("Decide on the new hit"),
        description=_("The visa is ready and a hit has come up. Let it be delivered, or cancel it and refuse."),
    ).Next(this.reconsidered)

    reconsidered = (
        Gateway(_("Decision"))
        .When("grant", this.deliver, label=_("delivered after all"))
        .Case(this.refuse, label=_("refused"))
    )

    refuse = AutomaticStep(services.notify_refusal, stage=Stage.NOTIFICATION, title=_("Notify refusal")).Next(
        this.denied
    )

    granted = End(outcome=Outcome.GRANTED)
    denied = End(outcome=Outcome.DENIED)
    not_filed = End(outcome=Outcome.NOT_FILED)

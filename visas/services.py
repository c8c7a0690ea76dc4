"""Writes of the visa procedure: filing, and the act of each step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.standing import Flag
from cases.acts import act
from cases.models import Attachment, Decision, Ground, Payment, Requirement, Task
from cases.services import Application, Effect, attach_file, notify, start_case
from documents import portraits
from documents import services as documents
from offices.models import Office, User
from people import services as people
from people.models import IdentityDocument, Person
from visas import rules
from visas.documents import letter_context, visa_content
from visas.models import Authorization, Interview, VisaApplication, VisaClass
from visas.texts import observation_text


@dataclass(frozen=True)
class Filing:
    """A registration form's cleaned content. ``person`` and ``passport`` are fields of their models;
    ``known_person`` is an existing person the officer has chosen."""

    office: Office
    visa_class: VisaClass
    person: Mapping[str, Any]
    passport: Mapping[str, Any]
    journey: Mapping[str, Any]
    known_person: Person | None = None
    payment: Payment | None = None
    draft_id: UUID | None = None
    priority: int | None = None
    attached: frozenset[str] = field(default_factory=frozenset)


@act
def file_application(filing: Filing, *, actor: User) -> VisaApplication:
    """Register the person and passport, and file the application; incomplete ones go to correction.

    Raises ValidationError by field, NotAllowed, or StateConflict when the draft was submitted before.
    """
    from visas.flows import VisaFlow

    presented = {**filing.passport, "kind": IdentityDocument.Kind.PASSPORT}
    if filing.known_person is not None:
        person = people.update_person(filing.known_person, actor=actor, **filing.person)
        passport = people.record_document(person, actor=actor, **presented)
    else:
        person, passport = people.register_with_document(actor=actor, document=presented, **filing.person)
    today = filing.office.today()
    attached = set(filing.attached)
    if filing.draft_id:
        attached |= set(Attachment.objects.filter(draft_id=filing.draft_id).values_list("requirement", flat=True))
    missing = rules.observations(
        visa_class=filing.visa_class,
        birth_date=person.birth_date,
        nationality=person.nationality,
        passport_expires=passport.expires,
        arrival=filing.journey["arrival"],
        attached=attached,
        paid=filing.payment is not None,
        today=today,
    )
    extra = {} if filing.priority is None else {"priority": filing.priority}
    case = start_case(
        VisaFlow,
        actor=actor,
        application=Application(
            applicant=person,
            office=filing.office,
            subtype=filing.visa_class.code,
            subtype_label=filing.visa_class.name,
            fields={
                **filing.journey,
                "visa_class": filing.visa_class,
                "passport": passport,
                "observations": [observation.to_json() for observation in missing],
            },
            payments=[filing.payment] if filing.payment else [],
            draft_id=filing.draft_id,
            complete=not missing,
            **extra,
        ),
    )
    if missing:
        notify(
            case,
            kind="observed",
            subject=_("Your application %(number)s: something is missing") % {"number": case.number},
            body=documents.message_body(
                case, "observed", observations=[observation_text(item.to_json()) for item in missing]
            ),
        )
    return case


def correct(
    case: VisaApplication, *, task: Task, actor: User, result: str, ground: Ground | None, reason: str,
    files: list[tuple[Requirement, Any]], passport_number: str, passport_expires: date | None, fee, receipt: str,
    paid_on: date | None,
) -> Effect:  # fmt: skip
    """Add what was missing, or declare the application not filed: a person's act, never the clock's."""
    for requirement, upload in files:
        attach_file(upload, actor=actor, case=case, requirement=requirement.code, label=requirement.name)
    if passport_expires is not None:
        number = passport_number or case.passport.number
        case.passport = people.record_document(
            case.applicant, actor=actor, kind=case.passport.kind, number=number, issuer=case.passport.issuer,
            expires=passport_expires, mrz=case.passport.mrz if number == case.passport.number else "",
        )  # fmt: skip
    if fee is not None:
        assert paid_on is not None, "the form asks for it with the receipt"
        Payment.objects.create(
            case=case, receipt=receipt, amount=fee.amount, currency=fee.currency, paid_on=paid_on, by=actor
        )
    missing = rules.of_application(case, today=case.office.today())
    case.observations = [observation.to_json() for observation in missing]
    return Effect(
        result=result,
        reason="\n".join(filter(None, [ground.text if ground else "", reason])),
        data={"files": [requirement.code for requirement, _upload in files]},
        case_fields=("passport", "observations"),
    )


def authorise(case: VisaApplication, *, task: Task, actor: User, granted: bool, **values: Any) -> Effect:
    """Record the authorisation of families b and c, or that it was not given; the consul still decides."""
    Authorization.objects.create(application=case, granted=granted, by=actor, **values)
    case.authorised = granted
    return Effect(
        result="granted" if granted else "refused", data={"number": values["number"]}, case_fields=("authorised",)
    )


def record_interview(case: VisaApplication, *, task: Task, actor: User, **values: Any) -> Effect:
    """Keep the record of the interview."""
    interview = Interview.objects.create(application=case, by=actor, **values)
    return Effect(data={"interview": interview.pk})


def _decide(case: VisaApplication, kind: str, *, actor: User, result: str, grounds, text: str) -> Effect:
    decision = Decision.objects.create(case=case, kind=kind, result=result, text=text, by=actor)
    grounds = list(grounds)
    if grounds:
        decision.grounds.add(*grounds)  # a new decision has none to compare with
    return Effect(result=result, reason=text, data={"grounds": [ground.code for ground in grounds]})


def assess(case: VisaApplication, *, task: Task, actor: User, result: str, grounds, text: str) -> Effect:
    """Propose to grant or to refuse."""
    return _decide(case, Decision.Kind.PROPOSAL, actor=actor, result=result, grounds=grounds, text=text)


def _refuse_unweighed(flags: Sequence[Flag], result: str, text: str) -> None:
    """A visa is not granted over an open question without saying why (domain §6.2: no silence is ever clear)."""
    if flags and result == Decision.Result.GRANT and not text.strip():
        raise ValidationError({"text": _("There is something to weigh among the checks: say why it is granted.")})


def decide(
    case: VisaApplication, *, task: Task, actor: User, result: str, grounds, text: str, flags: Sequence[Flag] = ()
) -> Effect:
    """Approve, refuse or return. The engine has checked that the actor did no earlier step of the case, and the desk
    that the agencies have answered anew. ``flags``: what among their answers the decision has to weigh."""
    _refuse_unweighed(flags, result, text)
    if result != Decision.Result.RETURN:
        case.decided_at = timezone.now()
    return _decide(case, Decision.Kind.DECISION, actor=actor, result=result, grounds=grounds, text=text)


def assign_sticker(case: VisaApplication, *, task: Task) -> Effect:
    """Give the visa its sticker, in a transaction of its own: whatever happens to the print, the number is accounted
    for."""
    number = documents.assign_blank(case, kind="visa")
    return Effect(data={"number": number})


def issue(case: VisaApplication, *, task: Task) -> Effect:
    """Produce the page of the visa on its sticker."""
    document = documents.issue(case, content=visa_content(case), actor=None)
    return Effect(data={"document": document.pk, "number": document.number})


def check_quality(
    case: VisaApplication,
    *,
    task: Task,
    actor: User,
    result: str,
    ground: Ground | None,
    text: str,
    photo: Any = None,
    portrait: Any = None,
) -> Effect:
    """Confirm the print, or spoil it: its number is burnt and another visa is produced on another sticker. Before that
    the page can be produced again with another portrait. Without one a visa goes out with a reason only: its holder can
    not be told from another person (ICAO 9303-7 zone V)."""
    document = documents.current(case)
    if result == "again":
        if portrait is None:
            raise ValidationError({"portrait": _("Attach the photograph.")})
        label = _("Photograph of the holder")
        face = attach_file(portrait, actor=actor, case=case, label=label, requirement=portraits.REQUIREMENT)
        documents.produce_again(document, photo=face, actor=actor)
    elif result == "spoilt":
        label = _("Spoilt sticker %(number)s") % {"number": document.number}
        picture = attach_file(photo, actor=actor, case=case, label=label) if photo else None
        documents.spoil(document, actor=actor, ground=ground, text=text, photo=picture)
    else:
        if document.photo_id is None and not text.strip():
            raise ValidationError({"text": _("It has no photograph: say why it is handed over without one.")})
        documents.confirm_quality(document, actor=actor)
        notify(
            case,
            kind="granted",
            subject=_("Your application %(number)s has been decided") % {"number": case.number},
            body=documents.message_body(case, "granted"),
        )
        case.notified_at = timezone.now()
    return Effect(result=result, reason="\n".join(filter(None, [ground.text if ground else "", text])))


def reconsider(case: VisaApplication, *, task: Task, actor: User, result: str, grounds, text: str) -> Effect:
    """A hit came up when the visa was to be handed over: it is delivered after all, with a reason, or cancelled and the
    application refused. Nothing of the hit is told to the applicant."""
    if not text.strip():
        raise ValidationError({"text": _("Give the reason.")})
    if result == Decision.Result.DENY:
        documents.cancel(documents.current(case), actor=actor, reason=text)
        case.decided_at = timezone.now()
    return _decide(case, Decision.Kind.DECISION, actor=actor, result=result, grounds=grounds, text=text)


def deliver(
    case: VisaApplication, *, task: Task, actor: User, receiver: str, receiver_document: str, remarks: str,
    flags: Sequence[Flag] = (),
) -> Effect:  # fmt: skip
    """Hand over the passport with the visa: from now on the document is active."""
    document = documents.current(case)
    documents.deliver(document, actor=actor, receiver=receiver, receiver_document=receiver_document)
    return Effect(reason=remarks, data={"document": document.pk})


def notify_refusal(case: VisaApplication, *, task: Task) -> Effect:
    """Write the letter and send it. Its grounds are those whose public text the administrator has given."""
    letter = documents.write_letter(case, kind="visa_refusal", context=letter_context(case), actor=None)
    notify(
        case,
        kind="denied",
        subject=_("Your application %(number)s has been decided") % {"number": case.number},
        body=documents.message_body(case, "denied"),
        attachments=[letter],
    )
    case.notified_at = timezone.now()
    return Effect(data={"attachment": letter.pk})

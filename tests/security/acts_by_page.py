"""Every address that takes a POST, with somebody who may, rows to do it to, and a body with which it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Check, CheckPolicy, Report
from agencies.services import pause_agency
from cases import services
from cases.models import Conflict, Ground, ReadingRule, Requirement, SavedView, Transfer
from documents.models import BlankAct, BlankAlarm, BlankKind, IssuedDocument, LifeGround
from documents.services import blanks
from documents.services.blanks import Paper
from offices.models import ApiToken, Delegation, Session
from offices.roles import Reading, Role
from offices.zones import zone_of
from tests import factories as f
from tests import flows
from tests.cases.pages import browser
from tests.security.world import upload
from tests.visas.registering import answers


@dataclass(frozen=True)
class ByPage:
    """One act: ``prepare(house)`` makes what it needs and gives the actor, the arguments of the address and the body.
    ``takes`` names what the view reads beyond the body given here."""

    name: str
    prepare: Callable[[Any], tuple[Any, list[Any], dict[str, Any]]]
    takes: frozenset[str] = frozenset()
    json: bool = False
    writes: bool = True
    query: str = ""


ACTS: list[ByPage] = []


def by_page(name: str, takes: str = "", **fields: Any):
    def add(prepare: Callable) -> Callable:
        ACTS.append(ByPage(name, prepare, frozenset(takes.split()), **fields))
        return prepare

    return add


def day(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def taken(house, case, step: str, who):
    return services.take_task(f.open_step(case, step), actor=f.fresh(who))


def fresh_case(house, number: str = "QQ1234567"):
    return f.visa_case(
        house, passport={"number": number, "issuer": "SWE", "expires": timezone.localdate() + timedelta(days=3000)}
    )


# --- steps -----------------------------------------------------------------------------------------------------------

INTERVIEW = {
    "channel": "in_person", "language": "inglés", "purpose": "convincing", "ties": "convincing", "funds": "convincing",
    "summary": "Sin novedad",
}  # fmt: skip


@by_page("cases:take", "next")
@by_page("api_take", json=True)
def take(house):
    return house.checks, [f.open_step(house.case, "adjudicate").pk], {}


@by_page("cases:release", "next")
@by_page("api_release", json=True)
def release(house):
    return house.checks, [taken(house, house.case, "adjudicate", house.checks).pk], {}


@by_page("cases:complete", "then next interpreter")
@by_page("api_complete", "interpreter", json=True)
def complete_interview(house):
    case = fresh_case(house)
    flows.answer_all(case)
    return house.analyst, [taken(house, case, "interview", house.analyst).pk], {**INTERVIEW, "held_on": day(-1)}


@by_page("cases:complete", "then next")
@by_page("api_complete", json=True)
def complete_adjudication(house):
    task = taken(house, house.case, "adjudicate", house.checks)
    (hit,) = house.case.checks.open_hits().values_list("pk", flat=True)
    return house.checks, [task.pk], {f"decision_{hit}": "other", f"reason_{hit}": "Otro año"}


@by_page("cases:complete", "then next grounds")
@by_page("api_complete", "grounds", json=True)
def complete_assessment(house):
    case = fresh_case(house)
    flows.answer_all(case)
    flows.interview(case, house.analyst)
    return house.analyst, [taken(house, case, "assess", house.analyst).pk], {"result": "grant", "text": "Conforme"}


@by_page("cases:complete", "then next grounds")
@by_page("api_complete", "grounds", json=True)
def complete_decision(house):
    case = fresh_case(house)
    flows.to_decision(case, house)
    return house.consul, [taken(house, case, "decide", house.consul).pk], {"result": "grant", "text": "Conforme"}


@by_page("cases:reassign", "next")
def reassign(house):
    body = {"to": str(house.second.pk), "reason": "Reparto"}
    return house.supervisor, [f.open_step(house.case, "adjudicate").pk], body


@by_page("cases:bulk", "list act task to reason office officer q", query="?list=queue")
def bulk(house):
    return house.checks, [], {"act": "take", "task": str(f.open_step(house.case, "adjudicate").pk)}


@by_page("cases:take_next", "procedure")
def take_next(house):
    return house.checks, [], {}


# --- the case --------------------------------------------------------------------------------------------------------


@by_page("cases:add_note")
def note(house):
    return house.analyst, [house.case.number], {"text": "Nota"}


@by_page("cases:attach", "requirement")
def attach(house):
    return house.analyst, [house.case.number], {"label": "Carta", "file": upload}


@by_page("cases:close")
def close(house):
    case = fresh_case(house)
    ground = Ground.objects.filter(kind="withdrawn", active=True).first()
    body = {"outcome": "withdrawn", "ground": ground.code, "text": "Desiste", "confirm": "on"}
    return house.consul, [case.number], body


@by_page("cases:access", "next")
@by_page("api_access", json=True)
def access(house):
    ReadingRule.objects.update(reading=Reading.ASKED)
    return f.staff(Role.PRINTING, house.santiago), [house.case.number], {"reason": "Consulta de la Contraloría"}


@by_page("cases:declare_conflict")
@by_page("api_conflict", json=True)
def declare(house):
    return house.printer, [house.case.number], {"reason": "Amistad"}


@by_page("cases:lift_conflict")
def lift(house):
    return house.supervisor, [Conflict.objects.get(case=house.delivered).pk], {"reason": "Error"}


@by_page("cases:transfer")
def transfer(house):
    return house.consul, [fresh_case(house).number], {"to": str(house.madrid.pk), "reason": "Residencia"}


@by_page("api_transfer", json=True)
def transfer_by_api(house):
    return house.consul, [fresh_case(house).number], {"to": "MAD", "reason": "Residencia"}


@by_page("cases:accept_transfer")
@by_page("api_accept_transfer", json=True)
def accept(house):
    return house.supervisor, [Transfer.objects.get(case=house.case).pk], {}


@by_page("cases:decline_transfer")
@by_page("api_decline_transfer", json=True)
def decline(house):
    return house.supervisor, [Transfer.objects.get(case=house.case).pk], {"reason": "No corresponde"}


@by_page("cases:withdraw_transfer")
def withdraw(house):
    return house.consul, [Transfer.objects.get(case=house.case).pk], {}


@by_page("cases:save_view", "query list name")
def save_view(house):
    return house.analyst, [], {"list": "queue", "name": "Urgentes", "query": "due=overdue"}


@by_page("cases:delete_view")
def delete_view(house):
    return house.analyst, [SavedView.objects.get(user=house.analyst).pk], {}


@by_page("cases:switch_posting", "next posting", writes=False)
def switch(house):
    return house.analyst, [], {"posting": str(house.analyst.postings.get().pk)}


# --- agencies --------------------------------------------------------------------------------------------------------


@by_page("agencies:cancel")
def cancel(house):
    return house.supervisor, [fresh_case(house).checks.unsettled().first().pk], {"reason": "Demora"}


@by_page("agencies:ask_again")
def ask_again(house):
    check = fresh_case(house).checks.unsettled().first()
    Check.objects.filter(pk=check.pk).update(state=Check.State.STOPPED)
    return house.supervisor, [check.pk], {"reason": "Servicio repuesto"}


@by_page("agencies:letter")
def letter(house):
    CheckPolicy.objects.filter(question="pnp.requisitorias").update(on_outage="letter")
    check = fresh_case(house).checks.get(question="pnp.requisitorias")
    body = {"finding": "CLEAR", "reference": "OF-1", "dated": day(-3), "file": upload}
    return house.checks, [check.pk], body


@by_page("agencies:probe")
def probe(house):
    return f.staff(Role.ADMINISTRATOR, house.lima), [Agency.objects.first().code], {}


@by_page("agencies:pause")
def pause(house):
    return f.staff(Role.ADMINISTRATOR, house.lima), [Agency.objects.first().code], {"reason": "Mantenimiento"}


@by_page("agencies:resume")
def resume(house):
    chief = f.staff(Role.ADMINISTRATOR, house.lima)
    agency = Agency.objects.first()
    pause_agency(agency, actor=chief, reason="Mantenimiento")
    return chief, [agency.code], {"reason": "Terminado"}


@by_page("agencies:send_again")
def send_again(house):
    return house.supervisor, [Report.objects.get().pk], {"reason": "Enlace repuesto"}


# --- blanks and documents --------------------------------------------------------------------------------------------


def stock(**more: Any) -> dict[str, Any]:
    kind = BlankKind.objects.get(document_kind="visa").code
    return {"kind": kind, "office": "SCL", "act_number": "Acta 9", "dated": day(-2), "text": "Prueba", **more}


@by_page("documents:receive")
def receive(house):
    return house.keeper, [], stock(numbers="W00000001-W00000003", party="Imprenta", file=upload)


@by_page("documents:send", "file")
def send(house):
    return house.keeper, [], stock(numbers="V00012350", to_office="MAD")


@by_page("documents:correct", "file party")
def correct(house):
    return house.keeper, [], stock(numbers="V00012350", to="voided")


@by_page("documents:destroy", "file numbers")
def destroy(house):
    _void(house)
    return house.keeper, [], stock(numbers="")


@by_page("documents:hand_out", "file")
def hand_out(house):
    return house.keeper, [], stock(numbers="V00012350", party="Jefe de sección")


def _void(house) -> None:
    blanks.correct(
        kind=BlankKind.objects.get(document_kind="visa"), office=house.santiago, numbers="V00012350", to="voided",
        actor=house.keeper, paper=Paper("", timezone.localdate(), text="Vieja"),
    )  # fmt: skip


@by_page("documents:paper", "missing")
def arrive(house):
    return house.custodian, [BlankAct.objects.get(act="transfer").pk], {"remarks": "Conforme"}


@by_page("documents:withdraw")
def withdraw_destruction(house):
    _void(house)
    act = blanks.propose_destruction(
        kind=BlankKind.objects.get(document_kind="visa"), office=house.santiago, numbers="V00012350",
        paper=Paper("D 1", timezone.localdate()), actor=house.keeper,
    )  # fmt: skip
    return house.keeper, [act.pk], {"reason": "Número equivocado"}


@by_page("documents:count", "kind office")
def count(house):
    closing = blanks.books(BlankKind.objects.get(document_kind="visa"), house.santiago).closing
    return house.keeper, [], {"counted": str(closing), "reason": "", "expected": str(closing)}


@by_page("documents:alarms")
def alarm(house):
    return house.supervisor, [], {"alarm": str(BlankAlarm.objects.first().pk), "text": "Apareció"}


@by_page("documents:change")
def change(house):
    document = IssuedDocument.objects.get()
    ground = LifeGround.objects.filter(state="suspended", active=True).first()
    here = timezone.now().astimezone(zone_of(house.santiago.time_zone)).date()
    body = {"state": "suspended", "ground": str(ground.pk), "happened_on": here.isoformat(), "text": "Prueba"}
    return house.supervisor, [document.pk], body


# --- registration ----------------------------------------------------------------------------------------------------


@by_page("visas:start")
def start(house):
    return house.intake, [], {"procedure": "visa"}


@by_page("visas:save", "tried act checklist_shown people_shown accept use", writes=True)
def save(house):
    return house.analyst, [house.draft.pk], answers()


@by_page("visas:form", "tried act accept use known")
def submit(house):
    return house.analyst, [house.draft.pk], {**answers(), "act": "submit_incomplete"}


@by_page("visas:delete")
def delete(house):
    return house.analyst, [house.draft.pk], {}


@by_page("visas:drop_file", "tried")
def drop_file(house):
    return house.analyst, [house.draft.pk, house.draft.attachments.get().key], answers()


@by_page("visas:upload", "tried")
def upload_to_draft(house):
    services.keep_draft(house.draft, actor=house.analyst, data={"visa_class": "turista"})
    code = Requirement.objects.filter(procedure="visa", subtype__in=["", "turista"]).first().code
    return house.analyst, [house.draft.pk, code], {f"file_{code}": upload}


# --- people of the house ---------------------------------------------------------------------------------------------


@by_page("offices:delegations")
def delegate(house):
    posting = house.printer.postings.get()
    body = {"posting": str(posting.pk), "delegate": str(house.delivery.pk), "since": day(1), "until": day(3),
            "source": "Memorando"}  # fmt: skip
    return house.printer, [], body


@by_page("offices:revoke_delegation")
def revoke_delegation(house):
    return house.supervisor, [Delegation.objects.get().pk], {"reason": "Volvió"}


@by_page("access:tokens")
def token(house):
    posting = house.analyst.postings.get()
    body = {"name": "Enlace", "posting": str(posting.pk), "scopes": ["cases.read"], "until": day(30)}
    return house.analyst, [], body


@by_page("access:revoke_token")
def revoke_token(house):
    return house.analyst, [ApiToken.objects.get(posting__user=house.analyst).pk], {}


@by_page("access:close_session", "session")
def close_session(house):
    browser(house.analyst)
    assert Session.objects.filter(user=house.analyst).exists()
    return house.analyst, [], {"session": "others"}


@by_page("account_change_password")
def password(house):
    house.analyst.set_password("una frase bastante larga")
    house.analyst.save()
    new = "otra frase bastante larga y distinta"
    return house.analyst, [], {"oldpassword": "una frase bastante larga", "password1": new, "password2": new}


def address(act: ByPage, arguments: list[Any]) -> str:
    return reverse(act.name, args=arguments) + act.query

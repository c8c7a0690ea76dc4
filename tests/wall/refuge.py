"""A procedure behind the wall, for these tests alone: filed, checked with an agency, acknowledged, assessed."""

import sys
from contextlib import contextmanager
from typing import Any

from django import forms
from viewflow import this

from agencies.flow import BackgroundChecks
from agencies.models import CheckPolicy
from cases import services
from cases.flow import AutomaticStep, End, HumanTask, Procedure, Start
from cases.models import Case, Outcome, Stage
from cases.registry import registry
from offices.roles import Act, ProcedureCode
from people import services as people
from people.models import IdentityDocument, Person, Realm
from tests import factories as f
from wall.realm import PROTECTED, in_realm

MODULE = "cases.refuge_of_the_tests"  # viewflow looks a flow up by its application, and the tests are none


class Opinion(forms.Form):
    text = forms.CharField()

    def __init__(self, *args: Any, case: Case, task: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)


def give_opinion(case: Case, *, task: Any, actor: Any, text: str) -> services.Effect:
    return services.Effect(result="given", reason=text)


def acknowledge(case: Case, *, task: Any) -> None:
    services.notify(case, kind="acknowledged", subject=f"Solicitud {case.number}", body="Su solicitud fue recibida.")


class RefugeFlow(Procedure):
    code = ProcedureCode.REFUGE.value
    prefix = "REF"
    title = "Refugio"
    realm = Realm.PROTECTED

    register = Start(right=Act.REGISTER, title="Registrar").Next(this.checks)
    checks = BackgroundChecks(stage=Stage.CHECKS, title="Consultas").Next(this.receipt)
    receipt = AutomaticStep(acknowledge, stage=Stage.NOTIFICATION, title="Acuse").Next(this.assess)
    assess = HumanTask(form=Opinion, act=give_opinion, right=Act.ASSESS, stage=Stage.EVALUATION, title="Evaluar").Next(
        this.granted
    )
    granted = End(outcome=Outcome.GRANTED)


RefugeFlow.__module__ = MODULE
sys.modules[MODULE] = sys.modules[__name__]


@contextmanager
def installed():
    """The procedure is known to the engine, and asks one agency."""
    if RefugeFlow.code in registry.procedures:
        raise AssertionError("the refugee procedure is there: let these tests use it")
    registry.add_procedure(RefugeFlow)
    try:
        yield RefugeFlow
    finally:
        del registry.procedures[RefugeFlow.code]


PERSON = {"primary": "Eriksson", "secondary": "Anna Maria", "sex": "F", "birth_date": "1974-08-12",
          "nationality": "SWE", "email": "anna@correo.example"}  # fmt: skip


@in_realm(PROTECTED)
def claim(office, *, actor, number: str = "L898902C3", **fields: Any) -> Case:
    """A protected person files a claim, with a passport and an agency to be asked."""
    CheckPolicy.objects.get_or_create(
        procedure=RefugeFlow.code,
        question="pnp.requisitorias",
        defaults={"purpose": "Control", "legal_basis": "Ley 27891"},
    )
    person: Person = people.register_person(actor=actor, realm=Realm.PROTECTED, **{**PERSON, **fields})
    people.record_document(person, actor=actor, kind=IdentityDocument.Kind.PASSPORT, number=number, issuer="SWE")
    application = services.Application(applicant=person, office=office, subtype="", subtype_label="")
    return services.start_case(RefugeFlow, actor=f.fresh(actor), application=application)

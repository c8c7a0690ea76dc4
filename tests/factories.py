"""factory-boy factories with state traits, and a small ministry to play in. Invented people only."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone

from cases.models import Case, ReadingRule, Task
from cases.registry import registry
from documents.models import BlankAct, BlankKind
from documents.services import blanks as ledger
from documents.services.blanks import Paper
from offices import services as offices
from offices import tokens
from offices.authority import forget_authority
from offices.models import Calendar, Office, User
from offices.roles import Reading, Role
from people import services as people
from people.models import IdentityDocument, Person
from visas.models import VisaApplication, VisaClass
from visas.services import Filing, file_application
from wall.realm import PROTECTED, in_realm

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SANTIAGO = "America/Santiago"


def today() -> date:
    """The day it is at the consulate where the tests' officers work: for two hours a day not the ministry's."""
    return timezone.localdate(timezone=ZoneInfo(SANTIAGO))


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"persona{n}")
    first_name = "Ficticia"
    last_name = factory.Sequence(lambda n: f"Prueba {n}")


class CalendarFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Calendar
        django_get_or_create = ("name",)

    name = "Perú"
    countries = "PE"


class OfficeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Office
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"T{n:03d}")
    name = factory.LazyAttribute(lambda o: f"Consulado {o.code}")
    kind = Office.Kind.CONSULATE_GENERAL
    city = "Ciudad"
    country = "PE"
    time_zone = "America/Lima"
    calendar = factory.SubFactory(CalendarFactory)
    path = factory.LazyAttribute(lambda o: f"{o.parent.path if o.parent else ''}{o.code}/")
    parent = None


def staff(role: Role, office: Office, **kwargs) -> User:
    """A user posted to an office in a role since long ago."""
    user = UserFactory(**kwargs)
    offices.open_posting(actor=None, user=user, office=office, role=role, since=LONG_AGO, source="Prueba")
    return user


def ministry() -> SimpleNamespace:
    """Lima with two posts, one person per role at Santiago, and the default configuration."""
    for load in registry.defaults.values():
        load()
    # who is asked for a reason before a case opens is the subject of tests/cases/test_break_glass.py alone
    ReadingRule.objects.update(reading=Reading.FREE)
    lima = OfficeFactory(
        code="RREE", name="Ministerio de Relaciones Exteriores", kind=Office.Kind.MINISTRY, city="Lima"
    )
    chile = CalendarFactory(name="Chile", countries="PE,CL")
    santiago = OfficeFactory(
        code="SCL", name="Consulado General en Santiago", parent=lima, calendar=chile, country="CL",
        city="Santiago de Chile", time_zone=SANTIAGO,
    )  # fmt: skip
    madrid = OfficeFactory(
        code="MAD", name="Consulado General en Madrid", parent=lima, country="ES", city="Madrid",
        time_zone="Europe/Madrid",
    )  # fmt: skip
    house = SimpleNamespace(
        lima=lima,
        santiago=santiago,
        madrid=madrid,
        intake=staff(Role.INTAKE, santiago, last_name="Rojas", first_name="Lucía"),
        analyst=staff(Role.ANALYST, santiago, last_name="Quispe", first_name="Rosa"),
        checks=staff(Role.CHECKS, lima, last_name="Vera", first_name="Tomás"),
        second=staff(Role.CHECKS, lima, last_name="Cano", first_name="Elsa"),
        consul=staff(Role.CONSUL, santiago, last_name="Paz", first_name="Inés"),
        authoriser=staff(Role.AUTHORISING, lima, last_name="Soto", first_name="Raúl"),
        printer=staff(Role.PRINTING, santiago, last_name="Lino", first_name="Pía"),
        custodian=staff(Role.CUSTODIAN, lima, last_name="Gil", first_name="Eva"),
        delivery=staff(Role.DELIVERY, santiago, last_name="Mar", first_name="Ada"),
        supervisor=staff(Role.SUPERVISOR, lima, last_name="Rey", first_name="Olga"),
        foreign=staff(Role.ANALYST, madrid, last_name="Ibáñez", first_name="Noé"),
    )
    blanks(house, santiago, "V00012345-V00012394")
    return house


def blanks(house: SimpleNamespace, office: Office, numbers: str, *, kind: str = "visa", act: str = "") -> BlankAct:
    """New numbers in an office's stock, received by the custodian."""
    paper = Paper(number=act or f"Acta {numbers[:20]}", dated=date(2026, 1, 5))
    return ledger.receive(
        kind=BlankKind.objects.get(document_kind=kind), office=office, numbers=numbers, paper=paper,
        actor=house.custodian,
    )  # fmt: skip


def person(**fields) -> Person:
    defaults = {
        "primary": "Eriksson",
        "secondary": "Anna Maria",
        "sex": "F",
        "birth_date": "1974-08-12",
        "nationality": "SWE",
        "email": "anna@correo.example",
    }
    return people.register_person(actor=None, **{**defaults, **fields})


def passport(holder: Person, **fields) -> IdentityDocument:
    defaults = {"kind": "passport", "number": "L898902C3", "issuer": holder.nationality, "expires": date(2036, 4, 15)}
    return people.record_document(holder, actor=None, **{**defaults, **fields})


def filing(office: Office, *, subtype: str = "turista", complete: bool = True, **overrides) -> Filing:
    """What the registration form hands over. ``complete`` attaches every requirement and pays."""
    from cases.models import Payment, Requirement

    visa_class = VisaClass.objects.get(code=subtype)
    wanted = Requirement.objects.filter(procedure="visa", subtype__in=["", subtype])
    receipt = Payment(receipt="R-1", amount=30, currency="USD", paid_on=today())
    values = {
        "office": office,
        "visa_class": visa_class,
        "person": {
            "primary": "Eriksson", "secondary": "Anna Maria", "sex": "F", "birth_date": "1974-08-12",
            "nationality": "SWE", "email": "anna@correo.example",
        },
        "passport": {"number": "L898902C3", "issuer": "SWE", "expires": date(2036, 4, 15)},
        "journey": {"purpose": "Turismo en Cusco", "arrival": today() + timedelta(days=30)},
        "attached": frozenset(wanted.values_list("code", flat=True)) if complete else frozenset(),
        "payment": receipt if complete else None,
    }  # fmt: skip
    return Filing(**{**values, **overrides})


def visa_case(house: SimpleNamespace, **overrides) -> VisaApplication:
    """A filed visa application at Santiago."""
    office = overrides.pop("office", house.santiago)
    actor = overrides.pop("actor", house.intake)
    return file_application(filing(office, **overrides), actor=actor)


def open_step(case: Case, name: str):
    """The open task of a node, by name."""
    return next(task for task in case.task_set.filter(finished__isnull=True) if task.flow_task.name == name)


@in_realm(PROTECTED)
def protect(*, case: Case | None = None, person: Person | None = None) -> None:
    """Put a case with its steps, or a person, behind the wall."""
    if case is not None:
        Case.objects.filter(pk=case.pk).update(confidentiality=PROTECTED)
        Task.objects.filter(process_id=case.pk).update(confidentiality=PROTECTED)
    if person is not None:
        Person.objects.filter(pk=person.pk).update(realm=PROTECTED)


def fresh(user: User) -> User:
    """The user without cached authority, as a new request would have them."""
    forget_authority(user)
    return User.objects.get(pk=user.pk)


def api_token(user: User, *scopes: str, **fields) -> str:
    """The secret of an API token for the user's first posting; reading and acting unless ``scopes`` are named."""
    _token, secret = tokens.issue_token(
        actor=user,
        name="Prueba",
        scopes=scopes or ("cases.read", "cases.act"),
        expires=fields.pop("expires", timezone.now() + timedelta(days=1)),
        posting=fields.pop("posting", None) or user.postings.order_by("pk").first(),
    )
    return secret

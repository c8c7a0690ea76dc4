"""All roles and permissions of the house, in one file an auditor can read.

A right is *act × procedure* held at an office, and reaches the offices below it. People get rights only through
postings (:mod:`offices.services`), never directly and never by being a superuser.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProcedureCode(TextChoices):
    """The six procedures; the value is part of permission names."""

    VISA = "visa", _("Visa")
    REFUGE = "refuge", _("Refugee status")
    ABTC = "abtc", _("APEC business travel card")
    IDCARD = "idcard", _("Foreigner's identity card")
    PASSPORT = "passport", _("Passport abroad")
    SAFECONDUCT = "safeconduct", _("Safe conduct")


class Act(TextChoices):
    """What a person may do to a case of a procedure."""

    VIEW = "view", _("See cases")
    VIEW_PROTECTED = "view_protected", _("Enter the protected realm")
    REGISTER = "register", _("Register applications and corrections")
    ADJUDICATE = "adjudicate", _("Settle hits from other agencies")
    AUTHORISE = "authorise", _("Record authorisations from Lima")
    ASSESS = "assess", _("Interview, assess and propose")
    DECIDE = "decide", _("Decide")
    ISSUE = "issue", _("Print and check quality")
    DELIVER = "deliver", _("Deliver")
    STOCK = "stock", _("Keep controlled blanks")
    VERIFY = "verify", _("Ask whether a document is valid")
    CLOSE = "close", _("Withdraw, abandon or void")
    SUPERVISE = "supervise", _("Reassign, retry and see the board")
    AUDIT = "audit", _("Read the audit log")


def right(act: str, procedure: str) -> str:
    """The permission's codename, ``decide_visa``."""
    return f"{act}_{procedure}"


class Reading(TextChoices):
    """How a role opens a case that is not its task (docs/decisions/0012-break-glass.md)."""

    FREE = "free", _("Opens the cases of its office in the ordinary course")
    ASKED = "asked", _("Gives a reason for a case outside its tasks")
    ALWAYS = "always", _("Always gives a reason")


@dataclass(frozen=True)
class RoleDefinition:
    """One role: what it may do, in which procedures, whether it configures the system in Django admin, and how it
    opens cases that are not its task (an administrator may change that, :class:`cases.models.ReadingRule`)."""

    label: object
    acts: frozenset[str]
    procedures: frozenset[str]
    configures: bool = False
    reads: Reading = Reading.ASKED

    def rights(self) -> frozenset[str]:
        return frozenset(right(act, procedure) for act in self.acts for procedure in self.procedures)


class Role(TextChoices):
    """Role codes; the value is the name of the Django group."""

    INTAKE = "registrador", _("Intake officer")
    ANALYST = "analista", _("Consular analyst")
    CHECKS = "analista_consultas", _("Checks analyst")
    CONSUL = "consul", _("Consul")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUTHORISING = "autorizaciones", _("Authorising officer (Lima)")
    PRINTING = "impresion", _("Print officer")
    DELIVERY = "entrega", _("Delivery officer")
    CUSTODIAN = "custodio", _("Custodian of blanks")
    VERIFYING = "verificador", _("Verifying entity")
    PROTECTION = "proteccion", _("Protection officer")
    AUDITOR = "auditor", _("Auditor")
    PROTECTION_AUDITOR = "auditor_proteccion", _("Auditor of international protection")
    ADMINISTRATOR = "administrador", _("Administrator")


ORDINARY = frozenset(set(ProcedureCode.values) - {ProcedureCode.REFUGE})
_REFUGE = frozenset({ProcedureCode.REFUGE})


def _role(
    role: Role, *acts: Act, procedures: frozenset[str] = ORDINARY, configures: bool = False,
    reads: Reading = Reading.ASKED,
) -> RoleDefinition:  # fmt: skip
    return RoleDefinition(role.label, frozenset(acts), procedures, configures, reads)


ROLES: dict[str, RoleDefinition] = {
    Role.INTAKE: _role(Role.INTAKE, Act.VIEW, Act.REGISTER),
    Role.ANALYST: _role(Role.ANALYST, Act.VIEW, Act.REGISTER, Act.ASSESS, Act.CLOSE),
    Role.CHECKS: _role(Role.CHECKS, Act.VIEW, Act.ADJUDICATE),
    Role.CONSUL: _role(
        Role.CONSUL, Act.VIEW, Act.ASSESS, Act.DECIDE, Act.CLOSE, Act.SUPERVISE, Act.STOCK, reads=Reading.FREE
    ),
    Role.SUPERVISOR: _role(Role.SUPERVISOR, Act.VIEW, Act.SUPERVISE, Act.CLOSE, reads=Reading.FREE),
    Role.AUTHORISING: _role(Role.AUTHORISING, Act.VIEW, Act.AUTHORISE),
    Role.PRINTING: _role(Role.PRINTING, Act.VIEW, Act.ISSUE),
    Role.DELIVERY: _role(Role.DELIVERY, Act.VIEW, Act.DELIVER),
    # keeps, sends, receives and destroys blanks; does not print on them
    Role.CUSTODIAN: _role(Role.CUSTODIAN, Act.STOCK),
    # another entity's system: hears whether a document is valid, and nothing else
    Role.VERIFYING: _role(Role.VERIFYING, Act.VERIFY),
    Role.PROTECTION: _role(Role.PROTECTION, Act.VIEW, Act.VIEW_PROTECTED, Act.REGISTER, Act.ASSESS, procedures=_REFUGE),
    Role.AUDITOR: _role(Role.AUDITOR, Act.VIEW, Act.AUDIT, reads=Reading.ALWAYS),
    Role.PROTECTION_AUDITOR: _role(
        Role.PROTECTION_AUDITOR, Act.VIEW_PROTECTED, Act.AUDIT, procedures=_REFUGE, reads=Reading.ALWAYS
    ),
    Role.ADMINISTRATOR: _role(Role.ADMINISTRATOR, procedures=frozenset(), configures=True),
}

assert set(ROLES) == set(Role.values), "every role code has a definition"

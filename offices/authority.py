"""What a user may do, and where: one statement per request, asked by every act and every list."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from offices.roles import ROLES, right

_RIGHTS = """
    SELECT array_agg(DISTINCT p.codename::text),
           (SELECT array_agg(below.id) FROM offices_office below WHERE below.path LIKE o.path || '%%')
    FROM offices_officeuserobjectpermission r
    JOIN offices_user u ON u.id = r.user_id AND u.is_active
    JOIN offices_posting posting ON posting.id = r.posting_id
    JOIN auth_permission p ON p.id = r.permission_id
    JOIN offices_office o ON o.id = r.content_object_id
    WHERE r.user_id = %s
      AND posting.since <= statement_timestamp()
      AND (posting.until IS NULL OR posting.until > statement_timestamp())
    GROUP BY o.id
"""


@dataclass(frozen=True)
class Authority:
    """The rights of one user: codename of the right → ids of the offices where it holds."""

    user_id: int | None
    rights: dict[str, frozenset[int]] = field(default_factory=dict)

    def offices(self, act: str, procedure: str) -> frozenset[int]:
        return self.rights.get(right(act, procedure), frozenset())

    def can(self, act: str, procedure: str, office_id: int) -> bool:
        return office_id in self.offices(act, procedure)

    def can_anywhere(self, act: str) -> bool:
        """Whether the user holds this act in any procedure at any office (for menus)."""
        return any(codename.startswith(f"{act}_") for codename in self.rights)

    def procedures(self, act: str) -> dict[str, frozenset[int]]:
        """Procedure → offices, for one act."""
        prefix = f"{act}_"
        return {
            codename.removeprefix(prefix): offices
            for codename, offices in self.rights.items()
            if codename.startswith(prefix) and not codename.startswith(f"{prefix}protected_")
        }

    def where(self, act: str, *, procedure: str = "procedure", office: str = "office_id") -> Q:
        """A filter for rows with a procedure and an office column. Procedures with the same offices are put
        together, so that the usual user (one posting) gives one plain condition that an index can serve."""
        grouped: dict[frozenset[int], list[str]] = defaultdict(list)
        for code, offices in self.procedures(act).items():
            grouped[offices].append(code)
        condition = Q(pk__in=[])
        for offices, codes in grouped.items():
            condition |= Q(**{f"{procedure}__in": sorted(codes), f"{office}__in": sorted(offices)})
        return condition


def authority_of_id(user_id: int) -> Authority:
    """The authority of a person at this moment; none for one whose account is closed. One statement."""
    rights: dict[str, frozenset[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, [user_id])
        for codenames, ids in cursor.fetchall():  # one row per office with a posting
            offices = frozenset(ids)
            for codename in codenames:
                rights[codename] = rights[codename] | offices if codename in rights else offices
    return Authority(user_id, rights)


def authority_of(user) -> Authority:
    """The user's authority, read once per user object (that is, once per request or job)."""
    if user is None or not user.pk or not user.is_active:
        return Authority(None)
    if getattr(user, "_authority", None) is None:
        user._authority = authority_of_id(user.pk)
    return user._authority


def may_configure(user) -> bool:
    """Whether a person may configure the system at this moment: an administrator's posting in force (or, to set up an
    empty installation, the superuser that ``createsuperuser`` made)."""
    if user is None or not user.pk or not (user.is_active and user.is_staff):
        return False
    configuring = [role for role, definition in ROLES.items() if definition.configures]
    return user.is_superuser or user.postings.in_force(timezone.now()).filter(role__in=configuring).exists()


def forget_authority(user) -> None:
    """Drop the cached authority after the user's postings changed."""
    user.__dict__.pop("_authority", None)

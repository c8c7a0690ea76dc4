"""What a user may do, and where: one statement per request, asked by every act and every list.

Rights come from postings in force, the user's own and those that they cover (:class:`offices.models.Delegation`), by
the dates at this very moment. A posting at a closed office gives nothing; a right at an office above still reaches it.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from offices.roles import ORDINARY, ROLES, Act, ProcedureCode, right

_RIGHTS = """
    SELECT array_agg(DISTINCT p.codename::text),
           (SELECT array_agg(below.id) FROM offices_office below WHERE below.path LIKE o.path || '%%'),
           held.role, held.absentee_id, o.parent_id IS NULL
    FROM (
        SELECT posting.id, posting.role, posting.since, posting.until, NULL::bigint AS absentee_id
        FROM offices_posting posting
        WHERE posting.user_id = %(user)s
      UNION ALL
        SELECT posting.id, posting.role, posting.since, posting.until, d.absentee_id
        FROM offices_delegation d
        JOIN offices_posting posting ON posting.id = d.posting_id
        JOIN offices_posting own ON own.id = d.delegate_posting_id
        JOIN offices_user absentee ON absentee.id = d.absentee_id AND absentee.is_active
        WHERE d.delegate_id = %(user)s AND d.revoked_at IS NULL
          AND d.since <= statement_timestamp() AND d.until > statement_timestamp()
          AND own.since <= statement_timestamp()
          AND (own.until IS NULL OR own.until > statement_timestamp())
    ) held
    JOIN offices_user u ON u.id = %(user)s AND u.is_active
    JOIN offices_officeuserobjectpermission r ON r.posting_id = held.id
    JOIN auth_permission p ON p.id = r.permission_id
    JOIN offices_office o ON o.id = r.content_object_id AND o.active
    WHERE held.since <= statement_timestamp()
      AND (held.until IS NULL OR held.until > statement_timestamp())
    GROUP BY o.id, held.role, held.absentee_id
    ORDER BY held.absentee_id NULLS FIRST, held.role
"""


@dataclass(frozen=True)
class Grant:
    """Rights of one posting: its role, the codenames, the offices they reach, and for whom it is covered (None: it is
    the user's own). ``root``: the posting is at an office that depends on none."""

    role: str
    codenames: frozenset[str]
    offices: frozenset[int]
    absentee_id: int | None = None
    root: bool = False


@dataclass(frozen=True)
class Authority:
    """The rights of one user: codename of the right → ids of the offices where it holds."""

    user_id: int | None
    rights: dict[str, frozenset[int]] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    _asked: list[tuple[str, int]] = field(default_factory=list, compare=False, repr=False)

    @property
    def persons(self) -> frozenset[int]:
        """The user and everyone they cover now: whatever bars one of them from a case or a step bars the user."""
        covered = {grant.absentee_id for grant in self.grants if grant.absentee_id is not None}
        return frozenset(covered | ({self.user_id} if self.user_id is not None else set()))

    def offices(self, act: str, procedure: str) -> frozenset[int]:
        return self.rights.get(right(act, procedure), frozenset())

    def can(self, act: str, procedure: str, office_id: int) -> bool:
        return self.holds(right(act, procedure), office_id)

    def holds(self, codename: str, office_id: int) -> bool:
        """Whether the user holds a right at an office. What was asked last is the capacity the user acts in."""
        if office_id not in self.rights.get(codename, ()):
            return False
        self._asked[:] = [(codename, office_id)]
        return True

    def can_anywhere(self, act: str) -> bool:
        """Whether the user holds this act in any procedure at any office (for menus)."""
        return any(right(act, procedure) in self.rights for procedure in ProcedureCode.values)

    def everywhere(self, act: str) -> bool:
        """Whether the user holds this act at an office that depends on none, so that it reaches the whole ministry."""
        return any(
            grant.root and any(right(act, procedure) in grant.codenames for procedure in ORDINARY)
            for grant in self.grants
        )

    def procedures(self, act: str) -> dict[str, frozenset[int]]:
        """Procedure → offices, for one act."""
        return {
            procedure: self.rights[codename]
            for procedure in ProcedureCode.values
            if (codename := right(act, procedure)) in self.rights
        }

    def grant(self, codename: str, office_id: int) -> Grant | None:
        """The posting that gives a right at an office: the user's own before a covered one."""
        return next((g for g in self.grants if codename in g.codenames and office_id in g.offices), None)

    def capacity(self, office_id: int | None, codename: str = "") -> Grant | None:
        """In which posting the user acts at an office: that of the right named or last asked for there, or else the
        first that reaches it."""
        if codename and office_id is not None:
            return self.grant(codename, office_id)
        if self._asked and office_id in (None, self._asked[0][1]):
            return self.grant(*self._asked[0])
        return next((g for g in self.grants if office_id is None or office_id in g.offices), None)

    def roles_at(self, procedure: str, office_id: int) -> set[str]:
        """The roles in which the user sees cases of a procedure at an office."""
        seen = {right(Act.VIEW, procedure), right(Act.VIEW_PROTECTED, procedure)}
        return {g.role for g in self.grants if office_id in g.offices and seen & g.codenames}

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
    grants = []
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"user": user_id})
        for codenames, ids, role, absentee_id, root in cursor.fetchall():
            offices = frozenset(ids)
            grants.append(Grant(role, frozenset(codenames), offices, absentee_id, root))
            for codename in codenames:
                rights[codename] = rights[codename] | offices if codename in rights else offices
    return Authority(user_id, rights, tuple(grants))


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


def capacity_of_event(actor, office_id: int | None) -> dict[str, object]:
    """Role and absentee for an audit event of this actor, from what has been read already: no statement."""
    authority = getattr(actor, "_authority", None)
    grant = authority.capacity(office_id) if authority is not None else None
    return {"role": grant.role, "on_behalf_of_id": grant.absentee_id} if grant is not None else {}

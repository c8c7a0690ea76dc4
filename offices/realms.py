"""Who is behind the wall: protection roles, by a posting in force at this moment (domain §8.4)."""

from typing import Any

from offices.authority import authority_of
from offices.roles import Act, ProcedureCode
from wall.realm import ORDINARY, PROTECTED


def realm_of(user: Any) -> str:
    """The realm a request of this user is in: ``R`` with a protection role, ``N`` for everyone else."""
    return PROTECTED if authority_of(user).offices(Act.VIEW_PROTECTED, ProcedureCode.REFUGE) else ORDINARY

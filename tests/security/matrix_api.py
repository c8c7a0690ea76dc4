"""The permission matrix, second part: the API. Without a session or token 401; a reason that is missing is 403."""

from tests.security.matrix_pages import WHY, acts
from tests.security.matrix_terms import (
    ASKED,
    ASSESSES,
    EVERYONE,
    SEES,
    SUPERVISES,
    VERIFIES,
    Outcome,
    Row,
    may,
)

OUT: tuple[Outcome, Outcome] = (401, 401)


def api(route: str, **columns) -> Row:
    return Row(f"api/v1/{route}", **{"out": OUT, "reason": 403, **columns})


API = [
    api("schema/", get=may(EVERYONE), out=(200, 405)),
    api("tasks/", get=may(EVERYONE)),  # what is one's own to do: empty for who has nothing
    api("tasks/<int:pk>/", of="task", get=may(SEES), asks="get", claim=(200, 405)),
    api("tasks/<int:pk>/take/", of="task", post=acts(ASSESSES), acts=ASSESSES, claim=(405, 200), claim_acts=True),
    api("tasks/<int:pk>/release/", of="taken", post=may(SEES, 409)),  # it is a colleague's
    api("tasks/<int:pk>/complete/", of="task", post=acts(ASSESSES, 409), claim=(405, 409)),
    api("cases/<str:number>/", of="case", get=may(SEES), asks="get", claim=(200, 405)),
    api("cases/<str:number>/timeline/", of="case", get=may(SEES), asks="get", claim=(200, 405)),
    api("cases/<str:number>/checks/", of="case", get=may(SEES), asks="get", claim=(200, 405)),
    # who reads the case anyway need not say why, and may
    api("cases/<str:number>/access/", of="case", post=may(SEES, 201), body=WHY, acts=SEES, claim=(405, 403)),
    api(
        "cases/<str:number>/conflict/", of="case", post=may(SEES, 204), body=WHY, asks="post", acts=SEES,
        claim=(405, 204), claim_acts=True,
    ),
    api(
        "cases/<str:number>/transfer/", of="free case", post=acts(SUPERVISES, 201),
        body={"to": "MAD", "reason": "Domicilio"}, acts=SUPERVISES,
    ),
    api("transfers/", get=may(EVERYONE)),  # those of the cases that one sees
    api("transfers/<int:pk>/accept/", of="arriving", post=may(SUPERVISES), acts=SUPERVISES),
    api("transfers/<int:pk>/accept/", of="transfer", post=may(SEES, 403)),
    api("transfers/<int:pk>/decline/", of="arriving", post=may(SUPERVISES), body=WHY, acts=SUPERVISES),
    api("transfers/<int:pk>/decline/", of="transfer", post=may(SEES, 403), body=WHY),
    api(
        "documents/verify/", get=may(VERIFIES, 405, rest=403), post=may(VERIFIES, rest=403),
        body={"kind": "visa", "number": "V1"}, acts=VERIFIES,
    ),
    api("seals/validate/", post=may(EVERYONE, 400), out=(405, 400)),
]  # fmt: skip
assert ASKED < SEES

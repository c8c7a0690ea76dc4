"""The permission matrix, first part: every page of the house, who may open it, who may post to it.

Read a row as: this address; about what; who gets what on GET; who gets what on POST. Whoever is not named gets 404, for
absent and not yours look the same. 403 stands where somebody sees the thing and may not do this to it. What lies at
another office, or behind the wall, is 404 for everyone.
"""

from tests.security.matrix_terms import (
    ADJUDICATES,
    ASKED,
    ASSESSES,
    AUDITS,
    AUTHORISES,
    CLOSES,
    CONFIGURES,
    CONFIRM,
    DECIDES,
    DELIVERS,
    EVERYONE,
    ISSUES,
    NO_POSTING,
    NOBODY,
    PROTECTS,
    REGISTERS,
    SEES,
    STOCKS,
    SUPERUSER,
    SUPERVISES,
    WORKS,
    R,
    Row,
    may,
    roles,
)

ALL = may(EVERYONE)  # every page that anybody who is signed in may open
POSTED = roles(*R.values)
KEEPS = STOCKS | SUPERVISES  # read the ledger of blanks
OPEN_EVIDENCE = ADJUDICATES | roles(R.AUDITOR)
WATCH_AGENCIES = ADJUDICATES | SUPERVISES | CONFIGURES
WATCHED = WATCH_AGENCIES & SEES  # see what an agency was told of a case
RECORD_LETTERS = ADJUDICATES | SUPERVISES
TAKERS = REGISTERS | ASSESSES | ADJUDICATES | AUTHORISES | ISSUES | DELIVERS | PROTECTS
STEPS = {
    "step correct": REGISTERS,
    "step adjudicate": ADJUDICATES,
    "step authorise": AUTHORISES,
    "step interview": ASSESSES,
    "step decide": DECIDES,
    "step quality": ISSUES,
    "step deliver": DELIVERS,
}
WHY = {"reason": "Consta en el expediente"}


def acts(who: frozenset[str], outcome: int = 200, *, sees: frozenset[str] = SEES):
    """Who may do this to a thing; those who only see it are refused, for the others it does not exist."""
    return may(who, outcome).but(sees, 403)


PUBLIC = [
    Row("healthz", get=ALL, post=ALL, out=(200, 200)),
    Row("readyz", get=may(EVERYONE, 503), post=may(EVERYONE, 503), out=(503, 503)),  # no worker runs here
    Row("metrics", get=NOBODY, out=(404, 405)),  # only with its token, or from the machine itself
    Row("sellos/", get=ALL, post=may(EVERYONE, 422), out=(200, 422)),
    Row("sellos/<str:country>.crl", args=("PE",), get=ALL, post=ALL, out=(200, 200)),
    Row("^[vV]/(?P<token>[A-Za-z0-9]{1,40})/?$", args=("X1",), get=ALL, post=ALL, out=(200, 200)),
    Row("idioma/setlang/", get=may(EVERYONE, 302), post=may(EVERYONE, 302), out=(302, 302)),
    # examples for whoever works on the look; not installed outside a developer's machine
    Row("ui/", get=ALL, post=ALL, out=(200, 200)),
    Row("ui/<slug:page>/", args=("worklist",), get=ALL, post=ALL, out=(200, 200)),
]

ACCOUNT = [
    Row("cuenta/login/", get=may(EVERYONE, 302), post=may(EVERYONE, 302), out=(200, 200)),
    Row("cuenta/logout/", get=ALL, post=may(EVERYONE, 302), acts=EVERYONE, out=(302, 302)),
    Row("cuenta/inactive/", get=ALL, out=(200, 405)),
    Row("cuenta/reauthenticate/", get=ALL, post=ALL),
    Row("cuenta/password/change/", get=ALL, post=ALL),
    # one's own second factor: nobody here has one yet, and to set one up they confirm who they are
    Row("cuenta/2fa/", get=ALL),
    Row("cuenta/2fa/authenticate/", get=may(EVERYONE, 302), post=may(EVERYONE, 302)),
    Row("cuenta/2fa/reauthenticate/", get=may(EVERYONE, CONFIRM), post=may(EVERYONE, CONFIRM)),
    Row("cuenta/2fa/totp/activate/", get=may(EVERYONE, CONFIRM), post=may(EVERYONE, CONFIRM)),
    Row("cuenta/2fa/totp/deactivate/", get=NOBODY, post=NOBODY),
    Row("cuenta/2fa/recovery-codes/", get=NOBODY),
    Row("cuenta/2fa/recovery-codes/generate/", get=may(EVERYONE, CONFIRM), post=may(EVERYONE, CONFIRM)),
    Row("cuenta/2fa/recovery-codes/download/", get=NOBODY, post=NOBODY),
    Row("cuenta/2fa/webauthn/", get=ALL),
    Row("cuenta/2fa/webauthn/add/", get=may(EVERYONE, CONFIRM), post=may(EVERYONE, CONFIRM)),
    Row("cuenta/2fa/webauthn/reauthenticate/", get=may(EVERYONE, CONFIRM), post=may(EVERYONE, CONFIRM)),
    *[
        Row(
            f"cuenta/2fa/webauthn/keys/<int:pk>/{act}/",
            args=(1,),
            get=may(EVERYONE, CONFIRM),
            post=may(EVERYONE, CONFIRM),
        )
        for act in ("remove", "edit")
    ],
    # the ministry's identity provider, of which none is set up
    Row("cuenta/cancelado/", get=ALL, out=(200, 405)),
    Row("cuenta/oidc/^(?P<provider_id>[^/]+)/login/", args=("x",), get=NOBODY, post=NOBODY, out=(404, 404)),
    Row("cuenta/oidc/^(?P<provider_id>[^/]+)/login/callback/", args=("x",), get=NOBODY, post=NOBODY, out=(404, 404)),
    Row("cuenta/identidad/", get=NOBODY),
    Row("cuenta/sesiones/", get=ALL),
    Row("cuenta/sesiones/cerrar/", post=may(EVERYONE, 302), body={"session": "others"}),
    Row("cuenta/claves-api/", get=ALL, post=may(EVERYONE, 422)),
    Row("cuenta/claves-api/<int:pk>/revocar/", of="token", post=may(POSTED, 302), acts=POSTED),
    Row("cuenta/retomar/<uuid:key>/", of="suspended", get=ALL),
]

OFFICES = [
    Row("personal/funciones/", get=ALL),
    Row("personal/avisos/", get=ALL),
    Row("personal/suplencias/", get=ALL, post=may(EVERYONE, 422)),
    Row("personal/suplencias/<int:pk>/revocar/", of="delegation", post=may(SUPERVISES, 302), body=WHY, acts=SUPERVISES),
]

LATE = may(REGISTERS, 405)  # the draft is looked for before the method is
REGISTRATION = [
    # the page offers only what the person may register; a draft is its owner's, while they may
    Row(
        "registrar/", get=ALL, post=may(REGISTERS, 302).but(roles(NO_POSTING, SUPERUSER), 404).but(EVERYONE, 403),
        body={"procedure": "visa"},
    ),
    Row("registrar/visa/<uuid:draft>/", of="draft", get=may(REGISTERS), post=may(REGISTERS, 422)),
    Row("registrar/visa/<uuid:draft>/guardar/", of="draft", get=LATE, post=may(REGISTERS)),
    Row("registrar/visa/<uuid:draft>/zona/", of="draft", get=LATE, post=may(REGISTERS)),
    Row("registrar/visa/<uuid:draft>/archivos/<slug:code>/", of="draft requirement", get=LATE, post=may(REGISTERS)),
    Row("registrar/visa/<uuid:draft>/archivos/<uuid:key>/quitar/", of="draft file", get=LATE, post=may(REGISTERS, 302)),
    Row("registrar/visa/<uuid:draft>/borrar/", of="draft", get=LATE, post=may(REGISTERS, 302)),
]  # fmt: skip

LISTS = [
    Row("", get=ALL),  # what is one's own: empty for who has nothing
    Row("cola/", get=ALL),
    Row("buscar/", get=ALL),
    Row("notificaciones/", get=ALL),
    Row("tomar-siguiente/", post=may(EVERYONE, 302), acts=TAKERS),
    # what a person does not see is as if it had not been chosen; a refusal is told row by row
    Row(
        "tareas/lote/", of="task", post=may(ASSESSES, 302).but(SEES, 200).but(EVERYONE, 302),
        body={"act": "take", "task": "{0}"}, acts=ASSESSES, elsewhere=(405, 302), claim=(405, 302), claim_acts=True,
    ),
    Row(
        "tareas/lote/", of="stopped", post=may(EVERYONE, 302), body={"act": "take", "task": "{0}"}, elsewhere=(405, 302)
    ),
    Row(
        "tareas/lote/", of="step deliver", post=acts(SUPERVISES).but(EVERYONE, 302),
        body={"act": "reassign", "task": "{0}"}, elsewhere=(405, 302),
    ),
    Row(
        "vistas/", post=may(EVERYONE, 302), body={"list": "queue", "name": "Otra", "query": "due=overdue"},
        acts=EVERYONE,
    ),
    Row("vistas/<int:pk>/borrar/", of="view", post=may(EVERYONE, 302), acts=EVERYONE),
    Row("puesto/", of="posting", post=may(POSTED, 302), body={"posting": "{0}"}, elsewhere=(405, 404)),
    Row("tramites/<slug:code>/flujo.bpmn", args=("visa",), get=may(SEES)),
    Row("auditoria/", get=may(AUDITS)),
]  # fmt: skip

TASKS = [
    *[Row("tareas/<int:pk>/tomar/", of=step, post=acts(who, 302), acts=who) for step, who in STEPS.items()],
    *[
        Row("tareas/<int:pk>/completar/", of=step, get=may(SEES, 302), post=acts(who, 409))  # nobody has taken it
        for step, who in STEPS.items()
    ],
    Row(
        "tareas/<int:pk>/tomar/", of="task", post=acts(ASSESSES, 302), acts=ASSESSES, claim=(405, 302),
        claim_acts=True,
    ),
    Row(
        "tareas/<int:pk>/completar/", of="task", get=may(SEES, 302), post=acts(ASSESSES, 409), asks="post",
        claim=(302, 409),
    ),
    Row("tareas/<int:pk>/soltar/", of="taken", post=may(SEES, 409)),  # it is a colleague's
    Row("tareas/<int:pk>/reasignar/", of="task", post=acts(SUPERVISES), claim=(405, 403)),
    Row("tareas/<int:pk>/reasignar/", of="taken", post=acts(SUPERVISES, 422), body={"reason": ""}),
    Row("tareas/<int:pk>/reintentar/", of="stopped", post=may(SUPERVISES, 302), body=WHY, acts=SUPERVISES),
]  # fmt: skip

CASES = [
    Row("expedientes/<str:number>/", of="case", get=may(SEES), asks="get", claim=(200, 405)),
    Row(
        "expedientes/<str:number>/panel/<slug:code>/", of="panel", get=may(SEES), asks="get", claim=(200, 405),
        headers={"HX-Request": "true"}, out=(286, 286),
    ),
    Row("expedientes/<str:number>/diagrama/", of="case", get=may(SEES), asks="get", claim=(200, 405)),
    Row(
        "expedientes/<str:number>/notas/", of="case", post=acts(WORKS, 302), body={"text": "x"}, asks="post",
        acts=WORKS, claim=(405, 302), claim_acts=True,
    ),
    Row(
        "expedientes/<str:number>/adjuntar/", of="case", get=acts(REGISTERS | ASSESSES),
        post=acts(REGISTERS | ASSESSES, 422), asks="get post", claim=(200, 422),
    ),
    Row(
        "expedientes/<str:number>/terminar/", of="case", get=acts(CLOSES), post=acts(CLOSES, 422), asks="get post",
        claim=(403, 403),
    ),
    # the page that asks why; who reads the case anyway goes on to it, who stands behind the wall is never asked
    Row(
        "expedientes/<str:number>/acceso/", of="case", get=may(ASKED).but(SEES, 302), post=may(SEES, 302), body=WHY,
        acts=ASKED, claim=(302, 302),
    ),
    Row(
        "expedientes/<str:number>/abstencion/", of="case", get=may(SEES), post=may(SEES, 302), body=WHY,
        asks="get post", acts=SEES, claim=(200, 302), claim_acts=True,
    ),
    Row(
        "expedientes/<str:number>/transferir/", of="case", get=acts(SUPERVISES), post=acts(SUPERVISES, 422),
        asks="get post", claim=(403, 403),
    ),
    Row("adjuntos/<uuid:key>/", of="attachment", get=may(SEES), asks="get", claim=(200, 405)),
    Row("adjuntos/<uuid:key>/", of="draft attachment", get=may(REGISTERS)),
    Row("conflictos/", get=may(SUPERVISES)),
    Row(
        "conflictos/<int:pk>/levantar/", of="conflict", get=may(SUPERVISES), post=may(SUPERVISES, 302), body=WHY,
        acts=SUPERVISES,
    ),
    # a case that comes to this office, and one that goes from it: received there, taken back here
    Row("transferencias/", get=may(SUPERVISES)),
    Row("transferencias/<int:pk>/recibir/", of="arriving", post=may(SUPERVISES, 302), acts=SUPERVISES),
    Row("transferencias/<int:pk>/recibir/", of="transfer", post=may(SEES, 403)),
    Row(
        "transferencias/<int:pk>/rechazar/", of="arriving", get=may(SUPERVISES), post=may(SUPERVISES, 302), body=WHY,
        acts=SUPERVISES,
    ),
    Row("transferencias/<int:pk>/rechazar/", of="transfer", get=may(SEES, 403), post=may(SEES, 403), body=WHY),
    Row("transferencias/<int:pk>/retirar/", of="transfer", post=acts(SUPERVISES, 302), acts=SUPERVISES),
    Row("transferencias/<int:pk>/retirar/", of="arriving", post=may(SUPERVISES, 403)),
    Row("tablero/", get=may(SUPERVISES)),
    Row("pasos-detenidos/", get=may(SUPERVISES)),
]  # fmt: skip

AGENCIES = [
    Row("consultas/entidades/", get=may(WATCH_AGENCIES)),
    Row(
        "consultas/entidades/<slug:code>/probar/", of="agency",
        post=acts(CONFIGURES, 302, sees=WATCH_AGENCIES), acts=CONFIGURES,
    ),
    Row(
        "consultas/entidades/<slug:code>/pausar/", of="agency", get=acts(CONFIGURES, sees=WATCH_AGENCIES),
        post=acts(CONFIGURES, 302, sees=WATCH_AGENCIES), body=WHY, acts=CONFIGURES,
    ),
    Row(
        "consultas/entidades/<slug:code>/reanudar/", of="agency", get=acts(CONFIGURES, sees=WATCH_AGENCIES),
        post=acts(CONFIGURES, 409, sees=WATCH_AGENCIES), body=WHY,
    ),  # it is not paused
    Row("consultas/entidades/reportes/", get=may(WATCH_AGENCIES)),
    Row(
        "consultas/entidades/reportes/<int:pk>/enviar/", of="report", get=acts(SUPERVISES, sees=WATCHED),
        post=acts(SUPERVISES, 302, sees=WATCHED), body=WHY, acts=SUPERVISES,
    ),
    Row(
        "consultas/<int:pk>/cancelar/", of="check", get=acts(SUPERVISES), post=acts(SUPERVISES, 302), body=WHY,
        acts=SUPERVISES, claim=(403, 403),
    ),
    Row(
        "consultas/<int:pk>/preguntar-de-nuevo/", of="check", get=acts(RECORD_LETTERS, 409),
        post=acts(RECORD_LETTERS, 409), body=WHY, claim=(403, 403),
    ),  # it is being asked
    Row(
        "consultas/<int:pk>/carta/", of="check", get=acts(RECORD_LETTERS), post=acts(RECORD_LETTERS, 422),
        claim=(403, 403),
    ),
    # the agency's own words: each reading has its reason
    Row(
        "consultas/<int:pk>/respuesta/", of="answered", get=acts(OPEN_EVIDENCE), post=acts(OPEN_EVIDENCE), body=WHY,
        acts=OPEN_EVIDENCE, claim=(403, 403),
    ),
]  # fmt: skip

DOCUMENTS = [
    Row("documentos/<int:pk>/estado/", of="document", get=may(SUPERVISES), post=may(SUPERVISES, 422)),
    Row("especies/", get=may(KEEPS)),
    Row("especies/<int:pk>/", of="blank", get=may(KEEPS)),
    Row("especies/actas/", get=may(KEEPS)),
    # an act that waits for a second person who keeps blanks; one that waits for another office
    Row(
        "especies/actas/<int:pk>/", of="act to confirm", get=may(KEEPS), post=acts(STOCKS, 302, sees=KEEPS),
        acts=STOCKS,
    ),
    Row("especies/actas/<int:pk>/", of="act sent", get=may(KEEPS), post=may(KEEPS, 403)),
    Row("especies/actas/<int:pk>/", of="act", get=may(KEEPS), post=may(KEEPS, 409)),  # nothing is left to do
    # a colleague proposed it: of the others, who supervises takes it back
    Row(
        "especies/actas/<int:pk>/retiro/", of="act to confirm", post=acts(SUPERVISES, 302, sees=KEEPS), body=WHY,
        acts=SUPERVISES,
    ),
    Row("especies/actas/<uuid:key>/archivo/", of="act file", get=may(KEEPS)),
    *[
        Row(f"especies/{act}/", get=may(STOCKS), post=may(STOCKS, 422))
        for act in ("recibir", "enviar", "cambiar", "destruir", "emergencia", "conteo")
    ],
    Row("especies/hojas/", get=may(KEEPS)),
    Row("especies/hojas/<int:pk>.pdf", of="sheet", get=may(KEEPS)),
    Row(
        "especies/alarmas/", of="alarm", get=may(KEEPS), post=acts(SUPERVISES, 302, sees=KEEPS),
        body={"alarm": "{0}", "text": "Apareció"}, acts=SUPERVISES, elsewhere=(None, 404),
    ),
]  # fmt: skip

PAGES = [
    *PUBLIC, *ACCOUNT, *OFFICES, *REGISTRATION, *LISTS, *TASKS, *CASES, *AGENCIES, *DOCUMENTS,
]  # fmt: skip

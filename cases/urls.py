"""Addresses of the engine's pages. Spanish words: they are what people see in the address bar."""

from django.urls import path

from cases.views import auditing, authority, case_page, files, lists, outcomes, step, supervision

app_name = "cases"

urlpatterns = [
    # work lists (cases/views/lists.py)
    path("", lists.inbox, name="inbox"),
    path("cola/", lists.queue, name="queue"),
    path("buscar/", lists.search, name="search"),
    path("tomar-siguiente/", lists.take_next, name="take_next"),
    path("tareas/lote/", lists.bulk, name="bulk"),
    path("vistas/", lists.save_view, name="save_view"),
    path("vistas/<int:pk>/borrar/", lists.delete_view, name="delete_view"),
    path("puesto/", lists.switch_posting, name="switch_posting"),
    # one step (cases/views/step.py)
    path("tareas/<int:pk>/tomar/", step.take, name="take"),
    path("tareas/<int:pk>/soltar/", step.release, name="release"),
    path("tareas/<int:pk>/completar/", step.complete, name="complete"),
    # the case page (cases/views/case_page.py)
    path("expedientes/<str:number>/", case_page.case, name="case"),
    path("expedientes/<str:number>/panel/<slug:code>/", case_page.panel, name="panel"),
    path("expedientes/<str:number>/diagrama/", case_page.diagram, name="diagram"),
    path("expedientes/<str:number>/notas/", case_page.add_note, name="add_note"),
    path("expedientes/<str:number>/adjuntar/", files.attach, name="attach"),
    path("expedientes/<str:number>/terminar/", outcomes.close, name="close"),
    # who may see a case and where it lies (cases/views/authority.py)
    path("expedientes/<str:number>/acceso/", authority.access, name="access"),
    path("expedientes/<str:number>/abstencion/", authority.declare_conflict, name="declare_conflict"),
    path("expedientes/<str:number>/transferir/", authority.transfer, name="transfer"),
    path("conflictos/", authority.conflicts, name="conflicts"),
    path("conflictos/<int:pk>/levantar/", authority.lift_conflict, name="lift_conflict"),
    path("transferencias/", authority.transfers, name="transfers"),
    path("transferencias/<int:pk>/recibir/", authority.accept_transfer, name="accept_transfer"),
    path("transferencias/<int:pk>/rechazar/", authority.decline_transfer, name="decline_transfer"),
    path("transferencias/<int:pk>/retirar/", authority.withdraw_transfer, name="withdraw_transfer"),
    path("auditoria/", auditing.events, name="events"),
    path("adjuntos/<uuid:key>/", files.download, name="attachment"),
    path("tramites/<slug:code>/flujo.bpmn", case_page.bpmn, name="bpmn"),
    # supervision (cases/views/supervision.py)
    path("tablero/", supervision.board, name="board"),
    path("tareas/<int:pk>/reasignar/", supervision.reassign, name="reassign"),
    path("tareas/<int:pk>/reintentar/", supervision.retry, name="retry"),
    path("pasos-detenidos/", supervision.stopped_steps, name="stopped_steps"),
    path("notificaciones/", supervision.outbox, name="outbox"),
]

"""Addresses of blanks, of documents' lives, and of public verification."""

from django.urls import path, re_path

from documents.views import acts, ledger, life, public, sheets

app_name = "documents"

urlpatterns = [
    re_path(r"^[vV]/(?P<token>[A-Za-z0-9]{1,40})/?$", public.verify, name="verify"),
    path("documentos/<int:pk>/estado/", life.change, name="change"),
    path("especies/", ledger.ledger, name="ledger"),
    path("especies/<int:pk>/", ledger.blank, name="blank"),
    path("especies/actas/", ledger.papers, name="papers"),
    path("especies/actas/<int:pk>/", ledger.paper, name="paper"),
    path("especies/actas/<int:pk>/retiro/", ledger.withdraw, name="withdraw"),
    path("especies/actas/<uuid:key>/archivo/", ledger.file, name="file"),
    path("especies/recibir/", acts.receive, name="receive"),
    path("especies/enviar/", acts.send, name="send"),
    path("especies/cambiar/", acts.correct, name="correct"),
    path("especies/destruir/", acts.destroy, name="destroy"),
    path("especies/emergencia/", acts.hand_out, name="hand_out"),
    path("especies/conteo/", sheets.count, name="count"),
    path("especies/hojas/", sheets.sheets, name="sheets"),
    path("especies/hojas/<int:pk>.pdf", sheets.sheet, name="sheet"),
    path("especies/alarmas/", sheets.alarms, name="alarms"),
]

"""Addresses of the API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from agencies.api import CaseChecks
from cases.api import CaseDetail, CaseTimeline, CompleteTask, ReleaseTask, TakeTask, TaskDetail, TaskList
from cases.api_authority import AcceptTransfer, CaseAccess, CaseConflict, CaseTransfer, DeclineTransfer, TransferList
from documents.api import VerifyDocument
from documents.seals.api import ValidateSeal

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("tasks/", TaskList.as_view(), name="api_tasks"),
    path("tasks/<int:pk>/", TaskDetail.as_view(), name="api_task"),
    path("tasks/<int:pk>/take/", TakeTask.as_view(), name="api_take"),
    path("tasks/<int:pk>/release/", ReleaseTask.as_view(), name="api_release"),
    path("tasks/<int:pk>/complete/", CompleteTask.as_view(), name="api_complete"),
    path("documents/verify/", VerifyDocument.as_view(), name="api_verify"),
    path("cases/<str:number>/", CaseDetail.as_view(), name="api_case"),
    path("cases/<str:number>/timeline/", CaseTimeline.as_view(), name="api_timeline"),
    path("cases/<str:number>/access/", CaseAccess.as_view(), name="api_access"),
    path("cases/<str:number>/conflict/", CaseConflict.as_view(), name="api_conflict"),
    path("cases/<str:number>/transfer/", CaseTransfer.as_view(), name="api_transfer"),
    path("transfers/", TransferList.as_view(), name="api_transfers"),
    path("transfers/<int:pk>/accept/", AcceptTransfer.as_view(), name="api_accept_transfer"),
    path("transfers/<int:pk>/decline/", DeclineTransfer.as_view(), name="api_decline_transfer"),
    path("cases/<str:number>/checks/", CaseChecks.as_view(), name="api_checks"),
    path("seals/validate/", ValidateSeal.as_view(), name="api_seal"),
]

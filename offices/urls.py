"""Addresses of this room's pages."""

from django.urls import path

from offices import views

app_name = "offices"

urlpatterns = [
    path("suplencias/", views.delegations, name="delegations"),
    path("suplencias/<int:pk>/revocar/", views.revoke, name="revoke_delegation"),
    path("funciones/", views.roles, name="roles"),
    path("avisos/", views.notices, name="notices"),
]

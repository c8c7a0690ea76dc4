"""Addresses of one's own access."""

from django.urls import path

from offices import access_views

app_name = "access"

urlpatterns = [
    path("sesiones/", access_views.own_sessions, name="sessions"),
    path("sesiones/cerrar/", access_views.close_session, name="close_session"),
    path("claves-api/", access_views.own_tokens, name="tokens"),
    path("claves-api/<int:pk>/revocar/", access_views.revoke, name="revoke_token"),
    path("retomar/<uuid:key>/", access_views.resume, name="resume"),
    path("identidad/", access_views.oidc_again, name="oidc_again"),
]

"""Addresses of what people do with checks and about agencies."""

from django.urls import path

from agencies import report_views, status_views, views

app_name = "agencies"

urlpatterns = [
    path("<int:pk>/cancelar/", views.cancel, name="cancel"),
    path("<int:pk>/preguntar-de-nuevo/", views.ask_again, name="ask_again"),
    path("entidades/", status_views.status, name="status"),
    path("entidades/reportes/", report_views.reports, name="reports"),
    path("entidades/reportes/<int:pk>/enviar/", report_views.send_again, name="send_again"),
    path("entidades/<slug:code>/probar/", status_views.probe, name="probe"),
    path("entidades/<slug:code>/pausar/", status_views.pause, name="pause"),
    path("entidades/<slug:code>/reanudar/", status_views.resume, name="resume"),
    path("<int:pk>/carta/", views.letter, name="letter"),
    path("<int:pk>/respuesta/", views.evidence, name="evidence"),
]

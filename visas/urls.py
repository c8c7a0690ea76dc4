"""Addresses of registration. The first page offers every procedure; each procedure mounts its own form below it."""

from django.urls import path

from visas import views

app_name = "visas"

urlpatterns = [path("", views.start_registration, name="start"), *views.registration_routes]

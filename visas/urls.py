"""Addresses of registration. The first page offers every procedure; each procedure mounts its own form below it."""

from django.urls import path

from cases.views import registration
from visas.registration import VisaRegistrationForm

app_name = "visas"

urlpatterns = [
    path("", registration.start, name="start"),
    *registration.routes("visa", VisaRegistrationForm),
]

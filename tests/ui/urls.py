"""All addresses of the house, and the page of examples, which only a local start has."""

from django.urls import include, path

from config.urls import urlpatterns as house

urlpatterns = [path("ui/", include("ui.urls")), *house]

"""Addresses of what people do with checks."""

from django.urls import path

from agencies import views

app_name = "agencies"

urlpatterns = [path("<int:pk>/cancelar/", views.cancel, name="cancel")]

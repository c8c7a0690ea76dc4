"""The page of examples; the composition root routes it on local machines only."""

from django.urls import path

from ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("<slug:page>/", views.page, name="page"),
]

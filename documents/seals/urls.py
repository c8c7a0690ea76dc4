from django.urls import path

from documents.seals import views

app_name = "seals"
urlpatterns = [
    path("", views.SealPage.as_view(), name="validate"),
    path("<str:country>.crl", views.revocation_list, name="revocation_list"),
]

"""All addresses of the house."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health
from config.metrics import metrics

handler400 = "config.refusals.bad_request"
handler404 = "config.refusals.not_found"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("cuenta/", include("config.account_urls")),
    path("idioma/", include("django.conf.urls.i18n")),
    path("api/v1/", include("config.api")),
    path("registrar/", include("visas.urls")),
    path("consultas/", include("agencies.urls")),
    path("sellos/", include("documents.seals.urls")),
    path("personal/", include("offices.urls")),
    path("", include("documents.urls")),
    path("", include("cases.urls")),
]

if settings.LOCAL:
    urlpatterns.insert(0, path("ui/", include("ui.urls")))  # the living style page

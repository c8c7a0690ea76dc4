"""What is answered where no view was reached: a page, or below /api/ the API's own form of a refusal."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

API = "/api/"


def not_found(request: HttpRequest, exception: Exception, **kwargs: Any) -> HttpResponse:
    if request.path_info.startswith(API):
        return JsonResponse({"code": "not_found", "detail": _("Not found.")}, status=404)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception, **kwargs: Any) -> HttpResponse:
    if request.path_info.startswith(API):
        return JsonResponse({"code": "bad_request", "detail": _("This request can not be read.")}, status=400)
    return defaults.bad_request(request, exception)

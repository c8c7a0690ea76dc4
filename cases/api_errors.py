"""How acts' refusals look through the API: the same cases as the pages, as JSON with a stable ``code``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError as BadValues
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit import services as audit
from cases.errors import NotAllowed, ReasonNeeded, StateConflict
from offices.reauthentication import ReauthenticationRequired


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """409 for a state conflict, 403 for a denial, 400 with errors by field for bad values."""
    if isinstance(error, ReasonNeeded):
        text = _("This case is outside your task: say first why you need to read it (cases/{number}/access/).")
        return Response({"code": "reason_needed", "detail": text}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(error, NotAllowed) and not error.recorded:
        audit.note_read(
            "page.refused", actor=context["request"].user, denied=True,
            data={"page": type(context["view"]).__name__, "code": error.code}, **error.context,
        )  # fmt: skip
    if isinstance(error, StateConflict):
        return Response({"code": error.code, "detail": error.message}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, NotAllowed | ReauthenticationRequired):
        return Response({"code": error.code, "detail": error.message}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(error, ValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        return Response({"code": "invalid", "errors": fields}, status=status.HTTP_400_BAD_REQUEST)
    answer = exception_handler(error, context)
    if answer is not None and isinstance(error, BadValues):
        fields = answer.data if isinstance(answer.data, dict) else {"non_field_errors": answer.data}
        answer.data = {"code": "invalid", "errors": fields}
    elif answer is not None and isinstance(answer.data, dict) and hasattr(answer.data.get("detail"), "code"):
        answer.data = {"code": answer.data["detail"].code, **answer.data}
    return answer

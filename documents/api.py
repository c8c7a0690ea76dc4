"""Verification for other entities' systems: valid or not by number, and the state that says why."""

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import permissions, serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import services as audit
from cases.api import TextField
from documents.models import IssuedDocument
from documents.verification import KINDS, UNKNOWN, verdict, within
from offices.authority import authority_of
from offices.roles import Act

VALID, NOT_VALID, REFER = "VALID", "NOT_VALID", "REFER_TO_RREE"


class MayVerify(permissions.BasePermission):
    """Who holds the right to verify in some procedure: the account of a verifying entity."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return authority_of(request.user).can_anywhere(Act.VERIFY)


class VerifyRequestSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=list(KINDS))
    number = TextField(max_length=20)


class VerdictSerializer(serializers.Serializer):
    """``REFER_TO_RREE``: ask the ministry; said of numbers that do not exist and of those nothing may be said of."""

    result = serializers.ChoiceField(choices=[VALID, NOT_VALID, REFER])
    kind = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField(required=False, help_text="Code: active, suspended, lost, stolen, cancelled…")
    valid_from = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False)


class VerifyDocument(APIView):
    permission_classes = [permissions.IsAuthenticated, MayVerify]

    @extend_schema(
        operation_id="documents_verify",
        request=VerifyRequestSerializer,
        responses={
            200: VerdictSerializer,
            403: OpenApiResponse(description="The account is not a verifying entity's."),
            429: OpenApiResponse(description="Too many questions; see Retry-After (seconds)."),
        },
    )
    def post(self, request: Request) -> Response:
        """Whether a document is valid at this moment. Every question is in the audit log."""
        if not within("api", str(request.user.pk)):
            raise Throttled(wait=60, detail=_("Too many questions. Try again in a minute."))
        asked = VerifyRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        kind, number = asked.validated_data["kind"], asked.validated_data["number"].strip().upper()
        allowed = authority_of(request.user).where(
            Act.VERIFY, procedure="case__procedure", office="issued_by_office_id"
        )
        document = (
            IssuedDocument.objects.filter(allowed, kind=kind, number=number, case__confidentiality="N")
            .select_related("issued_by_office")
            .first()
        )
        found = verdict(document)
        result = REFER if found == UNKNOWN else VALID if found.valid else NOT_VALID
        with transaction.atomic():
            audit.record(
                "document.verified", actor=request.user,
                data={"kind": kind, "result": result, "document": document.pk if document else None},
            )  # fmt: skip
        answer = {"result": result, "kind": kind, "number": number}
        if document is not None:
            answer |= {
                "state": found.state,
                "valid_from": found.valid_from.isoformat(),
                "valid_until": found.valid_until.isoformat(),
            }
        return Response(answer)

"""``POST /api/v1/seals/validate/``: the status of a seal, for anyone."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.seals.forms import SealForm
from documents.seals.throttling import SealThrottle
from documents.seals.validation import answer
from icao.vds import Code, TrustLevel


class SealQuestionSerializer(serializers.Serializer):
    """A seal as a picture (multipart) or as text."""

    image = serializers.FileField(required=False, help_text="PNG, JPEG or WebP, at most 5 MB.")
    seal = serializers.CharField(required=False, help_text="The bytes of the bar code, Base64 or hexadecimal.")
    printed_mrz = serializers.CharField(required=False, help_text="The zone printed on the document, to compare.")
    passport_mrz = serializers.CharField(required=False, help_text="Of a visa: the zone of the passport, to compare.")


class StaySerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["until", "border", "transit", "period"])
    days = serializers.IntegerField()
    months = serializers.IntegerField()
    years = serializers.IntegerField()


class SealSerializer(serializers.Serializer):
    """What the seal says; believe it only when the status is VALID."""

    version = serializers.IntegerField(help_text="Of the header: 3 or 4.")
    country = serializers.CharField()
    signer = serializers.CharField()
    certificate_reference = serializers.CharField()
    issued = serializers.DateField()
    signed = serializers.DateField()
    document = serializers.ChoiceField(choices=["visa", "etd"])
    mrz = serializers.ListField(child=serializers.CharField())
    passport_number = serializers.CharField(required=False)
    entries = serializers.IntegerField(required=False, allow_null=True, help_text="0: any number.")
    stay = StaySerializer(required=False)
    visa_type = serializers.CharField(required=False, help_text="Hexadecimal.")


class SealAnswerSerializer(serializers.Serializer):
    """The status indications of ICAO 9303-13 App. D, 9303-7 §9.4 and 9303-8 App. A."""

    status = serializers.ChoiceField(choices=["VALID", "INVALID"])
    code = serializers.ChoiceField(choices=[str(code) for code in Code if code], allow_null=True)
    trust = serializers.ChoiceField(choices=[str(level) for level in TrustLevel])
    message = serializers.CharField()
    differing = serializers.ListField(child=serializers.CharField())
    unknown_features = serializers.ListField(child=serializers.IntegerField(), help_text="Tags.")
    seal = SealSerializer(allow_null=True)


class ValidateSeal(APIView):
    """Whether a visible digital seal can be believed. Needs no account; nothing that is sent is kept."""

    authentication_classes: list = []
    permission_classes = [AllowAny]
    throttle_classes = [SealThrottle]

    @extend_schema(
        operation_id="seals_validate",
        request={"application/json": SealQuestionSerializer, "multipart/form-data": SealQuestionSerializer},
        responses={
            200: SealAnswerSerializer,
            400: OpenApiResponse(description="Bad values, by field."),
            429: OpenApiResponse(description="Too many questions."),
        },
    )
    def post(self, request: Request) -> Response:
        given = request.data if hasattr(request.data, "get") else {}
        form = SealForm({name: value for name, value in given.items() if isinstance(value, str)}, request.FILES)
        if not form.is_valid():
            return Response({"code": "invalid", "errors": form.errors}, status=status.HTTP_400_BAD_REQUEST)
        return Response(answer(form.judgement()), headers={"Cache-Control": "no-store"})

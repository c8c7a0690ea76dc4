"""The checks of a case through the API. Records of hits stay on the pages of those who settle them."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import FINDINGS, Check
from cases.api import PROBLEMS, CaseView, Shown


class CheckSerializer(Shown):
    agency = serializers.CharField(source="agency.code")
    by_letter = serializers.SerializerMethodField()
    finding = serializers.ChoiceField(FINDINGS, allow_blank=True, help_text="Empty while there is no answer.")
    awaits = serializers.ChoiceField(Check.Awaits.choices, allow_blank=True, help_text="Who decides on the hit next.")
    verdict = serializers.ChoiceField(
        Check.Verdict.choices, allow_blank=True, help_text="Empty while nobody has decided on the hit."
    )

    class Meta:
        model = Check
        fields = [
            "id", "agency", "question", "role", "moment", "state", "finding", "reused_from", "by_letter", "attempts",
            "next_attempt_at", "asked_at", "answered_at", "valid_until", "legal_basis", "purpose",
            "needs_adjudication", "awaits", "verdict",
        ]  # fmt: skip
        read_only_fields = fields

    def get_by_letter(self, check: Check) -> bool:
        return check.letter_id is not None


class CaseChecks(CaseView):
    @extend_schema(operation_id="cases_checks", responses={200: CheckSerializer(many=True), 404: PROBLEMS[404]})
    def get(self, request: Request, number: str) -> Response:
        """The questions put to other agencies for a case, and their findings."""
        case = self.case(request, number)
        checks = Check.objects.visible_to(request.user).filter(case=case).select_related("agency")
        return Response(CheckSerializer(checks, many=True).data)

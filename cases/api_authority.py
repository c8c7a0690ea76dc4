"""Access, conflicts of interest and transfers through the API: the same acts as the pages."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import services
from cases.api import PROBLEMS, CaseView, Shown, TextField
from cases.models import Case, Transfer
from cases.reading import note_sought
from offices.models import Office


class ReasonSerializer(serializers.Serializer):
    reason = TextField(max_length=1000)


class GrantSerializer(serializers.Serializer):
    until = serializers.DateTimeField()


class ProposalSerializer(serializers.Serializer):
    to = TextField(max_length=8, help_text="Code of the receiving office.")
    reason = TextField(max_length=1000)


class TransferSerializer(Shown):
    """A case on its way to another office."""

    case = serializers.CharField(source="case.number")
    from_office = serializers.CharField(source="from_office.code")
    to_office = serializers.CharField(source="to_office.code")
    proposed_by = serializers.CharField(source="proposed_by.username")

    class Meta:
        model = Transfer
        fields = [
            "id", "case", "from_office", "to_office", "reason", "state", "proposed_by", "proposed_at", "answered_at",
            "answer",
        ]  # fmt: skip
        read_only_fields = fields


class CaseAccess(APIView):
    @extend_schema(operation_id="cases_access", request=ReasonSerializer, responses={201: GrantSerializer, **PROBLEMS})
    def post(self, request: Request, number: str) -> Response:
        """Say why a case outside one's task is to be read; it may then be read for an hour."""
        case = Case.objects.visible_to(request.user).filter(number=number).first()
        if case is None:
            note_sought(request.user, number)
            raise Http404
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        grant = services.open_outside_task(case, actor=request.user, **given.validated_data)
        return Response(GrantSerializer(grant).data, status=status.HTTP_201_CREATED)


class CaseConflict(CaseView):
    @extend_schema(operation_id="cases_conflict", request=ReasonSerializer, responses={204: None, **PROBLEMS})
    def post(self, request: Request, number: str) -> Response:
        """Declare one's own conflict of interest; the case no longer exists for oneself."""
        case = self.case(request, number)
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.declare_conflict(case, actor=request.user, **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CaseTransfer(CaseView):
    @extend_schema(
        operation_id="cases_transfer", request=ProposalSerializer, responses={201: TransferSerializer, **PROBLEMS}
    )
    def post(self, request: Request, number: str) -> Response:
        """Propose that another office takes a case."""
        case = self.case(request, number)
        given = ProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        to = Office.objects.filter(code=given.validated_data["to"].upper()).first()
        if to is None:
            raise ValidationError({"to": "No office has this code."})
        transfer = services.propose_transfer(case, actor=request.user, to=to, reason=given.validated_data["reason"])
        return Response(TransferSerializer(transfer).data, status=status.HTTP_201_CREATED)


class TransferView(APIView):
    def transfer(self, request: Request, pk: int) -> Transfer:
        visible = Transfer.objects.visible_to(request.user)
        return get_object_or_404(visible.select_related("case", "from_office", "to_office", "proposed_by"), pk=pk)


class TransferList(TransferView):
    @extend_schema(operation_id="transfers_list", responses={200: TransferSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Transfers that wait for an answer, of visible cases and of those that come to one's offices."""
        rows = Transfer.objects.visible_to(request.user).waiting()
        rows = rows.select_related("case", "from_office", "to_office", "proposed_by")[:200]
        return Response(TransferSerializer(rows, many=True).data)


class AcceptTransfer(TransferView):
    @extend_schema(operation_id="transfers_accept", request=None, responses={200: TransferSerializer, **PROBLEMS})
    def post(self, request: Request, pk: int) -> Response:
        """Receive a case."""
        services.accept_transfer(self.transfer(request, pk), actor=request.user)
        return Response(TransferSerializer(self.transfer(request, pk)).data)


class DeclineTransfer(TransferView):
    @extend_schema(
        operation_id="transfers_decline", request=ReasonSerializer, responses={200: TransferSerializer, **PROBLEMS}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Do not receive a case."""
        row = self.transfer(request, pk)
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        declined = services.decline_transfer(row, actor=request.user, **given.validated_data)
        return Response(TransferSerializer(declined).data)

"""Administration of what is signed, by whom, and who stamps the time. What was signed is case content and not here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from documents.instruments import Minutes, Notice, Receipt, Resolution
from documents.models import PdfSigner, SigningRule, TimeStampService
from documents.seals import pki
from documents.seals.admin import ServiceAdmin, ServiceForm
from documents.signatures import checks, services
from documents.verification import KINDS
from offices.admin_site import ConfigurationAdmin


class ToldAdmin(ConfigurationAdmin):
    """Its list says above the rows what stands in the way of signing."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET":
            for problem in checks.problems():
                self.message_user(request, str(problem.text), messages.ERROR if problem.stops else messages.WARNING)
        return super().changelist_view(request, extra_context)


class RuleForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("kind"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = SigningRule
        fields = ["kind", "signed", "stamp", "patience", "legal_basis", "verified"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = list(kinds().items())


def kinds() -> dict[str, Any]:
    """What is produced and kept as a file."""
    written = {each.series: each.name for each in (Resolution, Minutes, Notice, Receipt)}
    return {"letter": gettext_lazy("Letters to the applicant"), **written, **KINDS}


@admin.register(SigningRule)
class SigningRuleAdmin(ToldAdmin):
    form = RuleForm
    list_display = ["title", "signed", "stamp", "patience", "legal_basis", "verified"]

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def title(self, rule: SigningRule) -> Any:
        return kinds().get(rule.kind, rule.kind)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []


class PdfSignerForm(ServiceForm):
    class Meta:
        model = PdfSigner
        fields = ["certificate", "chain", "key_reference", "active_from", "active_until"]

    def add(self, values: dict[str, Any]) -> PdfSigner:
        return services.add_signer(actor=self.request.user, **values)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.instance.pk is not None and not self.errors and not hasattr(self, "made"):
            certificate = pki.load_certificate(self.instance.certificate)
            try:
                services.check_interval(certificate, values["active_from"], values["active_until"])
                services.check_key(certificate, values["key_reference"])
            except ValidationError as error:
                self.add_error(None, error)
        return values


@admin.register(PdfSigner)
class PdfSignerAdmin(ServiceAdmin, ToldAdmin):
    """A certificate never changes; the interval may be shortened, and the key may move."""

    form = PdfSignerForm
    list_display = ["name", "state", "active_from", "active_until", "certificate_ends"]
    search_fields = ["name", "fingerprint"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name", "fingerprint", "certificate", "chain"] if obj else []

    @admin.display(description=gettext_lazy("state"))
    def state(self, signer: PdfSigner) -> Any:
        now = timezone.now()
        today = timezone.localdate(now)
        if pki.load_certificate(signer.certificate).not_valid_after_utc < now:
            return _("certificate ended")
        if today < signer.active_from:
            return _("not yet")
        if today > signer.active_until:
            return _("retired")
        return _("signs") if signer == services.current_signer(today) else _("handed over")

    @admin.display(description=gettext_lazy("certificate until"))
    def certificate_ends(self, signer: PdfSigner) -> Any:
        return pki.load_certificate(signer.certificate).not_valid_after_utc.date()


class StampServiceForm(forms.ModelForm):
    class Meta:
        model = TimeStampService
        fields = ["name", "url", "credentials", "timeout", "roots", "active", "legal_basis", "verified"]

    def clean_roots(self) -> str:
        roots = self.cleaned_data["roots"]
        try:
            pki.load_chain(roots)
        except pki.PkiProblem as error:
            raise ValidationError(str(error)) from None
        return roots


@admin.register(TimeStampService)
class TimeStampServiceAdmin(ToldAdmin):
    form = StampServiceForm
    list_display = ["name", "url", "timeout", "active", "legal_basis", "verified"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what it stamped has to stay explainable; switch it off instead

"""Administration of who seals and whom we believe. Every change goes through :mod:`documents.seals.services`."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from documents.models import RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.seals import pki, services
from documents.seals.pki import MAX_CRL
from offices.admin_site import ConfigurationAdmin


class ServiceForm(forms.ModelForm):
    """A form whose new rows are made by a service, within the form's own validation: what it refuses stands at its
    field, and nothing typed is lost. ``request`` is set by the admin."""

    request: HttpRequest

    def add(self, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.instance.pk is None and not self.errors:
            try:
                self.made = self.add(values)
            except ValidationError as error:
                self.add_error(None, error)
        return values

    def _post_clean(self) -> None:
        if self.instance.pk is None and hasattr(self, "made"):
            self.instance = self.made
        elif self.instance.pk is not None:
            super()._post_clean()  # type: ignore[misc]


class ServiceAdmin(ConfigurationAdmin):
    """Adds by a service, deletes nothing: what was sealed or revoked under a row has to stay explainable."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def confirm(
        self, request: HttpRequest, obj: Any, *, title: str, act: Callable[[str], Any], done: str, warning: str = ""
    ) -> HttpResponse:
        """A page that asks once more (with a reason, when there is a warning) and does the act on its POST."""
        reason = request.POST.get("reason", "")
        if request.method == "POST":
            try:
                act(reason)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            else:
                self.message_user(request, done)
                return redirect(reverse(f"admin:documents_{self.opts.model_name}_change", args=[obj.pk]))
        context = {"title": title, "warning": warning, "reason": reason, "object": obj, "opts": self.opts}
        return TemplateResponse(
            request, "documents/admin/confirm.html", {**self.admin_site.each_context(request), **context}
        )


class AuthorityForm(ServiceForm):
    class Meta:
        model = SealAuthority
        fields = ["name", "certificate", "trusted", "key_reference"]

    def add(self, values: dict[str, Any]) -> SealAuthority:
        return services.add_authority(actor=self.request.user, **values)


@admin.register(SealAuthority)
class SealAuthorityAdmin(ServiceAdmin):
    form = AuthorityForm
    list_display = ["name", "country", "trusted", "fingerprint"]
    list_filter = ["trusted"]
    search_fields = ["name", "country", "fingerprint"]
    actions_detail = ["publish"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["country", "fingerprint", "certificate"] if obj else []

    @action(description=gettext_lazy("Sign the revocation list"), icon="signature", permissions=["change"])
    def publish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        authority = get_object_or_404(SealAuthority, pk=object_id)
        return self.confirm(
            request,
            authority,
            title=_("Sign the revocation list of %(authority)s") % {"authority": authority},
            act=lambda _reason: services.publish_list(authority, actor=request.user),
            done=_("The revocation list is signed."),
        )


class SignerForm(ServiceForm):
    class Meta:
        model = SealSigner
        fields = ["profile", "certificate", "key_reference", "active_from", "active_until"]

    def add(self, values: dict[str, Any]) -> SealSigner:
        return services.add_signer(actor=self.request.user, **values)


@admin.register(SealSigner)
class SealSignerAdmin(ServiceAdmin):
    """A certificate never changes; the interval may be shortened, and the key may move."""

    form = SignerForm
    list_display = ["code", "reference", "profile", "state", "active_from", "active_until", "authority"]
    list_filter = ["profile"]
    search_fields = ["code", "reference"]
    list_select_related = ["authority"]
    actions_detail = ["revoke"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "reference", "authority", "profile", "certificate"] if obj else []

    @admin.display(description=gettext_lazy("state"))
    def state(self, signer: SealSigner) -> Any:
        today = timezone.localdate()
        serial = pki.serial_hex(pki.load_certificate(signer.certificate))
        if SealRevocation.objects.filter(authority_id=signer.authority_id, serial=serial).exists():
            return _("key revoked")
        if not signer.key_reference:
            return _("only verifies")
        if today < signer.active_from:
            return _("not yet")
        return _("retired") if today > signer.active_until else _("signs")

    @action(description=gettext_lazy("Revoke"), icon="block", permissions=["change"])
    def revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        signer = get_object_or_404(SealSigner.objects.select_related("authority"), pk=object_id)
        return self.confirm(
            request,
            signer,
            title=_("Revoke the signer %(signer)s") % {"signer": signer},
            warning=_("Every document that it has sealed will count as invalid. This can not be taken back."),
            act=lambda reason: services.revoke_signer(signer, actor=request.user, reason=reason),
            done=_("The certificate is revoked."),
        )


class ListForm(ServiceForm):
    file = forms.FileField(label=gettext_lazy("file"), help_text=gettext_lazy("DER or PEM, at most 10 MB."))

    class Meta:
        model = RevocationList
        fields: list[str] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_CRL:
            raise ValidationError(_("The revocation list is too large."))
        return file

    def add(self, values: dict[str, Any]) -> RevocationList:
        return services.import_list(values["file"].read(), actor=self.request.user)


@admin.register(RevocationList)
class RevocationListAdmin(ServiceAdmin):
    form = ListForm
    list_display = ["authority", "number", "this_update", "next_update", "by", "at"]
    list_select_related = ["authority", "by"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["authority", "number", "this_update", "next_update", "by", "at"] if obj else ["file"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)


@admin.register(SealRevocation)
class SealRevocationAdmin(ServiceAdmin):
    list_display = ["serial", "authority", "revoked_at", "reason", "by"]
    search_fields = ["serial"]
    list_select_related = ["authority", "by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

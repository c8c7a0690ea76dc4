"""Administration of access: tokens, identities at the ministry's provider, sessions and second factors of a user."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from audit import services as audit
from offices import lockout, sessions, tokens
from offices.access_models import CASE_SCOPES, Scope
from offices.adapters import OIDC
from offices.admin_site import ConfigurationAdmin
from offices.models import ApiToken, StaffIdentity, User


class AgencyTokenForm(forms.ModelForm):
    """A token for another agency's system. Those of postings are made by the person who holds the posting."""

    agency = forms.ChoiceField(label=_("Agency"), widget=UnfoldAdminSelectWidget)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope.value, scope.label) for scope in Scope if scope not in CASE_SCOPES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiToken
        fields = ["name", "agency", "scopes", "expires"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "agency" in self.fields:
            self.fields["agency"].choices = tokens.agencies()

    def clean_expires(self):
        expires = self.cleaned_data["expires"]
        if not timezone.now() < expires <= timezone.now() + tokens.LONGEST:
            raise ValidationError(gettext("Choose a moment between now and a year from now."))
        return expires

    def _post_clean(self) -> None:
        """The row is made and checked by the service."""


@admin.register(ApiToken)
class ApiTokenAdmin(ConfigurationAdmin):
    list_display = ["name", "prefix", "bearer", "expires", "used", "state"]
    list_select_related = ["posting__user", "posting__office"]
    search_fields = ["name", "prefix", "agency", "posting__user__username"]
    show_full_result_count = False
    actions = ["revoke"]

    @admin.display(description=_("belongs to"))
    def bearer(self, token: ApiToken) -> str:
        return str(token.posting or token.agency)

    @admin.display(description=_("state"))
    def state(self, token: ApiToken) -> str:
        return token.stopped(timezone.now()) or gettext("Works")

    def get_form(self, request: HttpRequest, obj: ApiToken | None = None, **kwargs: Any):
        return super().get_form(request, obj, **kwargs if obj else {**kwargs, "form": AgencyTokenForm})

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        if obj is None:
            return ["name", "agency", "scopes", "expires"]
        return ["name", "prefix", "bearer", "scopes", "created", "created_by", "expires", "used", "revoked", "state"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        return self.get_fields(request, obj) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a token that was used stays in the record; revoke it

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires": timezone.now() + timedelta(days=365)}

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            return
        data = form.cleaned_data
        made, secret = tokens.issue_token(
            actor=request.user, name=data["name"], scopes=data["scopes"], expires=data["expires"], agency=data["agency"]
        )
        obj.pk = made.pk
        messages.warning(
            request, gettext("The token, to be copied now: it is not shown again. %(secret)s") % {"secret": secret}
        )

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            tokens.revoke_token(token, actor=request.user, reason="admin")
        messages.success(request, gettext("They no longer work."))


class IdentityForm(forms.ModelForm):
    class Meta:
        model = StaffIdentity
        fields = ["user", "uid"]
        labels = {"uid": _("Staff identifier")}
        help_texts = {
            "uid": _("As the ministry's identity provider states it. Who signs in there with it is this user.")
        }

    def clean_uid(self) -> str:
        uid = self.cleaned_data["uid"].strip()
        taken = StaffIdentity.objects.filter(provider=OIDC, uid=uid).exclude(pk=self.instance.pk)
        if taken.exists():
            raise ValidationError(gettext("This identifier belongs to another user."))
        return uid


@admin.register(StaffIdentity)
class IdentityAdmin(ConfigurationAdmin):
    """Who is who at the ministry's identity provider. Entered by hand: an identity makes no account and gives no
    right."""

    form = IdentityForm
    list_display = ["user", "uid", "last_login"]
    search_fields = ["uid", "user__username", "user__last_name"]
    autocomplete_fields = ["user"]
    list_select_related = ["user"]

    def save_model(self, request: HttpRequest, obj: StaffIdentity, form: Any, change: bool) -> None:
        obj.provider = OIDC
        if change and form.changed_data:
            sessions.end_sessions(obj.user, actor=request.user, reason="identity")
        super().save_model(request, obj, form, change)


@admin.action(description=_("Sign out everywhere"))
def sign_out(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for user in queryset:
        sessions.end_sessions(user, actor=request.user, reason="admin")
    messages.success(request, gettext("Their sessions have ended."))


@admin.action(description=_("Withdraw the second factor (lost telephone or key)"))
def withdraw_factor(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for user in queryset:
        if user.pk == request.user.pk:
            messages.error(request, gettext("Nobody withdraws their own second factor: ask another administrator."))
            continue
        with transaction.atomic():
            if Authenticator.objects.filter(user=user).delete()[0]:
                audit.record("second_factor.withdrawn", actor=request.user, data={"user": user.pk})
            sessions.end_sessions(user, actor=request.user, reason="second_factor")
    messages.success(request, gettext("At their next sign-in they set up a new one."))


@admin.action(description=_("Let them try to sign in again"))
def forgive(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for user in queryset:
        with transaction.atomic():
            lockout.forgive(user)
            audit.record("signin.unlocked", actor=request.user, data={"user": user.pk})
    messages.success(request, gettext("They may try again."))


USER_ACTIONS = [sign_out, withdraw_factor, forgive]

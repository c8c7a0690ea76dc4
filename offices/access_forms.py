"""Forms of signing in: codes of the second factor, and tokens."""

from datetime import datetime, time, timedelta
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit import services as audit
from offices import lockout
from offices.access_models import CASE_SCOPES, Scope
from offices.adapters import locked_message
from offices.models import Posting, User

UNREADABLE_KEY = (TypeError, ValueError, KeyError, AttributeError)
"""What the library raises for an answer that no browser writes: JSON of another shape, bytes that are no CBOR."""


class _CountedCode:
    """Counts guesses of a code for all processes together, as those of passwords."""

    user: User

    def clean_code(self) -> str:
        try:
            attempt = lockout.begin_code(self.user.pk)
        except lockout.LockedOut as locked:
            audit.record_denied("second_factor.locked", actor=None, data={"user": self.user.pk})
            raise ValidationError(locked_message(locked.minutes), code="too_many_attempts") from locked
        code = super().clean_code()  # type: ignore[misc]
        lockout.succeeded(attempt)
        return code


class AuthenticateForm(_CountedCode, AllauthAuthenticateForm):
    """The second factor at sign-in."""


class ReauthenticateForm(_CountedCode, AllauthReauthenticateForm):
    """The second factor as proof that it is still the same person."""


class _CountedKey:
    """What a security key answered: counted as codes are, and refused in words that speak of a key."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        silent = gettext("The security key did not answer. Try again, or use a code.")
        self.fields["credential"].error_messages = {"required": silent, "invalid": silent}  # type: ignore[attr-defined]

    def clean_credential(self) -> Authenticator:
        try:
            attempt = lockout.begin_code(self.user.pk)
        except lockout.LockedOut as locked:
            audit.record_denied("second_factor.locked", actor=None, data={"user": self.user.pk})
            raise ValidationError(locked_message(locked.minutes), code="too_many_attempts") from locked
        try:
            authenticator = super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *UNREADABLE_KEY) as error:
            audit.record_denied("second_factor.failed", actor=None, data={"user": self.user.pk})
            said = gettext("This security key does not open your account. Use the one you registered, or a code.")
            raise ValidationError(said, code="wrong_key") from error
        lockout.succeeded(attempt)
        return authenticator


class AuthenticateKeyForm(_CountedKey, AuthenticateWebAuthnForm):
    """A security key at sign-in."""


class ReauthenticateKeyForm(_CountedKey, ReauthenticateWebAuthnForm):
    """A security key as proof that it is still the same person."""


class AddKeyForm(AddWebAuthnForm):
    """A new security key of one's own."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 80
        self.fields["name"].validators.append(MaxLengthValidator(80))
        silent = gettext("The security key did not answer. Try again.")
        self.fields["credential"].error_messages = {"required": silent, "invalid": silent}

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (ValidationError, *UNREADABLE_KEY) as error:
            said = gettext("What the security key answered can not be used. Try again, with this page open only once.")
            raise ValidationError(said, code="wrong_key") from error


class TokenForm(forms.Form):
    """A new token for one of the person's own postings."""

    name = forms.CharField(label=_("What for"), max_length=80, help_text=_("The program or system that will use it."))
    posting = forms.ModelChoiceField(
        label=_("Posting"),
        queryset=Posting.objects.none(),
        empty_label=None,
        help_text=_("It has the rights of this posting, and stops when the posting ends."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope.value, scope.label) for scope in CASE_SCOPES] + [(Scope.VERIFY.value, Scope.VERIFY.label)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("A year ahead at most."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["posting"].queryset = (
            Posting.objects.in_force(timezone.now()).filter(user=user).select_related("office", "user").order_by("pk")
        )
        self.fields["posting"].label_from_instance = lambda held: f"{held.get_role_display()} · {held.office}"
        self.fields["until"].initial = timezone.localdate() + timedelta(days=90)

    def clean_until(self):
        day = self.cleaned_data["until"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=365):
            raise ValidationError(gettext("Choose a day between today and a year from now."))
        return day

    def values(self) -> dict[str, Any]:
        """What :func:`offices.tokens.issue_token` takes."""
        data = self.cleaned_data
        end = datetime.combine(data["until"] + timedelta(days=1), time(), timezone.get_current_timezone())
        return {"name": data["name"], "posting": data["posting"], "scopes": data["scopes"], "expires": end}

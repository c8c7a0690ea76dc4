"""Addresses of signing in. Of django-allauth's only those the house uses: nobody signs up, connects an identity or
changes an address of their own accord."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.urls import include, path

from offices.access_views import key_again, remove_key

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    # before allauth's own pages of these addresses
    path("2fa/webauthn/reauthenticate/", key_again, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", remove_key, name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("cancelado/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("", include("offices.access_urls")),
]

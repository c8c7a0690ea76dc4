"""What pages of signing in ask: ``{% load access %}``."""

from typing import Any

from django import template
from django.conf import settings

from offices.access_middleware import has_second_factor

register = template.Library()


@register.simple_tag
def oidc_name() -> str:
    """Name of the ministry's identity provider; empty when none is configured."""
    return settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""


@register.simple_tag(takes_context=True)
def second_factor_wanted(context: dict[str, Any]) -> bool:
    """Whether the person has to set up a second factor before anything else."""
    return settings.SECOND_FACTOR_REQUIRED and not has_second_factor(context["request"])

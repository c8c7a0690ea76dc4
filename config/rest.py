"""The API's doors (Django REST framework) and its description (drf-spectacular)."""

from typing import Any

SPECTACULAR = {
    "TITLE": "SUGM API",
    "DESCRIPTION": "Cases, tasks, checks and timelines of the Single Migration Management System of Peru.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.api_schema.say_refusals"],
    "ENUM_NAME_OVERRIDES": {
        "SealStatusEnum": ["VALID", "INVALID"],
        "TaskStatusEnum": "viewflow.workflow.status.STATUS.choices",
    },
}


def framework(*, proxies: int, seal_rate: str) -> dict[str, Any]:
    """``proxies``: how many in front may be believed about a caller's address; ``seal_rate``: how often one address may
    have seals verified."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "offices.token_auth.TokenAuthentication",
            "offices.token_auth.SessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["offices.token_auth.InScope"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": [
            "rest_framework.parsers.JSONParser",
            "rest_framework.parsers.MultiPartParser",
            "rest_framework.parsers.FormParser",
        ],
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "EXCEPTION_HANDLER": "cases.api_errors.handle",
        # Proxies in front that may be believed about a caller's address, by which anonymous callers are counted.
        "NUM_PROXIES": proxies,
        "DEFAULT_THROTTLE_RATES": {"seals": seal_rate},
    }

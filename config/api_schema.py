"""What every operation of the API may answer besides its own, said once for all in the schema."""

from typing import Any

_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_OF_ALL = {
    "401": "No session and no token, or one that is not valid.",
    "403": "The token does not have the scope, the second factor is missing, or no right here.",
}


def _answers(operation: dict[str, Any]) -> dict[str, str]:
    """Status → description, of one operation."""
    found = dict(_OF_ALL) if any(operation.get("security", [{}])) else {}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        found["404"] = "Absent, or not yours."
    if "requestBody" in operation:
        found |= {"400": "Bad values, by field.", "415": "A media type that is not taken here."}
    return found


def say_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: the refusals that come from authentication, from the address and from
    reading the body, each as :class:`cases.api.ProblemSerializer`."""
    for path in result.get("paths", {}).values():
        for operation in path.values():
            for status, description in _answers(operation).items():
                answer = operation["responses"].setdefault(status, {"description": description})
                answer.setdefault("content", _PROBLEM)
    return result

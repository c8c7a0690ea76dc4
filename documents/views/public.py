"""The page behind a document's QR: valid or not, and no more. For everybody, without sign-in and without cookies."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.services import origin
from documents.verification import by_link, name_for, verdict, within

LANGUAGES = {"es": "es-pe", "en": "en"}
_TYPED = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")


def typed_date(text: str) -> str:
    """What a person typed, «12/08/1974», as YYYY-MM-DD; "" when it is no date. Unknown parts are zeros."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return ""
    day, month, year = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    return f"{year}-{int(month):02d}-{int(day):02d}" if int(month) <= 12 and int(day) <= 31 else ""


# nothing to forge: no session, no cookie, and the answer depends on the link and the typed date alone
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether the document of this link is valid; with the holder's date of birth, their name too."""
    language = request.GET.get("lang", "es")
    language = language if language in LANGUAGES else "es"
    address = str(origin.get().address or "")
    context: dict[str, Any] = {
        "language": language, "path": request.path, "asked": False, "name": "", "typed": "", "limited": False,
    }  # fmt: skip
    allowed = within("page", address)
    if request.method == "POST" and allowed:
        context["asked"] = True
        context["typed"] = request.POST.get("birth_date", "")[:20]
        # both are counted whatever the first says, and for links that do not exist as for those that do
        by_token, by_address = within("birth_link", token.upper()), within("birth_address", address)
        allowed = by_token and by_address
    with translation.override(LANGUAGES[language]):
        if not allowed:
            context["limited"] = True
            response = render(request, "documents/verify.html", context, status=429)
            response.headers["Retry-After"] = "3600"
        else:
            document = by_link(token)
            context["verdict"] = verdict(document)
            if context["asked"]:
                context["name"] = name_for(document, typed_date(context["typed"]))
            response = render(request, "documents/verify.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Language"] = LANGUAGES[language]
    return response

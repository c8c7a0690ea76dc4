"""The public page that tells whether a seal can be believed, and the revocation lists signed here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from documents.models import RevocationList
from documents.seals.forms import SealForm
from documents.seals.throttling import SealThrottle
from documents.seals.validation import FIELDS, SENTENCES, TRUST_LEVELS, contents, stay_text
from icao.vds import Judgement


@method_decorator(never_cache, name="dispatch")
class SealPage(View):
    """Anyone may ask; nothing that is uploaded is kept."""

    template = "documents/seal.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"form": SealForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        throttle = SealThrottle()
        if not throttle.allow_request(request, self):
            form = SealForm(request.POST)
            form.errors["__all__"] = form.error_class(
                [_("Too many seals in a short time. Wait a minute and try again.")]
            )
            answer = render(request, self.template, {"form": form}, status=429)
            answer["Retry-After"] = str(int(throttle.wait() or 60) + 1)
            return answer
        form = SealForm(request.POST, request.FILES)
        if not form.is_valid():
            return render(request, self.template, {"form": form}, status=422)
        return render(request, self.template, {"form": form, "result": told(form.judgement())})


def told(judgement: Judgement) -> dict[str, Any]:
    """A judgement for the page. What a seal says is shown only when a trusted signer has signed it: anybody can write
    names into a bar code, and a page of the ministry does not repeat them."""
    seal = contents(judgement.seal) if judgement.seal and judgement.vouched else None
    if seal and "stay" in seal:
        seal["stay_text"] = stay_text(seal["stay"])
    if judgement.seal and seal:
        seal |= {"issued": judgement.seal.header.issued, "signed": judgement.seal.header.signed}
    return {
        "valid": judgement.valid,
        "code": str(judgement.code),
        "message": SENTENCES[judgement.code],
        "trust": judgement.trust,
        "trust_label": TRUST_LEVELS[judgement.trust],
        "differing": [FIELDS.get(name, name) for name in judgement.differing],
        "seal": seal,
    }


def revocation_list(request: HttpRequest, country: str) -> HttpResponse:
    """The latest revocation list of the authority of a country that signs its list here (DER, RFC 5280)."""
    latest = RevocationList.objects.filter(authority__country=country.upper()).exclude(authority__key_reference="")
    found = latest.order_by("-number").first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type="application/pkix-crl")

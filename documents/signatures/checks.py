"""What stands in the way of signing as it is configured now, told before an act fails of it. Asks nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import PdfSignature, PdfSigner, SigningRule, TimeStampService
from documents.seals import pki
from documents.signatures.authority import StampProblem, credentials_of
from documents.signatures.services import check_key, current_signer

AHEAD = timedelta(days=60)  # an accredited certificate is not had within a week
LATE = timedelta(hours=1)
SHOWN = 100


@dataclass(frozen=True)
class Problem:
    """``stops``: files can not be signed because of it; otherwise it will come to that, or something is left out."""

    text: Any
    stops: bool = True


def problems() -> list[Problem]:
    """Everything found, what stops the signing first."""
    if not SigningRule.objects.filter(signed=True).exists():
        return []
    found = [*_of_signers(), *_of_stamps()]
    return sorted(found, key=lambda problem: not problem.stops)


def _of_signers() -> Iterator[Problem]:
    if not PdfSigner.objects.exists():
        yield Problem(_("There is no signer of files: letters go out unsigned."), stops=False)
        return
    now = timezone.now()
    today = timezone.localdate(now)
    signer, later = current_signer(today), current_signer(today + AHEAD)
    if signer is None:
        yield Problem(_("No signer of files is active today."))
    else:
        certificate = pki.load_certificate(signer.certificate)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            yield Problem(_("The certificate of the signer %(signer)s is not valid now.") % {"signer": signer})
        try:
            check_key(certificate, signer.key_reference)
        except ValidationError as error:
            yield Problem(
                _("The signer %(signer)s can not sign: %(reason)s.")
                % {"signer": signer, "reason": " ".join(error.messages)}
            )
        for above in pki.load_chain(signer.chain):
            if above.not_valid_after_utc < now:
                yield Problem(
                    _("The authority %(name)s has ended.") % {"name": above.subject.rfc4514_string()}, stops=False
                )
        if later is None:
            until = PdfSigner.objects.filter(active_from__lte=today + AHEAD).order_by("-active_until").first()
            assert until is not None, "one is active today"
            yield Problem(
                _("The last signer of files ends on %(day)s: take in the one that comes after it.")
                % {"day": until.active_until.strftime("%d/%m/%Y")},
                stops=False,
            )


def _of_stamps() -> Iterator[Problem]:
    if not SigningRule.objects.filter(signed=True).exclude(stamp=SigningRule.Stamp.NONE).exists():
        return
    service = TimeStampService.objects.filter(active=True).first()
    if service is None:
        yield Problem(_("No time-stamping authority is active: files are signed without a time stamp."), stops=False)
        return
    try:
        credentials_of(service)
    except StampProblem:
        yield Problem(
            _("The credentials of %(service)s are not in the environment (%(prefix)s_…).")
            % {"service": service, "prefix": service.credentials},
            stops=False,
        )
    if all(each.not_valid_after_utc < timezone.now() for each in pki.load_chain(service.roots)):
        yield Problem(_("The certificates of %(service)s have ended.") % {"service": service}, stops=False)
    late = PdfSignature.objects.filter(
        stamp=PdfSignature.Stamp.WAITING, signed_at__lt=timezone.now() - LATE, next_attempt_at__isnull=False
    )
    failures = list(late.order_by("next_attempt_at").values_list("failure", flat=True)[:SHOWN])
    if failures:
        yield Problem(
            _("%(number)s files have waited for their time stamp for more than an hour (%(reasons)s).")
            % {
                "number": f"{len(failures)}{'+' if len(failures) == SHOWN else ''}",
                "reasons": ", ".join(sorted(filter(None, set(failures)))) or "—",
            },
            stops=False,
        )

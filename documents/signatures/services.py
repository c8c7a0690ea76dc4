"""Writes about signatures: signing what was just rendered, the time stamp that comes after the act, signers."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from cryptography import x509
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.models import Attachment
from documents.errors import DocumentError
from documents.models import PdfSignature, PdfSigner, SigningRule, TimeStampService
from documents.seals import pki
from documents.seals.keys import KeyProblem, open_key
from documents.signatures import pades
from documents.signatures.authority import Authority, StampProblem
from documents.signatures.pades import SigningProblem
from icao.vds.certificates import issued_by
from offices.configuration import configuration, forget_configuration
from offices.models import Office, User

_PROOF = b"SUGM"  # what a new signer signs, to show that key and certificate belong together
LEASE = timedelta(minutes=5)  # longer than the longest time-out and the hard time limit of a job
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(hours=1)
Stamp = PdfSignature.Stamp


# -- signing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signed:
    """A file as it will be kept; ``signer`` is None when its kind is not signed."""

    content: bytes
    kind: str = ""
    signer: PdfSigner | None = None
    at: datetime | None = None


@configuration
def rule_for(kind: str) -> SigningRule | None:
    """How files of a kind are signed; None when they are not."""
    return SigningRule.objects.filter(kind=kind, signed=True).first()


@configuration
def active_service() -> TimeStampService | None:
    return TimeStampService.objects.filter(active=True).first()


@configuration
def current_signer(day: date) -> PdfSigner | None:
    """Who signs on ``day``: of the signers in their interval, the one that began last."""
    return PdfSigner.objects.filter(active_from__lte=day, active_until__gte=day).first()


@configuration
def has_signers() -> bool:
    return PdfSigner.objects.exists()


def signs(kind: str) -> bool:
    """Whether files of a kind are signed here, so that a page may say so."""
    return rule_for(kind) is not None and has_signers()


def sign(content: bytes, *, kind: str, office: Office, day: date) -> Signed:
    """A rendered file, signed when its kind is (PAdES B-B). Needs no network: the key is at hand, the time comes later.

    An installation that has never had a signer does not sign. As soon as it has one, nothing of the kind leaves
    unsigned: raises DocumentError when no signer's interval covers ``day``, its certificate has ended, or its key can
    not sign.
    """
    if not signs(kind):
        return Signed(content)
    signer = current_signer(day)
    if signer is None:
        raise DocumentError(_("No signer of files is active on this day: the file can not be signed."))
    certificate, now = pki.load_certificate(signer.certificate), timezone.now()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise DocumentError(_("The certificate of the signer %(signer)s is not valid now.") % {"signer": signer})
    try:
        signed = pades.sign(
            content, key=open_key(signer.key_reference), certificate=certificate, chain=pki.load_chain(signer.chain),
            at=now, place=office.city,
        )  # fmt: skip
    except (KeyProblem, SigningProblem) as error:
        raise DocumentError(
            _("The signer %(signer)s can not sign: %(reason)s.") % {"signer": signer, "reason": error}
        ) from None
    return Signed(signed, kind, signer, now)


def keep_signature(signed: Signed, attachment: Attachment, *, actor: User | None) -> PdfSignature | None:
    """Write down who signed a file that has just been kept, and ask for its time stamp after the act."""
    assert connection.in_atomic_block, "a signature belongs to the act that makes its file"
    rule = rule_for(signed.kind)
    if signed.signer is None or signed.at is None or rule is None:
        return None
    waits = rule.stamp != SigningRule.Stamp.NONE and active_service() is not None
    patience = timedelta(minutes=rule.patience)
    signature = PdfSignature.objects.create(
        attachment=attachment,
        kind=signed.kind,
        signer=signed.signer,
        signed_at=signed.at,
        sha256=attachment.sha256,
        size=attachment.size,
        stamp=Stamp.WAITING if waits else Stamp.NONE,
        next_attempt_at=signed.at if waits else None,
        patient_until=signed.at + patience if waits and rule.stamp == SigningRule.Stamp.WAIT else None,
    )
    _tell("file.signed", signature, actor=actor, signer=str(signed.signer), sha256=attachment.sha256)
    if waits:
        ring(signature.pk)
    return signature


def _tell(verb: str, signature: PdfSignature, *, actor: User | None, **data: object) -> None:
    attachment, case = signature.attachment, signature.attachment.case
    assert case is not None, "a produced file belongs to a case"
    audit.record(
        verb, actor=actor, office_id=case.office_id, case_id=case.pk,
        data={"attachment": attachment.pk, "label": attachment.label, **data},
    )  # fmt: skip


# -- time stamps ---------------------------------------------------------------------------------------------------


def ring(signature_id: int) -> None:
    """Tell the broker after commit that a stamp is wanted; the sweep rings again for whatever is lost."""
    from documents.tasks import stamp_file

    transaction.on_commit(partial(stamp_file.delay, signature_id), robust=True)


def stamp_file(signature_id: int) -> bool:
    """Get the time stamp of one file and keep the file with it; True when it is there now.

    The row is leased in a statement of its own, so two deliveries of the job ask once. No transaction is open and no
    lock held while the authority answers. A failure is noted on the row, and asked again, for as long as it takes.
    """
    now, service = timezone.now(), active_service()
    leased = PdfSignature.objects.filter(pk=signature_id, stamp=Stamp.WAITING, next_attempt_at__lte=now).update(
        next_attempt_at=now + LEASE, attempts=F("attempts") + 1
    )
    if not leased:
        return False
    signature = PdfSignature.objects.select_related("attachment__case").get(pk=signature_id)
    if service is None:  # switched off since: the authority that comes next stamps it
        return _note_failure(signature, "no_service")
    with signature.attachment.file.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != signature.sha256:
        return _note_failure(signature, "other_file")
    authority = Authority(service)
    try:
        stamped = pades.stamp(content, stamper=authority)
    except StampProblem as problem:
        return _note_failure(signature, problem.code)
    except SigningProblem:
        return _note_failure(signature, "no_room")
    assert authority.time is not None, "a believed token has a time"
    return _keep_stamped(signature, stamped, service=service, at=authority.time)


def _note_failure(signature: PdfSignature, code: str) -> bool:
    pause = min(FIRST_PAUSE * 2 ** min(signature.attempts - 1, 12), LONGEST_PAUSE)
    PdfSignature.objects.filter(pk=signature.pk, stamp=Stamp.WAITING).update(
        failure=code, next_attempt_at=timezone.now() + pause
    )
    return False


@transaction.atomic
def _keep_stamped(signature: PdfSignature, content: bytes, *, service: TimeStampService, at: datetime) -> bool:
    """Put the stamped file in the place of the signed one, which it begins with; the old file goes after the commit."""
    done = PdfSignature.objects.filter(pk=signature.pk, stamp=Stamp.WAITING).update(
        stamp=Stamp.STAMPED, service=service, stamped_at=at, next_attempt_at=None, patient_until=None, failure=""
    )
    if not done:  # another worker, whose lease had run out, was faster after all
        return False
    attachment = signature.attachment
    storage, before = attachment.file.storage, attachment.file.name
    attachment.file = ContentFile(content, name=attachment.name)
    attachment.size, attachment.sha256 = len(content), hashlib.sha256(content).hexdigest()
    attachment.save(update_fields=["file", "size", "sha256"])
    _tell("file.stamped", signature, actor=None, service=str(service), sha256=attachment.sha256)
    transaction.on_commit(partial(storage.delete, before), robust=True)
    return True


def due_stamps(limit: int) -> list[int]:
    """Signatures whose stamp is to be asked for now, the longest due first."""
    due = PdfSignature.objects.filter(stamp=Stamp.WAITING, next_attempt_at__lte=timezone.now())
    return list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def message_waits(notification: Any) -> bool:
    """Whether a message has to wait for the time stamp of a file that it carries."""
    waiting = PdfSignature.objects.filter(attachment__in=notification.attachments.all(), stamp=Stamp.WAITING)
    now = timezone.now()
    return any(until is None or until > now for until in waiting.values_list("patient_until", flat=True))


# -- signers -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_signer(
    *, actor: User | None, certificate: str, chain: str, key_reference: str, active_from: date, active_until: date
) -> PdfSigner:
    """Take a signer of files in.

    Raises ValidationError by field: the certificate must be one for signing documents, its chain must lead from whoever
    issued it to a root, the interval lie within its validity, and the key make signatures that it verifies.
    """
    read = _read("certificate", certificate)[0]
    if not pades.may_sign_documents(read):
        raise ValidationError(
            {"certificate": _("This certificate is not one for signing documents (key usage non-repudiation).")}
        )
    above = _read("chain", chain)
    for below, authority in zip([read, *above], [*above, above[-1]], strict=True):
        if not issued_by(below, authority):
            raise ValidationError({"chain": _("The chain does not lead from the certificate to its root.")})
    if PdfSigner.objects.filter(fingerprint=pki.fingerprint(read)).exists():
        raise ValidationError({"certificate": _("This certificate is here already.")})
    check_interval(read, active_from, active_until)
    check_key(read, key_reference)
    signer = PdfSigner.objects.create(
        name=read.subject.rfc4514_string()[:200], certificate=pki.pem(read), chain="".join(map(pki.pem, above)),
        fingerprint=pki.fingerprint(read), key_reference=key_reference, active_from=active_from,
        active_until=active_until,
    )  # fmt: skip
    forget_configuration()
    audit.record(
        "signature.signer_added", actor=actor,
        data={
            "model": signer._meta.label, "id": signer.pk, "name": signer.name, "fingerprint": signer.fingerprint,
            "key": key_reference.partition(":")[0],
        },
    )  # fmt: skip
    return signer


def _read(field: str, text: str) -> list[x509.Certificate]:
    try:
        return pki.load_chain(text) if field == "chain" else [pki.load_certificate(text)]
    except pki.PkiProblem as error:
        raise ValidationError({field: str(error)}) from None


def check_interval(certificate: x509.Certificate, begins: date, ends: date) -> None:
    """Raises ValidationError by field unless the interval lies within the certificate's validity."""
    if ends < begins:
        raise ValidationError({"active_until": _("It ends before it begins.")})
    if begins < certificate.not_valid_before_utc.date():
        raise ValidationError({"active_from": _("The certificate is not valid yet on this day.")})
    if ends > certificate.not_valid_after_utc.date():
        raise ValidationError({"active_until": _("The certificate is not valid any more on this day.")})


def check_key(certificate: x509.Certificate, reference: str) -> None:
    """Raises ValidationError unless the key of a reference makes signatures that the certificate verifies."""
    try:
        pades.raw_signature(open_key(reference), certificate, _PROOF)
    except KeyProblem as error:
        raise ValidationError({"key_reference": str(error)}) from None

"""Writes about seals: sealing a document, signers and authorities, revocation."""

import contextlib
from datetime import date
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from documents.errors import DocumentError
from documents.models import DocumentSeal, IssuedDocument, RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.seals import pki
from documents.seals.keys import FileKey, Key, KeyProblem, open_key
from documents.seals.messages import MESSAGES
from icao.vds import Header, SealFormatError, finish, signed_part, signer_identity, verify_signature
from icao.vds.certificates import country_of, issued_by, may_sign_seals
from offices.configuration import configuration, forget_configuration
from offices.models import User

COUNTRY = "PER"
_PROOF = b"SUGM"  # what a new signer signs, to show that key and certificate belong together


# -- sealing -------------------------------------------------------------------------------------------------------


@configuration
def current_signer(profile: str, day: date) -> SealSigner | None:
    """Who seals on ``day``: of the signers with a key that are active and not revoked, the one that began last."""
    for signer in SealSigner.objects.filter(
        profile=profile, active_from__lte=day, active_until__gte=day, authority__trusted=True
    ).exclude(key_reference=""):
        revoked = SealRevocation.objects.filter(
            authority_id=signer.authority_id, serial=pki.serial_hex(pki.load_certificate(signer.certificate))
        )
        if not revoked.exists():
            return signer
    return None


def make_seal(document: IssuedDocument, *, day: date) -> DocumentSeal | None:
    """The seal of a document that is being issued, not yet saved; None when its kind has none, or no signer is active.

    It hangs on ``document.seal`` from now on, for the page that is about to be made. :func:`keep_seal` saves it.
    Raises DocumentError when there is a signer and it can not sign: a document is not issued without the seal that its
    kind has.
    """
    assert connection.in_atomic_block, "a seal belongs to the act that issues its document"
    message = MESSAGES.get(document.kind)
    signer = current_signer(message.profile, day) if message else None
    if message is None or signer is None:
        return None
    try:
        signed = signed_part(
            Header(
                country=COUNTRY,
                signer=signer.code,
                reference=signer.reference,
                issued=day,
                signed=day,
                feature_definition=message.definition[0],
                category=message.definition[1],
            ),
            message.features(document),
        )
    except SealFormatError as error:
        raise DocumentError(_("The seal can not be written: %(reason)s.") % {"reason": error.reason}) from None
    try:
        data = finish(signed, _sign(open_key(signer.key_reference), pki.load_certificate(signer.certificate), signed))
    except KeyProblem as error:
        raise DocumentError(
            _("The signer %(signer)s can not sign: %(reason)s.") % {"signer": signer, "reason": error}
        ) from None
    return DocumentSeal(document=document, signer=signer, data=data)


def keep_seal(document: IssuedDocument, seal: DocumentSeal | None) -> None:
    """Save the seal of a document that has just been saved."""
    if seal is not None:
        seal.document = document
        seal.save(force_insert=True)


def _sign(key: Key, certificate: x509.Certificate, data: bytes) -> bytes:
    """A signature that the certificate verifies: a wrong or failing key must not spoil a page. Raises KeyProblem."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise KeyProblem("the certificate has no elliptic-curve key")
    signature = key.sign(data, public.curve)
    if not verify_signature(public, data, signature):
        raise KeyProblem("the key does not belong to the certificate")
    return signature


# -- authorities and signers ---------------------------------------------------------------------------------------


@transaction.atomic
def add_authority(
    *, actor: User | None, name: str, certificate: str, trusted: bool = False, key_reference: str = ""
) -> SealAuthority:
    """Take a country signing authority in. Raises ValidationError by field."""
    read = _certificate(certificate)
    country = country_of(read)
    if len(country) != 2 or not issued_by(read, read):
        raise ValidationError({"certificate": _("This is not the certificate of a country signing authority.")})
    if SealAuthority.objects.filter(fingerprint=pki.fingerprint(read)).exists():
        raise ValidationError({"certificate": _("This certificate is here already.")})
    authority = SealAuthority.objects.create(
        name=name, country=country, certificate=pki.pem(read), fingerprint=pki.fingerprint(read), trusted=trusted,
        key_reference=key_reference,
    )  # fmt: skip
    _record("seal.authority_added", authority, actor=actor, fingerprint=authority.fingerprint, trusted=trusted)
    return authority


@transaction.atomic
def add_signer(
    *,
    actor: User | None,
    profile: str,
    certificate: str,
    key_reference: str = "",
    active_from: date,
    active_until: date,
) -> SealSigner:
    """Take a bar code signer in, with a key (it will seal) or without (its seals can be verified).

    Raises ValidationError by field: the certificate must be one for bar codes, signed by an authority that is known,
    the interval within its validity, and the key must make signatures that it verifies.
    """
    read = _certificate(certificate)
    try:
        code, reference = signer_identity(read)
    except ValueError:
        raise ValidationError({"certificate": _("This is not the certificate of a bar code signer.")}) from None
    if not may_sign_seals(read):
        raise ValidationError({"certificate": _("This is not the certificate of a bar code signer.")})
    authority = next(
        (
            each
            for each in SealAuthority.objects.filter(country=country_of(read))
            if issued_by(read, pki.load_certificate(each.certificate))
        ),
        None,
    )
    if authority is None:
        raise ValidationError({"certificate": _("No authority that is known here has signed this certificate.")})
    if SealSigner.objects.filter(code=code, reference=reference).exists():
        raise ValidationError({"certificate": _("This certificate is here already.")})
    _check_interval(read, active_from, active_until)
    if key_reference:
        try:
            _sign(open_key(key_reference), read, _PROOF)
        except KeyProblem as error:
            raise ValidationError({"key_reference": str(error)}) from None
    signer = SealSigner.objects.create(
        profile=profile, code=code, reference=reference, authority=authority, certificate=pki.pem(read),
        key_reference=key_reference, active_from=active_from, active_until=active_until,
    )  # fmt: skip
    _record("seal.signer_added", signer, actor=actor, profile=profile, key=key_reference.partition(":")[0])
    return signer


def _certificate(text: str) -> x509.Certificate:
    try:
        return pki.load_certificate(text)
    except pki.PkiProblem as error:
        raise ValidationError({"certificate": str(error)}) from None


def _check_interval(certificate: x509.Certificate, begins: date, ends: date) -> None:
    if ends < begins:
        raise ValidationError({"active_until": _("It ends before it begins.")})
    if begins < certificate.not_valid_before_utc.date():
        raise ValidationError({"active_from": _("The certificate is not valid yet on this day.")})
    if ends > certificate.not_valid_after_utc.date():
        raise ValidationError({"active_until": _("The certificate is not valid any more on this day.")})


# -- revocation ----------------------------------------------------------------------------------------------------


@transaction.atomic
def revoke_signer(signer: SealSigner, *, actor: User | None, reason: str) -> SealRevocation:
    """Believe nothing any more that this signer has sealed, and seal no more with it. It can not be taken back.

    When the authority's key is at hand, its revocation list is signed anew; when that fails the revocation stands, and
    the list can be published later. Raises ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    revocation, _created = SealRevocation.objects.get_or_create(
        authority_id=signer.authority_id,
        serial=pki.serial_hex(pki.load_certificate(signer.certificate)),
        defaults={"revoked_at": timezone.now(), "reason": reason.strip(), "by": actor},
    )
    _record("seal.signer_revoked", signer, actor=actor, reason=reason.strip())
    if signer.authority.key_reference:
        with contextlib.suppress(ValidationError):
            publish_list(signer.authority, actor=actor)
    return revocation


@transaction.atomic
def publish_list(authority: SealAuthority, *, actor: User | None) -> RevocationList:
    """Sign the authority's revocation list as it stands now. Raises ValidationError when its key is not at hand."""
    authority = SealAuthority.objects.select_for_update().get(pk=authority.pk)
    try:
        key = open_key(authority.key_reference)
        if not isinstance(key, FileKey):
            raise KeyProblem("the authority's key is not a file")
        private = key.load()
    except KeyProblem as error:
        raise ValidationError(_("The revocation list can not be signed: %(reason)s.") % {"reason": error}) from None
    latest = authority.revocation_lists.order_by("-number").first()
    number = int(latest.number, 16) + 1 if latest else 1
    now = timezone.now()
    content = pki.make_crl(
        [(int(each.serial, 16), each.revoked_at) for each in authority.revocations.order_by("serial")],
        authority=pki.load_certificate(authority.certificate),
        key=private,
        number=number,
        issued=now,
    )
    return _keep_list(authority, pki.load_crl(content), content, actor=actor, verb="seal.list_published")


@transaction.atomic
def import_list(content: bytes, *, actor: User | None) -> RevocationList:
    """Take a revocation list in: its entries are revoked from now on, whatever later lists say.

    Raises ValidationError unless an authority that is known has signed it, it is not from the future, and it is newer
    than the ones that are here.
    """
    try:
        crl = pki.load_crl(content)
    except pki.PkiProblem as error:
        raise ValidationError({"file": str(error)}) from None
    authority = next((each for each in SealAuthority.objects.select_for_update() if _signed(crl, each)), None)
    if authority is None:
        raise ValidationError({"file": _("No authority that is known here has signed this revocation list.")})
    if crl.last_update_utc > timezone.now():
        raise ValidationError({"file": _("This revocation list is from the future.")})
    latest = authority.revocation_lists.order_by("-number").first()
    if latest and _number(crl) <= latest.number:
        raise ValidationError({"file": _("A list with this number or a later one is here already.")})
    SealRevocation.objects.bulk_create(
        [
            SealRevocation(
                authority=authority, serial=f"{entry.serial_number:X}", revoked_at=entry.revocation_date_utc, by=actor
            )
            for entry in crl
        ],
        batch_size=1_000,
        ignore_conflicts=True,
    )
    return _keep_list(authority, crl, content, actor=actor, verb="seal.list_imported")


def _signed(crl: x509.CertificateRevocationList, authority: SealAuthority) -> bool:
    certificate = pki.load_certificate(authority.certificate)
    key = certificate.public_key()
    try:
        return crl.issuer == certificate.subject and crl.is_signature_valid(key)  # type: ignore[arg-type]
    except (TypeError, ValueError):  # a kind of key that signs no lists
        return False


def _number(crl: x509.CertificateRevocationList) -> str:
    try:
        number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        raise ValidationError({"file": _("The revocation list has no number.")}) from None
    if not 0 <= number < 1 << 160:
        raise ValidationError({"file": _("The revocation list has no number.")})
    return f"{number:040x}"


def _keep_list(
    authority: SealAuthority, crl: x509.CertificateRevocationList, content: bytes, *, actor: User | None, verb: str
) -> RevocationList:
    kept = RevocationList.objects.create(
        authority=authority, number=_number(crl), this_update=crl.last_update_utc, next_update=crl.next_update_utc,
        content=content, by=actor,
    )  # fmt: skip
    _record(verb, kept, actor=actor, entries=len(crl))
    return kept


def _record(verb: str, row: Any, *, actor: User | None, reason: str = "", **data: object) -> None:
    forget_configuration()
    audit.record(
        verb, actor=actor, reason=reason, data={"model": row._meta.label, "id": row.pk, "name": str(row), **data}
    )

"""The demonstration's own authorities, seal signers and signer of files: made on the first start, keys under the
home folder.

Nothing outside the demonstration believes them. A start that finds no signer for the months ahead (the last one is
about to end, or its key is gone) makes new ones, which take over at once; what the old ones sealed stays valid.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import PdfSigner, SealAuthority, SealSigner
from documents.seals import pki, services
from documents.seals.keys import FileKey
from documents.signatures import services as signatures

COUNTRY = "PE"
AHEAD = timedelta(days=90)
YEARS = 2  # a signer's key (ICAO 9303-7 §9.3: one to two years); its certificate outlives the documents by far
SIGNERS = {"visa": ("PEVS", frozenset({"V"})), "etd": ("PEES", frozenset({"PU"}))}


def ensure(since: date | None = None) -> int:
    """Make what is missing for sealing and signing from today on; returns how many signers were made.

    :param since: the day from which new signers sign; today when None.
    """
    today = timezone.localdate()
    begins = datetime.combine(since or today, time.min, UTC)
    made = 0
    if not all(_has_key(signatures.current_signer(day)) for day in (today, today + AHEAD)):
        _make_file_signer(begins)
        made = 1
    missing = [
        profile
        for profile in SIGNERS
        if not all(_has_key(services.current_signer(profile, day)) for day in (today, today + AHEAD))
    ]
    if not missing:
        return made
    authority = next((each for each in SealAuthority.objects.filter(country=COUNTRY) if _has_key(each)), None)
    authority = authority or _make_authority(begins)
    for profile in missing:
        _make_signer(authority, profile, begins)
    return made + len(missing)


def _has_key(row: SealAuthority | SealSigner | PdfSigner | None) -> bool:
    """Whether the key of a row is there: in a file that exists, or in a module, which is not the demonstration's."""
    if row is None or not row.key_reference:
        return False
    scheme, _colon, name = row.key_reference.partition(":")
    return scheme != "file" or FileKey(name).path.exists()


def _new_file(kind: str) -> str:
    return f"demo-{kind}-{secrets.token_hex(4)}.pem"


def _make_authority(begins: datetime) -> SealAuthority:
    file = _new_file("authority")
    FileKey(file).create()
    certificate = pki.make_authority(FileKey(file).load(), country=COUNTRY, name="CSCA Demostracion", begins=begins)
    return services.add_authority(
        actor=None,
        name=_("Demonstration"),
        certificate=pki.pem(certificate),
        trusted=True,
        key_reference=f"file:{file}",
    )


def _make_signer(authority: SealAuthority, profile: str, begins: datetime) -> SealSigner:
    code, documents = SIGNERS[profile]
    file = _new_file(profile)
    certificate = pki.make_signer(
        FileKey(file).create(),
        authority=pki.load_certificate(authority.certificate),
        authority_key=FileKey(authority.key_reference.removeprefix("file:")).load(),
        code=code,
        begins=begins,
        ends=begins + timedelta(days=366 * 8),
        documents=documents,
    )
    return services.add_signer(
        actor=None,
        profile=profile,
        certificate=pki.pem(certificate),
        key_reference=f"file:{file}",
        active_from=begins.date(),
        active_until=begins.date() + timedelta(days=365 * YEARS),
    )


def _make_file_signer(begins: datetime) -> PdfSigner:
    """The signer of files, under an authority whose key is thrown away: the next signer comes with another one."""
    file, key = _new_file("archivos"), pki.new_key()
    authority = pki.make_authority(key, country=COUNTRY, name="Autoridad de certificacion Demostracion", begins=begins)
    certificate = pki.make_document_signer(
        FileKey(file).create(),
        authority=authority,
        authority_key=key,
        country=COUNTRY,
        name="Ministerio de Relaciones Exteriores Demostracion",
        begins=begins,
        ends=begins + timedelta(days=365 * YEARS + 1),
    )
    return signatures.add_signer(
        actor=None,
        certificate=pki.pem(certificate),
        chain=pki.pem(authority),
        key_reference=f"file:{file}",
        active_from=begins.date(),
        active_until=begins.date() + timedelta(days=365 * YEARS),
    )

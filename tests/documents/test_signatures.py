"""Signed letters: PAdES that OpenSSL believes, in files that stay what they were, and acts that fail whole."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from pypdf import PdfReader

from audit.models import AuditEvent
from cases.models import Attachment
from documents import services as documents
from documents.defaults import load
from documents.errors import DocumentError
from documents.models import PdfSignature, PdfSigner, SigningRule
from documents.pdf import render
from documents.seals import pki
from documents.signatures import pades, services
from documents.signatures.checks import problems
from tests.documents.signing import OPENSSL, WHY_NOT, FileChain, days, is_signed, signatures_in
from visas.documents import letter_context

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason=WHY_NOT)


@pytest.fixture
def chain(db, settings, tmp_path):
    load()
    settings.SEAL_KEYS = tmp_path / "keys"
    return FileChain(settings.SEAL_KEYS)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def write(visa, decision):
    """The letter of a refusal, written."""

    def _write() -> Attachment:
        with transaction.atomic():
            return documents.write_letter(visa, kind="visa_refusal", context=letter_context(visa), actor=None)

    return _write


def content_of(attachment):
    with attachment.file.open("rb") as file:
        return file.read()


# -- the signature -------------------------------------------------------------------------------------------------


@needs_openssl
@pytest.mark.parametrize(
    "key",
    [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: ec.generate_private_key(ec.SECP384R1()),
     lambda: rsa.generate_private_key(65537, 2048)],
    ids=["P-256", "P-384", "RSA-2048"],
)  # fmt: skip
def test_a_letter_is_signed_and_an_independent_reader_believes_it(chain, write, key):
    signer = chain.signer(key=key())
    letter = write()
    content = content_of(letter)
    assert len(signatures_in(content)) == 1
    assert is_signed(content, chain.folder)
    signature = letter.signature
    assert (signature.signer, signature.kind, signature.level) == (signer, "letter", "PAdES B-B")
    assert signature.sha256 == letter.sha256 == hashlib.sha256(content).hexdigest()
    assert signature.size == letter.size == len(content)
    assert AuditEvent.objects.get(verb="file.signed").data["sha256"] == letter.sha256


@needs_openssl
def test_a_changed_byte_is_found(chain, write):
    chain.signer()
    content = bytearray(content_of(write()))
    content[len(content) // 3] ^= 1
    assert not is_signed(bytes(content), chain.folder)


@needs_openssl
def test_another_root_is_not_believed(chain, write, tmp_path):
    chain.signer()
    FileChain(tmp_path / "otra")
    (chain.folder / "otra.crt").write_bytes((tmp_path / "otra" / "raiz.crt").read_bytes())
    assert not is_signed(content_of(write()), chain.folder, root="otra.crt")


def test_the_signature_covers_the_whole_file_and_names_its_format(chain, write):
    chain.signer()
    content = content_of(write())
    data, cms = signatures_in(content)[0]
    field = PdfReader(io.BytesIO(content)).get_fields()["Firma"]["/V"]
    first, size, second, rest = field["/ByteRange"]
    assert (first, second + rest) == (0, len(content))
    assert second - size == len(field["/Contents"]) * 2 + 2  # nothing but the signature itself is left out
    assert field["/SubFilter"] == "/ETSI.CAdES.detached"
    assert field["/Location"] == "Santiago de Chile"
    assert len(data) + (second - size) == len(content) and len(cms) > 500


def test_the_file_stays_what_it_was(chain, write, visa, monkeypatch):
    """An incremental update: the renderer's bytes, then the signature; the marks of PDF/A-2u and PDF/UA-1 untouched."""
    rendered = []
    monkeypatch.setattr(
        "documents.services.letters.render",
        lambda *args, **kwargs: rendered.append(render(*args, **kwargs)) or rendered[0],
    )
    chain.signer()
    content = content_of(write())
    assert content.startswith(rendered[0]) and len(content) > len(rendered[0])
    before, after = (PdfReader(io.BytesIO(each)) for each in (rendered[0], content))
    assert after.pdf_header == before.pdf_header == "%PDF-1.7"
    root = after.trailer["/Root"]
    assert "/Version" not in root
    assert root["/Metadata"].get_data() == before.trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfaid:part" in root["/Metadata"].get_data() and b"pdfuaid:part" in root["/Metadata"].get_data()
    assert after.metadata == before.metadata
    for name in ("/MarkInfo", "/StructTreeRoot", "/OutputIntents", "/Lang", "/ViewerPreferences"):
        ours, its = root.raw_get(name), before.trailer["/Root"].raw_get(name)
        assert getattr(ours, "idnum", ours) == getattr(its, "idnum", its), name
    page = after.pages[0]
    assert page["/Tabs"] == "/S"  # ISO 14289-1 §7.18.3
    (widget,) = page["/Annots"]
    box, media = [float(side) for side in widget["/Rect"]], page.mediabox
    assert box[2] < media.left and box[3] < media.bottom  # ISO 14289-1 §7.18.1: outside the page
    assert widget["/F"] & 4 and not widget["/F"] & (1 | 2 | 32)  # ISO 19005-2 §6.3.2: printed, never hidden
    assert widget["/TU"] == "Firma digital"


# -- acts that fail whole ------------------------------------------------------------------------------------------


def test_a_key_that_is_gone_stops_the_letter(chain, write):
    chain.signer()
    (chain.folder / "firmante.pem").unlink()
    with pytest.raises(DocumentError) as failure:
        write()
    assert "firmante.pem" in failure.value.safe_message
    assert not Attachment.objects.exists() and not PdfSignature.objects.exists()
    assert not AuditEvent.objects.filter(verb__in=["letter.written", "file.signed"]).exists()
    assert any(problem.stops and "firmante" in problem.text for problem in problems())


def test_the_key_of_another_certificate_stops_the_letter(chain, write):
    chain.signer()
    chain.certify("otro")
    os.replace(chain.folder / "otro.pem", chain.folder / "firmante.pem")
    with pytest.raises(DocumentError, match="certificate"):
        write()


def test_without_an_active_signer_nothing_leaves_unsigned(chain, write):
    chain.signer(active=(-30, -3))  # over everywhere on earth
    with pytest.raises(DocumentError, match="active"):
        write()
    assert [problem.stops for problem in problems()].count(True) == 1


def test_an_ended_certificate_signs_no_more(chain, write):
    signer = chain.signer()
    ended = chain.certify("ended", begins=-30, ends=-1)
    PdfSigner.objects.filter(pk=signer.pk).update(certificate=pki.pem(ended))
    with pytest.raises(DocumentError, match="not valid now"):
        write()
    assert any(problem.stops and "not valid now" in problem.text for problem in problems())


def test_an_installation_without_signers_says_that_it_does_not_sign(chain, write):
    letter = write()
    assert not signatures_in(content_of(letter)) and not PdfSignature.objects.exists()
    assert [problem.stops for problem in problems()] == [False, False]  # nor does an authority stamp the time


def test_a_rule_decides_per_kind(chain, write, issue):
    chain.signer()
    SigningRule.objects.filter(kind="letter").update(signed=False)
    assert not signatures_in(content_of(write()))
    assert not signatures_in(content_of(issue().pdf))
    SigningRule.objects.filter(kind="visa").update(signed=True)
    PdfSignature.objects.all().delete()


def test_a_page_of_a_document_can_be_signed_too(chain, issue):
    chain.signer()
    SigningRule.objects.filter(kind="visa").update(signed=True)
    document = issue()
    assert len(signatures_in(content_of(document.pdf))) == 1
    assert document.pdf.signature.kind == "visa"


# -- signers -------------------------------------------------------------------------------------------------------


def test_the_signer_that_began_last_signs(chain, write):
    chain.signer("uno", active=(-30, 200))
    later = chain.signer("dos", active=(-3, 299))
    chain.signer("tres", active=(5, 299))
    assert write().signature.signer == later


def test_the_end_of_the_last_signer_is_told_ahead(chain):
    chain.signer(active=(-30, 40))
    (told,) = [problem for problem in problems() if "/" in problem.text]
    assert not told.stops and days(40).strftime("%d/%m/%Y") in told.text
    chain.signer("despues", active=(30, 299))
    assert not [problem for problem in problems() if "/" in problem.text]


def test_only_certificates_for_documents_are_taken_in(chain):
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    with pytest.raises(ValidationError) as refusal:
        chain.signer("sello", usage=usage)
    assert "certificate" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        chain.signer("debil", key=rsa.generate_private_key(65537, 1024))  # noqa: S505
    assert "certificate" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        chain.signer("largo", active=(-30, 400))
    assert "active_until" in refusal.value.message_dict


def test_a_chain_that_does_not_lead_to_a_root_is_refused(chain, tmp_path):
    other = FileChain(tmp_path / "otra")
    with pytest.raises(ValidationError) as refusal:
        services.add_signer(
            actor=None, certificate=pki.pem(chain.certify("uno")), chain=pki.pem(other.certificate),
            key_reference="file:uno.pem", active_from=days(-1).date(), active_until=days(9).date(),
        )  # fmt: skip
    assert "chain" in refusal.value.message_dict


def test_a_signer_of_files_seals_nothing(chain):
    """Another purpose: no extended usage for bar codes, and a seal's certificate signs no files."""
    from documents.seals import services as seals
    from icao.vds.certificates import may_sign_seals

    certificate = chain.certify("uno")
    assert not may_sign_seals(certificate)
    with pytest.raises(ValidationError):
        seals.add_signer(
            actor=None, profile="visa", certificate=pki.pem(certificate), active_from=days(-1).date(),
            active_until=days(9).date(),
        )  # fmt: skip
    sealing = pki.make_signer(
        pki.new_key().public_key(), authority=chain.certificate, authority_key=chain.key, code="PEVS",
        begins=days(-1), ends=days(9),
    )  # fmt: skip
    assert not pades.may_sign_documents(sealing)


def test_the_time_of_signing_is_the_acts(chain, write):
    chain.signer()
    before = timezone.now() - timedelta(seconds=1)
    signature = write().signature
    assert before <= signature.signed_at <= timezone.now()
    assert signature.stamp == "none" and signature.next_attempt_at is None  # no authority is configured

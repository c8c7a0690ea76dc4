"""Who seals: keys by reference, rotation, revocation."""

import os
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import AuditEvent
from documents.models import RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.seals import pki, services
from documents.seals.keys import KeyProblem, open_key
from documents.seals.validation import validate
from icao.vds import Code, verify_signature
from tests.documents.sealing import NOW, Chain, visa_message

JANUARY, JULY, DECEMBER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 31)


@pytest.fixture
def chain(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    return Chain(settings.SEAL_KEYS)


@pytest.fixture
def authority(chain):
    return chain.take_in(key=True)


# -- rotation ------------------------------------------------------------------------------------------------------


def test_the_signer_that_began_last_seals_and_the_older_one_until_then(chain, authority):
    old = chain.signer("old", active=(JANUARY, date(2026, 8, 31)))
    new = chain.signer("new", active=(JULY, DECEMBER))
    etd = chain.signer("etd", active=(JANUARY, DECEMBER), profile="etd")
    signing = services.current_signer
    assert signing("visa", date(2025, 12, 31)) is None
    assert signing("visa", JANUARY) == old
    assert signing("visa", date(2026, 6, 30)) == old
    assert signing("visa", JULY) == new  # both are active: the new one has taken over
    assert signing("visa", DECEMBER) == new
    assert signing("visa", date(2027, 1, 1)) is None
    assert signing("etd", JULY) == etd


def test_seals_of_a_retired_signer_stay_valid(chain, authority):
    old = chain.signer("old", active=(JANUARY, date(2026, 6, 30)))
    chain.signer("new", active=(JULY, DECEMBER))
    data = chain_seal(chain, old)
    assert validate(data, at=NOW).code is Code.NONE


def chain_seal(chain, signer):
    """A seal by the key in the signer's file."""
    from icao.vds import Header, finish, signed_part

    signed = signed_part(
        Header("PER", signer.code, signer.reference, date(2026, 3, 1), date(2026, 3, 1), 93, 1), visa_message()
    )
    return finish(signed, open_key(signer.key_reference).sign(signed, ec.SECP256R1()))


def test_a_signer_without_a_key_and_one_of_an_untrusted_authority_do_not_seal(chain, authority):
    services.add_signer(
        actor=None, profile="visa", certificate=pki.pem(chain.certify()), active_from=JANUARY, active_until=DECEMBER
    )
    assert services.current_signer("visa", JULY) is None
    chain.signer("other")
    assert services.current_signer("visa", JULY)
    SealAuthority.objects.update(trusted=False)
    assert services.current_signer("visa", JULY) is None


def test_the_database_refuses_a_signer_that_ends_before_it_begins(chain, authority):
    from django.db import IntegrityError, transaction

    signer = chain.signer()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealSigner.objects.filter(pk=signer.pk).update(active_until=signer.active_from - timedelta(days=1))


# -- what is taken in ----------------------------------------------------------------------------------------------


def refused(call, **given):
    with pytest.raises(ValidationError) as caught:
        call(actor=None, **given)
    return set(caught.value.message_dict)


def test_authorities_are_self_signed_and_taken_once(chain):
    signer = chain.certify()
    assert refused(services.add_authority, name="x", certificate="nothing") == {"certificate"}
    assert refused(services.add_authority, name="x", certificate=pki.pem(signer)) == {"certificate"}
    authority = chain.take_in()
    assert (authority.country, len(authority.fingerprint)) == ("PE", 64)
    assert refused(services.add_authority, name="x", certificate=authority.certificate) == {"certificate"}
    assert AuditEvent.objects.get(verb="seal.authority_added").data["fingerprint"] == authority.fingerprint


def test_signers_are_checked_before_they_are_taken_in(chain, authority, tmp_path):
    certificate = chain.certify()
    whole = {"profile": "visa", "certificate": pki.pem(certificate), "active_from": JANUARY, "active_until": DECEMBER}

    def fields(**changes):
        return refused(services.add_signer, **{**whole, **changes})

    assert fields(certificate="nothing") == {"certificate"}
    assert fields(certificate=authority.certificate) == {"certificate"}
    assert fields(certificate=pki.pem(Chain(tmp_path / "b").certify())) == {"certificate"}  # of an unknown authority
    assert fields(active_until=date(2025, 1, 1)) == {"active_until"}
    assert fields(active_from=date(2025, 12, 31)) == {"active_from"}
    assert fields(active_until=date(2099, 1, 1)) == {"active_until"}
    assert fields(key_reference="file:missing.pem") == {"key_reference"}
    assert fields(key_reference="file:authority-PE.pem") == {"key_reference"}  # not this certificate's key
    assert fields(key_reference="file:../signer.pem") == {"key_reference"}
    assert fields(key_reference="secret") == {"key_reference"}
    signer = services.add_signer(actor=None, **whole, key_reference="file:signer.pem")
    assert (signer.code, signer.reference) == ("PEVS", f"{certificate.serial_number:X}")
    assert fields() == {"certificate"}  # once
    event = AuditEvent.objects.get(verb="seal.signer_added")
    assert "signer.pem" not in str(event.data)


def test_certificates_follow_the_profile_of_bar_code_signers(chain):
    """ICAO 9303-12 §7.1.3: country and two characters, nothing else; extensions of table 8."""
    certificate = chain.certify(documents=frozenset({"V", "PU"}))
    assert sorted(attribute.rfc4514_string() for attribute in certificate.subject) == ["C=PE", "CN=VS"]
    found = {extension.oid.dotted_string: extension.critical for extension in certificate.extensions}
    assert found == {"2.5.29.35": False, "2.5.29.37": True, "2.23.136.1.1.6.2": False}
    from icao.vds import document_types

    assert document_types(certificate) == {"V", "PU"}
    assert document_types(chain.certificate) is None


# -- revocation ----------------------------------------------------------------------------------------------------


def test_a_revoked_signer_seals_no_more_and_is_on_the_signed_list(chain, authority, client):
    old = chain.signer("old", active=(JANUARY, DECEMBER))
    new = chain.signer("new", active=(JULY, DECEMBER))
    assert refused(services.revoke_signer, signer=new, reason=" ") == {"reason"}
    services.revoke_signer(new, actor=None, reason="Tarjeta extraviada")
    assert services.current_signer("visa", DECEMBER) == old
    answer = client.get("/sellos/pe.crl")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pkix-crl")
    crl = x509.load_der_x509_crl(answer.content)
    assert crl.is_signature_valid(chain.certificate.public_key())
    assert [f"{entry.serial_number:X}" for entry in crl] == [new.reference]
    assert [extension.oid.dotted_string for extension in crl.extensions] == ["2.5.29.20", "2.5.29.35"]
    assert client.get("/sellos/cl.crl").status_code == 404
    services.revoke_signer(old, actor=None, reason="Cese")
    assert [int(each.number, 16) for each in RevocationList.objects.order_by("id")] == [1, 2]
    assert len(x509.load_der_x509_crl(client.get("/sellos/pe.crl").content)) == 2
    assert AuditEvent.objects.filter(verb="seal.signer_revoked").count() == 2


def test_a_revocation_stands_when_the_list_can_not_be_signed(chain, authority):
    signer = chain.signer()
    (chain.folder / "authority-PE.pem").unlink()
    services.revoke_signer(signer, actor=None, reason="Clave comprometida")
    assert SealRevocation.objects.count() == 1
    assert not RevocationList.objects.exists()
    with pytest.raises(ValidationError):
        services.publish_list(authority, actor=None)


def crl_of(chain, *serials, number=1, **changes):
    options = {"issued": timezone.now() - timedelta(hours=1), **changes}
    return pki.make_crl(
        [(serial, NOW) for serial in serials], authority=chain.certificate, key=chain.key, number=number, **options
    )


def test_an_imported_list_revokes_for_good(chain):
    chain.take_in()
    signer = chain.signer()
    data = chain_seal(chain, signer)
    assert validate(data, at=NOW).code is Code.NONE
    serial = int(signer.reference, 16)
    kept = services.import_list(crl_of(chain, serial, 99), actor=None)
    assert (int(kept.number, 16), SealRevocation.objects.count()) == (1, 2)
    assert validate(data, at=NOW).code is Code.REVOKED_CERTIFICATE
    services.import_list(crl_of(chain, 99, number=2), actor=None)  # left out: still revoked
    assert validate(data, at=NOW).code is Code.REVOKED_CERTIFICATE
    assert SealRevocation.objects.count() == 2


def test_lists_that_are_not_taken(chain, tmp_path):
    chain.take_in()
    services.import_list(crl_of(chain, 5, number=7), actor=None)
    other = Chain(tmp_path / "other")

    def fields(content):
        with pytest.raises(ValidationError) as caught:
            services.import_list(content, actor=None)
        return set(caught.value.message_dict)

    assert fields(b"nothing") == {"file"}
    assert fields(crl_of(other, 1, number=8)) == {"file"}  # same name, another key
    assert fields(crl_of(chain, 1, number=7)) == {"file"}
    assert fields(crl_of(chain, 1, number=6)) == {"file"}
    assert fields(crl_of(chain, 1, number=8, issued=timezone.now() + timedelta(hours=1))) == {"file"}
    assert SealRevocation.objects.count() == 1


def test_revocations_are_of_one_authority(chain, authority, tmp_path):
    """The same serial number of another authority is another certificate."""
    signer = chain.signer()
    chile = Chain(tmp_path / "chile", country="CL")
    chile.take_in()
    services.import_list(crl_of(chile, int(signer.reference, 16)), actor=None)
    assert validate(chain_seal(chain, signer), at=NOW).code is Code.NONE


# -- keys in a hardware module -------------------------------------------------------------------------------------

MODULES = (  # where distributions put it
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
SOFTHSM = next((path for path in MODULES if Path(path).exists()), "")
NO_MODULE = "no SoftHSM2: install softhsm2 (as root on Debian, `make test` does)"  # tests/conftest.py tells it aloud
PIN = "482910"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A fresh token of SoftHSM2 in a folder of its own."""
    if not SOFTHSM or not shutil.which("softhsm2-util"):
        pytest.skip(NO_MODULE)
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")  # read once, when the library is loaded
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "SUGM", "--pin", PIN, "--so-pin", "00000000"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    yield "SUGM"
    if before is None:
        os.environ.pop("SOFTHSM2_CONF")


@pytest.fixture
def module_key(token, settings, monkeypatch):
    """A key made in the token, that can not leave it; returns its public half."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    settings.PKCS11_MODULE = SOFTHSM
    monkeypatch.setenv("SUGM_PKCS11_PIN", PIN)
    slot = pkcs11.lib(SOFTHSM).get_token(token_label=token)
    with slot.open(user_pin=PIN, rw=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        public, private = parameters.generate_keypair(store=True, label="visa-2026")
        assert private[pkcs11.Attribute.EXTRACTABLE] is False
        point = bytes(public[pkcs11.Attribute.EC_POINT])[2:]  # without the octet string around it
    yield ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    with slot.open(user_pin=PIN, rw=True) as session:
        for half in list(session.get_objects({pkcs11.Attribute.LABEL: "visa-2026"})):
            half.destroy()


REFERENCE = "pkcs11:token=SUGM;object=visa-2026"


def test_a_visa_is_sealed_by_a_key_in_a_hardware_module(module_key, chain, authority, issue):
    certificate = chain.certify(public_key=module_key)
    signer = services.add_signer(
        actor=None, profile="visa", certificate=pki.pem(certificate), key_reference=REFERENCE, active_from=JANUARY,
        active_until=date(2027, 11, 30),
    )  # fmt: skip
    document = issue()
    assert document.seal.signer == signer
    assert validate(bytes(document.seal.data)).code is Code.NONE
    assert sorted(path.name for path in chain.folder.iterdir()) == ["authority-PE.pem"]


def test_a_file_can_be_signed_by_an_rsa_key_in_a_hardware_module(token, settings, monkeypatch):
    """Accredited certificates for documents are mostly RSA; seals never are."""
    import pkcs11
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding
    from pkcs11.util.rsa import encode_rsa_public_key

    settings.PKCS11_MODULE = SOFTHSM
    monkeypatch.setenv("SUGM_PKCS11_PIN", PIN)
    with pkcs11.lib(SOFTHSM).get_token(token_label=token).open(user_pin=PIN, rw=True) as session:
        public, private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="archivos-2026")
        assert private[pkcs11.Attribute.EXTRACTABLE] is False
        der = encode_rsa_public_key(public)
        try:
            signature = open_key("pkcs11:token=SUGM;object=archivos-2026").sign_rsa(b"data")
        finally:
            for half in list(session.get_objects({pkcs11.Attribute.LABEL: "archivos-2026"})):
                half.destroy()
    serialization.load_der_public_key(der).verify(signature, b"data", padding.PKCS1v15(), hashes.SHA256())


def test_a_module_signs_raw_and_may_take_its_pin_from_another_variable(module_key, monkeypatch):
    monkeypatch.delenv("SUGM_PKCS11_PIN")
    monkeypatch.setenv("SEALS_PIN", PIN)
    signature = open_key(f"{REFERENCE}?pin-source=env:SEALS_PIN").sign(b"data", ec.SECP256R1())
    assert len(signature) == 64
    assert verify_signature(module_key, b"data", signature)


def test_a_sign_in_of_other_code_in_the_process_is_used(module_key):
    import pkcs11

    with pkcs11.lib(SOFTHSM).get_token(token_label="SUGM").open(user_pin=PIN):
        assert open_key(REFERENCE).sign(b"data", ec.SECP256R1())


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("pkcs11:token=SUGM;object=other", "NoSuchKey"),
        ("pkcs11:token=OTHER;object=visa-2026", "NoSuchToken"),
        (f"{REFERENCE}?pin-source=env:WRONG_PIN", "PinIncorrect"),
        (f"{REFERENCE}?pin-source=env:MISSING_PIN", "MISSING_PIN"),
    ],
)
def test_a_module_that_can_not_sign_says_why_without_its_pin(module_key, monkeypatch, reference, told):
    monkeypatch.setenv("WRONG_PIN", "111111")
    with pytest.raises(KeyProblem, match=told) as caught:
        open_key(reference).sign(b"data", ec.SECP256R1())
    assert "111111" not in str(caught.value)


@pytest.mark.parametrize(
    "reference",
    ["", "x", "file:", "file:/etc/x.pem", "file:../x.pem", "file:x", "pkcs11:", "pkcs11:token=a",
     "pkcs11:token=a;object=b;x=c", "pkcs11:token=a;object=b?pin-source=file:/etc/pin",
     "pkcs11:token=a;object=b?pin-source=env:a b"],
)  # fmt: skip
def test_references_that_are_none(reference):
    with pytest.raises(KeyProblem):
        open_key(reference)


def test_without_a_module_a_reference_to_one_says_what_is_missing(settings):
    settings.PKCS11_MODULE = ""
    with pytest.raises(KeyProblem, match="SUGM_PKCS11_MODULE"):
        open_key(REFERENCE).sign(b"data", ec.SECP256R1())

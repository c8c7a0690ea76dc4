"""Every sub-indication of ICAO 9303-13 App. D, 9303-7 §9.4 and 9303-8 App. A, each by the rule that gives it."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from documents.models import SealAuthority
from documents.seals import pki, services
from documents.seals.validation import answer, bytes_of_text, stay_text, validate
from icao.vds import Code, Feature, Stay, TrustLevel
from icao.vds.validation import _MEDIUM, _VALID
from tests.documents.sealing import (
    ETD_MRZ,
    NOW,
    PASSPORT_MRZ,
    TODAY,
    VISA_MRZ,
    Chain,
    etd_message,
    spoilt,
    visa_message,
)
from tests.icao.vectors import PUBLISHED_SEAL


@pytest.fixture
def chain(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    made = Chain(settings.SEAL_KEYS)
    made.take_in()
    return made


def add(chain, certificate):
    """Known for verification only."""
    return services.add_signer(
        actor=None, profile="visa", certificate=pki.pem(certificate), active_from=TODAY, active_until=TODAY
    )


@pytest.fixture
def signer(chain):
    certificate = chain.certify()
    add(chain, certificate)
    return certificate


def code_of(data, **given):
    return validate(data, at=NOW, **given).code


def lines(zone):
    return "\n".join(zone)


def test_a_visa_and_an_emergency_document_are_valid(chain, signer):
    assert code_of(chain.seal(signer, visa_message())) is Code.NONE
    assert code_of(chain.seal(signer, etd_message(), visa=False)) is Code.NONE


def test_a_whole_inspection_of_a_visa_is_valid(chain, signer):
    """Printed zone and passport agree with the seal; lower case and lost fillers of the reader do not matter."""
    data = chain.seal(signer, visa_message())
    printed = f"{VISA_MRZ[0].rstrip('<')}\n{VISA_MRZ[1]}".lower()
    assert code_of(data, printed_mrz=printed, passport_mrz=lines(PASSPORT_MRZ)) is Code.NONE


def test_optional_data_of_a_visa_are_not_sealed(chain, signer):
    printed = (VISA_MRZ[0], VISA_MRZ[1][:28] + "ABCDEFG<<<<<<<<<")
    assert code_of(chain.seal(signer, visa_message()), printed_mrz=lines(printed)) is Code.NONE


def test_unknown_feature_stays_valid(chain, signer):
    judgement = validate(chain.seal(signer, [*visa_message(), Feature(0x50, b"new")]), at=NOW)
    assert (judgement.code, judgement.valid, judgement.unknown) == (Code.UNKNOWN_FEATURE, True, (0x50,))
    assert judgement.trust is TrustLevel.TRUSTABLE


def test_read_error(db):
    judgement = validate(None, at=NOW)
    assert (judgement.code, judgement.valid, judgement.trust) == (Code.READ_ERROR, False, TrustLevel.MEDIUM)


@pytest.mark.parametrize("data", [b"", b"hello", PUBLISHED_SEAL[:-1], b"\xdc\x03" + bytes(60)])
def test_wrong_format(db, data):
    assert code_of(data) is Code.WRONG_FORMAT


def test_wrong_format_of_a_country_that_is_none(chain, signer):
    assert code_of(chain.seal(signer, visa_message(), country="QQQ")) is Code.WRONG_FORMAT


def test_unknown_certificate(chain, signer):
    assert code_of(PUBLISHED_SEAL) is Code.UNKNOWN_CERTIFICATE
    stranger = chain.certify("stranger")
    assert code_of(chain.seal(stranger, visa_message())) is Code.UNKNOWN_CERTIFICATE


def test_untrusted_certificate_when_the_authority_is_not_trusted(chain, signer):
    data = chain.seal(signer, visa_message())
    SealAuthority.objects.update(trusted=False)
    assert code_of(data) is Code.UNTRUSTED_CERTIFICATE


def test_untrusted_certificate_of_an_authority_with_the_same_name(chain, signer, tmp_path):
    """The key decides, not the name."""
    other = Chain(tmp_path / "other")
    forged = other.certify()
    authority = other.take_in(trusted=False)
    add(other, forged)
    data = other.seal(forged, visa_message())
    assert authority.name == "Autoridad"
    assert code_of(data) is Code.UNTRUSTED_CERTIFICATE


def test_untrusted_certificate_of_another_state(chain, signer, tmp_path):
    """A trusted authority of Chile vouches for Chile's documents, not for Peru's."""
    chile = Chain(tmp_path / "chile", country="CL")
    chile.take_in()
    certificate = chile.certify()
    add(chile, certificate)
    assert code_of(chile.seal(certificate, visa_message(), country="PER")) is Code.UNTRUSTED_CERTIFICATE
    # nor under Chile's name with Peru's zone
    assert code_of(chile.seal(certificate, visa_message(), country="CHL")) is Code.UNTRUSTED_CERTIFICATE
    own = visa_message(mrz=(VISA_MRZ[0].replace("PER", "CHL"), VISA_MRZ[1]))
    assert code_of(chile.seal(certificate, own, country="CHL")) is Code.NONE


def test_untrusted_certificate_that_is_not_for_bar_codes(chain, signer):
    """A document signer of the same authority may not seal (ICAO 9303-12 table 8)."""
    from documents.models import SealSigner

    other = chain.certify("passport-chips", seals=False)
    with pytest.raises(services.ValidationError):
        add(chain, other)
    SealSigner.objects.create(
        profile="visa", code="PEVS", reference=pki.serial_hex(other), authority=SealAuthority.objects.get(),
        certificate=pki.pem(other), active_from=TODAY, active_until=TODAY,
    )  # fmt: skip
    assert code_of(chain.seal(other, visa_message())) is Code.UNTRUSTED_CERTIFICATE


def test_untrusted_certificate_before_it_begins(chain, signer):
    data = chain.seal(signer, visa_message())
    assert validate(data, at=datetime(2025, 12, 31, tzinfo=UTC)).code is Code.UNTRUSTED_CERTIFICATE


def test_invalid_document_type(chain):
    visas_only = chain.certify(documents=frozenset({"V", "VD"}))
    add(chain, visas_only)
    assert code_of(chain.seal(visas_only, visa_message())) is Code.NONE
    assert code_of(chain.seal(visas_only, etd_message(), visa=False)) is Code.INVALID_DOCUMENTTYPE


def test_expired_certificate(chain, signer):
    data = chain.seal(signer, visa_message())
    ends = signer.not_valid_after_utc
    assert validate(data, at=ends).code is Code.NONE
    judgement = validate(data, at=ends + timedelta(seconds=1))
    assert (judgement.code, judgement.trust) == (Code.EXPIRED_CERTIFICATE, TrustLevel.MEDIUM)


def test_revoked_certificate(chain, signer):
    from documents.models import SealSigner

    data = chain.seal(signer, visa_message())
    services.revoke_signer(SealSigner.objects.get(), actor=None, reason="Clave comprometida")
    judgement = validate(data, at=NOW)
    assert (judgement.code, judgement.trust) == (Code.REVOKED_CERTIFICATE, TrustLevel.HIGH)


@pytest.mark.parametrize(
    "change",
    [
        {"header": {"issued": TODAY - timedelta(days=1)}},
        {"header": {"signed": TODAY + timedelta(days=1)}},
        {"mrz": spoilt(VISA_MRZ, 0, 5, "A")},
        {"mrz": spoilt(VISA_MRZ, 1, 20, "M")},
        {"stay": Stay.period(days=91)},
        {"passport_number": "L898902C4"},
        {"entries": 0},
        {"entries": None},
    ],
    ids=lambda change: " ".join(change),
)
def test_invalid_signature_whatever_is_changed(chain, signer, change):
    """Everything before the signature is covered by it."""
    message = {name: value for name, value in change.items() if name != "header"}
    altered = chain.seal(signer, visa_message(**message), **change.get("header", {}))
    data = altered[:-64] + chain.seal(signer, visa_message())[-64:]
    assert code_of(altered) is Code.NONE
    assert code_of(data) is Code.INVALID_SIGNATURE


@pytest.mark.parametrize("place", [-1, -32, -64])
def test_invalid_signature_when_the_signature_is_changed(chain, signer, place):
    data = bytearray(chain.seal(signer, visa_message()))
    data[place] ^= 1
    assert code_of(bytes(data)) is Code.INVALID_SIGNATURE


def test_invalid_signature_of_another_key(chain, signer):
    data = chain.seal(signer, visa_message())
    other = chain.seal(chain.certify("other"), visa_message())
    assert code_of(data[:-64] + other[-64:]) is Code.INVALID_SIGNATURE


def test_invalid_visa_mrz(chain, signer):
    wrong = spoilt(VISA_MRZ, 1, 9, "7")
    assert code_of(chain.seal(signer, visa_message(mrz=wrong))) is Code.INVALID_VISA_MRZ
    data = chain.seal(signer, visa_message())
    assert code_of(data, printed_mrz=lines(wrong)) is Code.INVALID_VISA_MRZ
    assert code_of(data, printed_mrz=lines(PASSPORT_MRZ)) is Code.INVALID_VISA_MRZ
    assert code_of(data, printed_mrz="nothing") is Code.INVALID_VISA_MRZ


def test_seal_visa_mismatch_names_the_fields(chain, signer):
    """A stolen sticker with right check digits and another name and birth date."""
    printed = ("V<PERSMITH<<JOHN".ljust(44, "<"), spoilt(VISA_MRZ, 1, 20, "M")[1])
    judgement = validate(chain.seal(signer, visa_message()), at=NOW, printed_mrz=lines(printed))
    assert (judgement.code, judgement.differing) == (Code.SEAL_VISA_MISMATCH, ("name", "sex"))


def test_invalid_passport_mrz(chain, signer):
    data = chain.seal(signer, visa_message())
    assert code_of(data, passport_mrz=lines(spoilt(PASSPORT_MRZ, 1, 9, "7"))) is Code.INVALID_PASSPORT_MRZ
    assert code_of(data, passport_mrz=lines(VISA_MRZ)) is Code.INVALID_PASSPORT_MRZ


def test_seal_passport_mismatch(chain, signer):
    data = chain.seal(signer, visa_message(passport_number="X99999999"))
    judgement = validate(data, at=NOW, passport_mrz=lines(PASSPORT_MRZ))
    assert (judgement.code, judgement.differing) == (Code.SEAL_PASSPORT_MISMATCH, ("passport_number",))
    other = visa_message(mrz=(VISA_MRZ[0], VISA_MRZ[1].replace("UTO", "CHL")))
    judgement = validate(chain.seal(signer, other), at=NOW, passport_mrz=lines(PASSPORT_MRZ))
    assert (judgement.code, judgement.differing) == (Code.SEAL_PASSPORT_MISMATCH, ("nationality",))


def test_invalid_seal_mrz(chain, signer):
    wrong = spoilt(ETD_MRZ, 1, 35, "1")
    assert code_of(chain.seal(signer, etd_message(wrong), visa=False)) is Code.INVALID_SEAL_MRZ


def test_invalid_printed_mrz_and_document_mismatch(chain, signer):
    data = chain.seal(signer, etd_message(), visa=False)
    assert code_of(data, printed_mrz=lines(ETD_MRZ)) is Code.NONE
    assert code_of(data, printed_mrz=lines(spoilt(ETD_MRZ, 1, 35, "1"))) is Code.INVALID_PRINTED_MRZ
    assert code_of(data, printed_mrz=lines(VISA_MRZ)) is Code.INVALID_PRINTED_MRZ
    judgement = validate(data, at=NOW, printed_mrz=lines(spoilt(ETD_MRZ, 0, 20, "A")))
    assert (judgement.code, judgement.differing) == (Code.SEAL_DOCUMENT_MISMATCH, ("name",))


def test_trust_levels_are_those_of_the_tables(chain, signer):
    assert set(Code) - set(_VALID) - set(_MEDIUM) == {
        Code.WRONG_FORMAT, Code.UNKNOWN_CERTIFICATE, Code.UNTRUSTED_CERTIFICATE, Code.INVALID_DOCUMENTTYPE,
        Code.REVOKED_CERTIFICATE, Code.INVALID_SIGNATURE, Code.INVALID_VISA_MRZ, Code.SEAL_VISA_MISMATCH,
        Code.INVALID_PASSPORT_MRZ, Code.SEAL_PASSPORT_MISMATCH, Code.INVALID_SEAL_MRZ, Code.INVALID_PRINTED_MRZ,
        Code.SEAL_DOCUMENT_MISMATCH,
    }  # fmt: skip


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.BrainpoolP256R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_other_curves_of_other_states_are_verified(chain, curve):
    key = ec.generate_private_key(curve)
    certificate = chain.certify(public_key=key.public_key())
    chain.keys[certificate.serial_number] = key
    add(chain, certificate)
    assert code_of(chain.seal(certificate, visa_message())) is Code.NONE


def test_short_curves_are_not_believed(chain):
    key = ec.generate_private_key(ec.SECP224R1())
    certificate = chain.certify(public_key=key.public_key())
    chain.keys[certificate.serial_number] = key
    add(chain, certificate)
    assert code_of(chain.seal(certificate, visa_message())) is Code.INVALID_SIGNATURE


def test_a_reference_may_have_leading_zeros(chain, signer):
    reference = f"00{pki.serial_hex(signer)}"
    assert code_of(chain.seal(signer, visa_message(), reference=reference)) is Code.NONE


def test_the_answer_in_plain_values(chain, signer):
    told = answer(validate(chain.seal(signer, visa_message()), at=NOW))
    assert (told["status"], told["code"], told["trust"]) == ("VALID", None, "trustable")
    assert told["seal"]["mrz"] == [VISA_MRZ[0], VISA_MRZ[1][:28]]
    assert told["seal"]["stay"] == {"kind": "period", "days": 90, "months": 0, "years": 0}
    assert (told["seal"]["signed"], told["seal"]["entries"]) == ("2026-11-21", 1)
    assert answer(validate(None))["seal"] is None


def test_pasted_text():
    import base64

    assert bytes_of_text(f" {PUBLISHED_SEAL.hex()} \n") == PUBLISHED_SEAL
    for text in (base64.b64encode(PUBLISHED_SEAL), base64.urlsafe_b64encode(PUBLISHED_SEAL).rstrip(b"=")):
        assert bytes_of_text(text.decode()) == PUBLISHED_SEAL
    assert bytes_of_text("¡hola!") is None
    assert bytes_of_text("") is None
    assert bytes_of_text("A" * 100_000) is None


@pytest.mark.parametrize("stay", [Stay("until"), Stay("border"), Stay("transit"), Stay("period", 5, 1, 2)])
def test_a_stay_is_told(stay):
    text = stay_text({"kind": stay.kind, "days": stay.days, "months": stay.months, "years": stay.years})
    assert text
    assert (stay.kind == "period") == ("5" in text)

"""The public page and the API that verify seals, and the administrator's tables."""

import base64
import io
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents.models import RevocationList, SealAuthority, SealRevocation, SealSigner
from documents.seals import barcode, pki
from documents.seals.throttling import SealThrottle
from offices.roles import Role
from offices.services import sync_roles
from tests import factories as f
from tests.documents.sealing import PASSPORT_MRZ, VISA_MRZ, Chain, visa_message

API = "/api/v1/seals/validate/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def chain(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    made = Chain(settings.SEAL_KEYS)
    made.take_in()
    return made


@pytest.fixture
def seal(chain):
    return chain.seal(certified(chain), visa_message())


def certified(chain):
    from documents.seals import services

    certificate = chain.certify()
    services.add_signer(
        actor=None, profile="visa", certificate=pki.pem(certificate), active_from=date(2026, 1, 1),
        active_until=date(2026, 12, 31),
    )  # fmt: skip
    return certificate


def picture(data, name="seal.png"):
    return SimpleUploadedFile(name, barcode.png(barcode.modules(data)), "image/png")


# -- API -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["picture", "base64", "hex"])
def test_anyone_may_ask_with_a_picture_or_text(client, seal, how):
    if how == "picture":
        answer = client.post(API, {"image": picture(seal)})
    else:
        text = base64.b64encode(seal).decode() if how == "base64" else seal.hex()
        answer = client.post(API, {"seal": text}, content_type="application/json")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["code"], told["trust"]) == ("VALID", None, "trustable")
    assert told["seal"]["mrz"] == [VISA_MRZ[0], VISA_MRZ[1][:28]]
    assert answer["Cache-Control"] == "no-store"


def test_the_api_compares_zones(client, seal):
    given = {"seal": seal.hex(), "printed_mrz": "\n".join(VISA_MRZ), "passport_mrz": "\n".join(PASSPORT_MRZ)}
    assert client.post(API, given, content_type="application/json").json()["status"] == "VALID"
    wrong = {**given, "printed_mrz": given["printed_mrz"].replace("ANNA", "HANA")}
    told = client.post(API, wrong, content_type="application/json").json()
    assert (told["status"], told["code"], told["differing"]) == ("INVALID", "SEAL_VISA_MISMATCH", ["name"])


def test_a_picture_without_a_bar_code_is_a_read_error(client, db):
    out = io.BytesIO()
    Image.new("L", (300, 300), 200).save(out, "JPEG")
    told = client.post(API, {"image": SimpleUploadedFile("x.jpg", out.getvalue(), "image/jpeg")}).json()
    assert (told["status"], told["code"], told["trust"], told["seal"]) == ("INVALID", "READ_ERROR", "medium", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "image"),
        ({"seal": "¿?"}, "seal"),
        ({"image": SimpleUploadedFile("x.png", b"not a picture", "image/png")}, "image"),
        ({"image": SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png")}, "image"),
        ({"image": SimpleUploadedFile("x.png", bytes(barcode.MAX_BYTES + 1), "image/png")}, "image"),
        ({"seal": "DC", "printed_mrz": "x" * 1_001}, "printed_mrz"),
    ],
)
def test_bad_questions_are_answered_by_field(client, db, given, field):
    answer = client.post(API, given)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b'{"seal": 7}', b'{"seal": ["DC"]}'])
def test_json_of_another_shape_is_refused(client, db, body):
    assert client.post(API, body, content_type="application/json").status_code == 400


def test_a_picture_with_too_many_pixels_is_not_decoded(client, db):
    out = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG", optimize=True)
    assert len(out.getvalue()) < barcode.MAX_BYTES
    answer = client.post(API, {"image": SimpleUploadedFile("x.png", out.getvalue(), "image/png")})
    assert set(answer.json()["errors"]) == {"image"}


def test_page_and_api_share_one_limit_per_address(client, seal, monkeypatch):
    monkeypatch.setattr(SealThrottle, "THROTTLE_RATES", {"seals": "3/min"})
    given = {"seal": seal.hex()}
    assert client.post(API, given).status_code == 200
    assert client.post(reverse("seals:validate"), given).status_code == 200
    assert client.post(API, given, HTTP_X_FORWARDED_FOR="10.9.8.7").status_code == 200  # a claim is not an address
    refused = client.post(API, given)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    page = client.post(reverse("seals:validate"), given)
    assert (page.status_code, seal.hex() in page.content.decode()) == (429, True)  # what was typed is not lost
    assert client.post(API, given, REMOTE_ADDR="10.9.8.7").status_code == 200


# -- page ----------------------------------------------------------------------------------------------------------


def test_the_page_needs_no_account_and_tells_in_spanish(client, seal):
    url = reverse("seals:validate")
    assert client.get(url).status_code == 200
    answer = client.post(url, {"image": picture(seal)}, headers={"Accept-Language": "es"})
    html = answer.content.decode()
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert VISA_MRZ[0].replace("<", "&lt;") in html
    assert "L898902C3" in html


def test_the_page_keeps_what_was_typed_and_names_the_code(client, seal):
    given = {"seal": (seal[:-1] + bytes((seal[-1] ^ 1,))).hex(), "printed_mrz": "V<PER"}
    html = client.post(reverse("seals:validate"), given).content.decode()
    assert "INVALID_SIGNATURE" in html
    assert "V&lt;PER" in html
    assert client.post(reverse("seals:validate"), {"seal": "¿?"}).status_code == 422


def test_a_seal_that_nobody_vouches_for_shows_nothing_of_its_content(client, chain, seal):
    """Anybody can write names into a bar code, also under the reference of a known signer; this page does not repeat
    them. A mismatch is another matter: the seal is genuine, the officer has to see both."""
    stranger = chain.seal(chain.certify("stranger"), visa_message())
    altered = seal[:-1] + bytes((seal[-1] ^ 1,))
    for data, code in ((stranger, "UNKNOWN_CERTIFICATE"), (altered, "INVALID_SIGNATURE")):
        html = client.post(reverse("seals:validate"), {"seal": data.hex()}).content.decode()
        assert code in html
        assert "ERIKSSON" not in html
    printed = "\n".join(VISA_MRZ).replace("ANNA", "HANA")
    html = client.post(reverse("seals:validate"), {"seal": seal.hex(), "printed_mrz": printed}).content.decode()
    assert "SEAL_VISA_MISMATCH" in html
    assert "ERIKSSON&lt;&lt;ANNA" in html


# -- administration ------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client, db):
    sync_roles()
    user = f.staff(Role.ADMINISTRATOR, f.OfficeFactory(code="RREE"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def signer_form(certificate, **changes):
    return {
        "profile": "visa", "certificate": pki.pem(certificate), "key_reference": "file:signer.pem",
        "active_from": "01/01/2026", "active_until": "31/12/2026", **changes,
    }  # fmt: skip


def test_an_administrator_adds_authority_and_signer(client, administrator, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    chain = Chain(settings.SEAL_KEYS)
    certificate = chain.certify()
    url = reverse("admin:documents_sealsigner_add")
    early = client.post(url, signer_form(certificate))
    assert "certificate" in early.context["adminform"].form.errors  # its authority is not known yet
    assert pki.pem(certificate).splitlines()[3] in early.content.decode()  # nothing typed is lost
    form = {"name": "CSCA", "certificate": pki.pem(chain.certificate), "trusted": "on", "key_reference": ""}
    assert client.post(reverse("admin:documents_sealauthority_add"), form).status_code == 302
    assert client.post(url, signer_form(certificate)).status_code == 302
    signer = SealSigner.objects.get()
    assert (signer.code, signer.authority.name) == ("PEVS", "CSCA")
    for name in ("sealauthority", "sealsigner", "revocationlist", "sealrevocation"):
        assert client.get(reverse(f"admin:documents_{name}_changelist")).status_code == 200
    change = reverse("admin:documents_sealsigner_change", args=[signer.pk])
    assert client.get(change).status_code == 200
    other = pki.pem(chain.certify("other"))
    ended = {"key_reference": "file:signer.pem", "active_from": "01/01/2026", "active_until": "30/06/2026"}
    assert client.post(change, {**ended, "certificate": other}).status_code == 302
    signer.refresh_from_db()
    assert (signer.active_until, signer.certificate) == (date(2026, 6, 30), pki.pem(certificate))
    assert client.post(reverse("admin:documents_sealsigner_delete", args=[signer.pk])).status_code == 403


def test_an_administrator_revokes_with_a_reason_and_never_by_a_link(client, administrator, chain):
    signer = chain.signer()
    url = reverse("admin:documents_sealsigner_revoke", args=[signer.pk])
    assert client.get(url).status_code == 200
    assert not SealRevocation.objects.exists()
    assert client.post(url, {"reason": " "}).status_code == 200
    assert not SealRevocation.objects.exists()
    assert client.post(url, {"reason": "Clave comprometida"}).status_code == 302
    assert SealRevocation.objects.get().by == administrator


def test_an_administrator_imports_and_signs_lists(client, administrator, chain):
    content = pki.make_crl(
        [(5, timezone.now())], authority=chain.certificate, key=chain.key, number=3, issued=timezone.now()
    )
    url = reverse("admin:documents_revocationlist_add")
    bad = client.post(url, {"file": SimpleUploadedFile("x.crl", b"nothing")})
    assert "file" in bad.context["adminform"].form.errors
    assert client.post(url, {"file": SimpleUploadedFile("x.crl", content)}).status_code == 302
    assert RevocationList.objects.get().by == administrator
    authority = SealAuthority.objects.get()
    publish = reverse("admin:documents_sealauthority_publish", args=[authority.pk])
    assert client.post(publish).status_code == 200  # its key is not here
    assert RevocationList.objects.count() == 1
    SealAuthority.objects.update(key_reference="file:authority-PE.pem")
    assert client.post(publish).status_code == 302
    assert [int(each.number, 16) for each in RevocationList.objects.order_by("id")] == [3, 4]
    assert timezone.now() - RevocationList.objects.latest("id").this_update < timedelta(minutes=5)

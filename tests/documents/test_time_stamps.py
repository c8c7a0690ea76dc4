"""Time stamps come after the act, from a real authority on loopback; what it does wrong loses nothing."""

import hashlib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import AuditEvent
from cases.models import Notification
from cases.services import notify
from cases.tasks import send_notification
from documents import tasks
from documents.models import PdfSignature, SigningRule
from documents.signatures.checks import problems
from tests.documents.signing import StampServer, is_signed, is_stamped, signatures_in
from tests.documents.test_signatures import chain, content_of, english, needs_openssl, write

__all__ = ["chain", "english", "write"]


@pytest.fixture
def authority(chain):
    server = StampServer(chain.folder)
    yield server
    server.stop()


@pytest.fixture
def letter(chain, authority, write):
    """A signed letter that waits for its stamp: nobody has asked for it yet."""
    chain.signer()
    authority.row()
    written = write()
    assert authority.asked == 0  # the act itself does not wait for the network
    return written


def ask(letter):
    done = tasks.stamp_file(letter.signature.pk)
    letter.refresh_from_db()
    return done, PdfSignature.objects.get(attachment=letter)


@needs_openssl
def test_the_stamp_is_added_to_what_was_signed(chain, authority, letter):
    signed = content_of(letter)
    done, signature = ask(letter)
    stamped = content_of(letter)
    assert done and (signature.stamp, signature.level, signature.failure) == ("stamped", "PAdES B-T", "")
    assert stamped.startswith(signed)
    assert hashlib.sha256(stamped[: signature.size]).hexdigest() == signature.sha256
    assert (letter.sha256, letter.size) == (hashlib.sha256(stamped).hexdigest(), len(stamped))
    assert is_signed(stamped, chain.folder) and is_stamped(stamped, chain.folder)
    assert abs(signature.stamped_at - timezone.now()) < timedelta(minutes=1)
    assert AuditEvent.objects.get(verb="file.stamped").data["sha256"] == letter.sha256
    tampered = bytearray(stamped)
    tampered[signature.size // 2] ^= 1
    assert not is_stamped(bytes(tampered), chain.folder)


def test_a_stamped_file_is_asked_for_once(authority, letter):
    assert ask(letter)[0]
    before = letter.sha256
    assert not ask(letter)[0]
    assert authority.asked == 1 and letter.sha256 == before


def test_the_job_is_rung_after_the_act(chain, authority, write, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(tasks.stamp_file, "delay", rung.append)
    chain.signer()
    authority.row()
    with django_capture_on_commit_callbacks() as callbacks:
        letter = write()
    assert not rung
    for callback in callbacks:
        callback()
    assert rung == [letter.signature.pk]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("down", "http_500"), ("refuses", "refused"), ("garbage", "unreadable"), ("replays", "other_digest"),
     ("huge", "too_large")],
)  # fmt: skip
def test_an_authority_that_fails_is_asked_again_later(authority, letter, fault, code):
    authority.fault = fault
    before = content_of(letter)
    if fault == "replays":
        authority.before = other_answer(authority)
    done, signature = ask(letter)
    assert not done and (signature.stamp, signature.failure) == ("waiting", code)
    assert content_of(letter) == before
    assert signature.next_attempt_at > timezone.now()
    assert not ask(letter)[0]  # not before its time
    assert PdfSignature.objects.get().attempts == 1
    authority.fault = ""
    PdfSignature.objects.update(next_attempt_at=timezone.now())
    assert tasks.ring_due_stamps() == 1
    assert ask(letter)[0]


def other_answer(authority):
    """The authority's answer to a question of somebody else."""
    import httpx
    from asn1crypto import tsp

    question = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
            "nonce": 7,
            "cert_req": True,
        }
    )
    fault, authority.fault = authority.fault, ""
    answer = httpx.post(authority.url, content=question.dump(), timeout=5, trust_env=False).content
    authority.fault = fault
    return answer


def test_an_authority_that_nobody_answers_for(chain, authority, letter):
    authority.stop()
    done, signature = ask(letter)
    assert not done and signature.failure == "unreachable"
    PdfSignature.objects.update(signed_at=timezone.now() - timedelta(hours=2))
    assert any("unreachable" in problem.text for problem in problems())
    authority.server.server_close = lambda: None
    authority.server.shutdown = lambda: None


def test_a_stamp_of_an_authority_that_is_not_trusted_is_not_kept(chain, authority, write, tmp_path):
    chain.signer()
    stranger = StampServer(tmp_path / "otra")
    stranger.stop()
    authority.row(roots=stranger.roots)
    letter = write()
    before = content_of(letter)
    done, signature = ask(letter)
    assert not done and signature.failure == "not_believed"
    assert content_of(letter) == before


def test_credentials_come_from_the_environment(chain, authority, write, monkeypatch):
    chain.signer()
    authority.row(credentials="SUGM_TSA")
    letter = write()
    assert ask(letter)[1].failure == "credentials"
    assert any("SUGM_TSA" in problem.text for problem in problems())
    monkeypatch.setenv("SUGM_TSA_USER", "rree")
    monkeypatch.setenv("SUGM_TSA_PASSWORD", "secreto-inventado")
    PdfSignature.objects.update(next_attempt_at=timezone.now())
    assert ask(letter)[0]
    assert authority.headers[-1]["Authorization"].startswith("Basic ")
    assert not [problem for problem in problems() if "SUGM_TSA" in problem.text]


def test_a_file_that_is_not_the_signed_one_is_not_stamped(letter):
    with letter.file.storage.open(letter.file.name, "wb") as file:
        file.write(b"%PDF-1.7 another")
    assert ask(letter)[1].failure == "other_file"


# -- what goes out -------------------------------------------------------------------------------------------------


def sent(letter, visa):
    notification = Notification.objects.filter(kind="denied").first() or notify(
        visa, kind="denied", subject="Decisión", body="Carta adjunta", attachments=[letter]
    )
    Notification.objects.filter(pk=notification.pk).update(next_attempt_at=timezone.now())
    send_notification(notification.pk)
    notification.refresh_from_db()
    return notification


def test_a_message_waits_for_the_stamp_and_carries_it(letter, visa):
    assert sent(letter, visa).state == "queued" and not mail.outbox
    assert ask(letter)[0]
    notification = sent(letter, visa)
    assert (notification.state, notification.attempts) == ("sent", 1)
    assert len(signatures_in(mail.outbox[0].attachments[0].content)) == 2


def test_after_a_while_it_goes_without(authority, letter, visa):
    authority.fault = "down"
    ask(letter)
    assert sent(letter, visa).state == "queued"
    PdfSignature.objects.update(patient_until=timezone.now() - timedelta(seconds=1))
    assert sent(letter, visa).state == "sent"
    assert len(signatures_in(mail.outbox[0].attachments[0].content)) == 1


def test_or_never_when_the_rule_says_so(chain, authority, write, visa):
    chain.signer()
    authority.row()
    SigningRule.objects.filter(kind="letter").update(stamp="hold", patience=0)
    letter = write()
    assert PdfSignature.objects.get().patient_until is None
    assert sent(letter, visa).state == "queued" and not mail.outbox
    assert ask(letter)[0]
    assert sent(letter, visa).state == "sent"


def test_a_rule_without_stamps_asks_for_none(chain, authority, write, visa):
    chain.signer()
    authority.row()
    SigningRule.objects.filter(kind="letter").update(stamp="none")
    letter = write()
    assert PdfSignature.objects.get().stamp == "none"
    assert sent(letter, visa).state == "sent" and authority.asked == 0

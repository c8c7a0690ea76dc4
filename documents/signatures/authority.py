"""Asking a time-stamping authority (RFC 3161 over HTTP), and believing its answer only after looking at it."""

import hmac
import os
import time
from datetime import datetime
from typing import Any

import httpx
from asn1crypto import algos, cms, core, tsp
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import get_nonce
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from documents.models import TimeStampService
from documents.seals import pki
from documents.signatures.pades import STAMP_BYTES, to_asn1

MAX_ANSWER = STAMP_BYTES
GRANTED = ("granted", "granted_with_mods")


class StampProblem(Exception):
    """No time stamp this time. ``code``: credentials, timeout, unreachable, http_NNN, too_large, unreadable, refused,
    other_digest, other_nonce, not_believed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def credentials_of(service: TimeStampService) -> dict[str, Any]:
    """What the request carries to identify us, from the environment. Raises StampProblem when it is not there."""
    if not service.credentials:
        return {}
    token = os.environ.get(f"{service.credentials}_TOKEN", "")
    user, password = (os.environ.get(f"{service.credentials}_{name}", "") for name in ("USER", "PASSWORD"))
    if token:
        return {"headers": {"Authorization": f"Bearer {token}"}}
    if user and password:
        return {"auth": httpx.BasicAuth(user, password)}
    raise StampProblem("credentials")


class _Answer(core.Sequence):
    """TimeStampResp of RFC 3161 §2.4.2; a refusal has no token, which the package's own type does not know."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Authority(TimeStamper):
    """One configured authority. ``time`` is that of its last token."""

    def __init__(self, service: TimeStampService) -> None:
        super().__init__()
        self.service = service
        self.time: datetime | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        nonce = get_nonce()
        question = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": md_algorithm}),
                    "hashed_message": message_digest,
                },
                "nonce": nonce,
                "cert_req": True,
            }
        )
        answer = self._ask(question.dump())
        try:
            token, info = _token(answer)
            imprint = info["message_imprint"]
            named, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
            told, when = info["nonce"].native, info["gen_time"].native
        except (ValueError, TypeError, KeyError):
            raise StampProblem("unreadable") from None
        if named != md_algorithm or not hmac.compare_digest(digest, message_digest):
            raise StampProblem("other_digest")
        if told != nonce:
            raise StampProblem("other_nonce")
        await self._believe(token, message_digest)
        self.time = when
        return token

    def _ask(self, question: bytes) -> bytes:
        """One exchange within the time-out, of bounded size; nothing is followed, no proxy of the environment used."""
        ends = time.monotonic() + self.service.timeout
        extra = credentials_of(self.service)
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "Accept-Encoding": "identity",
            **extra.pop("headers", {}),
        }
        body = b""
        try:
            with (
                httpx.Client(timeout=self.service.timeout, trust_env=False) as client,
                client.stream("POST", self.service.url, content=question, headers=headers, **extra) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise StampProblem(f"http_{response.status_code}")
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > MAX_ANSWER:
                        raise StampProblem("too_large")
                    if time.monotonic() > ends:
                        raise StampProblem("timeout")
        except httpx.TimeoutException:
            raise StampProblem("timeout") from None
        except httpx.HTTPError:
            raise StampProblem("unreachable") from None
        return body

    async def _believe(self, token: cms.ContentInfo, digest: bytes) -> None:
        """The token is signed, for time stamps, by somebody under the configured authorities. Whether that certificate
        was revoked is not asked here: a validator does, at the time it validates."""
        roots = [to_asn1(each) for each in pki.load_chain(self.service.roots)]
        context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
        try:
            found = await validate_tst_signed_data(token["content"], context, lambda _algorithm: digest)
        except (SignatureValidationError, SigningError, PdfError, ValueError, TypeError, KeyError):
            raise StampProblem("not_believed") from None
        if not TimestampSignatureStatus(**found).trusted:
            raise StampProblem("not_believed")


def _token(answer: bytes) -> tuple[cms.ContentInfo, tsp.TSTInfo]:
    """The token of an answer and what it says. Raises StampProblem(refused), and ValueError, TypeError or KeyError for
    what is no answer."""
    response = _Answer.load(answer, strict=True)
    if response["status"]["status"].native not in GRANTED:
        raise StampProblem("refused")
    token = response["time_stamp_token"]
    if token["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    info = token["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("no time stamp")
    return token, info

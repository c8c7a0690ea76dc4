"""REST as on PIDE: ``GET ?…`` or ``POST {"PIDE": {…}}``, XML by default, JSON with ``out=json``."""

from __future__ import annotations

import json
from abc import abstractmethod
from typing import ClassVar, Literal
from urllib.parse import urlencode

from .base import Ask, Connector, Endpoint, Reply
from .fields import sendable
from .http import Deadline, exchange, question_headers, reach, require_ok


class RestConnector(Connector):
    """A question to a REST service. POST keeps personal data and access keys out of the URL; GET is for
    services that offer nothing else."""

    method: ClassVar[Literal["GET", "POST"]] = "POST"
    out: ClassVar[Literal["json", "xml"]] = "json"

    @abstractmethod
    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        """The service's own fields."""

    def probe(self, endpoint: Endpoint) -> None:
        """Reach the host. PIDE's REST façade publishes no contract, and a call without a subject would count as a
        question."""
        reach(self.url(endpoint), endpoint=endpoint, deadline=Deadline(endpoint.timeout_s))

    def exchange(self, ask: Ask, endpoint: Endpoint) -> Reply:
        url = self.url(endpoint)
        query = {"out": "json"} if self.out == "json" else {}
        headers = {**question_headers(ask), "Accept": f"application/{self.out}"}
        content, arguments = None, sendable(self.arguments(ask, endpoint))
        if self.method == "GET":
            query = {**arguments, **query}
        else:
            content = json.dumps({"PIDE": arguments}, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        if query:
            url = f"{url}?{urlencode(query)}"
        deadline = Deadline(endpoint.timeout_s)
        return require_ok(
            exchange(self.method, url, endpoint=endpoint, deadline=deadline, headers=headers, content=content)
        )

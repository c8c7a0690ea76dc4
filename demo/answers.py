"""What the agencies answered in the demonstration's past: the simulator's own script, read by the real connectors.

The question is worded and the answer understood by the connector that the worker uses; only the network between the two
is left out. What is still to be asked is left to the worker, which asks the simulator.
"""

from collections import defaultdict
from dataclasses import replace

from django.utils import timezone

from agencies.connectors.base import Answer, Ask, Connector, Endpoint, Reply
from agencies.connectors.fields import sendable
from agencies.connectors.registry import registry as questions
from agencies.findings import Finding
from agencies.models import Check
from agencies.outgoing import question_of
from simulator import wire
from simulator.answers import ANSWERS, query_of
from simulator.contract import OPERATIONS
from simulator.lookup import World
from simulator.people import population

_OPERATIONS = {operation.question: operation for operation in OPERATIONS}
# The simulator asks for access but not for a particular one.
_ENDPOINT = Endpoint(base_url="http://localhost/", credentials=defaultdict(lambda: "demostracion"))


class Script:
    """The agencies' side of every question."""

    def __init__(self) -> None:
        self.world = World(population())
        self._asks: dict[int, Ask] = {}

    def answer(self, check: Check) -> Answer:
        """What the agency asked by ``check`` says, at the present moment of the clock."""
        if check.case_id not in self._asks:
            self._asks[check.case_id] = question_of(check)
        ask = replace(self._asks[check.case_id], question=check.question, idempotency_key=str(check.key))
        return self.put(ask)

    def put(self, ask: Ask) -> Answer:
        """Put one question and read its answer."""
        connector, at = questions.get(ask.question), timezone.now()
        missing = connector.missing(ask.subject)
        if missing:
            reference = "incomplete_identity:" + ",".join(missing)
            return Answer(Finding.INDETERMINATE, (), reference, at, at, b"", "")
        reply = self._reply(connector, ask)
        outcome = connector.read(ask, _ENDPOINT, reply)
        return Answer(outcome.finding, outcome.records, outcome.reference, at, at, reply.body, reply.media_type)

    def _reply(self, connector: Connector, ask: Ask) -> Reply:
        operation = _OPERATIONS[ask.question]
        sent = sendable(connector.arguments(ask, _ENDPOINT))  # type: ignore[attr-defined]
        values = ANSWERS[ask.question](sent, self.world, query_of(ask.question, sent))
        ordered = wire.ordered(operation.response, values, backwards=False)
        if getattr(connector, "out", "xml") == "json":
            return Reply(200, "application/json", "utf-8", wire.write_json(operation, ordered))
        return Reply(200, "text/xml", "utf-8", wire.write_xml(operation, ordered))

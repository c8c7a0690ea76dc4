"""The measuring end of `ledger`: opens the pages of controlled blanks on one database, when asked to.

``python -m bench.ledger`` reads and answers as :mod:`bench.pages` does.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bench.pages import Answers, Probes
from bench.setup import answer_questions
from offices.models import User

WHO = {"post": "one post", "lima": "130 posts"}


class LedgerProbes(Probes):
    def __init__(self, known: dict[str, Any]):
        self.known = known
        self.people = {name: User.objects.get(pk=pk) for name, pk in known["people"].items()}
        self.clients = {name: self._client(user) for name, user in self.people.items()}
        self.all: dict[str, Callable[[], Any]] = dict(self._ledger())

    def _ledger(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        for who in WHO:
            here = {"office": "P001"}
            yield self._opened("stock", who, "ledger")
            yield self._opened("numbers from the middle", who, "ledger", number=self.known["middle"])
            yield self._opened("numbers of an office", who, "ledger", **here)
            yield self._opened("delivered ones", who, "ledger", state="delivered")
            yield self._opened("delivered ones of an office", who, "ledger", state="delivered", **here)
            yield self._opened("missing ones", who, "ledger", state="missing")
            yield self._opened("history of a number", who, "blank", self.known["blank"][who])
            yield self._opened("acts", who, "papers")
            yield self._opened("count sheet to fill in", who, "count", kind="etiqueta-visa", **here)
            yield self._opened("sheets", who, "sheets")
            yield self._opened("sheets of an office", who, "sheets", **here)
            yield self._opened("alarms", who, "alarms")

    def _opened(self, name: str, who: str, view: str, *arguments: int, **data: str) -> tuple[str, Callable[[], Any]]:
        from django.urls import reverse

        client, address = self.clients[who], reverse(f"documents:{view}", args=arguments)
        return f"{name}, {WHO[who]}", lambda: client.get(address, data)


if __name__ == "__main__":
    answer_questions(Answers(LedgerProbes))

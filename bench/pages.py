"""The measuring end of `scale`: opens pages and runs lists on one database, when asked to.

``python -m bench.pages`` reads one question per line and answers each with one line of JSON (see
:class:`bench.setup.Conversation`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.setup import answer_questions  # noqa: E402
from cases import listing  # noqa: E402
from cases.due import overdue  # noqa: E402
from cases.models import AccessGrant, Case, Task  # noqa: E402
from offices.authority import authority_of  # noqa: E402
from offices.models import User  # noqa: E402

PAGE = 51
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")
WHO = {"post": "one post", "lima": "130 posts", "checks": "130 posts, rare right", "idle": "130 posts, nothing waits"}


class Probes:
    """Everything that is measured, by name. A probe is a function of nothing; pages return their response."""

    def __init__(self, known: dict[str, Any]):
        self.known = known
        self.people = {name: User.objects.get(pk=pk) for name, pk in known["people"].items()}
        measured = Case.objects.get(number=known["number"])
        AccessGrant.objects.bulk_create(  # the page is measured, not the question why it is opened
            AccessGrant(case=measured, user=user, reason="Medición", until=timezone.now() + timedelta(days=1))
            for user in self.people.values()
        )
        self.clients = {name: self._client(user) for name, user in self.people.items()}
        self.all: dict[str, Callable[[], Any]] = {**dict(self._pages()), **dict(self._lists())}

    @staticmethod
    def _client(user: User) -> Client:
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    # -- pages: whole requests through every middleware and template -----------------------------------------------

    def _pages(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        searches = {
            "case number": self.known["number"],
            "document": self.known["document"],
            "a whole name": self.known["name"],
            "a rare surname": self.known["rare"],
            "an uncommon surname": self.known["uncommon"],
            "a common surname": "quispe",
            "two names together": self.known["pair"],
        }
        for who in ("post", "lima"):
            yield self._page("queue", who, "cases:queue")
            yield self._page("inbox", who, "cases:inbox")
            yield self._page("case page", who, "cases:case", number=self.known["number"])
            for what, text in searches.items():
                yield self._page(f"search by {what}", who, "cases:search", {"q": text})
        for who in ("checks", "idle"):
            yield self._page("queue", who, "cases:queue")

    def _page(
        self, name: str, who: str, view: str, data: dict[str, str] | None = None, **arguments: str
    ) -> tuple[str, Callable[[], Any]]:
        client = self.clients[who]
        return f"{name}, {WHO[who]}", lambda: client.get(reverse(view, kwargs=arguments), data or {})

    # -- lists: what the pages read, without the pages around it ---------------------------------------------------

    def _lists(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        for who, user in self.people.items():
            queue = Task.objects.queue_for(user)
            yield f"rights of a person, {WHO[who]}", lambda pk=user.pk: authority_of(User.objects.get(pk=pk)).rights
            yield f"first rows of the queue, {WHO[who]}", lambda queue=queue: self._rows(queue)
            middle = queue.most_urgent_first().values_list("priority", "due_at", "pk")
            total = queue.count()
            if total:
                key = middle[total // 2]
                yield f"rows from the middle of the queue, {WHO[who]}", lambda q=queue, k=key: self._rows(q.after(*k))
            yield f"counts of the queue, {WHO[who]}", lambda queue=queue: self._counts(queue)
            yield f"newest cases, {WHO[who]}", lambda user=user: self._newest(user)

    @staticmethod
    def _rows(tasks: Any) -> list[Task]:
        return list(tasks.select_related("process", "owner").urgent(PAGE))

    @staticmethod
    def _counts(tasks: Any) -> dict[str, int]:
        return tasks.tally(listing.COUNTED + 1, overdue=overdue(timezone.now()))

    @staticmethod
    def _newest(user: User) -> list[Case]:
        return list(Case.objects.visible_to(user).order_by("-id")[:PAGE])

    # -- measuring -------------------------------------------------------------------------------------------------

    def time(self, name: str, repeats: int) -> dict[str, list[float]]:
        """Milliseconds of each of ``repeats`` runs, and how many of them the database took."""
        found: dict[str, list[float]] = {"whole": [], "database": []}
        spent = 0.0

        def in_database(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal spent
            began = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                spent += time.perf_counter() - began

        with connection.execute_wrapper(in_database):
            for _ in range(repeats):
                spent, began = 0.0, time.perf_counter()
                self._check(self.all[name]())
                found["whole"].append((time.perf_counter() - began) * 1000)
                found["database"].append(spent * 1000)
        return found

    def look(self, name: str) -> dict[str, Any]:
        """Statements of one run, what came back, and the plan of the slowest statement."""
        self.all[name]()  # what a process reads once is no part of it
        with CaptureQueriesContext(connection) as captured:
            answer = self.all[name]()
        self._check(answer)
        statements = [query for query in captured.captured_queries if query["sql"] not in TRANSACTION]
        size = len(answer.content) if hasattr(answer, "content") else _length(answer)
        slowest = max(statements, key=lambda query: float(query["time"]), default=None)
        return {
            "page": hasattr(answer, "status_code"),
            "statements": len(statements),
            "size": size,
            "plan": _plan(slowest["sql"]) if slowest else "",
            "repeated": _repeated([query["sql"] for query in statements]),
        }

    def share(self, name: str, repeats: int) -> dict[str, Any]:
        """The page with the audit's events of reading, without them, and with events that no commit waits for the disk
        with: in this process, in turn, so that what the machine does meanwhile meets all three alike. Milliseconds of
        each, round by round, and statements with and without. A search that leads straight to a case is timed until the
        case is there: that is what the person waits for."""
        taken: dict[str, list[float]] = {mode: [] for mode in READING}
        statements = {}
        for mode in ("noted", "silent"):
            with _reading(mode):
                statements[mode] = self.look(name)["statements"]
        for number in range(repeats):
            for mode in READING if number % 2 else reversed(READING):
                with _reading(mode):
                    began = time.perf_counter()
                    answer = self.all[name]()
                    self._check(answer)
                    if answer.status_code == 302:
                        self._check(answer.client.get(answer.url))
                    taken[mode].append((time.perf_counter() - began) * 1000)
        return {**taken, "statements": [statements["noted"], statements["silent"]]}

    @staticmethod
    def _check(answer: Any) -> None:
        status = getattr(answer, "status_code", 200)
        # the search for a case number leads straight to the case
        if status != 200 and not (status == 302 and answer.url.startswith("/expedientes/")):
            raise RuntimeError(f"HTTP {status}")


READING = ("noted", "unflushed", "silent")


@contextmanager
def _reading(mode: str) -> Iterator[None]:
    """With the audit's events of reading as they are, without waiting for the disk, or without them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {'off' if mode == 'unflushed' else 'on'}")
    if mode != "silent":
        yield
        return
    with mock.patch("audit.services.note_read", lambda verb, **_fields: None):
        yield


def _length(answer: Any) -> int:
    return len(answer) if hasattr(answer, "__len__") else 0


def _repeated(statements: list[str]) -> list[str]:
    """Statements that were sent more than once, word for word."""
    return sorted({one[:200] for one in statements if statements.count(one) > 1})


def _plan(statement: str) -> str:
    if not statement.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
        return statement
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement.replace("%", "%%"), [])
        return statement + "\n" + "\n".join(row[0] for row in cursor.fetchall())


class Answers:
    def __init__(self, probes: type[Probes] = Probes) -> None:
        self.kind = probes
        self.probes: Probes | None = None

    def __call__(self, what: str, **question: Any) -> Any:
        if what == "open":
            self.probes = self.kind(question["known"])
            return list(self.probes.all)
        assert self.probes is not None, "the first question says what is known of the database"
        try:
            if what == "look":
                return self.probes.look(question["name"])
            if what == "share":
                return self.probes.share(question["name"], question["repeats"])
            return self.probes.time(question["name"], question["repeats"])
        except Exception as error:  # noqa: BLE001 (a page that fails is told as such, and the others are measured)
            return {"failed": f"{type(error).__name__}: {error}"[:200]}


if __name__ == "__main__":
    answer_questions(Answers())

"""Django's PostgreSQL backend, which tells the server the realm of the request or job at hand.

The server reads it in ``sugm.realm``: ``R`` behind the wall, anything else outside (:mod:`wall.operations`). What a
connection was told is remembered on the connection itself, so a change costs one statement and no change costs none.

A setting made inside a transaction is undone with it, in either direction. So it is made before the transaction begins
wherever that is possible; where it is not, what the server has is not known once that transaction, or a savepoint of
it, may have been undone, and is told again.
"""

from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.pq import ExecStatus, TransactionStatus

from wall.database.creation import DatabaseCreation
from wall.realm import ORDINARY, PROTECTED, current_realm

_TELL = {PROTECTED: b"SET sugm.realm = 'R'", ORDINARY: b"SET sugm.realm = ''"}
_UNTOLD = (ORDINARY, False)


def _told(raw: psycopg.Connection) -> tuple[str | None, bool]:
    """What the server was told last (None: not known), and whether that may be undone."""
    told: tuple[str | None, bool] = getattr(raw, "_wall", _UNTOLD)
    if told[1] and raw.pgconn.transaction_status == TransactionStatus.IDLE:
        return None, False  # that transaction is over, and may have been undone
    return told


def _tell(raw: psycopg.Connection, realm: str) -> None:
    # below psycopg, which would begin a transaction first where autocommit is off
    within = raw.pgconn.transaction_status != TransactionStatus.IDLE
    raw._wall = (None, False)  # type: ignore[attr-defined]
    try:
        result = raw.pgconn.exec_(_TELL[realm])
    except psycopg.OperationalError as error:
        raise OperationalError("the connection is lost") from error
    if result.status != ExecStatus.COMMAND_OK:
        raise OperationalError("the realm could not be set")
    raw._wall = (realm, within)  # type: ignore[attr-defined]


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._keep_realm)

    def _configure_role(self, connection: psycopg.Connection) -> bool:
        # Django's own asks for a second connection to quote the name, which a pool that is making its first has not
        if role := self.settings_dict["OPTIONS"].get("assume_role"):
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            return True
        return False

    def _keep_realm(self, execute: Callable[..., Any], said: Any, params: Any, many: bool, context: Any) -> Any:
        raw = self.connection
        if raw.pgconn.transaction_status == TransactionStatus.INERROR:
            # nothing can be read or told now; the way out is the undoing of a savepoint
            answer = execute(said, params, many, context)
            self._forget(raw)
            return answer
        wanted = current_realm()
        if _told(raw)[0] != wanted:
            _tell(raw, wanted)
        answer = execute(said, params, many, context)
        if isinstance(said, str) and said.startswith("ROLLBACK TO"):
            self._forget(raw)
        return answer

    @staticmethod
    def _forget(raw: psycopg.Connection) -> None:
        if _told(raw)[1]:
            raw._wall = (None, True)  # type: ignore[attr-defined]

    def _close(self) -> None:
        # back to the pool, for whoever comes next: outside the wall, or not at all
        raw = self.connection
        if raw is not None and self.pool and not raw.closed:
            _shut(raw)
        super()._close()  # type: ignore[misc]  # the stubs lack it


def _shut(raw: psycopg.Connection) -> None:
    if getattr(raw, "_wall", _UNTOLD) == _UNTOLD:
        return
    try:
        if raw.pgconn.transaction_status != TransactionStatus.IDLE:
            raw.rollback()
        _tell(raw, ORDINARY)
    except (psycopg.Error, OperationalError):
        raw.close()  # the pool makes another

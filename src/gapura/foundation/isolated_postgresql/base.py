"""The scope is told within the transaction that the statement runs in, and ends with it (ADR 17)."""

import os
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from gapura.foundation.isolation import HOUSE, Scope, current_scope, scope_outside_requests, scope_settings

_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


@lru_cache(maxsize=1024)
def _command(scope: Scope) -> bytes:
    settings = sql.SQL(", ").join(
        sql.SQL("set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        for name, value in scope_settings(scope).items()
    )
    return sql.SQL("SELECT {}").format(settings).as_bytes()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that never runs a statement under another scope than the current one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._at_connecting = scope_outside_requests()
        # What the server goes by now; None when a rollback to a savepoint made that uncertain.
        self._in_force: Scope | None = self._at_connecting
        self.execute_wrappers.append(self._execute_in_scope)

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.setdefault("application_name", f"gapura {socket.gethostname()[:32]} {os.getpid()}")
        self._at_connecting = scope_outside_requests()
        if self._at_connecting == HOUSE:
            parameters["options"] = f"{parameters.get('options', '')} -c gapura.house=yes".strip()
        return parameters

    def connect(self) -> None:
        super().connect()
        self._in_force = self._at_connecting

    def _execute_in_scope(self, execute: Callable[..., Any], *statement: Any) -> Any:
        scope = current_scope()
        if scope == self._in_force:
            return execute(*statement)
        if self.autocommit:
            return self._execute_alone(scope, execute, *statement)
        self._tell(scope)
        self._in_force = scope
        return execute(*statement)

    def _execute_alone(self, scope: Scope, execute: Callable[..., Any], *statement: Any) -> Any:
        """A transaction for one statement, so that the scope ends with it."""
        self._tell(scope)
        try:
            result = execute(*statement)
        except BaseException:
            self._send(b"ROLLBACK")
            raise
        self._send(b"COMMIT")
        return result

    def _tell(self, scope: Scope) -> None:
        """The transaction begins with it where there is none: one journey to the server instead of two."""
        begins = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
        self._send(b"BEGIN; " + _command(scope) if begins else _command(scope))

    def _send(self, command: bytes) -> None:
        """Past psycopg's cursors: every logged request comes here, and they cost more than the command."""
        with self.wrap_database_errors:
            result = self.connection.pgconn.exec_(command)
            if result.status not in _DONE:
                error = error_from_result(result)
                raise error if error.sqlstate else OperationalError(str(error))  # the server said nothing: it is gone

    # Where a transaction ends, its settings end with it.

    def set_autocommit(self, autocommit: bool, *arguments: Any, **options: Any) -> None:
        self._in_force = self._at_connecting
        super().set_autocommit(autocommit, *arguments, **options)

    def commit(self) -> None:
        super().commit()
        self._in_force = self._at_connecting

    def rollback(self) -> None:
        super().rollback()
        self._in_force = self._at_connecting

    def savepoint_rollback(self, sid: str) -> None:
        self._in_force = current_scope()  # the transaction has failed and takes nothing before this statement
        super().savepoint_rollback(sid)
        self._in_force = None

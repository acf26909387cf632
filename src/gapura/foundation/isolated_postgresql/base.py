"""The scope is told within the transaction that the statement runs in, and ends with it (ADR 17)."""

import os
import socket
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg import sql

from gapura.foundation.isolation import HOUSE, Scope, current_scope, scope_outside_requests, scope_settings


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
        self._tell(scope, before="BEGIN; ")
        try:
            result = execute(*statement)
        except BaseException:
            self._send("ROLLBACK")
            raise
        self._send("COMMIT")
        return result

    def _tell(self, scope: Scope, before: str = "") -> None:
        settings = sql.SQL(", ").join(
            sql.SQL("set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
            for name, value in scope_settings(scope).items()
        )
        self._send(sql.SQL(before) + sql.SQL("SELECT ") + settings)

    def _send(self, command: Any) -> None:
        with self.wrap_database_errors:
            self.connection.execute(command)

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

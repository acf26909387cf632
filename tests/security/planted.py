"""Small applications with mistakes in them, to see that the machines find mistakes."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import Failure, FailureGroup

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
JSON = [("Content-Type", "application/json")]


def _operation(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"operationId": name, "responses": {"200": {"description": "", "content": content}}, **more}


_NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
_ASKED = [{"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": 9}}]
PLANTED: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "planted", "version": "1"},
    "paths": {
        "/right": {"get": _operation("get right", _NUMBER, parameters=_ASKED)},
        "/divide": {"get": _operation("get divide", _NUMBER, parameters=_ASKED)},
        "/number": {"get": _operation("get number", _NUMBER)},
        "/secret": {"get": _operation("get secret", _NUMBER)},
    },
}


def planted_app() -> Any:
    """One right answer, one division by nought, one answer of another shape, one page that nobody guards."""

    def app(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        given = parse_qs(environ["QUERY_STRING"]).get("n", ["1"])[0]
        content: dict[str, Any] = {"n": int(given)}
        if environ["PATH_INFO"] == "/divide" and not int(given):
            start("500 Internal Server Error", JSON)
            return [b"{}"]
        if environ["PATH_INFO"] == "/number":
            content = {"n": "one"}
        start("200 OK", JSON)
        return [json.dumps(content).encode()]

    return app


_NOTE = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
_ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
_FOUND = {"description": "", "content": {"application/json": {"schema": _NOTE}}}
_LINKS = {
    name: {"operationId": name, "parameters": {"id": "$response.body#/id"}} for name in ("read note", "delete note")
}
NOTES: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "notes", "version": "1"},
    "paths": {
        "/notes": {"post": {"operationId": "write note", "responses": {"201": {**_FOUND, "links": _LINKS}}}},
        "/notes/{id}": {
            "parameters": _ID,
            "get": {"operationId": "read note", "responses": {"200": _FOUND, "404": {"description": ""}}},
            "delete": {
                "operationId": "delete note",
                "responses": {
                    "204": {
                        "description": "",
                        "links": {"again": {"operationId": "read note", "parameters": {"id": "$request.path.id"}}},
                    },
                    "404": {"description": ""},
                },
            },
        },
    },
}


def notes_app(notes: dict[int, bool], *, deletes: bool) -> Any:
    """``notes`` to write, read and delete, each there or gone; the planted fault says that it deleted and did not."""

    def app(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        method, name = environ["REQUEST_METHOD"], environ["PATH_INFO"].rpartition("/")[2]
        if method == "POST":
            notes[len(notes) + 1] = True
            start("201 Created", JSON)
            return [json.dumps({"id": len(notes)}).encode()]
        if not name.isdecimal() or not notes.get(int(name)):
            start("404 Not Found", [])
            return [b""]
        if method == "DELETE":
            notes[int(name)] = not deletes
            start("204 No Content", [])
            return [b""]
        start("200 OK", JSON)
        return [json.dumps({"id": int(name)}).encode()]

    return app


def planted_resource(*, deletes: bool) -> str:
    """The name of the failure that a walk along the links ends in; empty when there is none."""
    schema = schemathesis.openapi.from_dict(NOTES)
    notes: dict[int, bool] = {}
    schema.app = notes_app(notes, deletes=deletes)
    machine: Any = schema.as_state_machine()
    machine.setup = lambda _: notes.clear()  # no walk meets the notes of the one before
    how = settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        machine.run(settings=how)
    except FailureGroup as group:
        return type(group.exceptions[0]).__name__
    except Failure as failure:
        return type(failure).__name__
    return ""

"""The whole house as one OpenAPI 3.1 document, read from its routes, its views and their forms."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter
from django.views.decorators.http import require_safe

from gapura.config.openapi_answers import FORMS, METHODS, SCHEMAS, describe_answers

_KINDS: dict[type, dict[str, Any]] = {
    IntConverter: {"type": "integer", "minimum": 0},
    SlugConverter: {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    StringConverter: {"type": "string", "pattern": "^[^/]+$"},
}
_ANY_METHOD = ("GET", "POST")
_READING = ("HEAD", "OPTIONS")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@require_safe
def show_openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_house())


@lru_cache(maxsize=1)
def describe_house() -> dict[str, Any]:
    """Every address below ``gapura.config.urls``: methods, parameters, forms, answers and the links between them."""
    paths: dict[str, dict[str, Any]] = {}
    for name, path, pattern, converters in list_routes():
        item = paths.setdefault(path, {"parameters": [_path_parameter(*one) for one in converters]})
        for method in read_methods(name, pattern.callback):
            item.setdefault(method.lower(), _describe_operation(name, method, pattern.callback))
    _link(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gapura", "version": "1", "description": describe_house.__doc__},
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


Route = tuple[str, str, URLPattern, list[tuple[str, Any]]]


def list_routes() -> Iterator[Route]:
    """Full name, OpenAPI path, pattern and converters of every address."""

    def walk(resolver: URLResolver, prefix: str, names: tuple[str, ...], outer: dict[str, Any]) -> Iterator[Route]:
        for pattern in resolver.url_patterns:
            route, converters = prefix + str(pattern.pattern), {**outer, **pattern.pattern.converters}
            if isinstance(pattern, URLResolver):
                inner = (*names, pattern.namespace) if pattern.namespace else names
                yield from walk(pattern, route, inner, converters)
            else:
                path = "/" + _PARAMETER.sub(r"{\1}", route)
                yield ":".join((*names, pattern.name or route)), path, pattern, list(converters.items())

    yield from walk(get_resolver(), "", (), {})


def read_methods(name: str, view: Callable[..., Any]) -> Sequence[str]:
    """What the view's own decorators let through; the class's methods; else what the table of answers says."""
    if declared := METHODS.get(name):
        return declared
    if view_class := getattr(view, "view_class", None):
        return [method for method in _ANY_METHOD if hasattr(view_class, method.lower())]
    layer: Any = view
    while layer is not None:
        allowed = inspect.getclosurevars(layer).nonlocals.get("request_method_list")
        if allowed:
            return [method for method in allowed if method not in _READING]
        layer = getattr(layer, "__wrapped__", None)
    return _ANY_METHOD


def _path_parameter(name: str, converter: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _KINDS.get(type(converter), {"type": "string"})}


def _describe_operation(name: str, method: str, view: Callable[..., Any]) -> dict[str, Any]:
    asked, sent, form_classes = _read_view(view)
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()} {name}",
        "tags": [name.partition(":")[0]],
        "parameters": [{"name": one, "in": "query", "schema": {"type": "string"}} for one in asked],
        "responses": describe_answers(name, method),
    }
    if method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = FORMS.get(name) or _form_body(sent, form_classes)
    return operation


def _read_view(view: Callable[..., Any]) -> tuple[list[str], list[str], list[Any]]:
    """Names the view's module takes from the query and from a sent form, and the forms that the view names."""
    plain = getattr(view, "view_class", None) or inspect.unwrap(view)
    module = inspect.getmodule(plain)
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    known = [getattr(module, name, None) for name in sorted(named)]
    classes: list[Any] = [one for one in known if inspect.isclass(one) and hasattr(one, "base_fields")]
    parameters = {kind: [*dict.fromkeys(_taken(tree, kind))] for kind in ("GET", "POST")}
    return parameters["GET"], parameters["POST"], classes


def _taken(tree: ast.AST, kind: str) -> Iterator[str]:
    """``x`` of each ``request.KIND.get("x")``, ``.getlist("x")`` and ``["x"]``."""
    for node in ast.walk(tree):
        source: ast.expr | None = None
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript):
            source, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            source, key = node.func.value, node.args[0]
        is_ours = isinstance(source, ast.Attribute) and source.attr == kind
        if is_ours and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _form_body(sent: list[str], form_classes: list[Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: {"type": "string"} for name in sent}
    for form_class in form_classes:
        fields |= {name: _field_schema(field) for name, field in form_class.base_fields.items()}
    schema = {"type": "object", "properties": fields}
    kind = "application/x-www-form-urlencoded"
    if any(isinstance(field, forms.FileField) for one in form_classes for field in one.base_fields.values()):
        kind = "multipart/form-data"
    return {"required": False, "content": {kind: {"schema": schema}}}


def _field_schema(field: forms.Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(field, forms.FileField):
        schema["format"] = "binary"
    elif isinstance(field, forms.DateField):
        schema["format"] = "date"
    elif isinstance(field, forms.ChoiceField) and not callable(field.choices):
        values = [str(value) for value, _label in field.choices]
        schema |= {"enum": values} if values else {}
    elif isinstance(field, forms.CharField) and field.max_length:
        schema["maxLength"] = field.max_length
    return schema


def _link(paths: dict[str, dict[str, Any]]) -> None:
    """From each address with a parameter to those that go on from it: the case to its withdrawal, and so on."""
    for path, item in paths.items():
        names = _names(path)
        further = [other for other in paths if names and other != path and other.startswith(path)]
        for operation in (one for method, one in item.items() if method != "parameters"):
            links = {}
            for other in (one for one in further if _names(one) == names):
                for method in set(paths[other]) - {"parameters"}:
                    target = paths[other][method]["operationId"]
                    links[target] = {
                        "operationId": target,
                        "parameters": {one: f"$request.path.{one}" for one in names},
                    }
            for status in ("200", "302"):
                if links and status in operation["responses"]:
                    operation["responses"][status]["links"] = links


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)

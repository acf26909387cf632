"""From a file's data to a schema model, or to problems with line numbers and what to write instead."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gapura.kernel.catalogue.definitions.problems import BadDefinitions, suggestion
from gapura.kernel.catalogue.definitions.reading import Location, Source

_TYPE_WORDS = {
    "string_type": "a text; put it in quotes if it looks like a number or a date",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "names with values",
    "model_type": "names with values",
    "date_type": "a day like 2026-01-31, without quotes",
}


def validated(source: Source, shape: Any, context: Mapping[str, Any]) -> Any:
    """The data of ``source`` as ``shape`` (a schema model or a dict of them). Raises BadDefinitions."""
    try:
        return TypeAdapter(shape).validate_python(source.data, context=dict(context))
    except ValidationError as error:
        raise BadDefinitions(
            source.problem(_place(details["loc"]), _message(details, shape)) for details in error.errors()
        ) from error


def _place(location: tuple[int | str, ...]) -> Location:
    return tuple(step for step in location if step != "[key]")


def _message(details: ErrorDetails, shape: Any) -> str:
    location, kind, context = details["loc"], details["type"], details.get("ctx", {})
    name = location[-1] if location else "The file"
    if kind == "missing":
        return f"'{name}' is missing. Add it."
    if kind == "extra_forbidden":
        return f"'{name}' means nothing here. {suggestion(str(name), _allowed_keys(shape, location[:-1]))}"
    if kind in ("enum", "literal_error"):
        words = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"'{name}' cannot be {details['input']!r}. {suggestion(str(details['input']), words)}"
    if kind in _TYPE_WORDS:
        return f"'{name}' must be {_TYPE_WORDS[kind]}."
    if kind == "string_pattern_mismatch":
        return f"'{details['input']}' is no code. Use lower-case letters and digits, joined by . - or _."
    if "ctx" in details or not kind.isidentifier():
        return f"'{name}': {details['msg']}."
    return details["msg"]


def _allowed_keys(shape: Any, location: tuple[int | str, ...]) -> list[str]:
    """The keys that the schema knows at ``location``."""
    for step in location:
        fields = shape.model_fields if isinstance(shape, type) and issubclass(shape, BaseModel) else {}
        inner = fields[step].annotation if step in fields else shape
        shape = next(_models_in(inner), inner) if step in fields or not fields else shape
    shape = next(_models_in(shape), None)
    return list(shape.model_fields) if shape else []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)

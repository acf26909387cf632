"""Foreign keys written as strings are invisible to Import Linter, so this test reads the models."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

RANKS = [
    {"audit", "outbox"},
    {"identity"},
    {"documents", "registers", "search"},
    {"nodes"},
    {"exchange", "notifications"},
    {"catalogue", "approvals"},
    {"mandates", "federation", "appointments", "payments", "photos"},
    {"cases"},
    {"agreements", "records", "operations", "wallet", "production", "editions", "credentials"},
]
ABOVE_KERNEL = ["sectors", "bundles", "portal", "desk", "demo"]


def place(model: type[models.Model]) -> tuple[int, str]:
    """The rank and the module of a model of ours, from its dotted path."""
    _, layer, module = model.__module__.split(".")[:3]
    if layer == "kernel":
        return next(rank for rank, names in enumerate(RANKS) if module in names), module
    return len(RANKS) + ABOVE_KERNEL.index(layer), module


def list_keys_between_modules() -> Iterator[tuple[type[models.Model], Any]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith("gapura.")]
    for model in ours:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.is_relation and field.concrete and target in ours and place(target)[1] != place(model)[1]:
                yield model, field


def test_foreign_keys_point_down() -> None:
    wrong = [str(field) for model, field in list_keys_between_modules() if not _points_down(model, field)]
    assert wrong == []


def _points_down(model: type[models.Model], field: Any) -> bool:
    return place(field.related_model)[0] < place(model)[0]


def test_foreign_keys_to_other_modules_add_no_reverse_name() -> None:
    wrong = [str(field) for _, field in list_keys_between_modules() if not field.remote_field.hidden]
    assert wrong == []


def test_foreign_keys_to_other_modules_forbid_deletion() -> None:
    wrong = [
        str(field) for _, field in list_keys_between_modules() if field.remote_field.on_delete is not models.PROTECT
    ]
    assert wrong == []

"""The declarations of every installed module, and the tables they speak of."""

from collections.abc import Mapping
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from gapura.foundation.jurisdictions import load
from gapura.foundation.personal_data import (
    RetentionClass,
    TableDeclaration,
    read_backup_days,
    read_declarations,
    read_retention,
)


def list_declarations() -> Mapping[str, TableDeclaration]:
    """Every declared table, by label (``cases.Case``)."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("gapura.")]
    return read_declarations(tuple(Path(config.path) for config in ours))


def get_declaration(label: str) -> TableDeclaration:
    """What is declared of this table. Raises LookupError."""
    for table, declaration in list_declarations().items():
        if table.lower() == label.lower():
            return declaration
    raise LookupError(f"No module declares {label}; see its personal_data.yaml.")


def get_retention() -> Mapping[str, RetentionClass]:
    """The country's retention classes, by code."""
    return read_retention(load(settings.GAPURA_JURISDICTION).path("retention.yaml"))


def get_backup_days() -> int:
    """After how many days the last backup that still holds what is destroyed today is gone."""
    return read_backup_days(load(settings.GAPURA_JURISDICTION).path("retention.yaml"))


def get_model(label: str) -> type[Model]:
    """The model behind a declaration. Raises LookupError."""
    return apps.get_model(label)


def list_tables() -> dict[str, list[str]]:
    """Every table of the database that a model stands for: label and columns."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: [field.name for field in model._meta.concrete_fields] for model in models}

"""What may be read in the office; every list holds only what the reader may open."""

from gapura.sectors.office.queries.classification import (
    find_unit_task,
    get_retention_class,
    get_unit_task,
    list_retention_classes,
    list_unit_tasks,
    suggest_unit_tasks,
)
from gapura.sectors.office.queries.documents import access_document, access_draft, list_readable_documents

__all__ = [
    "access_document",
    "access_draft",
    "find_unit_task",
    "get_retention_class",
    "get_unit_task",
    "list_readable_documents",
    "list_retention_classes",
    "list_unit_tasks",
    "suggest_unit_tasks",
]

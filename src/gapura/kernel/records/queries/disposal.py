"""What is due to be ended, and what holds it back."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gapura.foundation.isolation import as_house
from gapura.foundation.personal_data import Ending, RetentionClass, TableDeclaration
from gapura.kernel.records.models import Hold
from gapura.kernel.records.queries.holdings import about_person
from gapura.kernel.records.queries.tables import get_model, get_retention, list_declarations
from gapura.kernel.records.types import Due

EXECUTED = frozenset({Ending.DESTROY, Ending.ERASE_CONTENT, Ending.ERASE_SUBJECT})


def list_holds(*, lifted: bool = False) -> list[Hold]:
    """Holds that stand (or were lifted), newest first."""
    return list(Hold.objects.filter(lifted_at__isnull=not lifted).order_by("-set_at", "number"))


def get_rule(declaration: TableDeclaration) -> RetentionClass:
    """The retention class of a table. Raises LookupError when the country has none of that code."""
    return get_retention()[declaration.retention]


@as_house("what is due lies in every agency's rows; only its number is told")
def list_due(now: datetime) -> list[Due]:
    """Every table with rows whose period is over at ``now``, with how many a hold keeps."""
    found = []
    for declaration in list_executable():
        rule, due = get_rule(declaration), due_rows(declaration, now)
        total = due.count()
        if total:
            free = without_held(declaration, due).count()
            began = rule.started_before(now)
            found.append(Due(rule.code, declaration.table, declaration.title, rule.then, began, total, total - free))
    return found


def list_executable() -> list[TableDeclaration]:
    """Tables that this module ends by a date of their own, by label; parts without one end with their row."""
    declared = [one for _, one in sorted(list_declarations().items())]
    return [one for one in declared if get_rule(one).then in EXECUTED and one.since]


def list_parts(declaration: TableDeclaration) -> list[TableDeclaration]:
    """The tables whose rows end with a row of this one."""
    parent = get_model(declaration.table)
    return [
        one
        for _, one in sorted(list_declarations().items())
        if one.part_of and get_model(one.table)._meta.get_field(one.part_of).related_model is parent
    ]


def due_rows(declaration: TableDeclaration, now: datetime) -> "QuerySet[Any]":
    """Rows whose period is over and that are not ended yet, oldest first."""
    rule, rows = get_rule(declaration), get_model(declaration.table)._base_manager
    due = rows.filter(**{f"{declaration.since}__lt": rule.started_before(now)}).order_by(declaration.since, "pk")
    if rule.then is Ending.ERASE_CONTENT:
        due = due.exclude(**empty_values(declaration, declaration.content))
    if rule.then is Ending.ERASE_SUBJECT:
        due = due.exclude(**empty_values(declaration, tuple(declaration.subjects)))
    return due


def empty_values(declaration: TableDeclaration, columns: tuple[str, ...]) -> dict[str, Any]:
    """What the columns are when nothing stands in them."""
    model = get_model(declaration.table)
    return {name: _empty(model._meta.get_field(name)) for name in columns}


def _empty(column: Any) -> Any:
    if column.null:
        return None
    return {"BinaryField": b"", "JSONField": {}}.get(column.get_internal_type(), "")


def without_held(declaration: TableDeclaration, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Leave out what a standing hold covers: the class, a person's rows, a case's rows."""
    holds = list_holds()
    if not holds:
        return rows
    held = Q(pk__in=[])
    for hold in holds:
        if hold.retention_class == declaration.retention:
            return rows.none()
        if hold.person_number:
            held |= about_person(declaration, hold.person_number)
        if hold.case_number and declaration.case:
            held |= Q(**{declaration.case: hold.case_number})
    return rows.exclude(pk__in=get_model(declaration.table)._base_manager.filter(held).values("pk"))

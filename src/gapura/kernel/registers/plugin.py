"""The base of every register table: an entry valid over days, known over moments.

``valid_from``/``valid_until`` (days, end exclusive) say when it was so in the world; ``recorded_at``/
``superseded_at`` say when the register believed it. A correction supersedes and adds; nothing is overwritten.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeAlias

from django.db import models
from django.db.models import F, Q


def one_of(field: str, codes: type[StrEnum], name: str) -> models.CheckConstraint:
    """The constraint ``name``: ``field`` is one of ``codes``."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [code.value for code in codes]}), name=name)


def given(name: str, *fields: str) -> models.CheckConstraint:
    """The constraint ``name``: none of the text ``fields`` is empty."""
    condition = Q()
    for field in fields:
        condition &= ~Q(**{field: ""})
    return models.CheckConstraint(condition=condition, name=name)


class RegisterQuerySet(models.QuerySet[Any]):
    """Reads in two times. Without either filter you see every version ever recorded."""

    def known_at(self, moment: datetime | None) -> Self:
        """Versions the register believed at ``moment`` (None: believes now)."""
        if moment is None:
            return self.filter(superseded_at__isnull=True)
        return self.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment), recorded_at__lte=moment)

    def as_of(self, day: date) -> Self:
        """Versions true on ``day``."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


class RegisterEntry(models.Model):
    """Abstract. Subclasses add their facts, name ``subject_fields`` and inherit the constraints of time.

    ``subject_fields`` identify whose fact it is; of one subject no two believed entries share a day
    (constraint made by :class:`gapura.kernel.registers.actions.ForbidOverlap` in a migration), unless the register
    says that they may: ``overlaps``. ``person_fields`` name the persons whose papers may state the entry, where that
    is not the subject itself; of things :func:`register_concern` tells them.
    """

    subject_fields: ClassVar[tuple[str, ...]] = ()
    person_fields: ClassVar[tuple[str, ...]] = ()
    overlaps: ClassVar[bool] = False

    id = models.BigAutoField(primary_key=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    source_kind = models.CharField(max_length=10)
    source_reference = models.CharField(max_length=40)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="%(class)s_valid_period",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="%(class)s_known_period",
            ),
        )


Concern: TypeAlias = Callable[[str], Iterable[str]]
_concerns: dict[str, Concern] = {}


def register_concern(register: type[RegisterEntry], concern: Concern) -> None:
    """For a register of things: ``concern`` tells whose papers may state what is said of a subject."""
    _concerns[register._meta.label_lower] = concern


def list_concerned(entry: RegisterEntry) -> tuple[str, ...]:
    """Numbers of the persons whose papers may state the entry, each once, in order."""
    subject = str(getattr(entry, entry.subject_fields[0]))
    if concern := _concerns.get(entry._meta.label_lower):
        return tuple(sorted(set(concern(subject))))
    named = {getattr(entry, field) for field in entry.person_fields} or {subject}
    return tuple(sorted(named - {""}))

"""The base of every register table: an entry valid over days, known over moments.

``valid_from``/``valid_until`` (days, end exclusive) say when it was so in the world; ``recorded_at``/
``superseded_at`` say when the register believed it. A correction supersedes and adds; nothing is overwritten.
"""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q


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
    (constraint made by :class:`gapura.kernel.registers.actions.ForbidOverlap` in a migration).
    """

    subject_fields: ClassVar[tuple[str, ...]] = ()

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

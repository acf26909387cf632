"""Definitions on their way from a draft into force. What was adopted never changes."""

import hashlib

from django.db import models
from django.db.models import F, Q

from gapura.kernel.catalogue.plugin import Edition
from gapura.kernel.editions.types import EditionStatus


class ServiceEdition(models.Model):
    """One definition of a public service by its agency; with an empty ``text`` the service ends on ``begins``.

    ``revision`` counts savings, so that two editors do not overwrite each other. ``digest`` is that of the text and
    the day as proposed. ``adoption`` counts adoptions through all services.
    """

    number = models.CharField(max_length=12, primary_key=True)
    service_code = models.CharField(max_length=60)
    agency_code = models.CharField(max_length=40)
    authority_code = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    ends_service = models.BooleanField(default=False)
    begins = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, default=EditionStatus.DRAFT.value)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    changed_by_person = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, blank=True)
    proposed_by_person = models.CharField(max_length=16, blank=True)
    agreed_by_person = models.CharField(max_length=16, blank=True)
    adopted_by_person = models.CharField(max_length=16, blank=True)
    adopted_at = models.DateTimeField(null=True)
    adoption = models.PositiveIntegerField(null=True, unique=True)

    class Meta:
        db_table = "editions_edition"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in EditionStatus]), name="edition_status"
            ),
            models.CheckConstraint(
                condition=Q(ends_service=True, text="") | (Q(ends_service=False) & ~Q(text="")),
                name="edition_says_something",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status=EditionStatus.ADOPTED.value,
                        begins__isnull=False,
                        adopted_at__isnull=False,
                        adoption__isnull=False,
                    )
                    & ~Q(digest="")
                    & ~Q(proposed_by_person="")
                    & ~Q(agreed_by_person="")
                    & ~Q(adopted_by_person="")
                )
                | (
                    ~Q(status=EditionStatus.ADOPTED.value)
                    & Q(adopted_at__isnull=True, adoption__isnull=True, adopted_by_person="")
                ),
                name="edition_adopted_whole",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by_person="") | ~Q(agreed_by_person=F("proposed_by_person")),
                name="edition_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by_person="")
                | (~Q(adopted_by_person=F("proposed_by_person")) & ~Q(adopted_by_person=F("agreed_by_person"))),
                name="edition_adopted_by_a_third",
            ),
            models.UniqueConstraint(
                fields=["service_code", "begins"],
                condition=Q(status=EditionStatus.ADOPTED.value),
                name="edition_one_a_day",
            ),
        )
        indexes = (models.Index(fields=["agency_code", "status"], name="edition_by_agency"),)

    @property
    def is_draft(self) -> bool:
        return self.status == EditionStatus.DRAFT

    @property
    def fingerprint(self) -> str:
        """What an approval is about: SHA-256 of the text, or of the day on which the service ends."""
        said = f"{self.service_code} ends {self.begins}" if self.ends_service else self.text
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def edition(self) -> Edition:
        assert self.begins is not None
        return Edition(self.number, self.service_code, self.begins, self.text)

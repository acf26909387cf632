"""Accepted photos, and what a photo is recognized by."""

from django.db import models
from django.db.models import Q


class Photo(models.Model):
    """A photo that may stand on a card. It is one person's, and serves one case of theirs.

    ``picture`` is locked (``safe.py``). Until ``used_in`` names a case it is nobody's but the giver's. ``send_key`` is
    a digest of giver, form and file: what is sent twice exists once. ``looks`` are the fingerprints it is compared by,
    the first of which is ``fingerprint``.
    """

    code = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=16)
    given_by = models.CharField(max_length=16)
    picture = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    looks = models.TextField()
    send_key = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField()
    used_in = models.CharField(max_length=30, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "photos_photo"
        constraints = (
            models.CheckConstraint(
                condition=Q(used_in="", used_at__isnull=True) | ~Q(used_in="") & Q(used_at__isnull=False),
                name="photo_use_has_its_time",
            ),
        )
        indexes = (
            models.Index(fields=["given_by", "accepted_at"], name="photo_by_giver"),
            models.Index(fields=["accepted_at"], condition=Q(used_in=""), name="photo_unused"),
        )

    def __str__(self) -> str:
        return self.code


class FingerprintPiece(models.Model):
    """One piece of a used photo's fingerprint: ``value`` is the piece's place and its sixteen bits."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="pieces")
    value = models.IntegerField()

    class Meta:
        db_table = "photos_piece"
        indexes = (models.Index(fields=["value"], name="photo_piece_by_value"),)

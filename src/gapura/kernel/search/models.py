"""What is indexed. The texts themselves lie in what each database searches best, see ``engines``."""

from django.db import models


class SearchCollection(models.Model):
    """Things searched together. ``version`` names the state of the source the index was made from."""

    code = models.CharField(max_length=40, primary_key=True)
    version = models.CharField(max_length=64)

    class Meta:
        db_table = "search_collection"


class SearchEntry(models.Model):
    collection = models.ForeignKey(SearchCollection, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    agency_code = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "search_entry"
        constraints = (models.UniqueConstraint(fields=["collection", "key"], name="search_entry_once"),)


class SearchSpelling(models.Model):
    """An indexed word under each of its spelling variants."""

    collection = models.ForeignKey(SearchCollection, on_delete=models.PROTECT, related_name="+")
    variant = models.CharField(max_length=60)
    word = models.CharField(max_length=60)

    class Meta:
        db_table = "search_spelling"
        constraints = (models.UniqueConstraint(fields=["collection", "variant", "word"], name="search_spelling_once"),)

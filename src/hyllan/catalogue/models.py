"""Sources, records as they were sent, and the works, editions and items made of them."""

from typing import ClassVar

from django.db import models


class Source(models.Model):
    """Where an organisation's records come from: the library system we harvest, or files."""

    organisation = models.OneToOneField("region.Organisation", on_delete=models.PROTECT)
    base_url = models.URLField(max_length=300, blank=True)  # empty: only files are imported
    harvested_until = models.DateTimeField(null=True)  # the next harvest asks from here
    resumption_token = models.CharField(max_length=500, blank=True)  # where a broken one goes on
    running_until = models.DateTimeField(null=True)  # what harvested_until becomes at its end
    last_run_at = models.DateTimeField(null=True)
    last_result = models.JSONField(default=dict)  # read, loaded, deleted, quarantined
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.base_url


class Work(models.Model):
    """IFLA LRM work, kept short: what editions have in common."""

    key = models.CharField(max_length=300, unique=True)
    title = models.CharField(max_length=500)
    responsible = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """IFLA LRM manifestation: what a reader asks for."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="editions")
    key = models.CharField(max_length=300, unique=True)
    title = models.CharField(max_length=500)
    responsible = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    language = models.CharField(max_length=3, blank=True)  # ISO 639-2/B as in MARC
    material = models.CharField(max_length=20, default="book")
    isbn = models.CharField(max_length=13, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    subjects = models.JSONField(default=list)
    details = models.JSONField(default=dict)  # extent, series, summary, isbns, names, notes
    # Every change counts one up; the search index has what `indexed` says (search_index.py).
    changes = models.PositiveIntegerField(default=1)
    indexed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(changes__gt=models.F("indexed")),
                name="editions_to_index",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Record(models.Model):
    """One library system's record of an edition, kept as it was sent."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records")
    identifier = models.CharField(max_length=200)  # OAI identifier
    datestamp = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    raw = models.BinaryField()  # as sent: MARCXML, or ISO 2709 from a file
    description = models.JSONField(default=dict)  # what it says, read (engine/normalise.py)
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.PROTECT, related_name="records"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "identifier"], name="a_record_is_kept_once")
        ]

    def __str__(self) -> str:
        return self.identifier


class Item(models.Model):
    """A physical copy; its row stays when the library withdraws it, since requests point at it."""

    class Status(models.TextChoices):
        AVAILABLE = "available"
        ON_LOAN = "on_loan"
        NOT_FOR_LOAN = "not_for_loan"
        MISSING = "missing"
        WITHDRAWN = "withdrawn"  # no longer in what the library sends

    organisation = models.ForeignKey("region.Organisation", on_delete=models.PROTECT)
    barcode = models.CharField(max_length=60)
    library = models.ForeignKey("region.Library", on_delete=models.PROTECT)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="items")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="items")
    call_number = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices)  # as the library last said

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "barcode"], name="a_barcode_is_one_item"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "status"], name="items_of_an_edition")]

    def __str__(self) -> str:
        return self.barcode


class Quarantined(models.Model):
    """Something that came and could not be used, as it came, with the reason."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantine")
    identifier = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    raw = models.BinaryField()

    class Meta:
        verbose_name_plural = "quarantined"
        indexes: ClassVar = [
            models.Index(fields=["source", "identifier"], name="quarantine_by_identifier")
        ]

    def __str__(self) -> str:
        return f"{self.identifier}: {self.reason}"

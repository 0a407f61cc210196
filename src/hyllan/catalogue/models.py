"""Sources, records as they were sent, and the works, editions and items made of them."""

from typing import ClassVar

from django.db import models


class Source(models.Model):
    """Where an organisation's records come from: the library system we harvest, or files."""

    class Protocol(models.TextChoices):
        OAI_PMH = "oai_pmh", "OAI-PMH"
        SRU = "sru", "SRU"

    organisation = models.OneToOneField("region.Organisation", on_delete=models.PROTECT)
    base_url = models.URLField(max_length=300, blank=True)  # empty: only files are imported
    protocol = models.CharField(max_length=10, choices=Protocol.choices, default=Protocol.OAI_PMH)
    record_format = models.CharField(max_length=40, blank=True)  # metadataPrefix; empty: what fits
    set_spec = models.CharField(max_length=200, blank=True)  # OAI-PMH set; SRU: a query in CQL
    item_map = models.JSONField(default=dict, blank=True)  # engine/holdings.py; empty: the usual
    harvested_until = models.DateTimeField(null=True)  # the next harvest asks from here
    resumption_token = models.TextField(blank=True)  # where a broken one goes on
    running_until = models.DateTimeField(null=True)  # what harvested_until becomes at its end
    list_size = models.PositiveIntegerField(null=True)  # as the other side says, while it runs
    list_read = models.PositiveIntegerField(default=0)
    # A walk fetches everything anew; what it did not meet has vanished (services/harvesting.py)
    walk = models.PositiveIntegerField(default=0)  # number of the last one begun
    walked_at = models.DateTimeField(null=True)  # when the last whole one began
    run = models.JSONField(default=dict)  # of the harvest under way: how it goes
    last_run_at = models.DateTimeField(null=True)
    last_result = models.JSONField(default=dict)  # read, loaded, deleted, quarantined
    last_error = models.CharField(max_length=300, blank=True)
    # When its system last left a question about items unanswered; empty once it answers again
    silent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.base_url


class Work(models.Model):
    """IFLA LRM work, kept short: what editions have in common. Made by matching."""

    title = models.CharField(max_length=500)
    responsible = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """
    IFLA LRM manifestation: what a reader asks for. Made by matching, of one or more records.

    It keeps its number as long as one of its records does. One whose records have all gone to
    another says where they went; one without any record is gone.
    """

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="editions")
    title = models.CharField(max_length=500)
    responsible = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    language = models.CharField(max_length=3, blank=True)  # ISO 639-2/B as in MARC
    material = models.CharField(max_length=20, default="book")
    audience = models.CharField(max_length=10, blank=True)  # children, young; empty: anyone
    easy = models.BooleanField(default=False)  # easy to read
    isbn = models.CharField(max_length=13, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    subjects = models.JSONField(default=list)
    details = models.JSONField(default=dict)  # the rest of the Description (engine/editions.py)
    gone = models.BooleanField(default=False)  # no record is left
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Every change counts one up; the search index has what `indexed` says (search_index.py).
    changes = models.PositiveIntegerField(default=1)
    indexed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(changes__gt=models.F("indexed")),
                name="editions_to_index",
            ),
            models.Index(fields=["changed_at", "id"], name="editions_by_change"),
            models.Index(fields=["first_seen_at", "id"], name="editions_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.title


class Record(models.Model):
    """One library system's record of an edition, kept as it was sent."""

    # Found by the constraint's index, as are an item's organisation and edition by theirs: one more
    # for each costs a tenth of a load
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    identifier = models.CharField(max_length=200)  # OAI identifier
    datestamp = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    walk = models.PositiveIntegerField(default=0)  # number of the last walk that met it
    raw = models.BinaryField()  # as sent: MARCXML, Dublin Core, or ISO 2709 from a file
    description = models.JSONField(default=dict)  # what it says, read (engine/normalise.py)
    described_by = models.PositiveSmallIntegerField(default=0)  # version of that reading
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.PROTECT, related_name="records"
    )
    # Every change counts one up; matching has seen what `matched` says (services/matching.py).
    changes = models.PositiveIntegerField(default=1)
    matched = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "identifier"], name="a_record_is_kept_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(changes__gt=models.F("matched")),
                name="records_to_match",
            )
        ]

    def __str__(self) -> str:
        return self.identifier


class Fingerprint(models.Model):
    """What matching needs of a record, apart from the long texts (engine/matching)."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, primary_key=True)
    version = models.PositiveSmallIntegerField()  # of what made it
    profile = models.BinaryField()  # all three empty: the record is deleted
    keys = models.BinaryField()
    work_keys = models.BinaryField()
    mark = models.BigIntegerField(default=0)  # of the profile: another profile, another mark
    matched_keys = models.BinaryField(default=bytes)  # those that MatchKey has
    matched_mark = models.BigIntegerField(null=True)  # none: match it, whatever its profile

    def __str__(self) -> str:
        return f"{self.record_id}"


class MatchState(models.Model):
    """One row: whether MatchKey and WorkKey hold all that is matched. Locked by who matches."""

    whole = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "whole" if self.whole else "not whole"


class MatchKey(models.Model):
    """What a record is compared by: records that share a key are looked at as a pair."""

    pk = models.CompositePrimaryKey("key", "record_id")
    key = models.BigIntegerField()  # engine/matching
    # Millions come at once, in the order of keys: each one's record would be looked up anew
    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.key} {self.record_id}"


class WorkKey(models.Model):
    """What an edition's work is known by: editions that share a key are of one work."""

    pk = models.CompositePrimaryKey("key", "edition_id")
    key = models.BigIntegerField()  # engine/matching
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, db_constraint=False)

    def __str__(self) -> str:
        return f"{self.key} {self.edition_id}"


class MatchDecision(models.Model):
    """Staff's word on two records: the same edition (or work), or not. No run goes against it."""

    class Level(models.TextChoices):
        EDITION = "edition"
        WORK = "work"

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices)
    together = models.BooleanField()
    by = models.ForeignKey("region.Person", null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "other", "level"], name="one_word_on_two_records"
            ),
            models.CheckConstraint(
                condition=models.Q(record__lt=models.F("other")), name="the_lower_record_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {'=' if self.together else '≠'} {self.other_id} ({self.level})"


class Item(models.Model):
    """A physical copy; its row stays when the library withdraws it, since requests point at it."""

    class Status(models.TextChoices):
        AVAILABLE = "available"
        ON_LOAN = "on_loan"
        AWAY = "away"  # not lent and not on its shelf: reserved, on its way, being prepared
        NOT_FOR_LOAN = "not_for_loan"
        MISSING = "missing"
        WITHDRAWN = "withdrawn"  # no longer in what the library sends

    organisation = models.ForeignKey(
        "region.Organisation", on_delete=models.PROTECT, db_index=False
    )
    barcode = models.CharField(max_length=60)
    library = models.ForeignKey("region.Library", on_delete=models.PROTECT)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="items")
    # Follows its record's; empty until the record is matched for the first time
    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
        db_index=False,
    )
    call_number = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices)  # as the library last said
    status_at = models.DateTimeField()  # when it said so
    due = models.DateTimeField(null=True)  # when it is to be back, if it is on loan and we know
    asked_at = models.DateTimeField(null=True)  # when its system was last asked about it alone

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


class SavedSearch(models.Model):
    """A search a person wants to come back to."""

    person = models.ForeignKey(
        "region.Person", on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    query_string = models.CharField(max_length=1000)  # of the search page: q=...&language=...
    saved_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # titles that came later are new to her

    class Meta:
        verbose_name_plural = "saved searches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "query_string"], name="a_search_is_saved_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

"""Loops, hub exchanges, crates with their contents, and every scan."""

from typing import ClassVar

from django.db import models


class NetworkVersion(models.Model):
    """A network: a draft, or published and in force from a day until the next one is."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    class Origin(models.TextChoices):
        FOLDER = "folder"  # transport.toml as it was loaded
        PAGE = "page"  # drawn by hand from another version
        PLAN = "plan"  # found by the planning

    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PUBLISHED.value)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.FOLDER.value)
    made_at = models.DateTimeField()
    valid_from = models.DateField(null=True)  # of two from the same day, the later published holds
    published_at = models.DateTimeField(null=True)
    content = models.JSONField()  # in the shape of transport.toml, checked
    fingerprint = models.CharField(max_length=64)  # of the content: the same network has the same

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(status="published")
                | models.Q(valid_from__isnull=False, published_at__isnull=False),
                name="a_published_network_has_its_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["valid_from"],
                condition=models.Q(status="published"),
                name="networks_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Crate(models.Model):
    """A crate with a QR label, used again and again."""

    class Status(models.TextChoices):
        EMPTY = "empty"
        PACKING = "packing"  # open at a library, for one destination
        CLOSED = "closed"  # waits for the van, at a library or a hub
        ON_VAN = "on_van"
        DELIVERED = "delivered"  # at its destination, not yet unpacked

    code = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.EMPTY.value)
    at_library = models.ForeignKey(
        "region.Library", null=True, on_delete=models.PROTECT, related_name="crates_here"
    )  # null: on a van
    origin = models.ForeignKey(
        "region.Library", null=True, on_delete=models.PROTECT, related_name="crates_from_here"
    )
    destination = models.ForeignKey(
        "region.Library", null=True, on_delete=models.PROTECT, related_name="crates_to_here"
    )
    loop = models.CharField(max_length=60, blank=True)  # the loop or exchange it is on
    leave_at = models.ForeignKey(  # on a van: where the driver takes it off
        "region.Library", null=True, on_delete=models.PROTECT, related_name="crates_to_leave_here"
    )
    ready_at = models.DateTimeField(null=True)  # closed: from when it waits for the van here

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status="on_van", at_library__isnull=True)
                | (~models.Q(status="on_van") & models.Q(at_library__isnull=False)),
                name="a_crate_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=models.Q(status="empty") | models.Q(destination__isnull=False),
                name="a_filled_crate_has_a_destination",
            ),
            models.CheckConstraint(
                condition=models.Q(status="on_van", leave_at__isnull=False)
                | (~models.Q(status="on_van") & models.Q(leave_at__isnull=True)),
                name="a_crate_on_a_van_is_taken_off_somewhere",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed") | models.Q(ready_at__isnull=False),
                name="a_closed_crate_is_ready_since",
            ),
            models.UniqueConstraint(
                fields=["at_library", "destination"],
                condition=models.Q(status="packing"),
                name="one_open_crate_a_destination",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at_library", "status"], name="crates_by_place"),
            models.Index(
                fields=["loop"], condition=models.Q(status="on_van"), name="crates_on_a_van"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CrateContent(models.Model):
    """An item in a crate; taken out when unpacked."""

    crate = models.ForeignKey(Crate, on_delete=models.PROTECT, related_name="contents")
    organisation = models.ForeignKey("region.Organisation", on_delete=models.PROTECT)  # its owner
    barcode = models.CharField(max_length=60)
    put_in_at = models.DateTimeField()
    taken_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "barcode"],
                condition=models.Q(taken_out_at__isnull=True),
                name="an_item_is_in_one_crate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.barcode} in {self.crate_id}"


class CrateScan(models.Model):
    """What was done to a crate, where and when; the same scan id is never taken twice."""

    class Kind(models.TextChoices):
        REGISTERED = "registered"  # a new crate, or one that nobody had counted
        OPENED = "opened"
        CLOSED = "closed"
        LOADED = "loaded"
        UNLOADED = "unloaded"
        EMPTIED = "emptied"

    crate = models.ForeignKey(Crate, on_delete=models.PROTECT, related_name="scans")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    library = models.ForeignKey("region.Library", on_delete=models.PROTECT)
    loop = models.CharField(max_length=60, blank=True)
    scan_id = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return f"{self.crate_id} {self.kind} {self.at}"

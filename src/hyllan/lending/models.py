"""Patron requests, what was tried for them, what happened to them, and the connections they use."""

from typing import ClassVar

from django.db import models

from hyllan.lending.engine.lifecycle import ENDS, HAS_ITEM, Outcome, Status

ENDED = sorted(status.value for status in ENDS)
WITH_ITEM = sorted(status.value for status in HAS_ITEM)


class Connection(models.Model):
    """How one organisation's library system is reached."""

    class Kind(models.TextChoices):
        NCIP = "ncip"

    organisation = models.OneToOneField("region.Organisation", on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    url = models.URLField(max_length=300)
    institution_card = models.CharField(max_length=60)  # its card in the other systems

    def __str__(self) -> str:
        return f"{self.kind} {self.url}"


class PatronRequest(models.Model):
    """A patron's wish for one edition, from wish to return."""

    number = models.CharField(max_length=12, unique=True)  # shown to people and systems
    edition = models.ForeignKey("catalogue.Edition", on_delete=models.PROTECT)
    # Cut when the request is closed: nothing then says who read what.
    patron = models.ForeignKey("region.Person", null=True, on_delete=models.SET_NULL)
    # Whose library system knows the patron and makes the loan, wherever she fetches the item.
    borrower = models.ForeignKey("region.Organisation", on_delete=models.PROTECT)
    pickup = models.ForeignKey(
        "region.Library", on_delete=models.PROTECT, related_name="requests_to_here"
    )
    status = models.CharField(max_length=20, default=Status.WAITING.value)
    outcome = models.CharField(max_length=20, default=Outcome.OPEN.value)
    item = models.ForeignKey("catalogue.Item", null=True, on_delete=models.PROTECT)
    supplier = models.ForeignKey(
        "region.Library", null=True, on_delete=models.PROTECT, related_name="requests_from_here"
    )
    sourcing_round = models.PositiveIntegerField(default=0)  # how many copies were tried
    expected_at = models.DateTimeField(null=True)  # at the pick-up library, by the timetable
    crate_code = models.CharField(max_length=20, blank=True)
    hold_until = models.DateField(null=True)  # last day on the hold shelf
    due_on = models.DateField(null=True)  # as the patron's library system says
    problem = models.CharField(max_length=300, blank=True)  # what staff must look at
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]),
                name="request_status_is_in_the_table",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=WITH_ITEM, item__isnull=False, supplier__isnull=False)
                | (~models.Q(status__in=WITH_ITEM) & models.Q(item__isnull=True)),
                name="a_sourced_request_has_its_item",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=~models.Q(status__in=ENDED),
                name="an_item_serves_one_request",
            ),
            models.UniqueConstraint(
                fields=["patron", "edition"],
                condition=~models.Q(status__in=ENDED) & models.Q(patron__isnull=False),
                name="a_patron_asks_for_an_edition_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["supplier", "status"], name="requests_by_supplier"),
            models.Index(fields=["pickup", "status"], name="requests_by_pickup"),
            models.Index(
                fields=["status", "made_at"],
                condition=~models.Q(status__in=ENDED),
                name="open_requests_by_status",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Attempt(models.Model):
    """An item that was tried for a request and did not serve it; it is not chosen for it again."""

    patron_request = models.ForeignKey(
        PatronRequest, on_delete=models.CASCADE, related_name="attempts"
    )
    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT)
    reason = models.CharField(max_length=30)  # not_on_shelf, refused, system_down
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.patron_request_id} {self.item_id} {self.reason}"


class TimelineEntry(models.Model):
    """One thing that happened to a request, told in words when it is shown."""

    patron_request = models.ForeignKey(
        PatronRequest, on_delete=models.CASCADE, related_name="timeline"
    )
    at = models.DateTimeField()
    step = models.CharField(max_length=40)  # an action of the table, or what a system said
    library = models.ForeignKey("region.Library", null=True, on_delete=models.PROTECT)
    facts = models.JSONField(default=dict)  # what the sentence needs; no personal data

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patron_request", "id"], name="timeline_by_request")
        ]
        verbose_name_plural = "timeline entries"

    def __str__(self) -> str:
        return f"{self.patron_request_id} {self.step}"

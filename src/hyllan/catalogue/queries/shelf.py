"""One edition, its items, sources and their quarantine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet

from hyllan.catalogue.models import Edition, Item, Quarantined, Source


@dataclass(frozen=True, slots=True)
class ItemView:
    item_id: int
    library_code: str
    library: str
    organisation_code: str
    barcode: str
    call_number: str
    status: str
    status_at: datetime  # when its system said so
    due: datetime | None  # when it is to be back, if it is on loan and its system said
    asked_at: datetime | None  # when its system was last asked
    silent_at: datetime | None  # when that system last gave no answer

    @property
    def is_unanswered(self) -> bool:
        """Tell whether its system gave no answer since it last said something of the item."""
        return self.silent_at is not None and self.silent_at > self.status_at


def edition(pk: int) -> Edition:
    """Return one edition with its work. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("work").get(pk=pk)


def other_editions(of: Edition) -> list[Edition]:
    """Return the work's other editions that a library holds a record of, the newest first."""
    return list(
        Edition.objects.filter(work=of.work_id, records__deleted=False)
        .exclude(pk=of.pk)
        .defer("details")
        .distinct()
        .order_by("-year", "pk")[:50]
    )


def items_of(edition_id: int) -> list[ItemView]:
    """Return the edition's items by library, without those the libraries have withdrawn."""
    rows = (
        Item.objects.filter(edition=edition_id)
        .exclude(status=Item.Status.WITHDRAWN)
        .select_related("library", "organisation")
        .annotate(silent_at=F("record__source__silent_at"))
        .order_by("library__name", "call_number", "barcode")
    )
    return [
        ItemView(
            item_id=row.pk,
            library_code=row.library.code,
            library=row.library.name,
            organisation_code=row.organisation.code,
            barcode=row.barcode,
            call_number=row.call_number,
            status=row.status,
            status_at=row.status_at,
            due=row.due if row.status == Item.Status.ON_LOAN else None,
            asked_at=row.asked_at,
            silent_at=row.silent_at,
        )
        for row in rows
    ]


def available_items_of(edition_ids: Collection[int]) -> QuerySet[Item]:
    """Return the items of these editions that their systems call available."""
    return (
        Item.objects.filter(edition__in=edition_ids, status=Item.Status.AVAILABLE)
        .select_related("library", "organisation")
        .order_by("pk")
    )


def available_items(edition_id: int) -> QuerySet[Item]:
    """Return the edition's items that their systems call available; of one merged, where it is."""
    into = Edition.objects.filter(pk=edition_id).values_list("merged_into", flat=True).first()
    return available_items_of([into or edition_id])


def sources() -> QuerySet[Source]:
    """Return every source by its organisation's name, with what it gave and what stands aside."""
    return (
        Source.objects.select_related("organisation")
        .annotate(quarantined_number=Count("quarantine"))
        .order_by("organisation__name")
    )


def source_of(code: str) -> Source:
    """Return the source of an organisation. Raises Source.DoesNotExist."""
    return Source.objects.select_related("organisation").get(organisation__code=code)


def quarantine(source_id: int) -> QuerySet[Quarantined]:
    """Return what stands aside of a source, the latest first."""
    return Quarantined.objects.filter(source=source_id).order_by("-at", "-pk")


def quarantined() -> QuerySet[Quarantined]:
    """Return all that stands aside, of any source."""
    return Quarantined.objects.all()

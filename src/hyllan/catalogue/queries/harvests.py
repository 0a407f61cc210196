"""Reads about where records come from: what a source gave, and when it is harvested next."""

from dataclasses import dataclass
from datetime import datetime

from hyllan.catalogue.models import Edition, Item, Record, Source
from hyllan.jobs import queries as jobs

TIMER = "catalogue.harvest_and_index"  # apps.py registers it


@dataclass(frozen=True, slots=True)
class Totals:
    """What the catalogue has from a source."""

    records: int
    items: int
    editions: int


def source(pk: int) -> Source:
    """Return one source with its organisation. Raises Source.DoesNotExist."""
    return Source.objects.select_related("organisation").get(pk=pk)


def source_totals(found: Source) -> Totals:
    """Return how many records, items and editions a source has in the catalogue now."""
    records = Record.objects.filter(source=found, deleted=False)
    items = Item.objects.filter(organisation=found.organisation_id)
    return Totals(
        records=records.count(),
        items=items.exclude(status=Item.Status.WITHDRAWN).count(),
        editions=Edition.objects.filter(records__in=records).distinct().count(),
    )


def next_harvest() -> datetime | None:
    """Return when all sources are harvested next; None: the worker has not run yet."""
    return jobs.next_run(TIMER)

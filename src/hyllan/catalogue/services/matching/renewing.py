"""Records that an older version of hyllan read: read again from what was sent."""

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.arrivals import Reading, read
from hyllan.catalogue.engine.item_map import USUAL
from hyllan.catalogue.engine.normalise import DESCRIBED, Description
from hyllan.catalogue.models import Fingerprint, Record
from hyllan.catalogue.services.reading import arrival_from
from hyllan.catalogue.services.writing import many, upsert

AT_ONCE = 1_000


def renew(records: QuerySet[Record]) -> None:
    """Bring description and fingerprint of these up to what this version makes of them."""
    stale = records.filter(
        Q(fingerprint=None) | ~Q(fingerprint__version=matching.VERSION) | ~Q(described_by=DESCRIBED)
    ).order_by("pk")
    last = 0
    while page := list(stale.filter(pk__gt=last)[:AT_ONCE]):
        last = page[-1].pk
        with transaction.atomic():
            _renew(page)


def _renew(page: list[Record]) -> None:
    readings = {record.pk: _read(record) for record in page}
    many(
        f"UPDATE {Record._meta.db_table} SET description = %s, described_by = %s,"  # noqa: S608
        " changes = changes + 1 WHERE id = %s",
        ((it.description.decode(), DESCRIBED, pk) for pk, it in readings.items()),
    )
    upsert(
        Fingerprint,
        ("record_id", "version", "profile", "keys", "work_keys", "mark", "matched_keys"),
        ((pk, matching.VERSION, *it.fingerprint, b"") for pk, it in readings.items()),
        unique=("record_id",),
        update=("version", "profile", "keys", "work_keys", "mark"),
    )


def _read(record: Record) -> Reading:
    """Return the record read again; one that cannot be read any more says what it said."""
    arrival = arrival_from(
        bytes(record.raw),
        identifier=record.identifier,
        datestamp=record.datestamp,
        item_map=USUAL,
    )
    return arrival.read or read(Description.from_json(record.description))


def renew_due() -> None:
    """Renew what is due and has no fingerprint of this version."""
    renew(Record.objects.filter(deleted=False, changes__gt=F("matched")))

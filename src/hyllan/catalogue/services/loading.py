"""
Put records into the catalogue, a page at a time, in few queries however many records there are.

What a record was in quarantine for is replaced each time it comes. A record that cannot be read
leaves the version that could be read in place. Which edition a record is of, matching finds later
(services/matching.py): what has changed is left for it to see.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db.models import F, TextField
from django.db.models.functions import Cast

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.arrivals import Arrival, Reading
from hyllan.catalogue.engine.normalise import DESCRIBED
from hyllan.catalogue.models import Edition, Fingerprint, Item, Quarantined, Record, Source
from hyllan.catalogue.services.writing import stamp, upsert
from hyllan.region.models import Library

WITHDRAWN = Item.Status.WITHDRAWN.value


@dataclass(frozen=True, slots=True)
class Counts:
    read: int = 0
    loaded: int = 0
    deleted: int = 0
    quarantined: int = 0
    items: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[int, ...]:
        return self.read, self.loaded, self.deleted, self.quarantined, self.items


@dataclass(slots=True)
class _Page:
    """What is being loaded, and which editions are changed by it."""

    source: Source
    arrivals: dict[str, Arrival]
    known: dict[str, "_Known"]
    libraries: dict[str, int]
    now: datetime
    default_library: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)
    touched: set[int | None] = field(default_factory=set)  # other items, or elsewhere
    restated: set[int | None] = field(default_factory=set)  # the same items, in or out


class _Known(NamedTuple):
    """A record that is there."""

    identifier: str
    pk: int
    edition_id: int | None
    deleted: bool
    described_by: int
    changes: int
    description: str


def load(
    *, source: Source, arrivals: Sequence[Arrival], now: datetime, default_library: str = ""
) -> Counts:
    """Load what came; the caller holds the transaction. The later of two with one name wins."""
    named = {arrival.identifier: arrival for arrival in arrivals if arrival.identifier}
    page = _Page(
        source=source,
        arrivals=named,
        known=_known(source, named),
        libraries=dict(
            Library.objects.filter(organisation=source.organisation_id).values_list("code", "pk")
        ),
        now=now,
        default_library=default_library,
        problems={name: list(arrival.problems) for name, arrival in named.items()},
    )
    good = {name: arrival.read for name, arrival in named.items() if arrival.read}
    gone = [
        page.known[a.identifier] for a in named.values() if a.deleted and a.identifier in page.known
    ]
    records = _load_records(page, good)
    _delete_records(gone)
    items = _load_items(page, records, gone)
    _mark_editions(page)
    nameless = [arrival for arrival in arrivals if not arrival.identifier]
    quarantined = _quarantine(page, nameless, now=now)
    return Counts(len(arrivals), len(good), len(gone), quarantined, items)


def _known(source: Source, identifiers: Collection[str]) -> dict[str, _Known]:
    """Return what is there of these, locked: staff's word may mark a record meanwhile."""
    rows = (
        Record.objects.filter(source=source, identifier__in=identifiers)
        .annotate(text=Cast("description", TextField()))
        .order_by("pk")
        .select_for_update()
        .values_list("identifier", "pk", "edition_id", "deleted", "described_by", "changes", "text")
    )
    return {row[0]: _Known(*row) for row in rows}


_RECORD = (
    "source_id",
    "identifier",
    "datestamp",
    "deleted",
    "walk",
    "raw",
    "description",
    "described_by",
    "changes",
    "matched",
)
_FINGERPRINT = ("record_id", "version", "profile", "keys", "work_keys", "mark", "matched_keys")


def _load_records(page: _Page, good: dict[str, Reading]) -> dict[str, tuple[int, int | None]]:
    """Write the records; return number and edition of each."""
    changed = [name for name, reading in good.items() if _is_new(page.known.get(name), reading)]
    counted = {name: known.changes for name, known in page.known.items()}
    counted |= {name: counted.get(name, 0) + 1 for name in changed}
    stamps = {arrival.datestamp: stamp(arrival.datestamp) for arrival in page.arrivals.values()}
    upsert(
        Record,
        _RECORD,
        (
            (
                page.source.pk,
                name,
                stamps[page.arrivals[name].datestamp],
                False,
                0,
                page.arrivals[name].raw,
                reading.description.decode(),
                DESCRIBED,
                counted[name],
                0,
            )
            for name, reading in good.items()
        ),
        unique=("source_id", "identifier"),
        update=("datestamp", "deleted", "raw", "description", "described_by", "changes"),
    )
    rows = {name: (known.pk, known.edition_id) for name, known in page.known.items()}
    new = [name for name in good if name not in rows]
    found = Record.objects.filter(source=page.source, identifier__in=new)
    rows |= {name: (pk, None) for name, pk in found.values_list("identifier", "pk")}
    upsert(
        Fingerprint,
        _FINGERPRINT,
        ((rows[name][0], matching.VERSION, *good[name].fingerprint, b"") for name in changed),
        unique=("record_id",),
        update=("version", "profile", "keys", "work_keys", "mark"),
    )
    return {name: rows[name] for name in good}


def _is_new(before: _Known | None, reading: Reading) -> bool:
    """Return whether the record says anything that it did not say."""
    if before is None or before.deleted or before.described_by != DESCRIBED:
        return True
    return bool(orjson.loads(before.description) != orjson.loads(reading.description))


def _delete_records(gone: list[_Known]) -> None:
    if gone:
        ids = [row.pk for row in gone]
        Record.objects.filter(pk__in=ids).update(deleted=True, changes=F("changes") + 1)
        Fingerprint.objects.filter(record__in=ids).update(**matching.NOTHING._asdict())


class _Item(NamedTuple):
    """An item, as the table has it and as a record says it."""

    barcode: str
    library_id: int
    record_id: int
    edition_id: int | None
    call_number: str
    status: str


_SAID = ("status", "status_at", "due")  # a record tells no day: that of an older loan is void
_ITEM = ("organisation_id", *_Item._fields, "status_at", "due")


def _load_items(page: _Page, records: dict[str, tuple[int, int | None]], gone: list[_Known]) -> int:
    wanted = {item.barcode: item for item in _items(page, records)}
    loaded = {pk for pk, _edition in records.values()} | {row.pk for row in gone}
    organisation = page.source.organisation_id
    there = {
        row[0]: _Item(*row)
        for query in (
            Item.objects.filter(record__in=[row.pk for row in page.known.values()]),
            Item.objects.filter(organisation=organisation, barcode__in=wanted),
        )
        for row in query.values_list(*_Item._fields)
    }
    moment = stamp(page.now)
    for barcode, item in wanted.items():
        _touch(page, there.get(barcode), item)
    upsert(
        Item,
        _ITEM,
        ((organisation, *item, moment, None) for item in wanted.values()),
        unique=("organisation_id", "barcode"),
        update=("library_id", "record_id", "edition_id", "call_number", *_SAID),
    )
    left = [
        item
        for code, item in there.items()
        if item.record_id in loaded and code not in wanted and item.status != WITHDRAWN
    ]
    if left:
        Item.objects.filter(
            organisation=organisation, barcode__in=[item.barcode for item in left]
        ).update(status=WITHDRAWN, status_at=page.now)
        page.touched |= {item.edition_id for item in left}
    return len(wanted)


def _items(page: _Page, records: dict[str, tuple[int, int | None]]) -> Iterable[_Item]:
    for identifier, (record, edition) in records.items():
        for holding in page.arrivals[identifier].items:
            library = page.libraries.get(holding.library)
            if library is None and page.default_library:
                library = page.libraries[page.default_library]
            if library is None:
                page.problems[identifier].append(
                    f"{holding.library or 'no code'} is no library of this organisation"
                    f" (item {holding.barcode})"
                )
                continue
            yield _Item(
                holding.barcode, library, record, edition, holding.call_number, holding.status
            )


def _touch(page: _Page, before: _Item | None, now_is: _Item) -> None:
    """Note which editions are held elsewhere than before, or are in where they were out."""
    if before is None:
        page.touched.add(now_is.edition_id)
    elif (before.library_id, before.edition_id) != (now_is.library_id, now_is.edition_id) or (
        before.status == WITHDRAWN
    ):
        page.touched |= {before.edition_id, now_is.edition_id}
    elif (before.status, before.call_number) != (now_is.status, now_is.call_number):
        page.restated.add(now_is.edition_id)


def _mark_editions(page: _Page) -> None:
    """Let the index see every edition whose items changed; those that hear of us, if they moved."""
    touched = sorted(pk for pk in page.touched if pk)
    restated = sorted(pk for pk in page.restated - page.touched if pk)
    if touched:
        Edition.objects.filter(pk__in=touched).update(changes=F("changes") + 1, changed_at=page.now)
    if restated:
        Edition.objects.filter(pk__in=restated).update(changes=F("changes") + 1)


def _quarantine(page: _Page, nameless: list[Arrival], *, now: datetime) -> int:
    """Keep what could not be used as it came; what was kept before of the same records goes."""
    Quarantined.objects.filter(source=page.source, identifier__in=page.arrivals).delete()
    again = Quarantined.objects.filter(
        source=page.source, identifier="", raw__in=[arrival.raw for arrival in nameless]
    )
    if nameless:
        again.delete()
    kept = [
        Quarantined(
            source=page.source,
            identifier=name,
            at=now,
            reason="; ".join(reasons)[:300],
            raw=page.arrivals[name].raw,
        )
        for name, reasons in page.problems.items()
        if reasons
    ]
    kept += [
        Quarantined(source=page.source, at=now, reason="; ".join(a.problems)[:300], raw=a.raw)
        for a in nameless
    ]
    Quarantined.objects.bulk_create(kept)
    return len(kept)

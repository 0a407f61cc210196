"""
Put records into the catalogue, a page at a time, in few queries however many records there are.

What a record was in quarantine for is replaced each time it comes. A record that cannot be read
leaves the version that could be read in place.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db.models import F, Q

from hyllan.catalogue.engine.holdings import Holding, holdings
from hyllan.catalogue.engine.item_map import USUAL, ItemMap
from hyllan.catalogue.engine.match import edition_key, work_key
from hyllan.catalogue.engine.normalise import Description, describe, fullest
from hyllan.catalogue.models import Edition, Item, Quarantined, Record, Source, Work
from hyllan.protocols.marc import MarcRecord
from hyllan.region.models import Library

WITHDRAWN = Item.Status.WITHDRAWN.value


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as it came, read as far as it can be read."""

    identifier: str
    datestamp: datetime
    raw: bytes
    deleted: bool = False
    described: Description | None = None  # None: it is deleted, or cannot be used
    items: tuple[Holding, ...] = ()
    problems: tuple[str, ...] = ()


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
    """What is being loaded, and which editions readers will see changed by it."""

    source: Source
    arrivals: dict[str, Arrival]
    known: dict[str, Record]
    libraries: dict[str, int]
    default_library: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)


def arrival_of(
    record: MarcRecord,
    *,
    identifier: str,
    datestamp: datetime,
    raw: bytes,
    item_map: ItemMap | None = None,
) -> Arrival:
    """Return the record as it is loaded: described, with its items."""
    described = describe(record)
    if not described.title:
        return Arrival(identifier, datestamp, raw, problems=("the record has no title (245)",))
    found = holdings(record, item_map or USUAL)
    return Arrival(identifier, datestamp, raw, False, described, found.items, found.problems)


def arrival_of_description(
    described: Description, *, identifier: str, datestamp: datetime, raw: bytes
) -> Arrival:
    """Return a record of another format than MARC as it is loaded; it names no items."""
    if not described.title:
        return Arrival(identifier, datestamp, raw, problems=("the record has no title",))
    return Arrival(identifier, datestamp, raw, False, described)


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
        default_library=default_library,
        problems={name: list(arrival.problems) for name, arrival in named.items()},
    )
    good = [arrival for arrival in named.values() if arrival.described]
    gone = [
        page.known[a.identifier] for a in named.values() if a.deleted and a.identifier in page.known
    ]
    records = _load_records(page, good)
    _delete_records(page, gone)
    items = _load_items(page, records, gone)
    _refresh_editions(page.touched)
    nameless = [arrival for arrival in arrivals if not arrival.identifier]
    quarantined = _quarantine(page, nameless, now=now)
    return Counts(len(arrivals), len(good), len(gone), quarantined, items)


def _known(source: Source, identifiers: Collection[str]) -> dict[str, Record]:
    rows = Record.objects.filter(source=source, identifier__in=identifiers).defer("raw")
    return {row.identifier: row for row in rows}


def _load_records(page: _Page, good: list[Arrival]) -> dict[str, Record]:
    editions = _editions(good)
    rows: dict[str, Record] = {}
    for arrival in good:
        described = arrival.described
        assert described is not None  # noqa: S101 - `good` are those that have one
        row = Record(
            source=page.source,
            identifier=arrival.identifier,
            datestamp=arrival.datestamp,
            deleted=False,
            raw=arrival.raw,
            description=asdict(described),
            edition_id=editions[edition_key(described)],
        )
        rows[arrival.identifier] = row
        _touch_if_changed(page, row)
    Record.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["source", "identifier"],
        update_fields=["datestamp", "deleted", "raw", "description", "edition"],
    )
    return rows


def _touch_if_changed(page: _Page, row: Record) -> None:
    before = page.known.get(row.identifier)
    same = (
        before is not None
        and not before.deleted
        and before.edition_id == row.edition_id
        and Description.from_json(before.description) == Description.from_json(row.description)
    )
    if not same:
        page.touched |= _some(row.edition_id, before.edition_id if before else None)


def _some(*ids: int | None) -> set[int]:
    return {each for each in ids if each is not None}


def _editions(good: list[Arrival]) -> dict[str, int]:
    """Return the id of each edition by key; those that do not exist yet are made."""
    described = {edition_key(a.described): a.described for a in good if a.described}
    found = dict(Edition.objects.filter(key__in=described).values_list("key", "pk"))
    missing = {key: it for key, it in described.items() if key not in found}
    if missing:
        works = _works(list(missing.values()))
        Edition.objects.bulk_create(
            [
                Edition(key=key, title=it.title, work_id=works[work_key(it)])
                for key, it in sorted(missing.items())
            ],
            ignore_conflicts=True,
        )
        found |= dict(Edition.objects.filter(key__in=missing).values_list("key", "pk"))
    return found


def _works(described: list[Description]) -> dict[str, int]:
    by_key = {work_key(it): it for it in described}
    found = dict(Work.objects.filter(key__in=by_key).values_list("key", "pk"))
    missing = {key: it for key, it in by_key.items() if key not in found}
    if missing:
        Work.objects.bulk_create(
            [
                Work(key=key, title=it.uniform_title or it.title, responsible=it.responsible)
                for key, it in sorted(missing.items())
            ],
            ignore_conflicts=True,
        )
        found |= dict(Work.objects.filter(key__in=missing).values_list("key", "pk"))
    return found


def _delete_records(page: _Page, gone: list[Record]) -> None:
    if gone:
        Record.objects.filter(pk__in=[row.pk for row in gone]).update(deleted=True)
        page.touched |= {row.edition_id for row in gone if row.edition_id}


def _load_items(page: _Page, records: dict[str, Record], gone: list[Record]) -> int:
    wanted = {item.barcode: item for item in _items(page, records)}
    loaded = {row.pk for row in [*records.values(), *gone]}
    organisation = page.source.organisation_id
    there = {
        item.barcode: item
        for item in Item.objects.filter(
            Q(record__in=loaded) | Q(organisation=organisation, barcode__in=wanted)
        )
    }
    changed = [item for code, item in wanted.items() if _differs(page, there.get(code), item)]
    Item.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["organisation", "barcode"],
        update_fields=["library", "record", "edition", "call_number", "status"],
    )
    left = [
        item
        for code, item in there.items()
        if item.record_id in loaded and code not in wanted and item.status != WITHDRAWN
    ]
    if left:
        Item.objects.filter(pk__in=[item.pk for item in left]).update(status=WITHDRAWN)
        page.touched |= {item.edition_id for item in left}
    return len(wanted)


def _items(page: _Page, records: dict[str, Record]) -> list[Item]:
    found: list[Item] = []
    editions = {name: row.edition_id for name, row in records.items() if row.edition_id}
    for identifier, row in records.items():
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
            found.append(
                Item(
                    organisation_id=page.source.organisation_id,
                    barcode=holding.barcode,
                    library_id=library,
                    record=row,
                    edition_id=editions[identifier],
                    call_number=holding.call_number,
                    status=holding.status,
                )
            )
    return found


def _differs(page: _Page, before: Item | None, now_is: Item) -> bool:
    """Return whether the item must be written; readers' search changes with place and edition."""
    if before is None:
        page.touched.add(now_is.edition_id)
        return True
    if (before.library_id, before.edition_id) != (now_is.library_id, now_is.edition_id) or (
        before.status == WITHDRAWN
    ):
        page.touched |= {before.edition_id, now_is.edition_id}
        return True
    names = ("record_id", "call_number", "status")
    return any(getattr(before, name) != getattr(now_is, name) for name in names)


def _refresh_editions(touched: Collection[int]) -> None:
    """Let each edition say what its fullest record says, and mark it for the index."""
    if not touched:
        return
    rows = Edition.objects.filter(pk__in=touched).order_by("pk").select_for_update()
    editions = {edition.pk: edition for edition in rows}
    described: dict[int, dict[str, Description]] = {}
    for edition_id, source, identifier, stored in Record.objects.filter(
        edition__in=touched, deleted=False
    ).values_list("edition_id", "source_id", "identifier", "description"):
        if edition_id is not None:
            each = described.setdefault(edition_id, {})
            each[f"{identifier} {source}"] = Description.from_json(stored)
    best = {pk: fullest(each) for pk, each in described.items()}
    works = _works(list(best.values()))
    # Written by key: some ten times as fast as bulk_update, and the rows are there and locked
    Edition.objects.bulk_create(
        [
            _described(editions[pk], it, list(described[pk].values()), works[work_key(it)])
            for pk, it in sorted(best.items())
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=_DESCRIBED,
    )
    empty = set(touched) - set(best)
    Edition.objects.filter(pk__in=empty).update(changes=F("changes") + 1)


_DESCRIBED = [
    "work",
    "title",
    "responsible",
    "year",
    "language",
    "material",
    "isbn",
    "publisher",
    "subjects",
    "details",
    "changes",
]


def _described(old: Edition, best: Description, each: list[Description], work: int) -> Edition:
    return Edition(
        key=old.key,
        changes=old.changes + 1,
        work_id=work,
        title=best.title,
        responsible=best.responsible,
        year=best.year,
        language=best.language,
        material=best.material,
        isbn=best.isbns[0] if best.isbns else "",
        publisher=best.publisher,
        subjects=sorted({subject for it in each for subject in it.subjects}),
        details={
            "extent": best.extent,
            "series": best.series,
            "summary": best.summary,
            "names": sorted({name for it in each for name in it.names}),
            "isbns": sorted({isbn for it in each for isbn in it.isbns}),
            "notes": best.notes,
        },
    )


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

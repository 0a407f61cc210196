"""
A home with a catalogue in it: a region, and MARC records of which each is an edition of its own.

Matching is left out, so that every engine holds as many documents as there are records. Works are
made by author and title, so that hyllan's hits have something to group. Needs Django set up.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction

from hyllan.catalogue.connectors.files import read_records
from hyllan.catalogue.engine.folding import folded_words
from hyllan.catalogue.engine.holdings import Holding, holdings
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.catalogue.models import Edition, Item, Record, Source, Work
from hyllan.protocols.marc import BadRecord
from hyllan.region.models import Library

BATCH = 5_000
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)  # when everything came; search does not ask
_ENDINGS = (".mrc", ".marc", ".xml", ".gz")
_COLUMNS = ("title", "responsible", "year", "language", "material", "audience", "easy", "publisher")


class Short(Exception):  # noqa: N818 - says what is missing
    """There are fewer records than were asked for."""


@dataclass(slots=True)
class _Region:
    libraries: dict[str, tuple[int, int]]  # code: (library, organisation)
    sources: dict[int, int]  # organisation: source
    works: dict[bytes, int]  # by what their editions share


def fill(region: Path, files: Path, *, records: int) -> int:
    """
    Make the tables, load the region, and put in as many records as are asked for.

    :returns: how many items they have
    :raises Short: the files hold fewer
    """
    call_command("migrate", verbosity=0)
    # Its words would come between ours
    call_command("load-region", str(region), verbosity=0, stdout=StringIO(), stderr=StringIO())
    known = _region()
    number = items = 0
    for chunk in _chunks(islice(_usable(files), records)):
        with transaction.atomic():
            items += _store(known, chunk, first=number + 1, first_item=items + 1)
        number += len(chunk)
    if number < records:
        raise Short(f"{files} holds {number} usable records, fewer than {records}.")
    return items


def _region() -> _Region:
    rows = Library.objects.values_list("code", "pk", "organisation_id")
    libraries = {code: (pk, organisation) for code, pk, organisation in rows}
    organisations = sorted({organisation for _, organisation in libraries.values()})
    made = [Source.objects.create(organisation_id=each) for each in organisations]
    return _Region(libraries, {source.organisation_id: source.pk for source in made}, {})


def _usable(files: Path) -> Iterator[tuple[Description, tuple[Holding, ...]]]:
    """Yield what each record says, file by file in the order of their names."""
    for path in sorted(each for each in files.rglob("*") if each.suffix in _ENDINGS):
        for record in read_records(path.read_bytes()):
            if not isinstance(record, BadRecord) and (described := describe(record)).title:
                yield described, holdings(record).items


def _chunks(
    rows: Iterable[tuple[Description, tuple[Holding, ...]]],
) -> Iterator[Sequence[tuple[Description, tuple[Holding, ...]]]]:
    left = iter(rows)
    while chunk := list(islice(left, BATCH)):
        yield chunk


def _store(
    known: _Region,
    chunk: Sequence[tuple[Description, tuple[Holding, ...]]],
    *,
    first: int,
    first_item: int,
) -> int:
    """Store records as editions `first` and on, and return how many items they have."""
    works: list[Work] = []
    editions: list[Edition] = []
    records: list[Record] = []
    items: list[Item] = []
    some_source = next(iter(known.sources.values()))
    for pk, (described, found) in enumerate(chunk, first):
        work = _work(known, described, works)
        editions.append(_edition(pk, work, described))
        places = [
            known.libraries[each.library] for each in found if each.library in known.libraries
        ]
        source = known.sources[places[0][1]] if places else some_source
        records.append(
            Record(pk=pk, source_id=source, identifier=str(pk), datestamp=NOW, edition_id=pk)
        )
        for held in found:
            if held.library in known.libraries:
                items.append(_item(known, held, pk, number=first_item + len(items)))
    Work.objects.bulk_create(works, batch_size=500)
    Edition.objects.bulk_create(editions, batch_size=500)
    Record.objects.bulk_create(records, batch_size=500)
    Item.objects.bulk_create(items, batch_size=500)
    return len(items)


def _work(known: _Region, described: Description, works: list[Work]) -> int:
    """Return the work of an edition: new if no other has its author and main title."""
    title = described.title.partition(" : ")[0]
    shared = " ".join([*folded_words(title), "/", *folded_words(described.responsible)])
    key = hashlib.blake2b(shared.encode(), digest_size=8).digest()
    if key not in known.works:
        known.works[key] = len(known.works) + 1
        works.append(
            Work(pk=known.works[key], title=described.title, responsible=described.responsible)
        )
    return known.works[key]


def _edition(pk: int, work: int, described: Description) -> Edition:
    told: dict[str, Any] = asdict(described)
    columns = {name: told.pop(name) for name in (*_COLUMNS, "subjects")}
    return Edition(
        pk=pk,
        work_id=work,
        isbn=described.isbns[0] if described.isbns else "",
        details={name: value for name, value in told.items() if value},
        first_seen_at=NOW,
        changed_at=NOW,
        **columns,
    )


def _item(known: _Region, held: Holding, edition: int, *, number: int) -> Item:
    library, organisation = known.libraries[held.library]
    return Item(
        organisation_id=organisation,
        library_id=library,
        barcode=f"{number:010}",  # the files of several systems may use the same
        record_id=edition,
        edition_id=edition,
        call_number=held.call_number,
        status=held.status,
        status_at=NOW,
    )

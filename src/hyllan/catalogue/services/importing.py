"""Records from files instead of a library system: MARC 21, MARCXML or JSON (connectors/files)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue.connectors.files import NoRecords, as_iso2709, read_records, unpacked
from hyllan.catalogue.engine.arrivals import Arrival, arrival_of_file, arrivals_of_marc, pieces
from hyllan.catalogue.engine.item_map import ItemMap, usual_or
from hyllan.catalogue.models import Source
from hyllan.catalogue.services.loading import Counts, load
from hyllan.catalogue.services.moments import Moments
from hyllan.catalogue.services.processes import side_by_side
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import BadRecord, MarcRecord, to_marcxml
from hyllan.protocols.marc.marc_json import to_json
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library

PAGE = 2_000  # records a transaction
LARGE, PIECE = 4_000_000, 400_000  # bytes


@dataclass(frozen=True, slots=True)
class ImportResult:
    read: int
    loaded: int
    quarantined: int
    items: int


def import_records(
    *, library: Library, files: Iterable[tuple[str, bytes]], now: datetime, by: Actor = SYSTEM
) -> ImportResult:
    """
    Load the records of files, with their items, for a library's organisation.

    Items in a library that is none of the organisation's stand in `library`. The same file again
    changes nothing: a record is known by its control number, or by its content.

    :raises Refused: a file holds no records; the files before it are loaded
    """
    source, _made = Source.objects.get_or_create(organisation=library.organisation)
    item_map = usual_or(source.item_map)
    counts, moments = Counts(), Moments(now)
    for name, data in files:
        arrivals = _arrivals(name, data, item_map=item_map, now=now)
        while page := list(islice(arrivals, PAGE)):
            with transaction.atomic():
                locked = Source.objects.select_for_update().get(pk=source.pk)
                counts += load(
                    source=locked,
                    arrivals=page,
                    now=moments(),
                    default_library=library.code,
                )
        region.record(
            by=by,
            action="catalogue.import_records",
            subject=f"source:{library.organisation.code}",
            now=now,
            detail={"file": name, "read": counts.read},
        )
    return ImportResult(counts.read, counts.loaded, counts.quarantined, counts.items)


def _arrivals(name: str, data: bytes, *, item_map: ItemMap, now: datetime) -> Iterator[Arrival]:
    try:
        data = unpacked(data)
        binary = as_iso2709(data)
        if binary is not None:
            yield from _side_by_side(binary, item_map=item_map, now=now)
            return
        for found in read_records(data):
            raw = found.raw if isinstance(found, BadRecord) else _written(found)
            yield arrival_of_file(found, raw=raw, item_map=item_map, now=now)
    except NoRecords as reason:
        raise Refused(
            _("%(file)s holds no records that can be read: %(reason)s. Nothing of it was loaded.")
            % {"file": name, "reason": reason}
        ) from reason


def _side_by_side(data: bytes, *, item_map: ItemMap, now: datetime) -> Iterator[Arrival]:
    """Yield the records in order; of a large file, read by as many processes as there are cores."""
    read = partial(arrivals_of_marc, item_map=item_map, now=now)
    if len(data) < LARGE:
        yield from read(data)
        return
    for arrivals in side_by_side(read, pieces(data, PIECE)):
        yield from arrivals


def _written(record: MarcRecord) -> bytes:
    """Return the record as MARCXML, or as it can be written where that has no way to say it."""
    try:
        return to_marcxml(record)
    except Malformed:
        return orjson.dumps(to_json(record))

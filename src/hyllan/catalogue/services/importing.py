"""Records from files instead of a library system: MARC 21, MARCXML or JSON (connectors/files)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue.connectors.files import NoRecords, read_records
from hyllan.catalogue.engine.item_map import ItemMap, usual_or
from hyllan.catalogue.models import Source
from hyllan.catalogue.services.loading import Arrival, Counts, arrival_of, load
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import (
    BadRecord,
    MarcRecord,
    to_marcxml,
    write_marc,
)
from hyllan.protocols.marc.marc_json import to_json
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library

PAGE = 200


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
    counts = Counts()
    for name, data in files:
        arrivals = _arrivals(name, data, item_map=item_map, now=now)
        while page := list(islice(arrivals, PAGE)):
            with transaction.atomic():
                locked = Source.objects.select_for_update().get(pk=source.pk)
                counts += load(source=locked, arrivals=page, now=now, default_library=library.code)
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
        for found in read_records(data):
            if isinstance(found, BadRecord):
                mark = sha256(found.raw).hexdigest()[:16]
                yield Arrival(f"file:{mark}", now, found.raw, problems=(found.reason,))
            else:
                yield _arrival(found, item_map=item_map, now=now)
    except NoRecords as reason:
        raise Refused(
            _("%(file)s holds no records that can be read: %(reason)s. Nothing of it was loaded.")
            % {"file": name, "reason": reason}
        ) from reason


def _arrival(record: MarcRecord, *, item_map: ItemMap, now: datetime) -> Arrival:
    # Lengths and encoding are the file's: the same record in another form is the same record
    told = record.leader.ljust(24)
    record = replace(record, leader=f"00000{told[5:9]}a2200000{told[17:20]}4500")
    try:
        raw = _written(record)
    except Malformed as error:
        raw = orjson.dumps(to_json(record))
        mark = sha256(raw).hexdigest()[:16]
        return Arrival(f"file:{mark}", now, raw, problems=(error.message,))
    number = record.control("001").strip()
    mark = f"{record.control('003').strip()}:{number}" if number else sha256(raw).hexdigest()[:16]
    identifier = f"file:{mark}"[:200]
    return arrival_of(record, identifier=identifier, datestamp=now, raw=raw, item_map=item_map)


def _written(record: MarcRecord) -> bytes:
    """Return the record as MARCXML, or as ISO 2709 where it has a code that the schema has not."""
    try:
        return to_marcxml(record)
    except Malformed:
        return write_marc(record)

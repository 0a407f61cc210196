"""Records from files instead of a library system: MARC 21 in any encoding, or MARCXML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue.models import Source
from hyllan.catalogue.services.loading import Arrival, Counts, arrival_of, load
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import (
    BadRecord,
    MarcRecord,
    read_marc,
    read_marcxml,
    to_marcxml,
    write_marc,
)
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

    :raises Refused: a file is neither MARC nor MARCXML; the files before it are loaded
    """
    source, _made = Source.objects.get_or_create(organisation=library.organisation)
    counts = Counts()
    for name, data in files:
        arrivals = _arrivals(name, data, now=now)
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


def _arrivals(name: str, data: bytes, *, now: datetime) -> Iterator[Arrival]:
    for found in _records(name, data):
        if isinstance(found, BadRecord):
            mark = sha256(found.raw).hexdigest()[:16]
            yield Arrival(f"file:{mark}", now, found.raw, problems=(found.reason,))
        else:
            yield _arrival(found, now=now)


def _records(name: str, data: bytes) -> Iterator[MarcRecord | BadRecord]:
    if not _is_xml(data):
        yield from read_marc(data)
        return
    try:
        yield from read_marcxml(data)
    except Malformed as error:
        raise Refused(
            _("%(file)s is not MARCXML that can be read: %(reason)s. Nothing of it was loaded.")
            % {"file": name, "reason": error}
        ) from error


def _is_xml(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _arrival(record: MarcRecord, *, now: datetime) -> Arrival:
    try:
        raw = to_marcxml(record)
    except Malformed:
        raw = write_marc(record)  # a code that the XML schema has not
    number = record.control("001").strip()
    mark = f"{record.control('003').strip()}:{number}" if number else sha256(raw).hexdigest()[:16]
    return arrival_of(record, identifier=f"file:{mark}"[:200], datestamp=now, raw=raw)

"""
Records as they are loaded: what came, read as far as it can be read.

It is most of the work of a load and needs no tables, so files are read by several processes
(services/importing.py).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.holdings import Holding, holdings
from hyllan.catalogue.engine.item_map import USUAL, ItemMap
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import BadRecord, MarcRecord, read_one, split_marc, write_marc
from hyllan.protocols.marc.marc_json import to_json

LONGEST_IDENTIFIER = 200


class Reading(NamedTuple):
    """What a record says, as it is stored."""

    description: bytes  # JSON of Description.to_json
    fingerprint: matching.Fingerprint


class Arrival(NamedTuple):  # it goes from process to process at a tenth of a dataclass's cost
    """One record as it came, read as far as it can be read."""

    identifier: str
    datestamp: datetime
    raw: bytes
    deleted: bool = False
    read: Reading | None = None  # None: it is deleted, or cannot be used
    items: tuple[Holding, ...] = ()
    problems: tuple[str, ...] = ()


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
    return Arrival(identifier, datestamp, raw, False, read(described), found.items, found.problems)


def arrival_of_description(
    described: Description, *, identifier: str, datestamp: datetime, raw: bytes
) -> Arrival:
    """Return a record of another format than MARC as it is loaded; it names no items."""
    if not described.title:
        return Arrival(identifier, datestamp, raw, problems=("the record has no title",))
    return Arrival(identifier, datestamp, raw, False, read(described))


def read(described: Description) -> Reading:
    """Return a description as it is stored."""
    return Reading(orjson.dumps(described.to_json()), matching.fingerprint(described))


def arrivals_of_marc(data: bytes, *, item_map: ItemMap, now: datetime) -> list[Arrival]:
    """Return the records of ISO 2709 from a file; each is kept as it came."""
    return [
        arrival_of_file(read_one(chunk, position=position), raw=chunk, item_map=item_map, now=now)
        for chunk, position in split_marc(data)
    ]


def arrival_of_file(
    found: MarcRecord | BadRecord, *, raw: bytes, item_map: ItemMap, now: datetime
) -> Arrival:
    """Return a record of a file, which is known by its control number, or by its content."""
    if isinstance(found, BadRecord):
        mark = sha256(found.raw).hexdigest()[:16]
        return Arrival(f"file:{mark}", now, found.raw, problems=(found.reason,))
    number = found.control("001").strip()
    mark = f"{found.control('003').strip()}:{number}" if number else _mark(found)
    return arrival_of(
        found,
        identifier=f"file:{mark}"[:LONGEST_IDENTIFIER],
        datestamp=now,
        raw=raw,
        item_map=item_map,
    )


def _mark(record: MarcRecord) -> str:
    """Return what the same record has in every form: lengths and encoding are the file's."""
    told = record.leader.ljust(24)
    bare = replace(record, leader=f"00000{told[5:9]}a2200000{told[17:20]}4500")
    try:
        content = write_marc(bare)
    except Malformed:
        content = orjson.dumps(to_json(bare))
    return sha256(content).hexdigest()[:16]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Yield whole records of ISO 2709, about so many bytes at a time."""
    start = 0
    while start < len(data):
        end = data.find(b"\x1d", start + size)
        stop = len(data) if end < 0 else end + 1
        yield data[start:stop]
        start = stop

"""The corpus on disk: a file of MARC 21 for each library system, and the truth beside them."""

import csv
import mmap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from . import distributions as shares
from .chance import drawn
from .copying import Shelfmark, call_number
from .families import family
from .holdings import Owners, item_fields
from .letters import encoded
from .libraries import System, encoding_of
from .resembling import COMPOSED

BUFFER = 1 << 18  # bytes kept of each file before they are written
PART = ".part"  # a file that is not finished
TRUTH = "truth.csv"


@dataclass(slots=True)
class _Shelf:
    """What stands in a system's file so far."""

    system: System
    path: Path
    records: int = 0
    items: int = 0
    waiting: list[bytes] = field(default_factory=list)
    size: int = 0

    def put(self, data: bytes) -> None:
        self.waiting.append(data)
        self.size += len(data)
        if self.size >= BUFFER:
            self.flush()

    def flush(self) -> None:
        with self.path.open("ab") as file:
            file.write(b"".join(self.waiting))
        self.waiting.clear()
        self.size = 0


@dataclass(frozen=True, slots=True)
class Written:
    files: tuple[str, ...]
    truth: str
    records: int
    editions: int
    works: int
    items: int


def write_corpus(
    systems: Sequence[System],
    *,
    records: int,
    seed: int,
    output: Path,
    told: Callable[[int], None] = lambda _: None,
) -> Written:
    """
    Write exactly that many records; what is there is replaced when all of it is ready.

    :param told: called with the records written so far, now and then
    """
    output.mkdir(parents=True, exist_ok=True)
    for old in output.glob(f"*{PART}"):
        old.unlink()
    shelves = {s.code: _Shelf(s, output / f"{s.code}.mrc{PART}") for s in systems}
    truth = output / f"{TRUTH}{PART}"
    with truth.open("w", encoding="utf-8", newline="") as file:
        editions, works = _fill(shelves, records=records, seed=seed, file=file, told=told)
    for shelf in shelves.values():
        shelf.flush()
        _in_order(shelf.path)
    for part in [*(shelf.path for shelf in shelves.values()), truth]:
        part.replace(part.with_suffix(""))
    return Written(
        files=tuple(str(output / f"{code}.mrc") for code in shelves),
        truth=str(output / TRUTH),
        records=sum(shelf.records for shelf in shelves.values()),
        editions=editions,
        works=works,
        items=sum(shelf.items for shelf in shelves.values()),
    )


def _fill(
    shelves: dict[str, _Shelf],
    *,
    records: int,
    seed: int,
    file: TextIO,
    told: Callable[[int], None],
) -> tuple[int, int]:
    """Write the records as they are made, and return how many editions and works they are of."""
    rows = csv.writer(file)
    rows.writerow(("library", "record", "edition", "work"))
    owners = Owners([shelf.system for shelf in shelves.values()])
    compositions: set[str] = set()  # the few works that several families share
    editions = works = made = number = 0
    while made < records:
        held: list[tuple[str, str]] = []
        for shelfmark, system in _held(seed, number, owners):
            name = _put(shelves[system.code], shelfmark)
            edition = shelfmark.edition
            rows.writerow((system.code, name, edition.key, edition.work))
            held.append((edition.key, edition.work))
            made += 1
            if made == records:
                break
        editions += len({key for key, _ in held})
        own = {work for _, work in held}
        compositions |= {work for work in own if work.startswith(COMPOSED)}
        works += sum(not work.startswith(COMPOSED) for work in own)
        number += 1
        if number % 200 == 0:
            told(made)
    told(made)
    return editions, works + len(compositions)


def _held(seed: int, number: int, owners: Owners) -> Iterator[tuple[Shelfmark, System]]:
    """Yield the editions of a family, each with every system that has a record of it."""
    editions = family(seed, number)
    random = drawn(seed, "shelves", number)
    for edition in editions:
        sibling = next((it for it in editions if it.isbns and it.key != edition.key), None)
        shelfmark = Shelfmark(edition, sibling, random)
        for system in owners.of(edition, random):
            yield shelfmark, system
            if random.random() < shares.TWICE:
                yield shelfmark, system


def _put(shelf: _Shelf, shelfmark: Shelfmark) -> str:
    """Add the system's record of the edition, and return its record number."""
    system, random = shelf.system, shelfmark.random
    name = system.record_number(shelf.records)
    shelf.records += 1
    leader, fields = shelfmark.record(system)
    call = call_number(shelfmark.edition, system)
    items, shelf.items = item_fields(system, call, shelf.items, random)
    changed = f"20{random.randrange(100000, 249999):06}{random.randrange(120000):06}.0"
    own = [("001", name), ("003", system.code), ("005", changed)]
    shelf.put(encoded(leader, [*own, *_ordered(fields), *items], encoding_of(system, random)))
    return name


def _ordered(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(fields, key=itemgetter(0))


def _in_order(path: Path) -> None:
    """Sort a system's records by number, so that the file does not tell how it was made."""
    if not path.stat().st_size:
        return
    ordered = path.with_suffix(".ordered" + PART)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        places = sorted(_places(data))
        with ordered.open("wb", buffering=BUFFER) as out:
            for _, start, length in places:
                out.write(data[start : start + length])
    ordered.replace(path)


def _places(data: mmap.mmap) -> Iterator[tuple[bytes, int, int]]:
    """Yield the number, start and length of each record; 001 is its first field."""
    at, end = 0, len(data)
    while at < end:
        length = int(data[at : at + 5])
        base = at + int(data[at + 12 : at + 17])
        yield data[base : base + int(data[at + 27 : at + 31])], at, length
        at += length

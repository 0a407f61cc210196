"""A folder of MARC files and its truth, read as the catalogue reads it, two files at a time."""

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from hyllan.catalogue.engine.matching import (
    Profile,
    Table,
    flat,
    keys_of,
    pack,
    profile_of,
    unpack,
)
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.protocols.marc import MarcRecord, read_marc
from pairing.rivals import RIVALS

Array = npt.NDArray[Any]
TRUTH = "truth.csv"
NOT_COMPARED = {"notes", "subjects", "summary", "series"}
# What may be hard about a record: a name, and whether it is so
KINDS: Mapping[str, Callable[[Description, Profile], bool]] = {
    "no ISBN": lambda it, _: not it.isbns and not it.wrong_isbns,
    "wrong ISBN": lambda it, _: bool(it.wrong_isbns),
    "several ISBNs": lambda it, _: len(it.isbns) > 1,
    "other script": lambda it, _: not it.title.isascii() and max(it.title) > "\u036f",
    "part of a set or series": lambda _, profile: bool(profile.volume),
    "no main entry": lambda it, _: not it.main_entry,
    "no year": lambda it, _: it.year is None,
    "no extent": lambda it, _: not it.extent,
    "no language": lambda it, _: not it.language,
    "edition number": lambda _, profile: bool(profile.edition),
    "audiobook": lambda it, _: it.material == "audiobook",
    "film": lambda it, _: it.material == "film",
    "music": lambda it, _: it.material == "music",
    "other form than print": lambda it, _: it.material == "book" and bool(it.form),
    "serial": lambda it, _: it.serial,
}


class Seconds(NamedTuple):
    """Processor time of reading."""

    parsing: float  # bytes to descriptions
    profile: float
    keys: float
    packing: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """Row i is one record, in the order of its library and its number."""

    names: list[tuple[str, str]]
    packed: list[bytes]  # profiles
    keys: Array
    rows: Array  # of the keys
    described: list[bytes]  # without what is only shown or searched
    kinds: Array  # bits, by place in KINDS
    rivals: Mapping[str, Array]  # name: a number for each record; who has the same is one
    edition: Array  # the truth, numbered
    work: Array
    seconds: Seconds

    def __len__(self) -> int:
        return len(self.names)

    def table(self) -> Table:
        return Table.of(map(unpack, self.packed))

    def description(self, row: int) -> Description:
        return Description.from_json(orjson.loads(self.described[row]))


class _Part(NamedTuple):
    """One library's file."""

    numbers: list[str]
    packed: list[bytes]
    keys: Array
    rows: Array
    described: list[bytes]
    kinds: Array
    rivals: Mapping[str, list[str]]
    seconds: Seconds


def read(folder: Path, *, rivals: bool = False) -> Corpus:
    """
    Read the folder with two processes.

    :param rivals: whether the keys of other methods are made too, which takes longer than all else
    """
    truth = _truth(folder)
    files = sorted(folder.glob("*.mrc"))
    parts: list[_Part] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts += pool.map(partial(_read_file, rivals=rivals), files)
    sizes = [len(part.numbers) for part in parts]
    starts = np.cumsum([0, *sizes])[:-1].tolist()
    names = [
        (path.stem, number)
        for path, part in zip(files, parts, strict=True)
        for number in part.numbers
    ]
    return Corpus(
        names=names,
        packed=[each for part in parts for each in part.packed],
        keys=np.concatenate([part.keys for part in parts]),
        rows=np.concatenate([part.rows + at for part, at in zip(parts, starts, strict=True)]),
        described=[each for part in parts for each in part.described],
        kinds=np.concatenate([part.kinds for part in parts]),
        rivals={
            name: RIVALS[name].labels([each for part in parts for each in part.rivals[name]])
            for name in (RIVALS if rivals else ())
        },
        edition=_numbered(truth[name][0] for name in names),
        work=_numbered(truth[name][1] for name in names),
        seconds=Seconds(*map(sum, zip(*(part.seconds for part in parts), strict=True))),
    )


def _read_file(path: Path, *, rivals: bool) -> _Part:
    """Read one file, step by step, so that each step's time is its own."""
    marks = [time.process_time()]

    def mark() -> None:
        marks.append(time.process_time())

    records = [each for each in read_marc(path.read_bytes()) if isinstance(each, MarcRecord)]
    described = [describe(record) for record in records]
    mark()
    profiles = [profile_of(each) for each in described]
    mark()
    keys, rows = flat([keys_of(profile) for profile in profiles])
    mark()
    packed = [pack(profile) for profile in profiles]
    mark()
    kinds = [
        sum(is_so(each, profile) << at for at, is_so in enumerate(KINDS.values()))
        for each, profile in zip(described, profiles, strict=True)
    ]
    return _Part(
        [record.control("001") for record in records],
        packed,
        keys,
        rows,
        [orjson.dumps(_compared(each)) for each in described],
        np.array(kinds, np.int32),
        {
            name: [rival.key(*pair) for pair in zip(records, described, strict=True)]
            for name, rival in (RIVALS.items() if rivals else ())
        },
        Seconds(*np.diff(marks).tolist()),
    )


def _compared(described: Description) -> dict[str, Any]:
    """Return what the record says of what is compared."""
    told = {field.name: getattr(described, field.name) for field in fields(described)}
    kept = {name: said for name, said in told.items() if said and name not in NOT_COMPARED}
    return {"title": "", **kept}


def _truth(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    with (folder / TRUTH).open(encoding="utf-8", newline="") as file:
        return {
            (row["library"], row["record"]): (row["edition"], row["work"])
            for row in csv.DictReader(file)
        }


def _numbered(texts: Iterator[str]) -> Array:
    numbers: dict[str, int] = {}
    return np.fromiter((numbers.setdefault(text, len(numbers)) for text in texts), np.int64)

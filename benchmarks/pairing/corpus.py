"""A folder of MARC files and its truth, read as the catalogue reads it, two files at a time."""

import csv
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching import Profile, flat, keys_of, pack, profile_of, unpack
from hyllan.catalogue.engine.matching.works import work_keys
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.protocols.marc import MarcRecord, read_marc

Array = npt.NDArray[Any]
TRUTH = "truth.csv"
# What may be hard about a record: a name, and whether it is so
KINDS: dict[str, Callable[[Description], bool]] = {
    "no ISBN": lambda it: not it.isbns and not it.wrong_isbns,
    "wrong ISBN": lambda it: bool(it.wrong_isbns),
    "several ISBNs": lambda it: len(it.isbns) > 1,
    "other script": lambda it: not it.title.isascii() and max(it.title) > "\u036f",
    "part of a set or series": lambda it: bool(profile_of(it).volume),
    "no main entry": lambda it: not it.main_entry,
    "no year": lambda it: it.year is None,
    "no extent": lambda it: not it.extent,
    "no language": lambda it: not it.language,
    "edition number": lambda it: bool(profile_of(it).edition),
    "audiobook": lambda it: it.material == "audiobook",
    "film": lambda it: it.material == "film",
    "music": lambda it: it.material == "music",
    "other form than print": lambda it: it.material == "book" and bool(it.form),
    "serial": lambda it: it.serial,
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Row i is one record, in the order of its library and its number."""

    names: list[tuple[str, str]]
    profiles: list[Profile]
    keys: Array
    rows: Array  # of the keys
    work_keys: list[tuple[int, ...]]
    kinds: Array  # bits, by place in KINDS
    rival_keys: dict[str, list[str]]
    edition: Array  # the truth, numbered
    work: Array
    seconds: float  # CPU of reading: parsing, describing, profile and keys
    own_seconds: float  # of these, profile and keys


Row = tuple[str, bytes, tuple[int, ...], tuple[int, ...], int]


def read(folder: Path, *, rivals: dict[str, Callable[[bytes], list[str]]] | None = None) -> Corpus:
    """
    Read the folder with two processes.

    :param rivals: name, and what makes of a file the key of each of its records
    """
    truth = _truth(folder)
    rows: list[tuple[str, Row]] = []
    rival_keys: dict[str, list[str]] = {name: [] for name in rivals or {}}
    seconds = own = 0.0
    files = sorted(folder.glob("*.mrc"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for path, (found, spent, spent_own) in zip(files, pool.map(_read_file, files), strict=True):
            rows += [(path.stem, row) for row in found]
            seconds += spent
            own += spent_own
        for name, make in (rivals or {}).items():
            for keys in pool.map(make, (path.read_bytes() for path in files)):
                rival_keys[name] += keys
    names = [(library, row[0]) for library, row in rows]
    keys, places = flat(row[2] for _, row in rows)
    return Corpus(
        names=names,
        profiles=[unpack(row[1]) for _, row in rows],
        keys=keys,
        rows=places,
        work_keys=[row[3] for _, row in rows],
        kinds=np.array([row[4] for _, row in rows], np.int32),
        rival_keys=rival_keys,
        edition=_numbered(truth[name][0] for name in names),
        work=_numbered(truth[name][1] for name in names),
        seconds=seconds,
        own_seconds=own,
    )


def _read_file(path: Path) -> tuple[list[Row], float, float]:
    began, own = time.process_time(), 0.0
    found: list[Row] = []
    apart = 0.0  # what only the benchmark does
    for record in read_marc(path.read_bytes()):
        if not isinstance(record, MarcRecord):
            continue
        described = describe(record)
        start = time.process_time()
        profile = profile_of(described)
        packed, keys = pack(profile), keys_of(profile)
        own += time.process_time() - start
        start = time.process_time()
        works = work_keys([described])
        kinds = sum(is_so(described) << at for at, is_so in enumerate(KINDS.values()))
        apart += time.process_time() - start
        found.append((record.control("001"), packed, keys, works, kinds))
    return found, time.process_time() - began - apart, own


def _truth(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    with (folder / TRUTH).open(encoding="utf-8", newline="") as file:
        return {
            (row["library"], row["record"]): (row["edition"], row["work"])
            for row in csv.DictReader(file)
        }


def _numbered(texts: Iterator[str]) -> Array:
    numbers: dict[str, int] = {}
    return np.fromiter((numbers.setdefault(text, len(numbers)) for text in texts), np.int64)

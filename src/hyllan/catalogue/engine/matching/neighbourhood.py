"""
What a change can reach: whole components of records joined by pairs, and nothing else.

Editions are made component by component, so partitioning these alone gives what partitioning
everything would give (docs/algorithms/matching.md has the proof).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.blocking import pairs
from hyllan.catalogue.engine.matching.model import is_match, score
from hyllan.catalogue.engine.matching.profile import Profile
from hyllan.catalogue.engine.matching.table import Table

Array = npt.NDArray[Any]


class Shelf(Protocol):
    """What is known of all records, by id: a few tables."""

    def keys(self, records: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return (key, record) for all keys of these records."""

    def holders(self, keys: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return (key, record) for all records of these keys; of junk keys at least CAP + 1."""

    def profiles(self, records: Collection[int]) -> Mapping[int, Profile]:
        """Return the profiles of these records."""

    def joined(self, records: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return the pairs of records that staff joined and of which one is among these."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Whole components: what `editions` is to be run on. Arrays hold places in `records`."""

    records: tuple[int, ...]  # ids, ascending
    table: Table
    left: Array
    right: Array
    probability: Array


def affected(seeds: Collection[int], shelf: Shelf) -> Neighbourhood:
    """
    Return the components of the seeds.

    :param seeds: the changed records that still are, and all that share a key with them that they
        have or had, or only those that were in one edition with them (docs/algorithms/matching.md);
        where a key became or ceased to be junk, all its records; the two records of a
        word of staff that came or went
    """
    known: dict[int, Profile] = {}
    links: dict[tuple[int, int], float] = {}
    seen: set[int] = set()
    front = set(seeds)
    while front:
        near = [pair for pair in _near(front, shelf) if not (seen & set(pair))]
        seen |= front
        wanted = front | {row for pair in near for row in pair}
        known |= shelf.profiles(wanted - known.keys())
        links |= _matches(near, known)
        reached = {row for pair in links for row in pair}
        reached |= {row for pair in shelf.joined(front) for row in pair}
        front = reached - seen
    return _made(sorted(seen), known, links)


def _near(front: Collection[int], shelf: Shelf) -> list[tuple[int, int]]:
    """Return the pairs that share a key that is not junk, and of which one is in front."""
    keys = {key for key, _ in shelf.keys(front)}
    held = list(shelf.holders(keys))
    if not held:
        return []
    told = np.array(held, np.int64)
    ids, places = np.unique(told[:, 1], return_inverse=True)
    left, right = pairs(told[:, 0], places.astype(np.int64))
    ahead = np.isin(ids, list(front))
    chosen = ahead[left] | ahead[right]
    return list(zip(ids[left[chosen]].tolist(), ids[right[chosen]].tolist(), strict=True))


def _matches(
    near: list[tuple[int, int]], known: Mapping[int, Profile]
) -> dict[tuple[int, int], float]:
    if not near:
        return {}
    ids, places = np.unique(np.array(near, np.int64), return_inverse=True)
    rows = places.reshape(-1, 2).astype(np.int64)
    found = score(Table.of(known[each] for each in ids.tolist()), rows[:, 0], rows[:, 1])
    return {near[at]: float(found[at]) for at in np.flatnonzero(is_match(found)).tolist()}


def _made(
    records: list[int], known: Mapping[int, Profile], links: Mapping[tuple[int, int], float]
) -> Neighbourhood:
    place = {record: at for at, record in enumerate(records)}
    left = np.fromiter((place[one] for one, _ in links), np.int64, len(links))
    right = np.fromiter((place[other] for _, other in links), np.int64, len(links))
    probability = np.fromiter(links.values(), np.float64, len(links))
    table = Table.of(known[record] for record in records)
    return Neighbourhood(tuple(records), table, left, right, probability)

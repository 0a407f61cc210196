"""A corpus matched in memory as the catalogue does it, with what each step takes."""

import resource
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine import matching
from pairing.corpus import Corpus

Array = npt.NDArray[Any]
_KILOBYTES_A_GIGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Matched:
    edition: Array
    work: Array
    left: Array
    right: Array
    probability: Array
    cpu: dict[str, float]  # seconds of processor time, all threads; of each step
    wall: dict[str, float]
    memory: float  # most that this process ever held, in GB


class _Clock:
    """How long each step takes, since the step before."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}
        self._last = time.process_time(), time.perf_counter()

    def note(self, step: str) -> None:
        now = time.process_time(), time.perf_counter()
        self.cpu[step], self.wall[step] = (a - b for a, b in zip(now, self._last, strict=True))
        self._last = now


def matched(corpus: Corpus) -> Matched:
    """Match from packed profiles and keys to editions and works."""
    clock = _Clock()
    table = corpus.table()
    clock.note("table")
    left, right = matching.pairs(corpus.keys, corpus.rows)
    clock.note("pairs")
    probability = matching.score(table, left, right)
    clock.note("score")
    edition = matching.editions(corpus.names, table, left, right, probability)
    clock.note("editions")
    keys = [
        matching.work_keys([corpus.description(row) for row in rows]) for rows in _members(edition)
    ]
    clock.note("work keys")
    work = matching.works(range(len(keys)), keys)[edition]
    clock.note("works")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILOBYTES_A_GIGABYTE
    return Matched(edition, work, left, right, probability, clock.cpu, clock.wall, most)


def _members(labels: Array) -> list[list[int]]:
    """Return the rows of each label."""
    order = np.argsort(labels, kind="stable")
    cuts = np.cumsum(np.bincount(labels))[:-1]
    return [rows.tolist() for rows in np.split(order, cuts)]

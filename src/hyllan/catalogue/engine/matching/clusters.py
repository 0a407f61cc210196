"""
Editions out of pairs: what is joined, as long as nothing in a group speaks against the rest.

Two records that are joined only through a third are looked at themselves. Labels depend on the set
of records, on their names and on staff's word; not on the order in which anything comes.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hyllan.catalogue.engine.matching.model import score
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.weights import THRESHOLD

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
Pairs = Iterable[tuple[int, int]]
Scorer = Callable[[Rows, Rows], Array]

LARGEST = 1_000  # records: a larger component is parted by a higher bar first
NEVER, CERTAIN = 1e12, 1e-9
BARS = (0.99, 0.999, 0.9999, 0.99999)


def editions(
    names: Sequence[Any],
    table: Table,
    left: Rows,
    right: Rows,
    probability: Array,
    must: Pairs = (),
    cannot: Pairs = (),
) -> Array:
    """
    Return for each row the number of its edition: editions are numbered by their first name.

    :param names: what a row is called, all different and comparable: they settle ties
    :param left: rows of the pairs with `right`; pairs below the threshold do no harm
    :param must: rows that staff said are one edition; stronger than the model
    :param cannot: rows that staff said are not; stronger than all
    """
    return _Partition(names, lambda a, b: score(table, a, b)).of(
        left, right, probability, sorted(must), sorted(cannot)
    )


class _Partition:
    def __init__(self, names: Sequence[Any], scorer: Scorer) -> None:
        self._count = len(names)
        self._rank = np.empty(self._count, np.int64)
        self._rank[sorted(range(self._count), key=names.__getitem__)] = np.arange(self._count)
        self._score = scorer

    def of(
        self,
        left: Rows,
        right: Rows,
        probability: Array,
        must: list[tuple[int, int]],
        cannot: list[tuple[int, int]],
    ) -> Array:
        strong = probability >= THRESHOLD
        left, right, probability = left[strong], right[strong], probability[strong]
        apart = {frozenset(pair) for pair in cannot}
        labels = _components(self._count, left, right)
        parted = _doubtful(labels, left, {row for pair in cannot for row in pair})
        made = self._apart(labels, parted, apart)
        made = self._as_staff_said(made, must, apart)
        return self._numbered(made)

    def _apart(self, labels: Array, doubtful: Array, apart: set[frozenset[int]]) -> Array:
        """Return labels with the doubtful components parted where a part speaks against a part."""
        made = labels.astype(np.int64) * self._count
        order = np.lexsort((self._rank, labels))
        order = order[np.isin(labels[order], doubtful)]
        cuts = np.flatnonzero(np.diff(labels[order])) + 1
        for members in np.split(order, cuts):
            if len(members):
                made[members] += self._groups(members, apart)
        return made

    def _groups(self, members: Rows, apart: set[frozenset[int]]) -> Array:
        one, other = np.triu_indices(len(members), 1)
        probability = self._score(members[one], members[other])
        odds = np.log(np.clip(probability, CERTAIN, 1 - CERTAIN))
        odds -= np.log1p(-np.clip(probability, CERTAIN, 1 - CERTAIN))
        far = 50.0 - odds
        far[probability == 0] = NEVER
        if apart:
            rows = zip(members[one].tolist(), members[other].tolist(), strict=True)
            far[[frozenset(pair) in apart for pair in rows]] = NEVER * 1e3
        tree = linkage(far, "average")
        found: Array = fcluster(tree, 50.0, "distance")
        return found

    def _as_staff_said(
        self, labels: Array, must: list[tuple[int, int]], apart: set[frozenset[int]]
    ) -> Array:
        """Return labels with each pair's groups joined, unless staff holds two of them apart."""
        for one, other in sorted(must, key=lambda pair: sorted(self._rank[list(pair)])):
            ours, theirs = labels == labels[one], labels == labels[other]
            together = set(np.flatnonzero(ours | theirs).tolist())
            if not any(pair <= together for pair in apart):
                labels[theirs] = labels[one]
        return labels

    def _numbered(self, labels: Array) -> Array:
        order = np.argsort(self._rank)
        _, first, inverse = np.unique(labels[order], return_index=True, return_inverse=True)
        numbers = np.empty(len(first), np.int64)
        numbers[np.argsort(first)] = np.arange(len(first))
        made = np.empty(self._count, np.int64)
        made[order] = numbers[inverse]
        return made


def _components(count: int, left: Rows, right: Rows) -> Array:
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    found: Array = labels
    return found


def _doubtful(labels: Array, left: Rows, touched: set[int]) -> Array:
    """Return the components in which not all are joined with all, or staff said something."""
    sizes = np.bincount(labels)
    edges = np.bincount(labels[left], minlength=len(sizes)) if len(left) else np.zeros_like(sizes)
    doubtful = edges < sizes * (sizes - 1) // 2
    doubtful[labels[sorted(touched)]] = True
    doubtful &= sizes > 1
    return np.flatnonzero(doubtful)

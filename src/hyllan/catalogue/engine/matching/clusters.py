"""
Editions out of pairs: what is joined, as long as nothing in a group speaks against the rest.

Where all records of a component are joined with one another, it is an edition. Where some are
joined only through others, they are looked at themselves: groups are merged best link first, by the
average over all pairs of their records, and never over a contradiction. Labels depend on the set
of records, on their names and on staff's word; not on the order in which anything comes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.blocking import pairs_within
from hyllan.catalogue.engine.matching.model import score
from hyllan.catalogue.engine.matching.staff import as_staff_said
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.weights import THRESHOLD

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
Pairs = Iterable[tuple[int, int]]
Scorer = Callable[[Rows, Rows], Array]

LARGEST = 3_000  # records that are compared with one another: some 5 million pairs
BARS = (0.99, 0.999, 0.9999, 0.99999)  # what a larger component is parted by, one after another
PAIRS_AT_ONCE = 2_000_000
# Distances for linkage: 50 less the log-odds, so that groups are merged as long as the average pair
# is more probably one edition than not
MIDDLE, CERTAIN = 50.0, 1e-9
CONTRADICTED, FORBIDDEN = 1e12, 1e15


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

    def scorer(one: Rows, other: Rows) -> Array:
        return score(table, one, other)

    return partition(names, scorer, (left, right, probability), must=must, cannot=cannot)


def partition(
    names: Sequence[Any],
    scorer: Scorer,
    links: tuple[Rows, Rows, Array],
    *,
    must: Pairs = (),
    cannot: Pairs = (),
) -> Array:
    """
    Return labels as `editions` does.

    :param scorer: gives the probability of any pairs of rows; 0: contradicted
    :param links: left and right rows of pairs, and their probability
    """
    rank = _ranks(names)
    apart = {frozenset(pair) for pair in cannot}
    left, right, probability = _strong(links, len(names))
    labels = _bounded(len(names), left, right, probability)
    doubtful = _doubtful(labels, left, right, {row for pair in apart for row in pair})
    for members, found in _matrices(labels, doubtful, rank, scorer):
        labels[members] += _groups(members, found, apart)
    if must := sorted(must, key=lambda pair: sorted((int(rank[pair[0]]), int(rank[pair[1]])))):
        labels = as_staff_said(labels, must, apart, rank)
    return _numbered(labels, rank)


def _ranks(names: Sequence[Any]) -> Array:
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


def _strong(links: tuple[Rows, Rows, Array], count: int) -> tuple[Rows, Rows, Array]:
    """Return the links that join, each once."""
    left, right, probability = links
    strong = probability >= THRESHOLD
    left, right, probability = left[strong], right[strong], probability[strong]
    codes = np.minimum(left, right) * np.int64(count) + np.maximum(left, right)
    _, first = np.unique(codes, return_index=True)
    return left[first], right[first], probability[first]


def _bounded(count: int, left: Rows, right: Rows, probability: Array) -> Array:
    """
    Return components that are not larger than LARGEST, numbered `count` apart.

    The room between the numbers is for parts. One that no bar makes smaller says nothing: its
    records stay alone.
    """
    labels = _components(count, left, right)
    for bar in BARS:
        large = np.bincount(labels, minlength=1) > LARGEST
        if not large.any():
            break
        kept = ~large[labels[left]] | (probability >= bar)
        left, right, probability = left[kept], right[kept], probability[kept]
        labels = _components(count, left, right)
    alone = (np.bincount(labels, minlength=1) > LARGEST)[labels]
    labels[alone] = labels.max(initial=0) + 1 + np.arange(alone.sum())
    numbered: Array = labels * np.int64(count)
    return numbered


def _components(count: int, left: Rows, right: Rows) -> Array:
    # Slow imports: half a second that every command and every web process would pay
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    found: Array = labels.astype(np.int64)
    return found


def _doubtful(labels: Array, left: Rows, right: Rows, touched: set[int]) -> Array:
    """Return the labels of which not all are joined with all, or of whom staff said something."""
    found, places, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    inside = places[left] == places[right]
    edges = np.bincount(places[left[inside]], minlength=len(found))
    doubtful = edges < sizes * (sizes - 1) // 2
    doubtful[places[sorted(touched)]] = True
    chosen: Array = found[doubtful & (sizes > 1)]
    return chosen


def _matrices(
    labels: Array, doubtful: Array, rank: Array, scorer: Scorer
) -> Iterator[tuple[Rows, Array]]:
    """Yield the members of each doubtful component by rank, and the probability of all pairs."""
    rows = np.flatnonzero(np.isin(labels, doubtful))
    rows = rows[np.lexsort((rank[rows], labels[rows]))]
    cuts = np.flatnonzero(np.diff(labels[rows])) + 1
    starts = np.r_[0, cuts].astype(np.int64)[: len(doubtful)]
    sizes = np.diff(np.r_[starts, len(rows)])
    upto = np.r_[0, np.cumsum(sizes * (sizes - 1) // 2)]
    at = 0
    while at < len(starts):  # as many components at a time as PAIRS_AT_ONCE allows, or one
        end = max(at + 1, int(np.searchsorted(upto, upto[at] + PAIRS_AT_ONCE, "right")) - 1)
        found = scorer(*pairs_within(rows, starts[at:end], sizes[at:end]))
        for place, (low, high) in enumerate(pairwise((upto[at : end + 1] - upto[at]).tolist()), at):
            yield rows[starts[place] : starts[place] + sizes[place]], found[low:high]
        at = end


def _groups(members: Rows, probability: Array, apart: set[frozenset[int]]) -> Array:
    """Return the numbers, from 1, of the groups that average linkage leaves."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - see _components

    sure = np.clip(probability, CERTAIN, 1 - CERTAIN)
    far = MIDDLE - (np.log(sure) - np.log1p(-sure))
    far[probability == 0] = CONTRADICTED
    inside = [pair for pair in apart if pair <= set(members.tolist())] if apart else []
    for pair in inside:
        low, high = sorted(np.flatnonzero(np.isin(members, list(pair))).tolist())
        far[low * len(members) - low * (low + 1) // 2 + high - low - 1] = FORBIDDEN
    found: Array = fcluster(linkage(far, "average"), MIDDLE, "distance")
    return found.astype(np.int64)


def _numbered(labels: Array, rank: Array) -> Array:
    order = np.argsort(rank)
    _, first, inverse = np.unique(labels[order], return_index=True, return_inverse=True)
    numbers = np.empty(len(first), np.int64)
    numbers[np.argsort(first)] = np.arange(len(first))
    made = np.empty(len(labels), np.int64)
    made[order] = numbers[inverse]
    return made

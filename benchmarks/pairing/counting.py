"""Pairs counted: how many that belong together are together, and how many that do not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of pairs of records."""

    right: int  # together in both
    said: int  # together by the matcher
    true: int  # together in truth
    precision: float
    recall: float
    f1: float

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.5f}  recall {self.recall:.5f}  F1 {self.f1:.5f}"
            f"  ({self.right} of {self.said} said, of {self.true} true)"
        )


def counted(right: int, said: int, true: int) -> Counted:
    """Return the score; where there is nothing to say, nothing is wrong."""
    return Counted(
        right,
        said,
        true,
        precision=right / said if said else 1.0,
        recall=right / true if true else 1.0,
        f1=2 * right / (said + true) if said + true else 1.0,
    )


def compared(labels: Array, truth: Array) -> Counted:
    """Return the score over all pairs, from the sizes of what overlaps."""
    both = np.unique(np.stack([labels, truth]), axis=1, return_counts=True)[1]
    return counted(_pairs(both), _pairs(np.bincount(labels)), _pairs(np.bincount(truth)))


def _pairs(sizes: Array) -> int:
    sizes = sizes.astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def within(labels: Array) -> tuple[Array, Array]:
    """Return all pairs of rows that have the same label, the lower row first."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    after = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(labels)) - 1
    left = np.repeat(np.arange(len(labels)), after)
    steps = np.arange(len(left)) - np.repeat(np.cumsum(after) - after, after)
    return order[left], order[left + 1 + steps]


def by_kind(labels: Array, truth: Array, kinds: Array, names: list[str]) -> dict[str, Counted]:
    """Return the score over the pairs of which a record is of each kind, and of no kind at all."""
    said, true = _pairs_kinds(labels, truth, kinds), _pairs_kinds(truth, labels, kinds)
    made = {}
    for place, name in enumerate(names):
        mine, theirs = (pairs[1] >> place & 1 == 1 for pairs in (said, true))
        right = int((said[0] & mine).sum())
        made[name] = counted(right, int(mine.sum()), int(theirs.sum()))
    plain, plain_true = said[1] == 0, true[1] == 0
    made["none of these"] = counted(
        int((said[0] & plain).sum()), int(plain.sum()), int(plain_true.sum())
    )
    return made


def _pairs_kinds(labels: Array, others: Array, kinds: Array) -> tuple[Array, Array]:
    left, right = within(labels)
    return others[left] == others[right], kinds[left] | kinds[right]

"""Which group keeps which number: an edition is called what most of its records were called."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What numbers groups have, and where the numbers went that no group has any more."""

    numbers: Array  # of each group; 0: it needs a new one
    merged: dict[int, int]  # number: the group that most of its members are in


def kept(labels: Array, before: Array) -> Kept:
    """
    Return the number of each group.

    A number goes with most of its members, to the first such group. A group that several numbers
    come to has the one that most of its members had, the lowest of several; the others are merged.

    :param labels: the group of each member, from 0 without gaps
    :param before: the number each member had; 0: none
    """
    numbers = np.zeros(int(labels.max(initial=-1)) + 1, np.int64)
    had = before > 0
    if not had.any():
        return Kept(numbers, {})
    pairs, counts = np.unique(
        np.stack([before[had], labels[had]], axis=1), axis=0, return_counts=True
    )
    order = np.lexsort((pairs[:, 1], -counts, pairs[:, 0]))
    pairs, counts = pairs[order], counts[order]
    first = np.r_[True, pairs[1:, 0] != pairs[:-1, 0]]
    claims, strength = pairs[first], counts[first]
    order = np.lexsort((claims[:, 0], -strength, claims[:, 1]))
    claims = claims[order]
    wins = np.r_[True, claims[1:, 1] != claims[:-1, 1]]
    numbers[claims[wins, 1]] = claims[wins, 0]
    lost = claims[~wins]
    return Kept(numbers, dict(zip(lost[:, 0].tolist(), lost[:, 1].tolist(), strict=True)))

"""Staff's word on groups that a model has made: together, whatever the model says, or never."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Apart = set[frozenset[int]]


def as_staff_said(
    labels: Array, must: Sequence[tuple[int, int]], apart: Apart, rank: Array
) -> Array:
    """
    Return labels with the groups of each pair joined.

    Where that would bring two together whom staff holds apart, fewer go along: the group of one
    with the other alone, or the two alone. Whoever was joined to one of them by an earlier pair is
    of it. A pair that cannot be joined even so is left: staff's "never" is stronger.

    :param must: pairs of rows in the order in which they are to be heard
    """
    touched = np.unique(labels[[row for pair in must for row in pair]])
    rows = np.flatnonzero(np.isin(labels, touched))
    groups: dict[int, set[int]] = {}
    for row, label in zip(rows.tolist(), labels[rows].tolist(), strict=True):
        groups.setdefault(label, set()).add(row)
    group = {row: members for members in groups.values() for row in members}
    bound: dict[int, set[int]] = {}  # rows that pairs so far made one
    for one, other in must:
        first, second = sorted((one, other), key=lambda row: int(rank[row]))
        _join(first, second, group, bound, apart)
    made = labels.copy()
    fresh = int(labels.max(initial=0)) + 1
    seen: dict[int, int] = {}
    for row, members in group.items():
        made[row] = fresh + seen.setdefault(id(members), len(seen))
    return made


def _join(
    first: int, second: int, group: dict[int, set[int]], bound: dict[int, set[int]], apart: Apart
) -> None:
    ours, theirs = group[first], group[second]
    mine, yours = bound.get(first, {first}), bound.get(second, {second})
    choices = (ours | theirs, ours | yours, mine | theirs, mine | yours)
    chosen = next((each for each in choices if not any(pair <= each for pair in apart)), None)
    if chosen is None:
        return
    for members in (ours - chosen, theirs - chosen, chosen):
        for row in members:
            group[row] = members
    tied = mine | yours
    for row in tied:
        bound[row] = tied

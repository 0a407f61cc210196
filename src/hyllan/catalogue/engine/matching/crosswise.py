"""Some records beside some others, all pairs of them: for a page that shows them to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.compare import compare
from hyllan.catalogue.engine.matching.model import contradicted, log_odds, probability
from hyllan.catalogue.engine.matching.profile import profile_of
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.normalise import Description

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Crosswise:
    """How probable it is that each pair is one edition: a row for each of ours."""

    probability: Array  # 0: contradicted
    likeness: Array  # the same without contradictions: how much alike they look


def crosswise(ours: Sequence[Description], theirs: Sequence[Description]) -> Crosswise:
    """Return how each of ours is to each of theirs."""
    table = Table.of(map(profile_of, (*ours, *theirs)))
    left = np.repeat(np.arange(len(ours)), len(theirs))
    right = len(ours) + np.tile(np.arange(len(theirs)), len(ours))
    outcomes = compare(table, left, right)
    likeness = probability(log_odds(outcomes)).reshape(len(ours), len(theirs))
    against = contradicted(outcomes).reshape(len(ours), len(theirs)) > 0
    return Crosswise(probability=np.where(against, 0.0, likeness), likeness=likeness)

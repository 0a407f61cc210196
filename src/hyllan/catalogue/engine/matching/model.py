"""How probable it is that two records describe one edition, and what makes that impossible."""

from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.compare import NAMES, OUTCOMES, compare, outcome
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.weights import PRIOR, THRESHOLD, WEIGHTS

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]

AT_ONCE = 500_000  # pairs compared at a time: some 200 MB
# What two records of one edition cannot differ in, whatever else agrees; by which outcomes
CONTRADICTIONS = {
    "volume": ("differ",),
    "language": ("differ",),
    "material": ("differ",),
    "form": ("differ", "one_has"),  # of books: print is not said, all else is
    "edition": ("differ",),
}

_WEIGHTS = np.zeros((len(NAMES), max(map(len, OUTCOMES.values()))))
for _row, _name in enumerate(NAMES):
    for _column, _outcome in enumerate(OUTCOMES[_name]):
        _WEIGHTS[_row, _column] = WEIGHTS.get(_name, {}).get(_outcome, 0.0)


def score(table: Table, left: Rows, right: Rows) -> Array:
    """Return for each pair the probability that they are one edition; 0 if contradicted."""
    found = np.zeros(len(left))
    for start in range(0, len(left), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        outcomes = compare(table, left[part], right[part])
        found[part] = probability(log_odds(outcomes))
        found[part][contradicted(outcomes) > 0] = 0.0
    return found


def log_odds(outcomes: Array) -> Array:
    """Return the sum of the weights of the outcomes (pairs x questions)."""
    total: Array = PRIOR + _WEIGHTS[np.arange(len(NAMES)), outcomes].sum(axis=1)
    return total


def probability(odds: Array) -> Array:
    made: Array = 1.0 / (1.0 + np.exp(-odds))
    return made


def contradicted(outcomes: Array) -> Array:
    """Return 0, or which of CONTRADICTIONS (from 1) makes the pair impossible."""
    found = np.zeros(len(outcomes), np.uint8)
    for place, (name, which) in reversed(list(enumerate(CONTRADICTIONS.items(), 1))):
        against = [OUTCOMES[name].index(each) for each in which]
        found[np.isin(outcome(outcomes, name), against)] = place
    return found


def is_match(probabilities: Array) -> Array:
    """Return which pairs are joined."""
    joined: Array = probabilities >= THRESHOLD
    return joined

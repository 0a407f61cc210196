"""
Weights fitted to corpora whose truth is known, and calibrated on another.

Logistic regression over the outcomes, with a normal prior around what a cataloguer would say
(BELIEFS), and never against it: agreement does not speak against an edition, nor difference for it
(BOUNDS). So where the corpora are thin, or know nothing of a case because nobody thought of it, the
belief stays. An edition of many records does not outweigh one of two: pairs are weighted so that
each edition counts by its records. What that does to the level of the probabilities is undone in
the end by a slope and an intercept on pairs as they come.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from hyllan.catalogue.engine.matching import pairs
from hyllan.catalogue.engine.matching.compare import NAMES, OUTCOMES, compare
from hyllan.catalogue.engine.matching.model import AT_ONCE, contradicted
from pairing.corpus import Corpus

Array = npt.NDArray[Any]

BELIEF_STRENGTH = 3.0  # one over the variance of the prior, in log-odds
ROUNDS = 2_000
Bounds = Sequence[tuple[float | None, float | None]]
BOUNDS: Mapping[str, tuple[float | None, float | None]] = {
    **dict.fromkeys(("agree", "same_words", "nearly", "wrong_alike", "wrong_close"), (0.0, None)),
    **dict.fromkeys(
        ("differ", "near", "one_has", "given_differs", "label_differs", "set_and_part"),
        (None, 0.0),
    ),
    # Another title is another book by the same author, however much else is alike: no corpus has
    # as many of them as a real shelf, so it is said here
    **dict.fromkeys(("title differ", "loosely"), (None, -9.0)),
    "nearly_not_isbn": (None, -4.0),
}
# What outcomes are believed to weigh where the corpora do not say; 0: nothing
BELIEFS: Mapping[str, Mapping[str, float]] = {
    "isbn": {
        "agree": 6, "agree_in_part": 5, "share_one": -1, "differ": -4, "wrong_alike": 5,
        "wrong_close": 3,
    },
    "number": {"agree": 4, "differ": -3},
    "libris": {"agree": 5, "differ": -2},
    "title": {
        "agree": 2, "same_words": 2, "begins": 0.5, "nearly": 1, "other_title": 0.5, "alike": -3,
        "loosely": -8, "differ": -10, "nearly_not_isbn": -4,
    },
    "rest": {"agree": 1, "alike": 0.5, "differ": -1.5},
    "figures": {"agree": 0.5, "one_has": -2, "differ": -3},
    "volume": {"agree": 0.5, "one_has": -3},
    "name": {"agree": 1.5, "given_differs": -2, "mentioned": 1, "share": -0.5, "differ": -3},
    "company": {"agree": 1, "share": 0.5, "differ": -2},
    "year": {"agree": 2, "next": -0.5, "near": -2, "differ": -4},
    "extent": {"agree": 2, "close": 1, "near": -2, "differ": -3, "set_and_part": -5},
    "units": {"agree": 0.5, "differ": -2},
    "publisher": {"agree": 1, "differ": -2, "label_differs": -3},
    "edition": {"agree": 1, "one_is_first": 0.3, "one_has": -1, "new_or_number": -1},
    "language": {"share": -0.5},
    "form": {"agree": 0.5},
}  # fmt: skip
Feature = tuple[str, str]
FEATURES: tuple[Feature, ...] = tuple(
    (name, said) for name in BELIEFS for said in OUTCOMES[name] if said in BELIEFS[name]
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs that nothing contradicts, gathered by their outcomes."""

    outcomes: Array  # patterns x questions
    together: Array  # of each pattern: pairs, weighted, of one edition
    apart: Array
    plain_together: Array  # the same, each pair counted once
    plain_apart: Array
    vetoed: int  # true pairs that were contradicted


@dataclass(frozen=True, slots=True)
class Fitted:
    prior: float
    weights: Mapping[Feature, float]


def gathered(corpus: Corpus) -> Pairs:
    """Return the pairs of a corpus."""
    table = corpus.table()
    left, right = pairs(corpus.keys, corpus.rows)
    outcomes = np.concatenate(
        [
            compare(table, left[at : at + AT_ONCE], right[at : at + AT_ONCE])
            for at in range(0, len(left), AT_ONCE)
        ]
    )
    possible = contradicted(outcomes) == 0
    ours, theirs = corpus.edition[left], corpus.edition[right]
    same = ours == theirs
    sizes = np.bincount(corpus.edition)
    a, b = sizes[ours], sizes[theirs]
    weights = np.where(same, 2 / np.maximum(a, 2), (a + b - 1) / (a * b))[possible]
    patterns, inverse = np.unique(outcomes[possible], axis=0, return_inverse=True)
    inverse, kept = inverse.ravel(), same[possible]
    counts = [
        np.bincount(inverse, chosen * weight, len(patterns))
        for weight in (weights, 1.0)
        for chosen in (kept, ~kept)
    ]
    return Pairs(patterns, *counts, vetoed=int((same & ~possible).sum()))


def fit(corpora: Sequence[Pairs], check: Pairs) -> Fitted:
    """Return weights fitted to the corpora, and calibrated on the one that they did not see."""
    features = np.concatenate([_features(each.outcomes) for each in corpora])
    together = np.concatenate([each.together for each in corpora])
    apart = np.concatenate([each.apart for each in corpora])
    found = _most_probable(
        np.c_[np.ones(len(features)), features],
        together,
        apart,
        np.array([0.0, *(BELIEFS[name][said] for name, said in FEATURES)]),
        np.array([1e-6, *(BELIEF_STRENGTH for _ in FEATURES)]),
        [(None, None), *(_bounds(name, said) for name, said in FEATURES)],
    )
    odds = found[0] + _features(check.outcomes) @ found[1:]
    intercept, slope = _most_probable(
        np.c_[np.ones(len(odds)), odds],
        check.plain_together,
        check.plain_apart,
        np.array([0.0, 1.0]),
        np.array([1e-6, 1e-6]),
        [(None, None), (0.1, None)],
    )
    weights = dict(zip(FEATURES, (slope * found[1:]).tolist(), strict=True))
    return Fitted(float(intercept + slope * found[0]), weights)


def _bounds(name: str, said: str) -> tuple[float | None, float | None]:
    return BOUNDS.get(f"{name} {said}", BOUNDS.get(said, (None, None)))


def _features(outcomes: Array) -> Array:
    columns = [
        outcomes[:, NAMES.index(name)] == OUTCOMES[name].index(said) for name, said in FEATURES
    ]
    return np.column_stack(columns).astype(np.float64)


def _most_probable(
    features: Array, together: Array, apart: Array, beliefs: Array, strength: Array, bounds: Bounds
) -> Array:
    """Return the weights of the highest posterior within their bounds."""
    count = together + apart

    def loss(weights: Array) -> tuple[float, Array]:
        odds, off = features @ weights, weights - beliefs
        cost = (count * np.logaddexp(0, odds) - together * odds).sum()
        cost += (strength * off**2).sum() / 2
        expected = 1 / (1 + np.exp(-odds))
        return cost, features.T @ (count * expected - together) + strength * off

    found = minimize(
        loss, beliefs, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": ROUNDS}
    )
    weights: Array = found.x
    return weights


class Band(NamedTuple):
    """Pairs of which the model says about the same."""

    low: float
    high: float
    pairs: int
    said: float  # mean probability
    true: float  # share that is one edition


def reliability(predicted: Array, same: Array) -> Iterator[Band]:
    """Yield by bands of probability what was said and what is true; 0, contradicted, is its own."""
    edges = [0.0, 1e-12, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.0]
    for low, high in pairwise(edges):
        chosen = (predicted >= low) & ((predicted < high) | (high == 1.0))
        if count := int(chosen.sum()):
            said, true = float(predicted[chosen].mean()), float(same[chosen].mean())
            yield Band(low, high, count, said, true)


def written(fitted: Fitted, path: Path) -> None:
    """Write the weights where the matcher has them."""
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("PRIOR = ")]
    lines = [f"PRIOR = {fitted.prior:.2f}", "WEIGHTS: dict[str, dict[str, float]] = {"]
    for name in BELIEFS:
        told = ", ".join(
            f'"{said}": {weight:.2f}' for (of, said), weight in fitted.weights.items() if of == name
        )
        lines.append(f'    "{name}": {{{told}}},')
    path.write_text(head + "\n".join([*lines, "}", ""]), encoding="utf-8")

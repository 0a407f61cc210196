"""Figures of the rounds: percentiles for each class of question, questions a second, CPU."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from searching.engines import FACETS, Answer
from searching.questions import KINDS, Question
from searching.worker import Round

ALL = "all"
AT = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
Percentiles = Mapping[str, float]  # milliseconds, by the names in AT


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one engine with one number of clients, each the best of the rounds."""

    percentiles: Mapping[str, Percentiles]  # by class, and ALL
    a_second: float
    cpu_ms: float  # for each question, of the engine
    client_cpu_ms: float  # for each question, of who asks, where that is another process


@dataclass(frozen=True, slots=True)
class Compared:
    """How a peer's answers agree with hyllan's."""

    questions: int  # typos apart
    other_totals: int
    facets: int  # questions with facet lists
    other_facets: int
    typos: int
    typos_answered: tuple[int, int]  # by hyllan, by the peer
    examples: tuple[str, ...] = field(default=())


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figures(rounds: Sequence[Round], asked: Sequence[Question]) -> Figures:
    """Return the best of the rounds; all asked the same questions in the same order."""
    kinds = [question.kind for question in asked]
    each = [_percentiles(one.seconds, kinds) for one in rounds]
    best = {kind: {name: min(one[kind][name] for one in each) for name in AT} for kind in each[0]}
    return Figures(
        percentiles=best,
        a_second=max(len(asked) / one.wall for one in rounds),
        cpu_ms=min(one.cpu for one in rounds) / len(asked) * 1000,
        client_cpu_ms=min(one.client_cpu for one in rounds) / len(asked) * 1000,
    )


def _percentiles(seconds: Sequence[float], kinds: Sequence[str]) -> dict[str, dict[str, float]]:
    by_kind = {
        kind: [time for time, of in zip(seconds, kinds, strict=True) if of == kind]
        for kind in KINDS
    }
    by_kind[ALL] = list(seconds)
    return {
        kind: {name: percentile(times, share) * 1000 for name, share in AT.items()}
        for kind, times in by_kind.items()
        if times
    }


def compared(
    questions: Sequence[Question], ours: Sequence[Answer], theirs: Sequence[Answer]
) -> Compared:
    """Compare totals and facet counts, question by question."""
    other_totals, other_facets, examples = 0, 0, []
    faceted = typos = ours_answered = theirs_answered = 0
    for question, our, their in zip(questions, ours, theirs, strict=True):
        if question.kind == "typo":
            typos += 1
            ours_answered += our.total > 0
            theirs_answered += their.total > 0
            continue
        if our.total != their.total:
            other_totals += 1
            examples.append(f"{question.text} ({question.kind}): {our.total}, {their.total}")
        if our.facets is not None and their.facets is not None:
            faceted += 1
            if wrong := _other_facet(our.facets, their.facets, _not_chosen(question)):
                other_facets += 1
                examples.append(f"{question.text}: {wrong}")
    return Compared(
        questions=len(questions) - typos,
        other_totals=other_totals,
        facets=faceted,
        other_facets=other_facets,
        typos=typos,
        typos_answered=(ours_answered, theirs_answered),
        examples=tuple(examples[:5]),
    )


def _not_chosen(question: Question) -> list[str]:
    """
    Return the facets in which the question chooses nothing.

    Where it does, hyllan counts what else could be chosen, in a pass of its own; the peers, in
    their favour, only what is left.
    """
    chosen = {"languages": question.language, "materials": question.material}
    return [name for name in FACETS if not chosen.get(name)]


def _other_facet(
    ours: Mapping[str, Mapping[str, int]],
    theirs: Mapping[str, Mapping[str, int]],
    names: Iterable[str],
) -> str:
    """Return the first count that differs; a peer may leave rare values out of a list."""
    for name in names:
        for value, number in theirs.get(name, {}).items():
            if ours[name].get(value, 0) != number:
                return f"{name} {value}: {ours[name].get(value, 0)}, {number}"
        if _most(ours[name].values()) != _most(theirs.get(name, {}).values()):
            return f"{name}: {_most(ours[name].values())}, {_most(theirs.get(name, {}).values())}"
    return ""


def _most(numbers: Iterable[int]) -> list[int]:
    return sorted(numbers, reverse=True)[:5]

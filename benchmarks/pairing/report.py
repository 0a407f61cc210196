"""What was measured, as lines to read; and whether the goals are met."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import NamedTuple

from hyllan.catalogue.tests import test_labelled_pairs as labelled
from pairing.corpus import KINDS, Corpus
from pairing.counting import Counted, by_kind, compared
from pairing.fitting import Band, reliability
from pairing.matched import Matched

F1, PRECISION = 0.99, 0.998
GIGABYTES = 4.0


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    figure: str
    met: bool


class Judged(NamedTuple):
    """Real pairs that a person has judged, by level."""

    precision: float
    recall: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Report:
    ran: str
    edition: Counted
    work: Counted
    kinds: Mapping[str, Counted]  # of editions
    rivals: Mapping[str, Counted]  # of editions
    calibration: tuple[Band, ...]
    candidates: float  # pairs compared, of each record
    reached: float  # share of the true pairs that are compared or in one edition
    microseconds: Mapping[str, float]  # of a record, processor time, of reading
    cpu: Mapping[str, float]  # seconds of matching
    wall: Mapping[str, float]
    memory: float  # GB
    judged: Mapping[str, Judged]  # empty: HYLLAN_SHARED is missing
    goals: tuple[Goal, ...]


def measured(ran: str, corpus: Corpus, found: Matched) -> Report:
    """Count."""
    edition = compared(found.edition, corpus.edition)
    same = corpus.edition[found.left] == corpus.edition[found.right]
    rivals = {name: compared(labels, corpus.edition) for name, labels in corpus.rivals.items()}
    count = max(len(corpus), 1)
    judged = _judged()
    return Report(
        ran=ran,
        edition=edition,
        work=compared(found.work, corpus.work),
        kinds=by_kind(found.edition, corpus.edition, corpus.kinds, list(KINDS)),
        rivals=rivals,
        calibration=tuple(reliability(found.probability, same)),
        candidates=len(found.left) / count,
        reached=float(same.sum()) / max(edition.true, 1),
        microseconds={
            name: seconds / count * 1e6 for name, seconds in corpus.seconds._asdict().items()
        },
        cpu=found.cpu,
        wall=found.wall,
        memory=found.memory,
        judged=judged,
        goals=tuple(_goals(edition, rivals, found)),
    )


def _judged() -> dict[str, Judged]:
    if not labelled.DATA.exists():
        return {}
    told = {}
    for level, labels in (
        ("same_edition", {name: its.edition for name, its in labelled.matched().items()}),
        ("same_work", {name: its.work for name, its in labelled.matched().items()}),
    ):
        with redirect_stdout(sys.stderr):  # where it says which pairs it got wrong
            its = labelled.measured(level, labels)
        told[level] = Judged(its.precision, its.recall, len(labelled.pairs()))
    return told


def _goals(edition: Counted, rivals: Mapping[str, Counted], found: Matched) -> Iterator[Goal]:
    yield Goal(f"editions: F1 at least {F1}", f"{edition.f1:.5f}", edition.f1 >= F1)
    precise = edition.precision >= PRECISION
    yield Goal(f"editions: precision at least {PRECISION}", f"{edition.precision:.5f}", precise)
    for name, theirs in rivals.items():
        what = f"editions: F1 better than {name}"
        yield Goal(what, f"{edition.f1:.5f} to {theirs.f1:.5f}", edition.f1 > theirs.f1)
    memory = f"{found.memory:.2f} GB"
    yield Goal(f"memory under {GIGABYTES} GB", memory, found.memory < GIGABYTES)


def lines(told: Report) -> Iterator[str]:
    """Yield the report, line by line."""
    yield told.ran
    yield f"\neditions  {told.edition}"
    yield f"works     {told.work}"
    yield "\nOther ways to say what is one edition, on the same records:"
    yield from (f"  {name:28}{theirs}" for name, theirs in told.rivals.items())
    yield "\nEditions, pairs of which a record is of a kind:"
    yield from (f"  {name:28}{its}" for name, its in told.kinds.items())
    yield "\nProbability said, of candidate pairs, and how many of them are one edition:"
    for band in told.calibration:
        share = f"{band.said:.4f}  {band.true:.4f}"
        yield f"  {band.low:5} to {band.high:5}  {share}  {band.pairs:>11,}"
    held = f"they hold {told.reached:.5f} of the true pairs"
    yield f"\n{told.candidates:.1f} pairs compared of each record; {held}"
    yield "Microseconds of a record: " + _told(told.microseconds, 1)
    yield f"Seconds of processor time: {_told(told.cpu, 2)}; all {sum(told.cpu.values()):.1f}"
    yield f"Seconds by the clock: {_told(told.wall, 2)}; all {sum(told.wall.values()):.1f}"
    yield f"Most memory held: {told.memory:.2f} GB"
    for level, its in told.judged.items():
        yield (
            f"Judged real pairs ({its.pairs}), {level}: precision {its.precision:.3f}, "
            f"recall {its.recall:.3f}"
        )
    yield ""
    yield from (
        f"{'PASS' if goal.met else 'FAIL'}  {goal.what}: {goal.figure}" for goal in told.goals
    )


def _told(figures: Mapping[str, float], digits: int) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {each:.{digits}f}" for name, each in figures.items()
    )

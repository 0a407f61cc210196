"""What was measured, as tables for people, and whether the goals are met."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pairing.counting import Counted

SECONDS, BYTES, RATIO, NIGHT_SECONDS = 300.0, 4e9, 1.3, 20.0
F1, PRECISION = 0.99, 0.998


@dataclass(frozen=True, slots=True)
class Step:
    """One step: load, match or index."""

    seconds: float
    cpu: float  # of all its processes
    bytes: float  # of the largest moment, all its processes together


@dataclass(frozen=True, slots=True)
class Run:
    """A catalogue built, and a night's change of it."""

    records: int
    editions: int
    works: int
    steps: Mapping[str, Step]
    night: Step
    score: Counted
    work_score: Counted
    load: float  # of the machine, when it began

    @property
    def seconds(self) -> float:
        """Return the seconds of all steps."""
        return sum(step.seconds for step in self.steps.values())

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of all steps."""
        return sum(step.cpu for step in self.steps.values())

    def as_json(self) -> dict[str, object]:
        """Return it with what follows from it."""
        told = asdict(self)
        told |= {"seconds": self.seconds, "cpu": self.cpu, "f1": self.score.f1}
        return told


@dataclass(frozen=True, slots=True)
class Goal:
    name: str
    value: float
    limit: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Return whether it is."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit


def goals(whole: Run, tenth: Run | None) -> list[Goal]:
    """Return the goals with what they came to."""
    made = [
        Goal("seconds of all steps", whole.seconds, SECONDS),
        Goal("bytes at the largest moment", max(s.bytes for s in whole.steps.values()), BYTES),
        Goal("seconds of a night", whole.night.seconds, 0.01 * whole.seconds + NIGHT_SECONDS),
        Goal("F1 of editions", whole.score.f1, F1, at_most=False),
        Goal("precision of editions", whole.score.precision, PRECISION, at_most=False),
    ]
    if tenth is not None:
        ratio = (whole.cpu / whole.records) / (tenth.cpu / tenth.records)
        made.append(Goal("CPU of a record, beside a tenth as many", ratio, RATIO))
    return made


def tables(whole: Run, tenth: Run | None, found: list[Goal]) -> Iterator[str]:
    """Yield lines for people."""
    for run in filter(None, (tenth, whole)):
        yield f"{run.records:,} records: {run.editions:,} editions of {run.works:,} works"
        yield f"  load of the machine when it began: {run.load:.1f}"
        for name, step in [*run.steps.items(), ("a night", run.night)]:
            yield (
                f"  {name:14} {step.seconds:8.1f} s {step.cpu:8.1f} s CPU"
                f" {step.bytes / 1e9:6.2f} GB"
            )
        yield f"  all steps      {run.seconds:8.1f} s {run.cpu:8.1f} s CPU"
        yield f"  editions       {run.score}"
        yield f"  works          {run.work_score}"
    for goal in found:
        sign = "at most" if goal.at_most else "at least"
        verdict = "met" if goal.met else "MISSED"
        yield f"{verdict:6} {goal.name}: {goal.value:,.4g}, {sign} {goal.limit:,.4g}"

"""The whole front of choices: earlier, fewer vans, fewer hubs, or cheaper."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from hyllan.transport.engine.planning.bounds import Bound, bound
from hyllan.transport.engine.planning.design import (
    Design,
    Progress,
    Question,
    free_design,
    likely_hubs,
    plan_of,
    questions,
    split_designs,
)
from hyllan.transport.engine.planning.figures import Figures, figures
from hyllan.transport.engine.planning.ground import Ground
from hyllan.transport.engine.planning.plan import Plan, as_network, vans_by_name
from hyllan.transport.engine.planning.routes import Effort, RouteAnswer, Solve
from hyllan.transport.engine.planning.rules import THREE_DAYS, Rules

BYS = tuple(range(10 * 60, 13 * 60 + 31, 30))
VAN_COUNTS = tuple(range(3, 9))
HUB_COUNTS = (1, 2, 3)
SCREENED = {1: 36, 2: 10, 3: 10}
KEPT_HUBS = 3  # choices of hubs that are planned for every deadline
SCREENING, DEADLINES, FEWER_VANS, FEWER_DAYS = 0.2, 0.35, 0.2, 0.1  # of all seconds
BOUND_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plan of the front, and what no plan of its kind can be better than."""

    by: int
    vans: int
    hubs: int
    days_a_week: int  # for small places
    plan: Plan
    figures: Figures
    bound: Bound

    @property
    def gap(self) -> float | None:
        """How much cheaper a plan could be at most, as a share of the bound; None: no bound."""
        return self.plan.cost / self.bound.cost - 1 if self.bound.cost else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One problem of the front."""

    by: int
    vans: int
    hubs: tuple[str, ...]
    rules: Rules
    question: Question


def front(
    ground: Ground,
    rules: Rules,
    *,
    solve: Solve,
    seconds: float,
    workers: int = 1,
    seed: int = 1,
    bys: Sequence[int] = BYS,
    van_counts: Sequence[int] = VAN_COUNTS,
    hub_counts: Sequence[int] = HUB_COUNTS,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _: None,
) -> tuple[Choice, ...]:
    """
    Return the plans that no other is better than in deadline, vans, hubs, days and cost.

    The search asks for the routes of many deadlines at once; when stopped it returns what it has.
    """
    search = _Front(ground, rules, solve, workers, seed, tuple(sorted(van_counts)))
    steps: list[tuple[float, Callable[[float], None]]] = [
        (SCREENING, lambda time: search.screen(time, bys, hub_counts)),
        (DEADLINES, lambda time: search.every_deadline(time, bys)),
        (FEWER_VANS, search.fewer_vans),
        (FEWER_DAYS, search.fewer_days),
    ]
    done = 0.0
    for share, step in steps:
        if stop():
            break
        step(share * seconds)
        done += share
        progress(done)
    kept = undominated(search.plans, ground)
    choices: list[Choice] = []
    for number, (made, its) in enumerate(kept):
        choices.append(_choice(made, its, ground, with_bound=not stop()))
        progress(done + (1 - done) * (number + 1) / len(kept))
    return tuple(choices)


def undominated(plans: Iterable[Plan], ground: Ground) -> list[tuple[Plan, Figures]]:
    """Return the plans than which no other is better in every respect, with their figures."""
    known = {_respects(made): made for made in sorted(plans, key=lambda made: made.hubs)}
    left = [
        made
        for own, made in sorted(known.items(), key=lambda item: item[0])
        if not any(other != own and _covers(other, own) for other in known)
    ]
    return [(made, figures(as_network(made), ground, vans=vans_by_name(made))) for made in left]


def _respects(made: Plan) -> tuple[float, ...]:
    """Return what counts in a choice, each the better the smaller."""
    return (
        made.rules.by,
        _vans_of(made),
        len(made.hubs),
        -_days_a_week(made),
        round(made.cost, 2),
    )


def _covers(other: Sequence[float], own: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(other, own, strict=True))


def _vans_of(made: Plan) -> int:
    return max(sum(day in tour.weekdays for tour in made.rounds) for day in made.rules.weekdays)


def _days_a_week(made: Plan) -> int:
    return len(made.rules.small_days or made.rules.weekdays)


def _choice(made: Plan, its: Figures, ground: Ground, *, with_bound: bool) -> Choice:
    vans = _vans_of(made)
    rules = with_vans(made.rules, vans)
    least = Bound()
    if with_bound:
        least = bound(ground, rules, hubs=[made.hubs], of=("cost",), seconds=BOUND_SECONDS)
    return Choice(
        by=made.rules.by,
        vans=vans,
        hubs=len(made.hubs),
        days_a_week=_days_a_week(made),
        plan=made,
        figures=its,
        bound=least,
    )


def with_vans(rules: Rules, count: int) -> Rules:
    """Return the rules with so many vans of the first kind, and no others."""
    return replace(rules, vans=(replace(rules.vans[0], count=count),))


class _Front:
    """What has been found so far."""

    def __init__(
        self,
        ground: Ground,
        rules: Rules,
        solve: Solve,
        workers: int,
        seed: int,
        van_counts: tuple[int, ...],
    ) -> None:
        self._ground, self._rules, self._solve = ground, rules, solve
        self._workers, self._seed, self._van_counts = workers, seed, van_counts
        self._hubs: list[tuple[str, ...]] = []
        self._answers: dict[tuple[int, int, tuple[str, ...]], RouteAnswer] = {}
        self.plans: list[Plan] = []

    def screen(self, seconds: float, bys: Sequence[int], hub_counts: Sequence[int]) -> None:
        """Find the hubs that are good for an early and for a late deadline."""
        most = self._van_counts[-1]
        tasks = [
            self._task(by, most, hubs)
            for by in {sorted(bys)[len(bys) // 3], max(bys)}
            for count in hub_counts
            for hubs in likely_hubs(self._ground, self._rules, count)[: SCREENED.get(count, 5)]
        ]
        found = self._ask(tasks, seconds)
        for count in hub_counts:
            ranked = {
                by: [
                    made.hubs
                    for made in sorted(found, key=lambda made: (made.cost, made.hubs))
                    if made.rules.by == by and len(made.hubs) == count
                ]
                for by in bys
            }
            best = [hubs for rank in ranked.values() for hubs in rank[: KEPT_HUBS - 1]]
            self._hubs += list(dict.fromkeys(best))[: KEPT_HUBS + 1]

    def every_deadline(self, seconds: float, bys: Sequence[int]) -> None:
        """Plan for each deadline with as many vans as pay."""
        most = self._van_counts[-1]
        tasks = [self._task(by, most, hubs) for by in bys for hubs in self._hubs]
        self.plans += self._ask(tasks, seconds)

    def fewer_vans(self, seconds: float) -> None:
        """Plan again with fewer vans than pay, as few as time allows."""
        best: dict[tuple[int, int], Plan] = {}
        for made in self.plans:
            key = (made.rules.by, len(made.hubs))
            if key not in best or made.cost < best[key].cost:
                best[key] = made
        tasks = []
        for (by, _), made in best.items():
            used = _vans_of(made)
            rules = replace(with_vans(self._rules, used), by=by)
            needed = bound(self._ground, rules, hubs=[made.hubs], of=("vans",)).vans
            fewer = [v for v in self._van_counts if max(needed, len(made.hubs)) <= v < used]
            known = self._answers[by, made.rules.van_count, made.hubs]
            for vans in fewer:
                free = free_design(made.hubs, with_vans(self._rules, vans))
                designs = split_designs(free, [known], vans) or [free]
                tasks += [self._task(by, vans, made.hubs, design) for design in designs]
        self.plans += self._ask(tasks, seconds)

    def fewer_days(self, seconds: float) -> None:
        """Plan the days without the small places, beside the full days that are found already."""
        weekdays = self._rules.weekdays
        small_days = tuple(day for day in THREE_DAYS if day in weekdays)
        thin: list[tuple[_Task, Rules, list[Question], Plan]] = []
        for made in list(self.plans):
            rules = replace(made.rules, small_days=small_days)
            design = free_design(made.hubs, rules)
            asked = questions(design, self._ground, rules)
            if len(asked) == 2:
                full, less = sorted(asked, key=lambda q: -len(q.stops))
                task = _Task(
                    by=rules.by, vans=rules.van_count, hubs=made.hubs, rules=rules, question=less
                )
                thin.append((task, rules, [full, less], made))
        answers = self._solved([task for task, *_ in thin], seconds)
        for (_, rules, asked, made), answer in zip(thin, answers, strict=True):
            known = self._answers.get((rules.by, rules.van_count, made.hubs))
            found = plan_of(asked, [known, answer], self._ground, rules)
            if found is not None:
                self.plans.append(found)

    def _task(
        self, by: int, vans: int, hubs: tuple[str, ...], design: Design | None = None
    ) -> _Task:
        rules = replace(with_vans(self._rules, vans), by=by, small_days=())
        asked = questions(design or free_design(hubs, rules), self._ground, rules)
        return _Task(by=by, vans=vans, hubs=hubs, rules=rules, question=asked[0])

    def _ask(self, tasks: Sequence[_Task], seconds: float) -> list[Plan]:
        found = []
        for task, answer in zip(tasks, self._solved(tasks, seconds), strict=True):
            made = plan_of([task.question], [answer], self._ground, task.rules)
            if made is not None and answer is not None:
                key = (task.by, task.vans, task.hubs)
                if key not in self._answers or answer.cost < self._answers[key].cost:
                    self._answers[key] = answer
                found.append(made)
        return found

    def _solved(self, tasks: Sequence[_Task], seconds: float) -> list[RouteAnswer | None]:
        if not tasks:
            return []
        self._seed += 1
        each = seconds / ceil(len(tasks) / self._workers)
        effort = Effort(seconds=max(0.2, each), seed=self._seed)
        return self._solve([task.question.problem for task in tasks], effort)

"""Choose hubs, rounds and times. In prose: docs/algorithms/planning.md."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import ceil, comb

import numpy as np

from hyllan.transport.engine.network import Exchange
from hyllan.transport.engine.planning.ground import Ground, Stop, demand
from hyllan.transport.engine.planning.plan import (
    Plan,
    Round,
    cost_of,
    exchange_path,
    exchanges_after,
    km_of,
    timed,
    window,
)
from hyllan.transport.engine.planning.routes import (
    FAR,
    Call,
    Effort,
    RouteAnswer,
    RouteProblem,
    Solve,
    Vehicles,
)
from hyllan.transport.engine.planning.rules import DAY, Rules, Van

Progress = Callable[[float], None]  # share of the work that is done
SCREENED = 36  # hub choices that are tried in earnest, by number of hubs
SCREENED_MORE = 12
FINALISTS = 6
MOST_SPLITS = 3
MOST_CHOICES, NEAR_THE_MIDDLE = 40_000, 50
SAME_COST = 0.002  # plans that differ by less are equally dear
TREE = 1.25  # a tour is about so much longer than the tree that spans the same places
SPLITTING = 0.15  # of each step's seconds, where vans must be split between hubs
SCREENING, SELECTION = 0.3, 0.35  # of all seconds; the rest improves the best


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A choice of hubs, and how many vans may start at each."""

    hubs: tuple[str, ...]
    vans: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The rounds of one group of weekdays in one design."""

    design: Design
    days: tuple[int, ...]
    stops: tuple[Stop, ...]
    problem: RouteProblem
    vans: tuple[tuple[str, Van], ...]  # hub and kind of each of the problem's vehicles


def plan(
    ground: Ground,
    rules: Rules,
    *,
    solve: Solve,
    seconds: float,
    workers: int = 1,
    seed: int = 1,
    iterations: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _: None,
) -> Plan | None:
    """
    Return the cheapest plan found that keeps the rules; None where none was found.

    :param solve: routes for given hubs; it is asked for many problems at a time
    :param seconds: how long to search, if so many workers answer side by side
    :param iterations: search so many iterations a problem instead, which is repeatable
    :param stop: asked between the steps; the best so far is returned
    """
    asked = _Search(ground, rules, solve, workers, seed, iterations)
    designs = screened(ground, rules)
    progress(0.0)
    best = asked.plans(designs, seconds * SCREENING)
    progress(SCREENING)
    if not stop():
        # Where a short search found little, the likely ones are tried again for longer.
        known = [free_design(found.hubs, rules) for found in best]
        finalists = [*known, *(design for design in designs if design not in known)][:FINALISTS]
        best = _by_cost([*best, *asked.plans(finalists, seconds * SELECTION)])
    progress(SCREENING + SELECTION)
    if not stop() and best:
        final = [free_design(found.hubs, rules) for found in best[: max(2, workers)]]
        left = seconds * (1 - SCREENING - SELECTION)
        best = _by_cost([*best, *asked.plans(final, left)])
    progress(1.0)
    return _preferred(best, ground) if best else None


def _preferred(plans: Sequence[Plan], ground: Ground) -> Plan:
    """Return the shortest of those that cost the same as far as a model of costs can tell."""
    alike = [found for found in plans if found.cost <= plans[0].cost * (1 + SAME_COST)]
    return min(alike, key=lambda found: (mean_km(found, ground), found.cost))


def screened(ground: Ground, rules: Rules) -> list[Design]:
    """Return the hub choices worth trying: all single hubs of a small region, the likely others."""
    if rules.hubs:
        usable = set(rules.hubs) <= set(possible_hubs(ground, rules))
        return [free_design(tuple(sorted(rules.hubs)), rules)] if usable else []
    return [
        free_design(hubs, rules)
        for count in rules.hub_counts
        if count <= rules.van_count
        for hubs in likely_hubs(ground, rules, count)[: SCREENED if count == 1 else SCREENED_MORE]
    ]


def possible_hubs(ground: Ground, rules: Rules) -> tuple[str, ...]:
    """Return the candidates at which vans may call on every weekday that they go."""
    shut = {s.code for s in ground.stops if not s.weekdays.issuperset(rules.weekdays)}
    return tuple(hub for hub in ground.hubs if hub not in shut)


def likely_hubs(ground: Ground, rules: Rules, count: int) -> list[tuple[str, ...]]:
    """Return all choices of so many hubs, the likely cheap ones first."""
    codes = [stop.code for stop in ground.stops]
    at = {code: number for number, code in enumerate(ground.legs.codes)}
    rows = [at[code] for code in codes]
    hubs = [at[code] for code in possible_hubs(ground, rules)]
    if comb(len(hubs), count) > MOST_CHOICES:  # then only of places near the middle of all
        middle = ground.legs.km[np.ix_(hubs, rows)].mean(axis=1)
        hubs = [hubs[number] for number in np.argsort(middle, kind="stable")[:NEAR_THE_MIDDLE]]
    choices = [tuple(c) for c in combinations(sorted(hubs), count)]
    if not choices:
        return []
    near = np.stack([ground.legs.km[list(c)][:, rows].min(axis=0) for c in choices])
    trees = _trees(near, ground.legs.km[np.ix_(rows, rows)])
    score = TREE * trees + rules.van_count * near.mean(axis=1)
    names = [tuple(sorted(ground.legs.codes[number] for number in c)) for c in choices]
    if count > 1:
        score = score + np.array([exchange_path(name, ground.legs)[1] for name in names])
    return [name for _, name in sorted(zip(score.tolist(), names, strict=True))]


def _trees(near: np.ndarray, km: np.ndarray) -> np.ndarray:
    """Return by choice the length of the shortest tree over all stops and the hubs as one place."""
    reach, done = near.copy(), np.zeros(near.shape, dtype=bool)
    total = np.zeros(len(near))
    each = np.arange(len(near))
    for _ in range(near.shape[1]):
        nearest = np.where(done, np.inf, reach).argmin(axis=1)
        total += reach[each, nearest]
        done[each, nearest] = True
        reach = np.minimum(reach, km[nearest])
    return total


def free_design(hubs: tuple[str, ...], rules: Rules) -> Design:
    """Return the design in which any hub may have all vans that the others can spare."""
    spare = max(0, rules.van_count - len(hubs))
    return Design(hubs=hubs, vans=(spare + 1,) * len(hubs))


def split_designs(design: Design, answers: Iterable[RouteAnswer | None], vans: int) -> list[Design]:
    """
    Return designs that split the vans between the hubs, where free ones came to use too many.

    PyVRP limits the vans of each hub, not of all. The splits nearest to what was used come first.
    """
    hubs = len(design.hubs)
    routes = [answer.routes for answer in answers if answer is not None]
    if hubs < 2 or all(len(each) <= vans for each in routes):
        return []
    fullest = max(routes, key=len)
    kinds = len(fullest) and max(route.vehicles for route in fullest) // hubs + 1
    used = [sum(route.vehicles // kinds == number for route in fullest) for number in range(hubs)]
    splits = [
        tuple(b - a for a, b in pairwise((0, *cuts, vans)))
        for cuts in combinations(range(1, vans), hubs - 1)
    ]
    splits.sort(
        key=lambda split: (sum(abs(a - b) for a, b in zip(split, used, strict=True)), split)
    )
    return [Design(hubs=design.hubs, vans=split) for split in splits[:MOST_SPLITS]]


class _Search:
    """Asks for the routes of many designs at once and makes plans of the answers."""

    def __init__(
        self,
        ground: Ground,
        rules: Rules,
        solve: Solve,
        workers: int,
        seed: int,
        iterations: int | None,
    ) -> None:
        self._ground, self._rules, self._solve = ground, rules, solve
        self._workers, self._seed, self._iterations = workers, seed, iterations

    def plans(self, designs: Sequence[Design], seconds: float) -> list[Plan]:
        """Return the plans found, the cheapest first, spending so many seconds on all of them."""
        self._seed += 1
        found, answers = self._once(designs, seconds * (1 - SPLITTING))
        splits = [
            split
            for design, its in zip(designs, answers, strict=True)
            for split in split_designs(design, its, self._rules.van_count)
        ]
        return _by_cost([*found, *self._once(splits, seconds * SPLITTING)[0]])

    def _once(
        self, designs: Sequence[Design], seconds: float
    ) -> tuple[list[Plan], list[list[RouteAnswer | None]]]:
        asked = [questions(design, self._ground, self._rules) for design in designs]
        flat = [question.problem for each in asked for question in each]
        effort = Effort(
            seconds=max(0.1, seconds / max(1, ceil(len(flat) / self._workers))),
            iterations=self._iterations,
            seed=self._seed,
        )
        told = iter(self._solve(flat, effort))
        answers = [[next(told) for _ in each] for each in asked]
        plans = [
            plan_of(each, its, self._ground, self._rules)
            for each, its in zip(asked, answers, strict=True)
        ]
        return [made for made in plans if made is not None], answers


def questions(design: Design, ground: Ground, rules: Rules) -> list["Question"]:
    """Return what is to be routed: each set of stops that is served together on some weekday."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for day in rules.weekdays:
        served = tuple(
            stop.code
            for stop in ground.stops
            if day in rules.days_of(stop) and stop.code not in design.hubs
        )
        groups.setdefault(served, []).append(day)
    stops = {stop.code: stop for stop in ground.stops}
    return [
        _question(design, tuple(days), [stops[code] for code in served], ground, rules)
        for served, days in groups.items()
    ]


def _question(
    design: Design, days: tuple[int, ...], stops: Sequence[Stop], ground: Ground, rules: Rules
) -> Question:
    codes = [*design.hubs, *(stop.code for stop in stops)]
    legs = ground.legs.subset(codes)
    # A break may come before the last call: then all of it must be over that much earlier.
    rest = rules.break_minutes if rules.has_breaks else 0
    vans = [
        (number, van, min(van.count, most))
        for number, most in enumerate(design.vans)
        for van in rules.vans
    ]
    return Question(
        design=design,
        days=days,
        stops=tuple(stops),
        vans=tuple((design.hubs[number], van) for number, van, _ in vans),
        problem=RouteProblem(
            decametres=_whole(legs.km * 100),
            minutes=_whole(legs.minutes),
            calls=tuple(
                Call(
                    location=len(design.hubs) + number,
                    out=stop.crates_out,
                    back=stop.crates_back,
                    opens=window(stop.code, ground, rules)[0],
                    closes=window(stop.code, ground, rules)[1] - rest,
                    takes=rules.stop_minutes,
                )
                for number, stop in enumerate(stops)
            ),
            vehicles=tuple(
                Vehicles(
                    hub=hub,
                    count=count,
                    capacity=van.capacity,
                    cost_per_km=van.cost_per_km,
                    cost_per_hour=van.cost_per_hour,
                    cost_per_day=van.cost_per_day,
                    longest_minutes=rules.longest_round - rest,
                    longest_decametres=FAR if van.range_km is None else int(van.range_km * 100),
                )
                for hub, van, count in vans
            ),
        ),
    )


def _whole(matrix: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(round(value) for value in row) for row in matrix)


def plan_of(
    asked: Sequence[Question],
    answers: Sequence[RouteAnswer | None],
    ground: Ground,
    rules: Rules,
) -> Plan | None:
    """Return the plan that these routes make; None where one breaks a rule that PyVRP knows not."""
    rounds: list[Round] = []
    for question, answer in zip(asked, answers, strict=True):
        made = _rounds(question, answer, ground, rules)
        if made is None:
            return None
        rounds += made
    hubs = asked[0].design.hubs
    if not rounds:
        return None
    exchanges = exchanges_after(
        rounds, hubs, legs=ground.legs, vans=_exchange_vans(rounds, ground, rules)
    )
    made_plan = Plan(
        rules=rules,
        hubs=hubs,
        rounds=tuple(sorted(rounds, key=lambda t: (t.weekdays, t.hub, t.departs, t.stops))),
        exchanges=exchanges,
    )
    if exchanges and _ends(made_plan, ground) > DAY:
        return None
    return replace(made_plan, cost=mean_cost(made_plan, ground))


def _rounds(
    question: Question, answer: RouteAnswer | None, ground: Ground, rules: Rules
) -> list[Round] | None:
    if answer is None or len(answer.routes) > rules.van_count:
        return None
    codes = [*question.design.hubs, *(stop.code for stop in question.stops)]
    found: list[Round] = []
    for route in answer.routes:
        hub, van = question.vans[route.vehicles]
        stops = [codes[location] for location in route.locations]
        tour = timed(hub, stops, ground=ground, rules=rules, van=van, days=question.days)
        if tour is None:
            return None
        found.append(tour)
    used = [tour.van for tour in found]
    if any(used.count(van) > van.count for van in rules.vans):
        return None
    return found


def _exchange_vans(rounds: Sequence[Round], ground: Ground, rules: Rules) -> int:
    """Return how many vans carry a day's crates between hubs, by demand, on the fullest leg."""
    hub_of = {code: tour.hub for tour in rounds for code in (*tour.stops, tour.hub)}
    stops = [stop for stop in ground.stops if stop.code in hub_of]
    share = demand(stops)
    rows = np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    crates = share / rows * np.array([[stop.crates_back] for stop in stops])
    away = np.array([[hub_of[a.code] != hub_of[b.code] for b in stops] for a in stops])
    # No leg carries more than all crates that change hubs in one direction or the other.
    return max(1, ceil(float((crates * away).sum()) / 2 / rules.vans[0].capacity))


def _exchange_minutes(exchange: Exchange, ground: Ground, rules: Rules) -> int:
    driving = sum(
        ground.legs.between(*pair)[1]
        for pair in zip(exchange.calls, exchange.calls[1:], strict=False)
    )
    return driving + rules.stop_minutes * (len(exchange.calls) - 2)


def _ends(made: Plan, ground: Ground) -> int:
    back = max(tour.returns for tour in made.rounds)
    return back + max(
        _exchange_minutes(exchange, ground, made.rules) for exchange in made.exchanges
    )


def mean_km(made: Plan, ground: Ground) -> float:
    """Return the kilometres of a mean weekday."""
    rounds = sum(len(tour.weekdays) * km_of(tour, ground.legs) for tour in made.rounds)
    joined = len(made.exchanges) * (
        exchange_path(made.hubs, ground.legs)[1] if made.exchanges else 0.0
    )
    return rounds / len(made.rules.weekdays) + joined


def mean_cost(made: Plan, ground: Ground) -> float:
    """Return what a mean weekday costs: rounds by their days, and the exchanges."""
    total = sum(len(tour.weekdays) * cost_of([tour], ground.legs) for tour in made.rounds) / len(
        made.rules.weekdays
    )
    van = made.rules.vans[0]
    for exchange in made.exchanges:
        km = exchange_path(made.hubs, ground.legs)[1]
        hours = _exchange_minutes(exchange, ground, made.rules) / 60
        total += van.cost_per_km * km + van.cost_per_hour * hours
    days = made.rules.weekdays
    out = [sum(day in tour.weekdays for tour in made.rounds) for day in days]
    spare = sum(max(0, len(made.exchanges) - vans) for vans in out)
    return total + spare * van.cost_per_day / len(days)


def _by_cost(plans: Iterable[Plan]) -> list[Plan]:
    """Return one plan of each design, the cheapest first."""
    best: dict[tuple[str, ...], Plan] = {}
    for found in plans:
        known = best.get(found.hubs)
        if known is None or found.cost < known.cost:
            best[found.hubs] = found
    return sorted(best.values(), key=lambda found: (round(found.cost, 6), found.hubs))

"""A plan: rounds with their times, exchanges between hubs, and the network they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hyllan.transport.engine.network import Exchange, Loop, Network, Service, Vans
from hyllan.transport.engine.planning.ground import Ground, Legs
from hyllan.transport.engine.planning.rules import Rules, Van, clock_of, minutes_of
from hyllan.transport.engine.timetable import TRANSFER_MINUTES

EXCHANGE_STEP = 5  # exchanges leave at a time that is easy to remember


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A van's day: from its hub to the stops in driving order and back."""

    hub: str
    stops: tuple[str, ...]
    departs: int
    served: tuple[int, ...]  # when the call at each stop begins
    returns: int
    van: Van
    weekdays: tuple[int, ...]
    rests: tuple[str, ...] = ()  # where the driver takes a break after the call
    waits: tuple[tuple[str, int], ...] = ()  # minutes after a call, to keep published times

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.hub, *self.stops, self.hub)

    @property
    def minutes(self) -> int:
        return self.returns - self.departs


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rounds and exchanges; `rules` are the ones that it keeps."""

    rules: Rules
    hubs: tuple[str, ...]
    rounds: tuple[Round, ...]
    exchanges: tuple[Exchange, ...] = ()
    cost: float = 0.0  # of a mean weekday


def timed(
    hub: str,
    stops: Sequence[str],
    *,
    ground: Ground,
    rules: Rules,
    van: Van,
    days: tuple[int, ...],
    near: Mapping[str, tuple[int, int]] | None = None,
) -> Round | None:
    """
    Return the round that leaves as late as it can without ending later than it must.

    None: a stop cannot be reached before it must be served, or the driver's day would be too long.

    :param near: first and last minute of calls that must stay near their published time
    """
    windows = [_both(window(code, ground, rules), (near or {}).get(code)) for code in stops]
    drives = [ground.legs.between(*pair)[1] for pair in pairwise((hub, *stops, hub))]
    rests: tuple[int, ...] = ()
    while True:
        takes = [
            rules.stop_minutes + (rules.break_minutes if number in rests else 0)
            for number in range(len(stops))
        ]
        served = _latest(drives, windows, takes)
        if served is None:
            return None
        departs, back = served[0] - drives[0], served[-1] + takes[-1] + drives[-1]
        returns = max(back, window(hub, ground, rules)[0])  # the hub's door must be open too
        if returns - departs > rules.longest_round or departs < 0:
            return None
        more = _next_rest(departs, served, returns, rests, rules)
        if more is None:
            break
        if more in rests:
            return None  # one leg is longer than a driver may work
        rests = (*rests, more)
    idle = [
        (code, then - now - take - drive)
        for code, now, then, take, drive in zip(
            stops, served, served[1:], takes, drives[1:], strict=False
        )
    ]
    return Round(
        hub=hub,
        stops=tuple(stops),
        departs=departs,
        served=tuple(served),
        returns=returns,
        van=van,
        weekdays=days,
        rests=tuple(stops[number] for number in rests),
        waits=tuple((code, minutes) for code, minutes in idle if minutes and near),
    )


def _both(first: tuple[int, int], second: tuple[int, int] | None) -> tuple[int, int]:
    return first if second is None else (max(first[0], second[0]), min(first[1], second[1]))


def window(code: str, ground: Ground, rules: Rules) -> tuple[int, int]:
    """Return when a call may begin at a stop, first and last minute."""
    stop = ground.stop(code)
    if stop is None:
        return rules.first_service, rules.by
    return max(rules.first_service, stop.opens), min(rules.by, stop.closes)


def _latest(
    drives: Sequence[int], windows: Sequence[tuple[int, int]], takes: Sequence[int]
) -> list[int] | None:
    """Return when each call begins: the last as early as it can, the others moved up to it."""
    served: list[int] = []
    for number, (opens, closes) in enumerate(windows):
        reached = served[-1] + takes[number - 1] + drives[number] if served else drives[0]
        begins = max(reached, opens)
        if begins > closes:
            return None
        served.append(begins)
    for number in range(len(served) - 2, -1, -1):
        room = served[number + 1] - drives[number + 1] - takes[number]
        served[number] = min(room, windows[number][1])
    return served


def _next_rest(
    departs: int, served: Sequence[int], returns: int, rests: Sequence[int], rules: Rules
) -> int | None:
    """Return the last call after which a break still comes in time; None: no more is needed."""
    if not rules.has_breaks:
        return None
    worked_from = departs
    if rests:
        worked_from = served[rests[-1]] + rules.stop_minutes + rules.break_minutes
    if returns - worked_from <= rules.break_after:
        return None
    begun = [
        number
        for number, at in enumerate(served)
        if at + rules.stop_minutes - worked_from <= rules.break_after
    ]
    return begun[-1] if begun else 0


def km_of(tour: Round, legs: Legs) -> float:
    """Return the kilometres of a round."""
    return sum(legs.between(*pair)[0] for pair in pairwise(tour.calls))


def cost_of(rounds: Iterable[Round], legs: Legs) -> float:
    """Return what these rounds cost on a day on which all of them run."""
    total = 0.0
    for tour in rounds:
        van = tour.van
        total += van.cost_per_day + van.cost_per_km * km_of(tour, legs)
        total += van.cost_per_hour * tour.minutes / 60
    return total


def exchange_path(hubs: Sequence[str], legs: Legs) -> tuple[tuple[str, ...], float, int]:
    """
    Return the shortest way there and back through all hubs, with its kilometres and minutes.

    There and back, since a single lap leaves the crates of a later hub for an earlier one behind.
    """
    best: tuple[float, int, tuple[str, ...]] | None = None
    for order in _orders(tuple(hubs)):
        calls = (*order, *order[-2:0:-1])
        pairs = [*pairwise((*calls, calls[0]))]
        km = sum(legs.between(*pair)[0] for pair in pairs)
        minutes = sum(legs.between(*pair)[1] for pair in pairs)
        found = (km, minutes, calls)
        best = found if best is None else min(best, found)
    assert best is not None  # noqa: S101 - there are at least two hubs
    return best[2], best[0], best[1]


def _orders(hubs: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if len(hubs) <= 1:
        yield hubs
        return
    for number, first in enumerate(hubs):
        for rest in _orders((*hubs[:number], *hubs[number + 1 :])):
            yield (first, *rest)


def exchanges_after(
    rounds: Sequence[Round], hubs: Sequence[str], *, legs: Legs, vans: int, name: str = "Exchange"
) -> tuple[Exchange, ...]:
    """Return the exchanges of the afternoon: when the last van is back, so many vans together."""
    if len(hubs) < 2:
        return ()
    calls, _, _ = exchange_path(hubs, legs)
    back = max(tour.returns for tour in rounds)
    ready = back + TRANSFER_MINUTES
    departs = -(-ready // EXCHANGE_STEP) * EXCHANGE_STEP
    return tuple(
        Exchange(
            name=name if number == 0 else f"{name} {number + 1}",
            hubs=calls,
            departs=clock_of(departs),
        )
        for number in range(vans)
    )


def as_network(plan: Plan, *, keeping: Network | None = None) -> Network:
    """
    Return the plan as a network that can be published.

    :param keeping: today's network: its local rounds go on, none of them before its hub is served
    """
    loops = [
        Loop(
            name=name,
            hub=tour.hub,
            departs=clock_of(tour.departs),
            stops=tour.stops,
            weekdays=() if tour.weekdays == plan.rules.weekdays else tour.weekdays,
            stop_minutes=_longer_calls(tour, plan.rules),
        )
        for name, tour in zip(names(plan), plan.rounds, strict=True)
    ]
    if keeping is not None:
        loops += _moved(keeping.loops, plan)
    van = plan.rules.vans[0]
    return Network(
        vans=Vans(
            count=plan.rules.van_count,
            capacity_crates=van.capacity,
            cost_per_km=van.cost_per_km,
            cost_per_hour=van.cost_per_hour,
            cost_per_day=van.cost_per_day,
            grams_co2_per_km=van.grams_co2_per_km,
        ),
        service=Service(
            weekdays=plan.rules.weekdays,
            first_service=clock_of(plan.rules.first_service),
            stop_minutes=plan.rules.stop_minutes,
            cut_off_minutes=plan.rules.cut_off_minutes,
            **({"inhabitants_per_crate": keeping.service.inhabitants_per_crate} if keeping else {}),
        ),
        loops=tuple(loops),
        exchanges=plan.exchanges,
    )


def _longer_calls(tour: Round, rules: Rules) -> tuple[tuple[str, int], ...]:
    """Return the calls that take longer: with a break, or waiting for the published time."""
    more = dict.fromkeys(tour.rests, rules.break_minutes)
    for code, minutes in tour.waits:
        more[code] = more.get(code, 0) + minutes
    return tuple((code, rules.stop_minutes + minutes) for code, minutes in more.items())


def _moved(local: Iterable[Loop], plan: Plan) -> list[Loop]:
    """Return local rounds, each after the call that brings its crates."""
    served = {
        code: max(at, 0)
        for tour in plan.rounds
        for code, at in zip(tour.stops, tour.served, strict=True)
    }
    moved = []
    for loop in local:
        ready = served.get(loop.hub, 0) + TRANSFER_MINUTES
        early = minutes_of(loop.departs) < ready
        moved.append(replace(loop, departs=clock_of(ready)) if early else loop)
    return moved


def names(plan: Plan) -> tuple[str, ...]:
    """Return a name for each round: its hub's code and a number of its own."""
    seen: dict[str, int] = {}
    found = []
    for tour in plan.rounds:
        seen[tour.hub] = seen.get(tour.hub, 0) + 1
        found.append(f"{tour.hub} {seen[tour.hub]}")
    return tuple(found)


def vans_by_name(plan: Plan) -> dict[str, Van]:
    """Return the kind of van that drives each round."""
    return dict(zip(names(plan), (tour.van for tour in plan.rounds), strict=True))

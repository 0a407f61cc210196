"""Change a published plan as little as can be: a stop more, a stop less, a day closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hyllan.transport.engine.planning.design import mean_cost
from hyllan.transport.engine.planning.ground import Ground
from hyllan.transport.engine.planning.plan import (
    Plan,
    Round,
    cost_of,
    exchanges_after,
    km_of,
    timed,
)
from hyllan.transport.engine.planning.rules import Rules

NEAR = 15  # minutes from the published time that nobody minds
PRICE_OF_A_MINUTE = 20.0  # for each minute by which a library's time moves further
KEPT = 0.9  # of a plan's calls stay near, where that can be

Times = Mapping[tuple[str, int], int]  # published minute of a library's call on a weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to put a stop into a day's rounds."""

    price: float
    far: int  # calls that are moved further than NEAR
    number: int  # of the round that changes; after the last: a new one
    tour: Round


def replan(published: Plan, ground: Ground) -> Plan | None:
    """
    Return the plan for a ground that has changed by a few stops; hubs and rounds stay.

    Stops that are gone are passed by, and the van waits rather than come much too early. New ones
    are put where that and the minutes by which others move cost least. None: a new one has no room.
    """
    rules = published.rules
    times = published_times(published)
    wanted = {stop.code: stop for stop in ground.stops if stop.code not in published.hubs}
    kept = [_without(tour, set(wanted), ground, rules, times) for tour in published.rounds]
    rounds = [tour for tour in kept if tour is not None]
    for code, stop in sorted(wanted.items()):
        due = set(rules.days_of(stop)) - _served_on(code, rounds)
        for days in _day_groups(rounds, due):
            found = _put(code, days, rounds, ground, rules, times)
            if found is None:
                return None
            rounds[found.number : found.number + 1] = [found.tour]
    changed = replace(
        published,
        rounds=tuple(rounds),
        exchanges=exchanges_after(
            rounds, published.hubs, legs=ground.legs, vans=max(1, len(published.exchanges))
        ),
    )
    return replace(changed, cost=mean_cost(changed, ground))


def published_times(plan: Plan) -> dict[tuple[str, int], int]:
    """Return when each library is served, by its code and weekday."""
    return {
        (code, day): at
        for tour in plan.rounds
        for code, at in zip(tour.stops, tour.served, strict=True)
        for day in tour.weekdays
    }


def kept_share(published: Plan, changed: Plan) -> float:
    """Return the share of the calls that both plans make which stay near their published time."""
    before, after = published_times(published), published_times(changed)
    both = before.keys() & after.keys()
    return sum(abs(before[call] - after[call]) <= NEAR for call in both) / max(1, len(both))


def _without(
    tour: Round, wanted: set[str], ground: Ground, rules: Rules, times: Times
) -> Round | None:
    left = [code for code in tour.stops if code in wanted]
    if len(left) == len(tour.stops):
        return tour
    return _nearest(tour, left, ground, rules, times) if left else None


def _nearest(
    tour: Round, stops: list[str], ground: Ground, rules: Rules, times: Times
) -> Round | None:
    """Return the round over these stops, near the published times if it can be."""
    day = tour.weekdays[0]
    near = {c: (times[c, day] - NEAR, times[c, day] + NEAR) for c in stops if (c, day) in times}
    for allowed in (near, None):
        found = timed(
            tour.hub,
            stops,
            ground=ground,
            rules=rules,
            van=tour.van,
            days=tour.weekdays,
            near=allowed,
        )
        if found is not None:
            return found
    return None


def _served_on(code: str, rounds: Iterable[Round]) -> set[int]:
    return {day for tour in rounds if code in tour.stops for day in tour.weekdays}


def _day_groups(rounds: Iterable[Round], due: set[int]) -> list[tuple[int, ...]]:
    """Return the groups of weekdays that rounds go on together and of which one is due."""
    groups = sorted({tour.weekdays for tour in rounds if due.intersection(tour.weekdays)})
    return groups or ([tuple(sorted(due))] if due else [])


def _put(
    code: str,
    days: tuple[int, ...],
    rounds: list[Round],
    ground: Ground,
    rules: Rules,
    times: Times,
) -> _Way | None:
    ways = []
    for number, tour in enumerate(rounds):
        if tour.weekdays == days:
            for place in range(len(tour.stops) + 1):
                stops = [*tour.stops[:place], code, *tour.stops[place:]]
                found = _nearest(tour, stops, ground, rules, times)
                if found is not None and _fits(found, ground):
                    price = cost_of([found], ground.legs) - cost_of([tour], ground.legs)
                    ways.append(_way(price, number, found, times))
    ways += _new_rounds(code, days, rounds, ground, rules, times)
    most = (1 - KEPT) * sum(len(tour.stops) for tour in rounds if tour.weekdays == days)
    keeping = [way for way in ways if way.far <= most]
    return min(
        keeping or ways, key=lambda way: (way.price, way.number, way.tour.stops), default=None
    )


def _new_rounds(
    code: str,
    days: tuple[int, ...],
    rounds: list[Round],
    ground: Ground,
    rules: Rules,
    times: Times,
) -> list[_Way]:
    """Return the ways with a van that stands idle these days."""
    out = [tour.van for tour in rounds if set(days).intersection(tour.weekdays)]
    idle = [van for van in rules.vans if out.count(van) < van.count]
    made = [
        timed(hub, [code], ground=ground, rules=rules, van=van, days=days)
        for van in idle
        for hub in sorted({tour.hub for tour in rounds})
    ]
    return [
        _way(cost_of([tour], ground.legs), len(rounds), tour, times)
        for tour in made
        if tour is not None and _fits(tour, ground)
    ]


def _way(price: float, number: int, tour: Round, times: Times) -> _Way:
    moved = [
        abs(at - times[code, tour.weekdays[0]]) - NEAR
        for code, at in zip(tour.stops, tour.served, strict=True)
        if (code, tour.weekdays[0]) in times
    ]
    late = [minutes for minutes in moved if minutes > 0]
    return _Way(
        price=price + PRICE_OF_A_MINUTE * sum(late), far=len(late), number=number, tour=tour
    )


def _fits(tour: Round, ground: Ground) -> bool:
    """Return whether van and range suffice on every leg."""
    stops = [stop for code in tour.stops if (stop := ground.stop(code)) is not None]
    most = board = sum(stop.crates_out for stop in stops)
    for stop in stops:
        board += stop.crates_back - stop.crates_out
        most = max(most, board)
    reach = tour.van.range_km
    return most <= tour.van.capacity and (reach is None or km_of(tour, ground.legs) <= reach)

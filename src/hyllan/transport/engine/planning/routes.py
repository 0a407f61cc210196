"""Rounds for given hubs: the routing problem and its answer as plain numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

FAR = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A stop to be visited exactly once: crates left and fetched in the same call."""

    location: int
    out: int
    back: int
    opens: int
    closes: int
    takes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicles:
    """So many vans alike that start and end at one hub."""

    hub: int  # a location
    count: int
    capacity: int
    cost_per_km: float
    cost_per_hour: float
    cost_per_day: float
    longest_minutes: int
    longest_decametres: int = FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteProblem:
    """A multi-depot routing problem with simultaneous delivery and pick-up and time windows."""

    decametres: tuple[tuple[int, ...], ...]
    minutes: tuple[tuple[int, ...], ...]
    calls: tuple[Call, ...]
    vehicles: tuple[Vehicles, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    vehicles: int  # which of the problem's
    locations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAnswer:
    """Routes that keep every rule of the problem."""

    cost: float
    routes: tuple[Route, ...]
    iterations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: seconds for each problem, or a number of iterations (repeatable)."""

    seconds: float = 1.0
    iterations: int | None = None
    seed: int = 1


Solve = Callable[[Sequence[RouteProblem], Effort], list[RouteAnswer | None]]


def as_json(problem: RouteProblem) -> dict[str, Any]:
    """Return JSON values."""
    return {
        "decametres": problem.decametres,
        "minutes": problem.minutes,
        "calls": [[c.location, c.out, c.back, c.opens, c.closes, c.takes] for c in problem.calls],
        "vehicles": [
            [
                *(v.hub, v.count, v.capacity, v.cost_per_km, v.cost_per_hour, v.cost_per_day),
                *(v.longest_minutes, v.longest_decametres),
            ]
            for v in problem.vehicles
        ],
    }


def problem_of(content: dict[str, Any]) -> RouteProblem:
    """Return the problem that `as_json` wrote."""
    calls = ("location", "out", "back", "opens", "closes", "takes")
    vehicles = (
        *("hub", "count", "capacity", "cost_per_km", "cost_per_hour", "cost_per_day"),
        *("longest_minutes", "longest_decametres"),
    )
    return RouteProblem(
        decametres=tuple(map(tuple, content["decametres"])),
        minutes=tuple(map(tuple, content["minutes"])),
        calls=tuple(Call(**dict(zip(calls, row, strict=True))) for row in content["calls"]),
        vehicles=tuple(
            Vehicles(**dict(zip(vehicles, row, strict=True))) for row in content["vehicles"]
        ),
    )

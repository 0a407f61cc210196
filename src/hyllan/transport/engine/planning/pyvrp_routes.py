"""PyVRP's answer to a routing problem. Only solver processes import this: it takes a second."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyvrp
from pyvrp.stop import MaxIterations, MaxRuntime

from hyllan.transport.engine.planning.routes import (
    Effort,
    Route,
    RouteAnswer,
    RouteProblem,
    Vehicles,
)

MONEY = 1_000  # PyVRP counts in whole numbers: parts of the money unit


def solve_here(problems: Sequence[RouteProblem], effort: Effort) -> list[RouteAnswer | None]:
    """Return PyVRP's best for each problem, None where it found none that keeps the rules."""
    return [_solve(problem, effort) for problem in problems]


def _solve(problem: RouteProblem, effort: Effort) -> RouteAnswer | None:
    if not problem.calls:
        return RouteAnswer(cost=0.0, routes=())
    data, kinds = _as_data(problem)
    stop = (
        MaxRuntime(effort.seconds)
        if effort.iterations is None
        else MaxIterations(effort.iterations)
    )
    found = pyvrp.solve(data, stop, seed=effort.seed, collect_stats=False)
    if not found.is_feasible():
        return None
    routes = tuple(
        Route(
            vehicles=kinds[route.vehicle_type()],
            locations=tuple(
                problem.calls[activity.idx].location for activity in route if activity.is_client()
            ),
        )
        for route in found.best.routes()
    )
    return RouteAnswer(cost=found.cost() / MONEY, routes=routes, iterations=found.num_iterations)


def _as_data(problem: RouteProblem) -> tuple[pyvrp.ProblemData, list[int]]:
    hubs = sorted({vehicles.hub for vehicles in problem.vehicles})
    kinds = [number for number, kind in enumerate(problem.vehicles) if kind.count > 0]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in problem.decametres],
        depots=[pyvrp.Depot(hub) for hub in hubs],
        clients=[
            pyvrp.Client(
                call.location,
                delivery=[call.out],
                pickup=[call.back],
                service_duration=call.takes,
                tw_early=call.opens,
                tw_late=call.closes,
            )
            for call in problem.calls
        ],
        vehicle_types=[
            _vehicle_type(problem.vehicles[number], hubs.index(problem.vehicles[number].hub))
            for number in kinds
        ],
        distance_matrices=[_matrix(problem.decametres)],
        duration_matrices=[_matrix(problem.minutes)],
    )
    return data, kinds


def _matrix(rows: tuple[tuple[int, ...], ...]) -> Any:
    return np.array(rows, dtype=np.int64)  # PyVRP's stubs name a type that numpy has not


def _vehicle_type(vehicles: Vehicles, depot: int) -> pyvrp.VehicleType:
    return pyvrp.VehicleType(
        num_available=vehicles.count,
        capacity=[vehicles.capacity],
        start_depot=depot,
        end_depot=depot,
        fixed_cost=round(vehicles.cost_per_day * MONEY),
        shift_duration=vehicles.longest_minutes,
        max_distance=vehicles.longest_decametres,
        unit_distance_cost=round(vehicles.cost_per_km * MONEY / 100),
        unit_duration_cost=round(vehicles.cost_per_hour * MONEY / 60),
    )

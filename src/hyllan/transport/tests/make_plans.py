"""Builders: small regions to be planned, without a database."""

from collections.abc import Sequence
from dataclasses import replace

from hyllan.transport.engine.distance import Position
from hyllan.transport.engine.planning.design import plan
from hyllan.transport.engine.planning.ground import Ground, Stop, estimated_legs
from hyllan.transport.engine.planning.plan import Plan
from hyllan.transport.engine.planning.pyvrp_routes import solve_here
from hyllan.transport.engine.planning.rules import Rules, Van

PEOPLE = (40_000, 9_000, 25_000, 12_000, 60_000, 18_000, 31_000, 7_000)


def stop(number: int, place: Position, **changed: object) -> Stop:
    """Return a main library with some inhabitants and as many crates as they need."""
    people = PEOPLE[number % len(PEOPLE)]
    crates = max(1, people // 15_000)
    made = Stop(
        code=f"S{number}",
        place=place,
        organisation=f"S{number}",
        population=people,
        crates_out=crates,
        crates_back=crates,
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # any of its fields


def ground(stops: Sequence[Stop]) -> Ground:
    """Return the ground of these stops; each may be a hub."""
    places = {each.code: each.place for each in stops}
    return Ground(
        stops=tuple(stops), hubs=tuple(places), legs=estimated_legs(places), places=places
    )


def row(count: int, *, apart: float = 0.15) -> Ground:
    """Return so many towns on a line from south to north, some 17 km apart."""
    return ground([stop(number, (55.5 + apart * number, 13.0)) for number in range(count)])


def rules(*, vans: int = 3, **changed: object) -> Rules:
    made = Rules(vans=(Van(count=vans),))
    return replace(made, **changed)  # type: ignore[arg-type]  # any of its fields


def planned(on: Ground, by: Rules, *, iterations: int = 60, seed: int = 1) -> Plan | None:
    """Plan in this process, the same each time."""
    return plan(on, by, solve=solve_here, seconds=1, iterations=iterations, seed=seed)

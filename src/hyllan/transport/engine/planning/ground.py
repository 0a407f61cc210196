"""What is planned for: the stops, the legs between them, and who sends how much to whom."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hyllan.transport.engine.distance import (
    DETOUR_ERROR,
    DETOUR_FACTOR,
    Position,
    driving_minutes,
    great_circle_km,
    road_km,
)

Matrix = NDArray[np.float64]
DAY_MINUTES = 24 * 60
EVERY_DAY = frozenset(range(1, 8))
NEAREST_KM = 1.0  # two libraries in one street draw no more on each other than this
ROUNDABOUT = 3.0  # a closed road with no third place to go by


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place where a van calls once on each of its weekdays. Times are minutes of the day."""

    code: str
    place: Position
    organisation: str = ""
    kind: str = "main"
    population: int = 0  # 0: not known, and then it neither draws nor counts as small
    crates_out: int = 1  # left here by the van
    crates_back: int = 1  # fetched here by the van, in the same call
    opens: int = 0
    closes: int = DAY_MINUTES  # no call begins later, whatever the promise to others
    weekdays: frozenset[int] = EVERY_DAY  # Monday is 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Legs:
    """Road and driving time from each place to each other, in the order of `codes`."""

    codes: tuple[str, ...]
    km: Matrix
    minutes: Matrix  # whole
    told: str  # where they come from and how far to trust them

    def subset(self, codes: Iterable[str]) -> "Legs":
        """Return the legs between these places only, in this order."""
        wanted = tuple(codes)
        at = {code: number for number, code in enumerate(self.codes)}
        rows = [at[code] for code in wanted]
        grid = np.ix_(rows, rows)
        return Legs(codes=wanted, km=self.km[grid], minutes=self.minutes[grid], told=self.told)

    def between(self, start: str, end: str) -> tuple[float, int]:
        """Return kilometres and minutes of one leg."""
        row, column = self.codes.index(start), self.codes.index(end)
        return float(self.km[row, column]), int(self.minutes[row, column])

    def as_minutes(self) -> dict[tuple[str, str], int]:
        """Return the driving times as the timetable takes them."""
        return {
            (start, end): int(self.minutes[row, column])
            for row, start in enumerate(self.codes)
            for column, end in enumerate(self.codes)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The stops of a region and the candidates for a hub, with the legs between all of them."""

    stops: tuple[Stop, ...]
    hubs: tuple[str, ...]  # where a hub may be: stops, or places that are a hub only
    legs: Legs
    places: Mapping[str, Position]

    def stop(self, code: str) -> Stop | None:
        """Return the stop of this code; None where a place is a hub only."""
        return next((stop for stop in self.stops if stop.code == code), None)


def estimated_legs(places: Mapping[str, Position], *, factor: float = DETOUR_FACTOR) -> Legs:
    """Return legs by great circle and detour factor: what needs no router."""
    codes = tuple(places)
    km = np.zeros((len(codes), len(codes)))
    minutes = np.zeros_like(km)
    for row, start in enumerate(codes):
        for column, end in enumerate(codes):
            if row != column:
                km[row, column] = road_km(places[start], places[end], factor=factor)
                minutes[row, column] = driving_minutes(float(km[row, column]))
    told = (
        f"Distances are {factor:g} times the great circle plus 1 km; a single leg is "
        f"off by {100 * DETOUR_ERROR / DETOUR_FACTOR:.0f} % (one standard deviation)."
    )
    return Legs(codes=codes, km=km, minutes=minutes, told=told)


def close_roads(legs: Legs, roads: Iterable[tuple[str, str]]) -> Legs:
    """
    Return the legs when these roads are closed, both ways.

    The van takes the best way by a third place. So every leg stays finite: solvers were seen to
    hang on forbidden ones.
    """
    shut = [
        tuple(sorted((legs.codes.index(a), legs.codes.index(b))))
        for a, b in roads
        if a != b and a in legs.codes and b in legs.codes
    ]
    km, minutes = legs.km.copy(), legs.minutes.copy()
    open_km, open_minutes = legs.km.copy(), legs.minutes.copy()
    for a, b in shut:
        open_km[a, b] = open_km[b, a] = open_minutes[a, b] = open_minutes[b, a] = np.inf
    for a, b in shut:
        for start, end in ((a, b), (b, a)):
            by = [place for place in range(len(legs.codes)) if place not in (start, end)]
            ways = [
                (open_km[start, third] + open_km[third, end], third)
                for third in by
                if np.isfinite(open_km[start, third] + open_km[third, end])
            ]
            if ways:
                km[start, end], third = min(ways)
                minutes[start, end] = open_minutes[start, third] + open_minutes[third, end]
            else:
                km[start, end] *= ROUNDABOUT
                minutes[start, end] *= ROUNDABOUT
    return replace(legs, km=km, minutes=minutes)


def counted(ground: Ground) -> tuple[Stop, ...]:
    """Return the stops between which pairs are counted: main libraries, or all without two."""
    mains = tuple(stop for stop in ground.stops if stop.kind == "main")
    return mains if len(mains) > 1 else ground.stops


def demand(stops: Collection[Stop]) -> Matrix:
    """
    Return how much goes from each stop to each other, relative to one another.

    Gravity: inhabitants times inhabitants over the distance. Without population all are alike.
    """
    weight = np.array([float(stop.population) for stop in stops])
    if not weight.any():
        weight[:] = 1.0
    away = np.array([[great_circle_km(a.place, b.place) for b in stops] for a in stops])
    found: Matrix = np.outer(weight, weight) / np.maximum(away, NEAREST_KM)
    np.fill_diagonal(found, 0.0)
    return found

"""What a network costs and how well it serves, found by replaying its timetable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from hyllan.region.engine.calendar import DAY, Calendar
from hyllan.transport.engine.network import Loop, Network
from hyllan.transport.engine.planning.ground import Ground, Matrix, counted, demand
from hyllan.transport.engine.planning.rules import Van, clock_of
from hyllan.transport.engine.timetable import Timetable, build, earliest_arrivals
from hyllan.transport.engine.trips import Trip

# A week like any other, without holidays, in a zone whose clocks stand still.
MONDAY = date(2001, 1, 1)
KNOWN_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of an ordinary weekday; where weekdays differ, their mean. Shares are of 1."""

    vans: int  # on the busiest day, at the same time
    km: float
    van_hours: float
    cost: float
    kg_co2: float
    crates: int  # left a day
    last_delivery: time
    next_weekday_pairs: float  # of all pairs and days: there on the next weekday at the latest
    next_weekday_demand: float  # the same, pairs weighted by demand
    same_day_pairs: float
    mean_days: float  # weekdays; what is there the same day counts as one
    mean_days_demand: float
    worst_days: float  # infinite: between some no van goes
    longest_round: int  # minutes


def regional(network: Network, organisations: Mapping[str, str]) -> Network:
    """Return the network without the rounds that each municipality drives for itself."""
    loops = tuple(loop for loop in network.loops if not is_local(loop, organisations))
    return Network(
        vans=network.vans, service=network.service, loops=loops, exchanges=network.exchanges
    )


def is_local(loop: Loop, organisations: Mapping[str, str]) -> bool:
    """Return whether all libraries of this loop are of one organisation."""
    return len({organisations.get(code, code) for code in loop.calls}) == 1


def figures(network: Network, ground: Ground, *, vans: Mapping[str, Van] | None = None) -> Figures:
    """
    Return the figures of a network.

    :param vans: by the loop's name, where its van is another than [vans] says
    """
    table = replayed(network, ground)
    week = [MONDAY + number * DAY for number in range(7)]
    days = [day for day in week if day.isoweekday() in network.service.weekdays]
    trips = {day: table.trips(day) for day in days}
    share = 1 / len(days)
    each = [(trip, *_driven(trip, ground)) for day in days for trip in trips[day]]
    kinds = vans or {}
    usual = _usual_van(network)
    busy = {day: _at_once(trips[day]) for day in days}
    cost = sum(busy.values()) * usual.cost_per_day
    grams = 0.0
    for trip, km, hours in each:
        van = kinds.get(trip.loop, usual)
        cost += km * van.cost_per_km + hours * van.cost_per_hour
        if not trip.is_exchange:
            cost += van.cost_per_day - usual.cost_per_day
        grams += km * van.grams_co2_per_km
    service = _Service(_days_on_the_way(table, ground, days, trips), demand(counted(ground)))
    served = [
        visit.arrives_at.time()
        for day in days
        for trip in trips[day]
        if not trip.is_exchange
        for visit in trip.visits[1:-1]
    ]
    return Figures(
        vans=max(busy.values(), default=0),
        km=share * sum(km for _, km, _ in each),
        van_hours=share * sum(hours for _, _, hours in each),
        cost=share * cost,
        kg_co2=share * grams / 1000,
        crates=round(share * sum(_crates(trip, ground) for trip, _, _ in each)),
        last_delivery=max(served, default=time.min),
        longest_round=max(
            (round(60 * hours) for t, _, hours in each if not t.is_exchange), default=0
        ),
        next_weekday_pairs=service.share(1),
        next_weekday_demand=service.share(1, by_demand=True),
        same_day_pairs=service.share(0),
        mean_days=service.days(),
        mean_days_demand=service.days(by_demand=True),
        worst_days=service.worst,
    )


def replayed(network: Network, ground: Ground) -> Timetable:
    """Return the network's timetable on ordinary weeks, with the ground's own driving times."""
    codes = network.libraries
    stops = {stop.code: stop for stop in ground.stops}
    every = frozenset(range(1, 8))
    calendar = Calendar(
        time_zone="UTC",
        known_from=MONDAY - 30 * DAY,
        known_until=MONDAY + KNOWN_DAYS * DAY,
        holidays=frozenset(),
        van_weekdays={c: stops[c].weekdays if c in stops else every for c in codes},
        van_from={c: clock_of(stops[c].opens) for c in codes if c in stops},
    )
    return build(network, calendar, ground.places, minutes=ground.legs.as_minutes())


def _driven(trip: Trip, ground: Ground) -> tuple[float, float]:
    km = sum(ground.legs.between(a.library, b.library)[0] for a, b in pairwise(trip.visits))
    return km, (trip.visits[-1].arrives_at - trip.visits[0].departs_at) / timedelta(hours=1)


def _at_once(trips: Iterable[Trip]) -> int:
    """Return how many vans are out at the same time at most."""
    moments = sorted(
        moment
        for trip in trips
        for moment in ((trip.visits[0].departs_at, 1), (trip.visits[-1].arrives_at, -1))
    )
    out = most = 0
    for _, change in moments:
        out += change
        most = max(most, out)
    return most


def _usual_van(network: Network) -> Van:
    vans = network.vans
    return Van(
        capacity=vans.capacity_crates,
        cost_per_km=vans.cost_per_km,
        cost_per_hour=vans.cost_per_hour,
        cost_per_day=vans.cost_per_day,
        grams_co2_per_km=vans.grams_co2_per_km,
    )


def _crates(trip: Trip, ground: Ground) -> int:
    if trip.is_exchange:
        return 0
    known = {stop.code: stop.crates_out for stop in ground.stops}
    return sum(known.get(visit.library, 0) for visit in trip.visits[1:-1])


def _days_on_the_way(
    table: Timetable, ground: Ground, days: list[date], trips: Mapping[date, tuple[Trip, ...]]
) -> Matrix:
    """Return by day, from and to: weekdays from being ready to being there; infinite for never."""
    stops = counted(ground)
    found = np.full((len(days), len(stops), len(stops)), np.inf)
    number = {day: at for at, day in enumerate(_service_days(days))}
    for at, day in enumerate(days):
        for row, stop in enumerate(stops):
            if stop.code not in table.libraries:
                continue
            ready = _ready(table, stop.code, day, trips[day])
            there = earliest_arrivals(table, stop.code, ready_at=ready)
            for column, other in enumerate(stops):
                arrival = there.get(other.code)
                if arrival is not None:
                    arrived = number.get(arrival.arrives_at.date())
                    found[at, row, column] = np.inf if arrived is None else arrived - at
    return found


def _service_days(days: list[date]) -> list[date]:
    return [day + week * 7 * DAY for week in range(KNOWN_DAYS // 7) for day in days]


def _ready(table: Timetable, library: str, day: date, trips: Iterable[Trip]) -> datetime:
    """Return the cut-off of the day's first van here; without a van, when service begins."""
    begins = [
        visit.departs_at if number == 0 else visit.arrives_at
        for trip in trips
        for number, visit in enumerate(trip.visits[:-1])
        if visit.library == library
    ]
    service = table.network_on(day).service
    if not begins:
        return table.calendar.at(day, service.first_service)
    return min(begins) - timedelta(minutes=service.cut_off_minutes)


@dataclass(frozen=True, slots=True)
class _Service:
    """How soon things are there, over all pairs and days."""

    waits: Matrix  # weekdays by day, from, to
    weights: Matrix  # from, to

    def share(self, most: float, *, by_demand: bool = False) -> float:
        """Return the share that takes so many weekdays at most."""
        return self._mean((self.waits <= most).astype(float), by_demand)

    def days(self, *, by_demand: bool = False) -> float:
        """Return the mean of weekdays, the same day counted as one."""
        return self._mean(np.maximum(self.waits, 1.0), by_demand)

    def _mean(self, values: Matrix, by_demand: bool) -> float:
        apart = ~np.eye(len(self.weights), dtype=bool)
        weights = self.weights[apart] if by_demand else np.ones(int(apart.sum()))
        return float(np.average(values[:, apart].mean(axis=0), weights=weights))

    @property
    def worst(self) -> float:
        apart = ~np.eye(len(self.weights), dtype=bool)
        return max(1.0, float(self.waits[:, apart].max()))

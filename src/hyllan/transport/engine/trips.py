"""When each van calls where, day by day. In prose: docs/algorithms/timetable.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hyllan.region.engine.calendar import DAY, Calendar
from hyllan.transport.engine.distance import Position, driving_minutes, road_km
from hyllan.transport.engine.network import Exchange, Loop, Network

ALIGHT, BOARD = 0, 1  # what may happen at a visit, in this order where both fall together
LONGEST_TRIP = timedelta(hours=20)  # waiting not counted; so no trip reaches past the next day


@dataclass(frozen=True, slots=True)
class Visit:
    """A van's call at a library. An item must be ready the cut-off time before `arrives_at`."""

    library: str
    arrives_at: datetime  # when it is served: the van may have waited for the door to open
    departs_at: datetime


@dataclass(frozen=True, slots=True)
class Trip:
    """One drive of a loop or an exchange: only the libraries that it serves that day."""

    loop: str
    day: date  # in the region's time zone
    is_exchange: bool
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Getting off or on a van at one visit of a trip."""

    at: int  # seconds since 1970
    kind: int  # ALIGHT or BOARD
    trip: Trip
    number: int  # of the visit in its trip
    visit: Visit
    served_at: int  # when the visit begins

    @property
    def order(self) -> tuple[int, int, str, date, int]:
        """Time first; what falls together is sorted by the loop's name."""
        return (self.at, self.kind, self.trip.loop, self.trip.day, self.number)


@dataclass(frozen=True, slots=True)
class Timetable:
    """
    A network on a calendar. Each day is worked out when it is first asked for, and kept.

    Make it with `build`.
    """

    network: Network
    calendar: Calendar
    places: Mapping[str, Position]
    hubs: frozenset[str]  # where a crate may change vans
    libraries: frozenset[str]
    _trips: dict[date, tuple[Trip, ...]] = field(default_factory=dict, compare=False, repr=False)
    _events: dict[date, list[Event]] = field(default_factory=dict, compare=False, repr=False)

    def day_of(self, moment: datetime) -> date:
        """Return which day it is in the region at that moment."""
        return self.calendar.day_of(moment)

    def runs_on(self, day: date) -> bool:
        """Return whether vans run that day at all; on days nobody knows yet they do not."""
        return (
            self.calendar.known_from <= day < self.calendar.known_until
            and day.isoweekday() in self.network.service.weekdays
            and not self.calendar.is_holiday(day)
        )

    def trips(self, day: date) -> tuple[Trip, ...]:
        """Return the day's trips: loops, then exchanges, in the order of the network."""
        found = self._trips.get(day)
        if found is None:
            tours = self.network.rounds if self.runs_on(day) else ()
            drives = [self._drive(tour, day) for tour in tours]
            # A van that serves one library alone brings nothing anywhere: it does not go.
            found = tuple(trip for trip in drives if len({v.library for v in trip.visits}) > 1)
            self._trips[day] = found
        return found

    def trip(self, loop: str, day: date) -> Trip | None:
        """Return the trip of this loop or exchange that day, if it goes."""
        return next((trip for trip in self.trips(day) if trip.loop == loop), None)

    def events(self, day: date) -> list[Event]:
        """Return what can happen that day in order, also on trips begun the day before."""
        found = self._events.get(day)
        if found is None:
            found = [
                event
                for trip in (*self.trips(day - DAY), *self.trips(day))
                for event in events_of(trip)
                if self.day_of(datetime.fromtimestamp(event.at, UTC)) == day
            ]
            found.sort(key=lambda event: event.order)
            self._events[day] = found
        return found

    def _drive(self, tour: Loop | Exchange, day: date) -> Trip:
        """Drive from call to call and back to the hub, past libraries that are closed that day."""
        zone = ZoneInfo(self.calendar.time_zone)
        moment = self.calendar.at(day, tour.departs).astimezone(UTC)
        place = self.places[tour.calls[0]]
        visits: list[Visit] = []
        for number, library in enumerate(tour.calls):
            if not self.calendar.van_runs(library, day):
                continue
            if visits and visits[-1].library == library:
                continue  # all between were closed
            departs = moment
            if number:
                moment += self._driving(place, self.places[library])
                place = self.places[library]
                moment = self._door_opens(library, day, moment)
                departs = moment + timedelta(minutes=self.network.service.stop_minutes)
            visits.append(Visit(library, moment.astimezone(zone), departs.astimezone(zone)))
            moment = departs
        return Trip(tour.name, day, isinstance(tour, Exchange), tuple(visits))

    def _door_opens(self, library: str, day: date, moment: datetime) -> datetime:
        """Return when a van that comes at this moment is served."""
        opens = self.calendar.van_from.get(library, time.min)
        first = max(self.network.service.first_service, opens)
        return max(moment, self.calendar.at(day, first).astimezone(UTC))

    def _driving(self, start: Position, end: Position) -> timedelta:
        return timedelta(minutes=driving_minutes(road_km(start, end)))

    def length(self, tour: Loop | Exchange) -> timedelta:
        """Return how long the whole tour takes when nothing is closed and no door is waited for."""
        calls = [self.places[code] for code in tour.calls]
        driving = sum((self._driving(*pair) for pair in pairwise(calls)), timedelta())
        stops = (len(calls) - 1) * timedelta(minutes=self.network.service.stop_minutes)
        return driving + stops


def build(network: Network, calendar: Calendar, stops: Mapping[str, Position]) -> Timetable:
    """
    Return the timetable of a network.

    :param stops: latitude and longitude of every library of the network
    :raises ValueError: a library's place or van days are not known, or a tour takes too long
    """
    for library in sorted(network.libraries):
        if library not in stops or library not in calendar.van_weekdays:
            raise ValueError(f"The place of {library}, or when a van may come, is not known.")
    timetable = Timetable(network, calendar, stops, network.hubs, network.libraries)
    for tour in network.rounds:
        hours = timetable.length(tour) / timedelta(hours=1)
        if timedelta(hours=hours) > LONGEST_TRIP:
            raise ValueError(f"{tour.name} would take {hours:.0f} hours; split it.")
    return timetable


def events_of(trip: Trip) -> Iterator[Event]:
    """Yield where a thing can get off and on: not off at the start, not on at the end."""
    last = len(trip.visits) - 1
    for number, visit in enumerate(trip.visits):
        arrives, departs = int(visit.arrives_at.timestamp()), int(visit.departs_at.timestamp())
        if number > 0:
            yield Event(arrives, ALIGHT, trip, number, visit, arrives)
        if number < last:
            yield Event(departs, BOARD, trip, number, visit, arrives)

"""When each van calls where, day by day. In prose: docs/algorithms/timetable.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hyllan.region.engine.calendar import DAY, Calendar
from hyllan.transport.engine.distance import Position, driving_minutes, road_km
from hyllan.transport.engine.network import Exchange, Loop, Network, Service, Tour

ALIGHT, BOARD = 0, 1  # what may happen at a visit, in this order where both fall together
LONGEST_TRIP = timedelta(hours=20)  # waiting not counted; so no trip reaches past the next day


@dataclass(frozen=True, slots=True)
class Visit:
    """A van's call at a library. An item must be ready `cut_off_minutes` before `arrives_at`."""

    library: str
    arrives_at: datetime  # when it is served: the van may have waited for the door to open
    departs_at: datetime
    cut_off_minutes: int


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
    ready_by: int  # the cut-off

    @property
    def order(self) -> tuple[int, int, str, date, int]:
        """Time first; what falls together is sorted by the loop's name."""
        return (self.at, self.kind, self.trip.loop, self.trip.day, self.number)


@dataclass(frozen=True, slots=True)
class Version:
    """A network and the day from which it holds, until the next one does."""

    valid_from: date
    network: Network


NO_VANS = Network(loops=())


@dataclass(frozen=True, slots=True)
class Timetable:
    """
    Networks on a calendar. Each day is worked out when it is first asked for, and kept.

    Make it with `build` or `build_versions`.
    """

    versions: tuple[Version, ...]  # by day
    calendar: Calendar
    places: Mapping[str, Position]
    libraries: frozenset[str]  # of any version
    _trips: dict[date, tuple[Trip, ...]] = field(default_factory=dict, compare=False, repr=False)
    _events: dict[date, list[Event]] = field(default_factory=dict, compare=False, repr=False)
    _hubs: dict[date, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _minutes: dict[tuple[str, str], int] = field(default_factory=dict, compare=False, repr=False)

    def day_of(self, moment: datetime) -> date:
        """Return which day it is in the region at that moment."""
        return self.calendar.day_of(moment)

    def network_on(self, day: date) -> Network:
        """Return the network that holds that day; before the first there are no vans."""
        held = [version.network for version in self.versions if version.valid_from <= day]
        return held[-1] if held else NO_VANS

    def hubs_on(self, day: date) -> frozenset[str]:
        """Return where a crate may change vans that day."""
        if day not in self._hubs:
            self._hubs[day] = self.network_on(day).hubs
        return self._hubs[day]

    def served_from(self, day: date) -> frozenset[str]:
        """Return the libraries at which vans call on that day's network or a later one."""
        later = [version.network for version in self.versions if version.valid_from > day]
        return frozenset().union(*(each.libraries for each in (self.network_on(day), *later)))

    def may_run(self, tour: Tour, day: date) -> bool:
        """Return whether a tour goes that day at all; on days nobody knows yet it does not."""
        return (
            self.calendar.known_from <= day < self.calendar.known_until
            and day.isoweekday() in (tour.weekdays or self.network_on(day).service.weekdays)
            and not self.calendar.is_holiday(day)
            and (not tour.school_terms or self.calendar.in_school_term(day))
        )

    def trips(self, day: date) -> tuple[Trip, ...]:
        """Return the day's trips: loops, then exchanges, in the order of the network."""
        found = self._trips.get(day)
        if found is None:
            network = self.network_on(day)
            tours = [tour for tour in network.rounds if self.may_run(tour, day)]
            drives = [self._drive(tour, day, network.service) for tour in tours]
            # A van that serves one library alone brings nothing anywhere: it does not go.
            found = tuple(trip for trip in drives if len({v.library for v in trip.visits}) > 1)
            self._trips[day] = found
        return found

    def trip(self, loop: str, day: date) -> Trip | None:
        """Return the trip of this loop or exchange that day, if it goes."""
        return next((trip for trip in self.trips(day) if trip.loop == loop), None)

    def closed_calls(self, loop: str, day: date) -> tuple[str, ...]:
        """Return the libraries that a tour would serve that day, were they not closed."""
        tours = self.network_on(day).rounds
        called = [tour for tour in tours if tour.name == loop and self.may_run(tour, day)]
        codes = dict.fromkeys(code for tour in called for code in tour.calls)
        return tuple(code for code in codes if self.calendar.is_closed(code, day))

    def events(self, day: date) -> list[Event]:
        """Return what can happen that day in order, also on trips begun the day before."""
        found = self._events.get(day)
        if found is None:
            begin, end = (
                int(self.calendar.at(each, time.min).timestamp()) for each in (day, day + DAY)
            )
            found = [
                event
                for trip in (*self.trips(day - DAY), *self.trips(day))
                for event in events_of(trip)
                if begin <= event.at < end
            ]
            found.sort(key=lambda event: event.order)
            self._events[day] = found
        return found

    def _drive(self, tour: Loop | Exchange, day: date, service: Service) -> Trip:
        """Drive from call to call and back to the hub, past libraries that are closed that day."""
        zone = ZoneInfo(self.calendar.time_zone)
        moment = self.calendar.at(day, tour.departs).astimezone(UTC)
        stays, cut_offs = dict(tour.stop_minutes), dict(tour.cut_off_minutes)
        here = tour.calls[0]
        visits: list[Visit] = []
        for number, library in enumerate(tour.calls):
            if not self.calendar.van_runs(library, day):
                continue
            if visits and visits[-1].library == library:
                continue  # all between were closed
            departs = moment
            if number:
                moment += timedelta(minutes=self._driving(here, library))
                here = library
                moment = self._door_opens(library, day, moment, service)
                departs = moment + timedelta(minutes=stays.get(library, service.stop_minutes))
            cut_off = cut_offs.get(library, service.cut_off_minutes)
            times = (moment.astimezone(zone), departs.astimezone(zone))
            visits.append(Visit(library, *times, cut_off))
            moment = departs
        return Trip(tour.name, day, isinstance(tour, Exchange), tuple(visits))

    def _door_opens(self, library: str, day: date, moment: datetime, service: Service) -> datetime:
        """Return when a van that comes at this moment is served."""
        opens = self.calendar.van_from.get(library, time.min)
        first = max(service.first_service, opens)
        return max(moment, self.calendar.at(day, first).astimezone(UTC))

    def _driving(self, start: str, end: str) -> int:
        minutes = self._minutes.get((start, end))
        if minutes is None:
            minutes = driving_minutes(road_km(self.places[start], self.places[end]))
            self._minutes[start, end] = minutes
        return minutes

    def length(self, tour: Loop | Exchange, service: Service) -> timedelta:
        """Return how long the whole tour takes when nothing is closed and no door is waited for."""
        stays = dict(tour.stop_minutes)
        driving = sum(self._driving(*pair) for pair in pairwise(tour.calls))
        stops = sum(stays.get(code, service.stop_minutes) for code in tour.calls[1:])
        return timedelta(minutes=driving + stops)


def build(
    network: Network,
    calendar: Calendar,
    stops: Mapping[str, Position],
    *,
    minutes: Mapping[tuple[str, str], int] | None = None,
) -> Timetable:
    """Return the timetable of one network that holds always; see `build_versions`."""
    return build_versions((Version(date.min, network),), calendar, stops, minutes=minutes)


def build_versions(
    versions: Iterable[Version],
    calendar: Calendar,
    stops: Mapping[str, Position],
    *,
    minutes: Mapping[tuple[str, str], int] | None = None,
) -> Timetable:
    """
    Return the timetable of networks that follow upon each other.

    :param versions: of two that hold from the same day, the later one in the list is taken
    :param stops: latitude and longitude of every library of the networks
    :param minutes: driving times of legs, where they are known better than by `driving_minutes`
    :raises ValueError: a library's place or van days are not known, a tour takes too long, or it
        goes in school terms and nobody has told them
    """
    by_day = tuple(sorted(versions, key=lambda version: version.valid_from))
    libraries = frozenset[str]().union(*(version.network.libraries for version in by_day))
    for library in sorted(libraries):
        if library not in stops or library not in calendar.van_weekdays:
            raise ValueError(f"The place of {library}, or when a van may come, is not known.")
    timetable = Timetable(by_day, calendar, stops, libraries, _minutes=dict(minutes or {}))
    for version in by_day:
        _check_tours(timetable, version.network)
    return timetable


def _check_tours(timetable: Timetable, network: Network) -> None:
    for tour in network.rounds:
        hours = timetable.length(tour, network.service) / timedelta(hours=1)
        if timedelta(hours=hours) > LONGEST_TRIP:
            raise ValueError(f"{tour.name} would take {hours:.0f} hours; split it.")
        if tour.school_terms and not timetable.calendar.school_terms:
            raise ValueError(
                f"{tour.name} goes in school terms, and no school_terms.csv says when they are."
            )


def events_of(trip: Trip) -> Iterator[Event]:
    """Yield where a thing can get off and on: not off at the start, not on at the end."""
    last = len(trip.visits) - 1
    for number, visit in enumerate(trip.visits):
        arrives, departs = int(visit.arrives_at.timestamp()), int(visit.departs_at.timestamp())
        ready_by = arrives - 60 * visit.cut_off_minutes
        if number > 0:
            yield Event(arrives, ALIGHT, trip, number, visit, ready_by)
        if number < last:
            yield Event(departs, BOARD, trip, number, visit, ready_by)

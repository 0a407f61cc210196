"""How soon a thing can be at another library. In prose: docs/algorithms/timetable.md."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from hyllan.region.engine.calendar import DAY
from hyllan.transport.engine.trips import (
    BOARD,
    Event,
    Timetable,
    Trip,
    Version,
    Visit,
    build,
    build_versions,
)

__all__ = [
    "Arrival",
    "Leg",
    "Timetable",
    "Trip",
    "Version",
    "Visit",
    "build",
    "build_versions",
    "earliest_arrival",
    "earliest_arrivals",
    "ride",
]
TRANSFER_MINUTES = 10  # at a hub, from one van being served to the next one's leaving
SEARCHED_DAYS = 60  # counted from the day on which the thing is ready
TRANSFER = TRANSFER_MINUTES * 60


@dataclass(frozen=True, slots=True)
class Leg:
    """A ride on one van without a change."""

    from_library: str
    to_library: str
    loop: str
    departs_at: datetime
    arrives_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    arrives_at: datetime
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ride:
    """The thing is on a van: where it got on, and how it came there."""

    legs: int  # with this one
    board: Event
    before: "_Stay | None"


@dataclass(frozen=True, slots=True)
class _Stay:
    """The thing is at a library: by which ride it came, and where that ride ended."""

    ride: _Ride
    alight: Event


def earliest_arrival(
    timetable: Timetable,
    from_library: str,
    to_library: str,
    *,
    ready_at: datetime,
    transferring: bool = False,
    not_before: datetime | None = None,
) -> Arrival | None:
    """
    Return the earliest arrival of a thing and its legs; None if no van brings it in SEARCHED_DAYS.

    :param transferring: it came off a van at a hub, so the transfer time holds, not the cut-off
    :param not_before: vans that left earlier are gone, though it was ready for them
    """
    if from_library == to_library:
        return Arrival(ready_at)
    if not {from_library, to_library} <= timetable.libraries:
        return None
    may_board = _boarding_rule(ready_at, transferring, not_before)
    found = _scan(
        timetable, from_library, since=ready_at, may_board=may_board, targets={to_library}
    )
    return found.get(to_library)


def earliest_arrivals(
    timetable: Timetable, from_library: str, *, ready_at: datetime
) -> dict[str, Arrival]:
    """Return the earliest arrival at every library that can be reached, in one look."""
    here = {from_library: Arrival(ready_at)}
    if from_library not in timetable.libraries:
        return here
    may_board = _boarding_rule(ready_at, transferring=False, not_before=None)
    targets = set(timetable.libraries - {from_library})
    return here | _scan(
        timetable, from_library, since=ready_at, may_board=may_board, targets=targets
    )


def ride(timetable: Timetable, trip: Trip, number: int, to_library: str) -> Arrival | None:
    """Return when a thing is there that gets on this trip at its visit of this number."""
    visit = trip.visits[number]
    if number == len(trip.visits) - 1 or to_library == visit.library:
        return None

    def may_board(event: Event) -> bool:
        return event.trip == trip and event.number == number

    found = _scan(
        timetable,
        visit.library,
        since=visit.departs_at,
        may_board=may_board,
        targets={to_library},
    )
    return found.get(to_library)


def _boarding_rule(
    ready_at: datetime, transferring: bool, not_before: datetime | None
) -> Callable[[Event], bool]:
    ready = ready_at.timestamp()
    gone = not_before.timestamp() if not_before else ready

    def may_board(event: Event) -> bool:
        deadline = event.at - TRANSFER if transferring else event.ready_by
        return ready <= deadline and gone <= event.at

    return may_board


def _scan(
    timetable: Timetable,
    origin: str,
    *,
    since: datetime,
    may_board: Callable[[Event], bool],
    targets: set[str],
) -> dict[str, Arrival]:
    """
    Follow the vans in the order of time until the thing has been seen at all targets.

    Whatever happens is looked at once, in order; so the first time a thing is seen somewhere is
    the earliest. A later stay at a hub is kept only if it took fewer legs.
    """
    stays: dict[str, list[_Stay]] = {}
    changes: dict[str, list[_Stay]] = {}  # those from which it may go on with another van
    rides: dict[tuple[str, date], _Ride] = {}
    missing, settled_at = set(targets), 0
    for event in _events_since(timetable, since):
        if not missing and event.at > settled_at:
            break
        key = (event.trip.loop, event.trip.day)
        on_van = rides.get(key)
        library = event.visit.library
        if event.kind == BOARD:
            boarded = _board(event, changes, is_origin=library == origin, rule=may_board)
            if boarded and (on_van is None or boarded.legs < on_van.legs):
                rides[key] = boarded
        elif on_van is not None and library != origin:
            _note(stays, on_van, event)
            if library in timetable.hubs_on(event.trip.day):
                _note(changes, on_van, event)
            if library in missing:
                missing.discard(library)
                settled_at = event.at
    return {code: _arrival(stays[code]) for code in sorted(targets) if code in stays}


def _note(stays: dict[str, list[_Stay]], on_van: _Ride, event: Event) -> None:
    """Remember a stay unless an earlier one took no more legs."""
    here = stays.setdefault(event.visit.library, [])
    if not here or on_van.legs < here[-1].ride.legs:
        here.append(_Stay(on_van, event))


def _board(
    event: Event,
    changes: dict[str, list[_Stay]],
    *,
    is_origin: bool,
    rule: Callable[[Event], bool],
) -> _Ride | None:
    """Return the ride of the thing if it can get on here: after the fewest legs."""
    if is_origin:
        return _Ride(1, event, None) if rule(event) else None
    for stay in reversed(changes.get(event.visit.library, ())):
        if stay.alight.at + TRANSFER <= event.at:
            return _Ride(stay.ride.legs + 1, event, stay)
    return None


def _events_since(timetable: Timetable, since: datetime) -> Iterator[Event]:
    first, start = timetable.day_of(since), since.timestamp()
    for ahead in range(SEARCHED_DAYS + 1):
        events = timetable.events(first + ahead * DAY)
        begin = 0 if ahead else bisect_left(events, start, key=lambda event: event.at)
        yield from events[begin:] if begin else events


def _arrival(stays: list[_Stay]) -> Arrival:
    """Return the earliest stay's arrival; of several at that moment, the one with fewest legs."""
    first = stays[0].alight.at
    fewest = [stay for stay in stays if stay.alight.at == first][-1]
    legs: list[Leg] = []
    stay: _Stay | None = fewest
    while stay is not None:
        on, off = stay.ride.board, stay.alight
        legs.append(
            Leg(
                on.visit.library,
                off.visit.library,
                on.trip.loop,
                on.visit.departs_at,
                off.visit.arrives_at,
            )
        )
        stay = stay.ride.before
    return Arrival(fewest.alight.visit.arrives_at, tuple(reversed(legs)))

"""Change one thing in a network. Pure: the network that was is not touched."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import TypeAlias

from hyllan.transport.engine.network import NAME_LENGTH, Exchange, Loop, Network
from hyllan.transport.engine.network_rules import NAME


class Fault(StrEnum):
    """Why an edit is not possible."""

    NO_SUCH_TOUR = "no_such_tour"
    NO_SUCH_STOP = "no_such_stop"
    NAME_TAKEN = "name_taken"
    BAD_NAME = "bad_name"
    STOP_TWICE = "stop_twice"
    LAST_STOP = "last_stop"
    LAST_LOOP = "last_loop"
    SAME_TIME = "same_time"


class NotPossible(Exception):  # noqa: N818 - a rule says no, nothing is broken
    """The edit makes no network; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLoop:
    name: str
    hub: str
    departs: time
    stop: str  # the first one


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTour:
    tour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTour:
    """When a tour goes, and what it is called."""

    tour: str
    name: str
    departs: time
    more_departures: tuple[time, ...] = ()
    weekdays: tuple[int, ...] = ()
    school_terms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddStop:
    tour: str
    library: str
    number: int  # before which of the stops, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveStop:
    tour: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStop:
    """Drive to a stop earlier (by -1) or later (by 1)."""

    tour: str
    number: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStop:
    """How long the van stays and how early things must be ready; None: as everywhere."""

    tour: str
    number: int
    stop_minutes: int | None
    cut_off_minutes: int | None


Edit: TypeAlias = AddLoop | RemoveTour | ChangeTour | AddStop | RemoveStop | MoveStop | TimeStop


def stops_of(tour: Loop | Exchange) -> tuple[str, ...]:
    """Return the stops that can be edited: a loop's stops, an exchange's hubs."""
    return tour.stops if isinstance(tour, Loop) else tour.hubs


def apply(network: Network, edit: Edit) -> Network:
    """Return the network with one thing changed. Raises NotPossible."""
    changed = _applied(network, edit)
    names = [tour.name for tour in changed.rounds]
    if len(set(names)) < len(names):
        raise NotPossible(Fault.NAME_TAKEN)
    if max(map(len, names)) > NAME_LENGTH:
        raise NotPossible(Fault.BAD_NAME)
    return changed


def _applied(network: Network, edit: Edit) -> Network:
    match edit:
        case AddLoop():
            return _add_loop(network, edit)
        case RemoveTour():
            return _remove(network, edit)
        case ChangeTour():
            _check_name(network, edit.name, but=edit.tour)
            if edit.departs in edit.more_departures:
                raise NotPossible(Fault.SAME_TIME)
            return _on_tour(network, edit.tour, lambda tour: _retimed(tour, edit))
        case AddStop() | RemoveStop() | MoveStop():
            return _on_tour(network, edit.tour, lambda tour: _restopped(tour, edit))
        case TimeStop():
            return _on_tour(network, edit.tour, lambda tour: _stop_timed(tour, edit))


def _on_tour(
    network: Network, name: str, change: Callable[[Loop | Exchange], Loop | Exchange]
) -> Network:
    if name not in {tour.name for tour in network.tours}:
        raise NotPossible(Fault.NO_SUCH_TOUR)
    tours = [change(tour) if tour.name == name else tour for tour in network.tours]
    return replace(
        network,
        loops=tuple(tour for tour in tours if isinstance(tour, Loop)),
        exchanges=tuple(tour for tour in tours if isinstance(tour, Exchange)),
    )


def _check_name(network: Network, name: str, *, but: str = "") -> None:
    if not NAME.fullmatch(name):
        raise NotPossible(Fault.BAD_NAME)
    taken = {tour.name for tour in network.tours if tour.name != but}
    if name in taken:
        raise NotPossible(Fault.NAME_TAKEN)


def _add_loop(network: Network, edit: AddLoop) -> Network:
    _check_name(network, edit.name)
    if edit.stop == edit.hub:
        raise NotPossible(Fault.STOP_TWICE)
    loop = Loop(name=edit.name, hub=edit.hub, departs=edit.departs, stops=(edit.stop,))
    return replace(network, loops=(*network.loops, loop))


def _remove(network: Network, edit: RemoveTour) -> Network:
    loops = tuple(loop for loop in network.loops if loop.name != edit.tour)
    exchanges = tuple(tour for tour in network.exchanges if tour.name != edit.tour)
    if not loops:
        raise NotPossible(Fault.LAST_LOOP)
    if (loops, exchanges) == (network.loops, network.exchanges):
        raise NotPossible(Fault.NO_SUCH_TOUR)
    return replace(network, loops=loops, exchanges=exchanges)


def _retimed(tour: Loop | Exchange, edit: ChangeTour) -> Loop | Exchange:
    return replace(
        tour,
        name=edit.name,
        departs=edit.departs,
        more_departures=tuple(sorted(set(edit.more_departures))),
        weekdays=tuple(sorted(set(edit.weekdays))),
        school_terms=edit.school_terms,
    )


def _restopped(tour: Loop | Exchange, edit: AddStop | RemoveStop | MoveStop) -> Loop | Exchange:
    stops = list(stops_of(tour))
    if isinstance(edit, AddStop):
        stops.insert(max(0, min(edit.number, len(stops))), edit.library)
        return _with_stops(tour, stops)
    if not 0 <= edit.number < len(stops):
        raise NotPossible(Fault.NO_SUCH_STOP)
    stop = stops.pop(edit.number)
    if isinstance(edit, MoveStop):
        stops.insert(max(0, edit.number + edit.by), stop)
    return _with_stops(tour, stops)


def _with_stops(tour: Loop | Exchange, stops: list[str]) -> Loop | Exchange:
    """Return the tour with other stops; minutes of those that are no longer there go with them."""
    if isinstance(tour, Loop):
        if not stops:
            raise NotPossible(Fault.LAST_STOP)
        if len(set(stops)) < len(stops) or tour.hub in stops:
            raise NotPossible(Fault.STOP_TWICE)
        changed: Loop | Exchange = replace(tour, stops=tuple(stops))
    else:
        if len(set(stops)) < 2:
            raise NotPossible(Fault.LAST_STOP)
        if any(stop == after for stop, after in zip(stops, [*stops[1:], stops[0]], strict=True)):
            raise NotPossible(Fault.STOP_TWICE)
        changed = replace(tour, hubs=tuple(stops))
    return _with_minutes_of_calls(changed)


def _with_minutes_of_calls(tour: Loop | Exchange) -> Loop | Exchange:
    return replace(
        tour,
        stop_minutes=tuple(each for each in tour.stop_minutes if each[0] in tour.calls),
        cut_off_minutes=tuple(each for each in tour.cut_off_minutes if each[0] in tour.calls),
    )


def _stop_timed(tour: Loop | Exchange, edit: TimeStop) -> Loop | Exchange:
    stops = stops_of(tour)
    if not 0 <= edit.number < len(stops):
        raise NotPossible(Fault.NO_SUCH_STOP)
    library = stops[edit.number]
    return replace(
        tour,
        stop_minutes=_minutes(tour.stop_minutes, library, edit.stop_minutes),
        cut_off_minutes=_minutes(tour.cut_off_minutes, library, edit.cut_off_minutes),
    )


def _minutes(
    held: tuple[tuple[str, int], ...], library: str, minutes: int | None
) -> tuple[tuple[str, int], ...]:
    changed = {code: each for code, each in held if code != library}
    if minutes is not None:
        changed[library] = minutes
    return tuple(sorted(changed.items()))


def only_known(network: Network, libraries: Collection[str]) -> Network:
    """Return the network without libraries that are no more: an old version may name some."""
    if network.libraries <= frozenset(libraries):
        return network
    loops = [
        _with_minutes_of_calls(
            replace(loop, stops=tuple(stop for stop in loop.stops if stop in libraries))
        )
        for loop in network.loops
        if loop.hub in libraries
    ]
    kept = [
        _with_minutes_of_calls(tour)
        for tour in network.exchanges
        if set(tour.hubs) <= set(libraries)
    ]
    return replace(
        network,
        loops=tuple(loop for loop in loops if isinstance(loop, Loop) and loop.stops),
        exchanges=tuple(tour for tour in kept if isinstance(tour, Exchange)),
    )

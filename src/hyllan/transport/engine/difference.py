"""What one network has otherwise than another: what a planner reads before it is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hyllan.transport.engine.editing import stops_of
from hyllan.transport.engine.network import Exchange, Loop, Network


class Kind(StrEnum):
    TOUR_ADDED = "tour_added"
    TOUR_REMOVED = "tour_removed"
    DEPARTURES = "departures"
    DAYS = "days"
    HUB = "hub"
    STOP_ADDED = "stop_added"
    STOP_REMOVED = "stop_removed"
    ORDER = "order"
    MINUTES = "minutes"
    SERVICE = "service"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    tour: str = ""
    library: str = ""  # code


def differences(before: Network, after: Network) -> tuple[Difference, ...]:
    """Return every difference, tour by tour in the order of the later network."""
    return tuple(_differences(before, after))


def _differences(before: Network, after: Network) -> Iterator[Difference]:
    old = {tour.name: tour for tour in before.tours}
    new = {tour.name: tour for tour in after.tours}
    for name, tour in new.items():
        if name in old and type(old[name]) is type(tour):
            yield from _of_tour(old[name], tour)
        else:
            yield Difference(Kind.TOUR_ADDED, name)
    for name, tour in old.items():
        if name not in new or type(new[name]) is not type(tour):
            yield Difference(Kind.TOUR_REMOVED, name)
    if before.service != after.service:
        yield Difference(Kind.SERVICE)
    if before.rules != after.rules:
        yield Difference(Kind.RULES)


def _of_tour(old: Loop | Exchange, new: Loop | Exchange) -> Iterator[Difference]:
    name = new.name
    if (old.departs, old.more_departures) != (new.departs, new.more_departures):
        yield Difference(Kind.DEPARTURES, name)
    if (old.weekdays, old.school_terms) != (new.weekdays, new.school_terms):
        yield Difference(Kind.DAYS, name)
    if isinstance(old, Loop) and isinstance(new, Loop) and old.hub != new.hub:
        yield Difference(Kind.HUB, name, new.hub)
    was, now = stops_of(old), stops_of(new)
    yield from (Difference(Kind.STOP_ADDED, name, code) for code in now if code not in was)
    yield from (Difference(Kind.STOP_REMOVED, name, code) for code in was if code not in now)
    if [code for code in was if code in now] != [code for code in now if code in was]:
        yield Difference(Kind.ORDER, name)
    old_minutes = (dict(old.stop_minutes), dict(old.cut_off_minutes))
    new_minutes = (dict(new.stop_minutes), dict(new.cut_off_minutes))
    for code in now:
        if code in was and any(
            one.get(code) != other.get(code)
            for one, other in zip(old_minutes, new_minutes, strict=True)
        ):
            yield Difference(Kind.MINUTES, name, code)

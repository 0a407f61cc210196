"""Reads of networks: which holds when, the timetable they make, what may travel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from hyllan.region import queries as region
from hyllan.region.engine.calendar import DAY, Calendar
from hyllan.region.models import Library
from hyllan.transport.engine.arrivals import Arrivals
from hyllan.transport.engine.carriage import Cargo, Carriage
from hyllan.transport.engine.distance import Position
from hyllan.transport.engine.editing import only_known
from hyllan.transport.engine.network import Network, network_of
from hyllan.transport.engine.timetable import Timetable, Version, build, build_versions
from hyllan.transport.models import NetworkVersion

_Source = tuple[Sequence[tuple[date, str]], Calendar, dict[str, Position]]
_last_built: dict[str, tuple[_Source, Arrivals]] = {}
_networks: dict[str, Network] = {}  # by fingerprint


@dataclass(frozen=True, slots=True)
class Change:
    """What made the timetable another one: closed days of a library, or a network from a day."""

    library: str = ""  # code
    days: frozenset[date] = frozenset()
    are_closed: bool = True  # False: these days are open again
    version_id: int = 0
    is_withdrawn: bool = False  # the network no longer comes into force


def positions() -> dict[str, Position]:
    """Return where each library stands."""
    return {
        code: (lat, lon) for code, lat, lon in Library.objects.values_list("code", "lat", "lon")
    }


def versions() -> QuerySet[NetworkVersion]:
    """Return all networks but those withdrawn: drafts first, then by the day they hold from."""
    found = NetworkVersion.objects.exclude(status=NetworkVersion.Status.WITHDRAWN)
    return found.order_by("status", "-valid_from", "-published_at", "-pk")


def published() -> QuerySet[NetworkVersion]:
    """Return the published networks in the order in which they come into force."""
    found = NetworkVersion.objects.filter(status=NetworkVersion.Status.PUBLISHED)
    return found.order_by("valid_from", "published_at", "pk")


def in_force(day: date) -> NetworkVersion | None:
    """Return the network that holds on a day."""
    return published().filter(valid_from__lte=day).last()


def network(version: NetworkVersion) -> Network:
    """Return what a version says, as the engine wants it."""
    return network_of(version.content)


def timetable() -> Timetable:
    """
    Return the timetable of all published networks; before the first there are no vans.

    Built anew only when a network, a place or a day has changed. That is found by reading them,
    so ask once a page, not once a row.
    """
    return arrivals().timetable


def timetable_of(one: Network) -> Timetable:
    """Return the timetable that a network alone would make were no library ever closed."""
    calendar, places = replace(region.calendar(), closed={}), positions()
    return build(only_known(one, places), calendar, places)


def served(table: Timetable, now: datetime) -> frozenset[str]:
    """Return the libraries at which vans call, today or by a network to come."""
    return table.served_from(table.day_of(now))


def arrivals() -> Arrivals:
    """Return when things can be where by `timetable`; kept as long as it is."""
    source = (_in_force(), region.calendar(), positions())
    built = _last_built.get("timetable")
    if built is None or built[0] != source:
        built = (source, Arrivals(_build(source)))
        _last_built["timetable"] = built
    return built[1]


def arrivals_before(changes: Sequence[Change]) -> Arrivals:
    """Return the same as they were before these changes, the last ones made."""
    calendar, places = region.calendar(), positions()
    held = set(published().values_list("pk", flat=True))
    for change in reversed(changes):
        if change.library:
            turn = calendar.without_closed if change.are_closed else calendar.with_closed
            calendar = turn(change.library, change.days)
        else:
            (held.add if change.is_withdrawn else held.discard)(change.version_id)
    return Arrivals(
        _build((_holding(NetworkVersion.objects.filter(pk__in=held)), calendar, places))
    )


def _in_force() -> list[tuple[date, str]]:
    return _holding(published())


def _holding(found: QuerySet[NetworkVersion]) -> list[tuple[date, str]]:
    """Return by day which networks hold; of those from one day only the last."""
    rows = found.order_by("valid_from", "published_at", "pk")
    by_day = rows.values_list("valid_from", "fingerprint")
    return list({day: (day, fingerprint) for day, fingerprint in by_day if day}.values())


def _build(source: _Source) -> Timetable:
    held, calendar, places = source
    known = frozenset(places)
    networks = [Version(day, only_known(_network(written), known)) for day, written in held]
    return build_versions(networks, calendar, places)


def _network(fingerprint: str) -> Network:
    if fingerprint not in _networks:
        row = NetworkVersion.objects.filter(fingerprint=fingerprint).first()
        _networks[fingerprint] = network(row) if row else Network(loops=())
    return _networks[fingerprint]


def carriage(table: Timetable, day: date, *cargoes: Cargo) -> Carriage:
    """Return what of these may travel where by the network of a day."""
    rules = tuple(rule for rule in table.network_on(day).rules if rule.cargo in cargoes)
    return Carriage(rules, dict(Library.objects.values_list("code", "kind")) if rules else {})


# --- days


def next_day_with_vans(first: date) -> date | None:
    """Return the first day from this one on, within a month, on which any van goes."""
    table = timetable()
    days = (first + ahead * DAY for ahead in range(32))
    return next((day for day in days if table.trips(day)), None)


@dataclass(frozen=True, slots=True)
class ClosedCall:
    """A stop that a round passes by, since the library is closed."""

    library: Library
    reason: str


def closed_calls(
    table: Timetable, loops: Collection[str], day: date
) -> dict[str, list[ClosedCall]]:
    """Return by loop the stops that are passed by that day, with the reasons."""
    codes = {loop: table.closed_calls(loop, day) for loop in loops}
    every = {code for each in codes.values() for code in each}
    places = {each.code: each for each in region.libraries().filter(code__in=every)}
    reasons = region.why_closed(every, day, day) if every else {}
    return {
        loop: [ClosedCall(places[code], reasons.get((code, day), "")) for code in each]
        for loop, each in codes.items()
    }


def closed_soon(codes: Collection[str], *, now: datetime) -> list[tuple[Library, date, str]]:
    """Return which of these libraries are closed in the coming week, when and why."""
    first = region.calendar().day_of(now)
    reasons = region.why_closed(codes, first, first + 7 * DAY)
    names = {each.code: each for each in region.libraries().filter(code__in=codes)}
    return [(names[code], day, why) for (code, day), why in sorted(reasons.items(), key=_by_day)]


def _by_day(item: tuple[tuple[str, date], str]) -> tuple[date, str]:
    (code, day), _reason = item
    return day, code

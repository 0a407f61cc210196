"""
How fast the timetable answers: Skåne, a made region of 155 stops, and one of 1,000 with 30 hubs.

    .venv/bin/python benchmarks/timetable.py

Prints for each: the first look with all days unknown, a look at all pairs at another moment, and
one question for one copy after that. No database, no network; every number is measured.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from hyllan.region.engine.calendar import Calendar
from hyllan.region.engine.folder import read_folder
from hyllan.region.engine.holidays import KNOWN_FROM, KNOWN_UNTIL, holidays_of
from hyllan.region.engine.weekdays import read_weekdays
from hyllan.transport.engine.arrivals import NEVER, Arrivals
from hyllan.transport.engine.distance import Position
from hyllan.transport.engine.network import Exchange, Loop, Network, Service, read_network
from hyllan.transport.engine.timetable import Timetable, build, earliest_arrival

SKANE = Path(__file__).parents[1] / "regions" / "skane"
ZONE = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 23, 9, 40, tzinfo=ZONE)
ASKED = 20_000
LOOKS = 9


def skane() -> Timetable:
    """Return the timetable of the region that ships."""
    folder = read_folder(SKANE)
    network, errors = read_network(folder.transport or "", libraries=folder.library_codes)
    if network is None:
        sys.exit(str(errors))
    calendar = _calendar(
        {row.code: read_weekdays(row.van_weekdays) for row in folder.libraries},
        {row.code: row.van_from for row in folder.libraries},
    )
    return build(network, calendar, {row.code: (row.lat, row.lon) for row in folder.libraries})


def _calendar(weekdays: dict[str, frozenset[int]], van_from: dict[str, clock]) -> Calendar:
    return Calendar(
        time_zone="Europe/Stockholm",
        known_from=KNOWN_FROM,
        known_until=KNOWN_UNTIL,
        holidays=holidays_of("SE"),
        van_weekdays=weekdays,
        van_from=van_from,
    )


def made(stops: int, hubs: int, seed: int = 1) -> Timetable:
    """Return a made region: hubs on a grid, each with a loop over the nearest main libraries."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    places: dict[str, Position] = {
        f"S{number:04d}": (55.4 + dice.random(), 12.8 + 1.6 * dice.random())
        for number in range(stops)
    }
    codes = list(places)
    hub_codes, others = codes[:hubs], codes[hubs:]
    nearest: dict[str, list[str]] = {hub: [] for hub in hub_codes}
    for code in others:
        near = sorted(hub_codes, key=lambda hub: _apart(places[hub], places[code]))
        nearest[next(hub for hub in near if len(nearest[hub]) <= stops // hubs)].append(code)
    loops = tuple(
        Loop(name=f"{hub} {part + 1}", hub=hub, departs=clock(7 + part), stops=tuple(each))
        for hub, served in nearest.items()
        for part, each in enumerate(_parts(sorted(served, key=lambda code: places[code][1]), 12))
    )
    star = tuple(
        Exchange(name=f"X {hub} {at}", hubs=(hub_codes[0], hub), departs=clock(at))
        for hub in hub_codes[1:]
        for at in (13, 15)
    )
    network = Network(
        service=Service(stop_minutes=5, first_service=clock(6)), loops=loops, exchanges=star
    )
    weekdays = {code: frozenset(range(1, 6)) for code in places}
    return build(network, _calendar(weekdays, {}), places)


def _apart(one: Position, other: Position) -> float:
    return (one[0] - other[0]) ** 2 + (0.56 * (one[1] - other[1])) ** 2


def _parts(codes: list[str], size: int) -> Iterator[list[str]]:
    for first in range(0, len(codes), size):
        yield codes[first : first + size]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measure(name: str, make: Callable[[], Timetable]) -> None:
    table = make()
    arrivals = Arrivals(table)
    first = timed(lambda: arrivals.all_pairs(MONDAY))
    moments = [MONDAY + timedelta(minutes=11 * look) for look in range(1, LOOKS + 1)]
    looks = [timed(lambda at=at: arrivals.all_pairs(at)) for at in moments]  # type: ignore[misc]
    found = arrivals.all_pairs(MONDAY)
    count = len(arrivals.libraries)
    say(
        f"{name}: {count} stops, {len(table.hubs_on(date(2026, 11, 23)))} hubs, "
        f"{len(table.trips(date(2026, 11, 23)))} trips a day, "
        f"{(found != NEVER).sum()} of {count * count} pairs"
    )
    say(f"  all pairs, days not yet known  {1000 * first:10.1f} ms")
    say(f"  all pairs at another moment    {1000 * median(looks):10.1f} ms (median of {LOOKS})")
    dice = random.Random(2)  # noqa: S311 - no secret
    pairs = [dice.choices(arrivals.libraries, k=2) for _ in range(ASKED)]
    arrivals.at(*pairs[0], MONDAY)
    each = timed(lambda: [arrivals.at(here, there, MONDAY) for here, there in pairs]) / ASKED
    say(f"  one copy after that            {1e6 * each:10.2f} µs")
    legs = timed(lambda: [_legs(table, pair) for pair in pairs[:200]]) / 200
    say(f"  one copy with its legs         {1000 * legs:10.2f} ms")


def _legs(table: Timetable, pair: list[str]) -> object:
    return earliest_arrival(table, *pair, ready_at=MONDAY)


if __name__ == "__main__":
    measure("Skåne", skane)
    measure("Made, as many stops as the issue names", lambda: made(155, 3))
    measure("Made, large", lambda: made(1000, 30))

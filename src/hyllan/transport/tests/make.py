"""Builders: tiny networks with and without a database."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hyllan.region.engine.calendar import Calendar
from hyllan.region.engine.holidays import KNOWN_FROM, KNOWN_UNTIL, holidays_of
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.models import Library
from hyllan.region.tests import make as region
from hyllan.transport import services
from hyllan.transport.engine.distance import Position
from hyllan.transport.engine.network import Exchange, Loop, Network, Service
from hyllan.transport.engine.timetable import Timetable, build
from hyllan.transport.models import Crate

ZONE = ZoneInfo("Europe/Stockholm")
MONDAY = date(2026, 11, 23)
PLACES: dict[str, Position] = {
    "HELSINGBORG": (56.046, 12.694),
    "LANDSKRONA": (55.870, 12.830),
    "LUND": (55.706, 13.192),
    "ESLOV": (55.839, 13.304),
    "HOOR": (55.934, 13.541),
    "LUND-DALBY": (55.664, 13.343),
}


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZONE)


def monday(clock: str, *, plus: int = 0) -> datetime:
    """Return a moment of Monday 23 November 2026, or so many days later."""
    return at(MONDAY + timedelta(days=plus), clock)


def loop(name: str, hub: str, stops: Collection[str], departs: str = "07:00") -> Loop:
    return Loop(name=name, hub=hub, stops=tuple(stops), departs=time.fromisoformat(departs))


def exchange(hubs: Collection[str], departs: str = "14:00", name: str = "Byte") -> Exchange:
    return Exchange(name=name, hubs=tuple(hubs), departs=time.fromisoformat(departs))


def two_hubs() -> Network:
    """Return loops from Helsingborg and Lund, Lund's own round, and reloading in the afternoon."""
    return Network(
        loops=(
            loop("Väst", "HELSINGBORG", ["LANDSKRONA"]),
            loop("Mitt", "LUND", ["ESLOV", "HOOR"]),
            loop("Lunds runda", "LUND", ["LUND-DALBY"], "13:00"),
        ),
        exchanges=(exchange(["HELSINGBORG", "LUND"]),),
    )


def calendar(
    *,
    closed: Mapping[str, frozenset[date]] | None = None,
    van_from: Mapping[str, time] | None = None,
    weekdays: Collection[int] = range(1, 6),
    libraries: Collection[str] = tuple(PLACES),
) -> Calendar:
    return Calendar(
        time_zone="Europe/Stockholm",
        known_from=KNOWN_FROM,
        known_until=KNOWN_UNTIL,
        holidays=holidays_of("SE"),
        closed=closed or {},
        van_weekdays={code: frozenset(weekdays) for code in libraries},
        van_from=van_from or {},
    )


def timetable(
    network: Network | None = None, *, closed: Mapping[str, frozenset[date]] | None = None
) -> Timetable:
    return build(network or two_hubs(), calendar(closed=closed), PLACES)


def service(**changed: int) -> Service:
    return Service(**changed)  # type: ignore[arg-type]  # only the whole numbers are changed


# --- with a database


def library(code: str) -> Library:
    """Return one of the tiny region's libraries, made if it is not there."""
    lat, lon = PLACES[code]
    owner = code.partition("-")[0]
    kind = "branch" if "-" in code else "main"
    return region.library(code, of=owner, kind=kind, lat=lat, lon=lon)


def region_with_vans(network: Network | None = None) -> None:
    """Store the tiny region and put its network into force, with the first crates."""
    for code in PLACES:
        library(code)
    services.load_network(network=network or two_hubs(), by=SYSTEM, now=monday("05:00"))


def packed(
    barcode: str = "B1",
    *,
    start: str = "LANDSKRONA",
    end: str = "HOOR",
    now: datetime | None = None,
) -> Crate:
    """Return a crate that is being packed with one item of the organisation it starts from."""
    return services.pack_item(
        library=library(start),
        destination=library(end),
        organisation=library(start).organisation,
        barcode=barcode,
        by=SYSTEM,
        now=now or monday("06:00"),
    )


def closed(
    barcode: str = "B1",
    *,
    start: str = "LANDSKRONA",
    end: str = "HOOR",
    now: datetime | None = None,
) -> Crate:
    """Return a crate with one item that waits for its van."""
    crate = packed(barcode, start=start, end=end, now=now)
    return services.close_crate(code=crate.code, by=SYSTEM, now=now or monday("06:00"))


def load(crate: Crate, loop: str, at_library: str, now: datetime, scan_id: str = "") -> Crate:
    return services.load_crate(
        code=crate.code,
        loop=loop,
        library=library(at_library),
        by=SYSTEM,
        now=now,
        scan_id=scan_id or f"load {crate.code} {now.isoformat()}",
    )


def unload(crate: Crate, at_library: str, now: datetime, scan_id: str = "") -> Crate:
    return services.unload_crate(
        code=crate.code,
        library=library(at_library),
        by=SYSTEM,
        now=now,
        scan_id=scan_id or f"unload {crate.code} {now.isoformat()}",
    )

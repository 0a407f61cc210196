"""Reads of crates: where one is and goes, what a van must do at each call."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet

from hyllan.region import queries as region
from hyllan.region.engine.calendar import DAY
from hyllan.region.models import Library
from hyllan.transport.engine.timetable import Arrival, Timetable, Trip, earliest_arrival, ride
from hyllan.transport.models import Crate, CrateContent, CrateScan
from hyllan.transport.queries.timetables import timetable

Kind = CrateScan.Kind
Status = Crate.Status
PLACES = ("at_library__organisation", "origin", "destination", "leave_at")


@dataclass(frozen=True, slots=True)
class VanStop:
    """A van's call at a library, by the timetable."""

    loop: str
    day: date  # of the trip, in the region's time zone
    number: int  # of the call in its trip, from 0
    is_last: bool
    library: str
    arrives_at: datetime
    departs_at: datetime


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a van leaves and fetches at one call."""

    to_leave: list[Crate]
    to_fetch: list[Crate]


@dataclass(frozen=True, slots=True)
class RoundStop:
    """A call of a round with its library and its crates, as the driver sees it."""

    stop: VanStop
    library: Library
    manifest: Manifest


# --- calls


def stops_of(trip: Trip) -> list[VanStop]:
    """Return a trip's calls in driving order."""
    last = len(trip.visits) - 1
    return [
        VanStop(
            loop=trip.loop,
            day=trip.day,
            number=number,
            is_last=number == last,
            library=visit.library,
            arrives_at=visit.arrives_at,
            departs_at=visit.departs_at,
        )
        for number, visit in enumerate(trip.visits)
    ]


def trips_between(start: datetime, end: datetime) -> list[VanStop]:
    """Return every van's calls in [start, end) in the order in which they happen."""
    table = timetable()
    day, last = table.day_of(start) - DAY, table.day_of(end)
    found: list[VanStop] = []
    while day <= last:
        calls = (stop for trip in table.trips(day) for stop in stops_of(trip))
        found += [stop for stop in calls if start <= stop.arrives_at < end]
        day += DAY
    return sorted(found, key=lambda stop: (stop.arrives_at, stop.loop, stop.number))


def trips_on(day: date) -> tuple[Trip, ...]:
    """Return the day's trips, loops before exchanges."""
    return timetable().trips(day)


def call_near(table: Timetable, loop: str, library: str, at: datetime) -> VanStop | None:
    """Return the loop's call at a library that day; if it comes twice, the nearest in time."""
    trip = table.trip(loop, table.day_of(at))
    calls = [stop for stop in stops_of(trip) if stop.library == library] if trip else []
    return min(calls, key=lambda stop: (abs(stop.arrives_at - at), stop.number), default=None)


# --- where a crate is and goes


def crates() -> QuerySet[Crate]:
    """Return all crates by code, with their places and with `items`, how many are in each."""
    inside = Count("contents", filter=Q(contents__taken_out_at__isnull=True))
    return _with_places(Crate.objects.annotate(items=inside))


def crates_at(library_id: int) -> QuerySet[Crate]:
    """Return the crates that stand at a library."""
    return crates().filter(at_library_id=library_id)


def crates_by_place(*, code: str = "", library: str = "") -> QuerySet[Crate]:
    """Return the register: crates whose code begins so, and that stand at or go to a library."""
    found = crates().filter(code__istartswith=code)
    if not library:
        return found
    return found.filter(Q(at_library__code=library) | Q(destination__code=library))


def crate_of(organisation_id: int, barcode: str) -> Crate | None:
    """Return the crate in which an item is now."""
    return _with_places(
        Crate.objects.filter(
            contents__organisation_id=organisation_id,
            contents__barcode=barcode,
            contents__taken_out_at__isnull=True,
        )
    ).first()


def _with_places(found: QuerySet[Crate]) -> QuerySet[Crate]:
    return found.select_related(*PLACES).order_by("code")


def way_on(table: Timetable, crate: Crate, *, not_before: datetime) -> Arrival | None:
    """Return how a closed crate goes on from where it stands, by vans that have not left."""
    if crate.at_library is None or crate.destination is None:
        return None
    return earliest_arrival(
        table,
        crate.at_library.code,
        crate.destination.code,
        ready_at=crate.ready_at or not_before,
        transferring=crate.at_library_id != crate.origin_id,
        not_before=not_before,
    )


def crates_of(items: Collection[tuple[int, str]]) -> dict[tuple[int, str], Crate]:
    """Return by (organisation's id, barcode) the crates in which these items are now."""
    held = CrateContent.objects.filter(
        barcode__in=[barcode for _, barcode in items], taken_out_at__isnull=True
    ).select_related(*(f"crate__{place}" for place in PLACES))
    found = {(each.organisation_id, each.barcode): each.crate for each in held}
    return {item: found[item] for item in items if item in found}


def arrival_of(table: Timetable, crate: Crate, *, now: datetime) -> datetime | None:
    """Return when a filled crate is at its destination by the vans that have not left."""
    if crate.status != Status.ON_VAN:
        if crate.at_library_id == crate.destination_id:
            return now
        way = way_on(table, crate, not_before=now)
        return way.arrives_at if way else None
    here = place_on_van(table, crate, now=now)
    if here is None or crate.destination is None:
        return None
    trip, number = here
    onward = ride(table, trip, number, crate.destination.code)
    if onward is None:  # back with the van to the hub, and on from there
        last = trip.visits[-1]
        onward = earliest_arrival(
            table,
            last.library,
            crate.destination.code,
            ready_at=last.arrives_at,
            transferring=True,
        )
    return max(onward.arrives_at, now) if onward else None


def place_on_van(table: Timetable, crate: Crate, *, now: datetime) -> tuple[Trip, int] | None:
    """Return the trip that carries a crate, and the number of the call it has left by the clock."""
    today = table.day_of(now)
    trips = (table.trip(crate.loop, day) for day in (today, today - DAY))
    trip = next((each for each in trips if each and each.visits[0].departs_at <= now), None)
    trip = trip or table.trip(crate.loop, today)
    if trip is None:
        return None
    left = [number for number, call in enumerate(trip.visits[:-1]) if call.departs_at <= now]
    return trip, left[-1] if left else 0


def best_exit(table: Timetable, crate: Crate, *, now: datetime) -> str | None:
    """Return where a crate on a van should be taken off now: towards its destination, or back."""
    here = place_on_van(table, crate, now=now)
    if here is None or crate.destination is None:
        return None
    trip, number = here
    onward = ride(table, trip, number, crate.destination.code)
    return onward.legs[0].to_library if onward else trip.visits[-1].library


# --- what a van must do


def to_unload(loop: str, library: str) -> list[Crate]:
    """Return the crates on this van that are to be taken off here: they end or change vans here."""
    return list(_on_van(loop).filter(leave_at__code=library))


def to_load(loop: str, library: str, at: datetime) -> list[Crate]:
    """Return the closed crates here that go on with the van whose call here is nearest to `at`."""
    waiting = _waiting([library])
    if not waiting:
        return []
    table = timetable()
    stop = call_near(table, loop, library, at)
    return [crate for crate in waiting if stop and _goes_with(table, crate, stop)]


def manifest(loop: str, day: date, library: str) -> Manifest:
    """Return the crates that a loop leaves and fetches at a library that day."""
    calls = [call for call in round_of(loop, day) if call.stop.library == library]
    return Manifest(
        [crate for call in calls for crate in call.manifest.to_leave],
        [crate for call in calls for crate in call.manifest.to_fetch],
    )


def round_of(loop: str, day: date, *, table: Timetable | None = None) -> list[RoundStop]:
    """Return a loop's calls that day with their crates; none if it does not go."""
    table = table or timetable()
    trip = table.trip(loop, day)
    if trip is None:
        return []
    stops = stops_of(trip)
    codes = {stop.library for stop in stops}
    places = {library.code: library for library in region.libraries().filter(code__in=codes)}
    aboard, waiting = list(_on_van(loop)), _waiting(codes)
    found: list[RoundStop] = []
    for stop in stops:
        leave = [crate for crate in aboard if _is_left_at(crate, stop)]
        fetch = [
            crate
            for crate in waiting
            if crate.at_library_id == places[stop.library].pk and _goes_with(table, crate, stop)
        ]
        # A van that comes twice to a hub does it at the first call.
        aboard = [crate for crate in aboard if crate not in leave]
        waiting = [crate for crate in waiting if crate not in fetch]
        found.append(RoundStop(stop, places[stop.library], Manifest(leave, fetch)))
    return found


def scans_of_round(loop: str, day: date, *, table: Timetable) -> QuerySet[CrateScan]:
    """Return what was loaded and unloaded on a loop that day, in order."""
    calendar = table.calendar
    begin, end = calendar.at(day, time.min), calendar.at(day + DAY, time.min)
    return (
        CrateScan.objects.filter(
            loop=loop, at__gte=begin, at__lt=end, kind__in=[Kind.LOADED, Kind.UNLOADED]
        )
        .select_related("crate__destination", "library")
        .order_by("at", "pk")
    )


def _is_left_at(crate: Crate, stop: VanStop) -> bool:
    # Where the round begins nothing has been driven yet: what is left there is left at its end.
    return crate.leave_at is not None and crate.leave_at.code == stop.library and stop.number > 0


def _on_van(loop: str) -> QuerySet[Crate]:
    return crates().filter(status=Status.ON_VAN, loop=loop)


def _waiting(codes: Collection[str]) -> list[Crate]:
    return list(crates().filter(status=Status.CLOSED, at_library__code__in=codes))


def _goes_with(table: Timetable, crate: Crate, stop: VanStop) -> bool:
    """Return whether this very call is where the crate's way on begins."""
    if stop.is_last:
        return False
    way = way_on(table, crate, not_before=stop.departs_at)
    return (
        way is not None
        and bool(way.legs)
        and (way.legs[0].loop, way.legs[0].departs_at) == (stop.loop, stop.departs_at)
    )

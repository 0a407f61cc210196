"""The search against a direct look at the timetable, on small random networks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.region.engine.calendar import DAY
from hyllan.transport.engine.network import Exchange, Loop, Network, Service
from hyllan.transport.engine.timetable import (
    Arrival,
    Leg,
    Timetable,
    Trip,
    Version,
    Visit,
    build,
    build_versions,
    earliest_arrival,
    earliest_arrivals,
    ride,
)
from hyllan.transport.tests import make
from hyllan.transport.tests.make import MONDAY, at, monday

CODES = ("A", "B", "C", "D", "E")
PLACES = {code: (55.5 + number / 9, 13.0 + number % 2 / 5) for number, code in enumerate(CODES)}
TEN_MINUTES = 10 * 60
LOOKED_AT = 5  # days of a direct look
# Around a week with a holiday, and around both nights on which the clocks are changed.
FIRST_DAYS = [MONDAY, date(2026, 12, 23), date(2026, 10, 23), date(2026, 3, 27)]

clocks = st.sampled_from([time(0, 30), time(2, 30), time(7), time(9, 15), time(13), time(23, 30)])
days = st.sampled_from([first + ahead * DAY for first in FIRST_DAYS for ahead in range(3)])
moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), make.ZONE) + timedelta(minutes=minutes),
    days,
    st.integers(0, 24 * 60),
)


@st.composite
def loops(draw: st.DrawFn, name: str) -> Loop:
    hub, *others = draw(st.permutations(CODES))
    stops = tuple(others[: draw(st.integers(1, 3))])
    departs, later = draw(st.lists(clocks, min_size=2, max_size=2, unique=True))
    return Loop(
        name=name,
        hub=hub,
        stops=stops,
        departs=departs,
        more_departures=draw(st.sampled_from([(), (), (later,)])),
        weekdays=draw(st.sampled_from([(), (), (1, 3, 5, 6)])),
        stop_minutes=draw(st.sampled_from([(), ((stops[0], 25),)])),
        cut_off_minutes=draw(st.sampled_from([(), ((hub, 90),)])),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    tours = [draw(loops(name)) for name in ("Q", "P", "R")[: draw(st.integers(1, 3))]]
    hubs = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=3, unique=True))
    exchange = Exchange(name="X", hubs=tuple(hubs), departs=draw(clocks))
    return Network(
        service=Service(
            weekdays=draw(st.sampled_from([(1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), (2, 4)])),
            first_service=draw(st.sampled_from([time(0), time(7, 30)])),
            stop_minutes=draw(st.sampled_from([0, 10])),
            cut_off_minutes=draw(st.sampled_from([0, 30, 600])),
        ),
        loops=tuple(tours),
        exchanges=(exchange,) if draw(st.booleans()) else (),
    )


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    """Return one network, or two of which the second begins on one of the days looked at."""
    closed = draw(st.dictionaries(st.sampled_from(CODES), st.frozensets(days, max_size=3)))
    calendar = make.calendar(
        closed=closed,
        van_from={"A": draw(clocks), "B": time(8)},
        weekdays=draw(st.sampled_from([range(1, 6), range(1, 8)])),
        libraries=CODES,
    )
    versions = [Version(date.min, draw(networks()))]
    if draw(st.booleans()):
        versions.append(Version(draw(days), draw(networks())))
    return build_versions(versions, calendar, PLACES)


libraries = st.sampled_from(CODES)


Ride = tuple[Trip, Visit, Visit]  # on which trip, from which visit to which later one


def rides(table: Timetable, first: date) -> list[Ride]:
    """Return every ride there is in the days looked at."""
    return [
        (trip, visit, later)
        for ahead in range(-1, LOOKED_AT)
        for trip in table.trips(first + ahead * DAY)
        for number, visit in enumerate(trip.visits)
        for later in trip.visits[number + 1 :]
    ]


def ways(table: Timetable, start: str, end: str, ready_at: datetime) -> Iterator[list[Ride]]:
    """Yield every way there is, by trying each ride after each."""
    every = rides(table, table.day_of(ready_at))

    def may_follow(on: Visit, before: Visit | None) -> bool:
        if before is None:
            return ready_at.timestamp() + 60 * on.cut_off_minutes <= on.arrives_at.timestamp()
        return before.arrives_at.timestamp() + TEN_MINUTES <= on.departs_at.timestamp()

    def after(library: str, before: Visit | None, seen: set[str]) -> Iterator[list[Ride]]:
        for one in every:
            trip, on, off = one
            if on.library != library or off.library in seen or not may_follow(on, before):
                continue
            if off.library == end:
                yield [one]
            elif off.library in table.network_on(trip.day).hubs:
                for rest in after(off.library, off, seen | {off.library}):
                    yield [one, *rest]

    return after(start, None, {start})


def by_hand(table: Timetable, start: str, end: str, ready_at: datetime) -> tuple[float, int] | None:
    """Return the earliest arrival and the fewest legs with which it can be had."""
    found = ways(table, start, end, ready_at)
    return min(((way[-1][2].arrives_at.timestamp(), len(way)) for way in found), default=None)


def looked_at(table: Timetable, arrival: Arrival | None, ready_at: datetime) -> bool:
    """Return whether the arrival lies in the days that the direct look sees whole."""
    last = table.day_of(ready_at) + (LOOKED_AT - 1) * DAY
    return arrival is not None and table.day_of(arrival.arrives_at) < last


@given(timetables(), libraries, libraries, moments)
def test_arrival_is_what_a_direct_look_at_the_timetable_finds(
    table: Timetable, start: str, end: str, ready_at: datetime
) -> None:
    arrival = earliest_arrival(table, start, end, ready_at=ready_at)

    if start == end:
        assert arrival == Arrival(ready_at)
    elif arrival is not None and looked_at(table, arrival, ready_at):
        found = (arrival.arrives_at.timestamp(), len(arrival.legs))
        assert found == by_hand(table, start, end, ready_at)
    else:
        seen = by_hand(table, start, end, ready_at)
        assert seen is None or (arrival is not None and seen[0] >= arrival.arrives_at.timestamp())


@given(timetables(), libraries, libraries, moments, st.integers(0, 3 * 24 * 60))
def test_a_later_start_never_arrives_earlier(
    table: Timetable, start: str, end: str, ready_at: datetime, minutes: int
) -> None:
    later = datetime.fromtimestamp(ready_at.timestamp() + 60 * minutes, make.ZONE)

    first = earliest_arrival(table, start, end, ready_at=ready_at)
    second = earliest_arrival(table, start, end, ready_at=later)

    if second is not None and table.day_of(second.arrives_at) < table.day_of(ready_at) + 60 * DAY:
        assert first is not None
        assert first.arrives_at.timestamp() <= second.arrives_at.timestamp()


@given(timetables(), libraries, libraries, moments)
def test_every_leg_is_driven_and_the_legs_bring_it_there_as_promised(
    table: Timetable, start: str, end: str, ready_at: datetime
) -> None:
    arrival = earliest_arrival(table, start, end, ready_at=ready_at)
    if arrival is None or not arrival.legs:
        return

    place, since, wait = start, ready_at.timestamp(), 0
    for leg in arrival.legs:
        day = table.day_of(leg.departs_at)
        trips = [table.trip(leg.loop, day), table.trip(leg.loop, day - DAY)]
        calls = [visit for trip in trips if trip for visit in trip.visits]
        assert leg.from_library == place
        assert since + wait <= leg.departs_at.timestamp()
        assert (leg.from_library, leg.departs_at) in {(v.library, v.departs_at) for v in calls}
        assert (leg.to_library, leg.arrives_at) in {(v.library, v.arrives_at) for v in calls}
        place, since, wait = leg.to_library, leg.arrives_at.timestamp(), TEN_MINUTES
    assert (place, since) == (end, arrival.arrives_at.timestamp())
    hubs = frozenset().union(*(version.network.hubs for version in table.versions))
    assert all(leg.to_library in hubs for leg in arrival.legs[:-1])


@given(timetables(), days)
def test_no_van_calls_on_a_holiday_nor_where_it_is_closed(table: Timetable, day: date) -> None:
    trips = table.trips(day)

    assert not trips or not table.calendar.is_holiday(day)
    network = table.network_on(day)
    weekdays = {tour.name: tour.weekdays or network.service.weekdays for tour in network.rounds}
    assert all(day.isoweekday() in weekdays[trip.loop] for trip in trips)
    assert all(
        not table.calendar.is_closed(visit.library, day) for trip in trips for visit in trip.visits
    )
    for trip in trips:
        moments_of = [m for v in trip.visits for m in (v.arrives_at, v.departs_at)]
        assert all(a.timestamp() <= b.timestamp() for a, b in pairwise(moments_of))


@given(timetables(), libraries, moments)
def test_one_look_at_all_libraries_says_the_same_as_one_at_each(
    table: Timetable, start: str, ready_at: datetime
) -> None:
    everywhere = earliest_arrivals(table, start, ready_at=ready_at)

    each = {code: earliest_arrival(table, start, code, ready_at=ready_at) for code in CODES}
    assert everywhere == {code: arrival for code, arrival in each.items() if arrival}


@given(timetables(), libraries, libraries, moments)
def test_the_order_of_loops_in_the_file_changes_nothing(
    table: Timetable, start: str, end: str, ready_at: datetime
) -> None:
    turned = [
        Version(version.valid_from, replace(version.network, loops=version.network.loops[::-1]))
        for version in table.versions
    ]

    assert earliest_arrival(
        build_versions(turned, table.calendar, PLACES), start, end, ready_at=ready_at
    ) == earliest_arrival(table, start, end, ready_at=ready_at)


# --- by example


def test_trip_leaves_the_hub_on_time_waits_for_doors_and_comes_back() -> None:
    trip = make.timetable().trip("Mitt", MONDAY)

    assert trip is not None
    assert trip.visits == (
        Visit("LUND", monday("07:00"), monday("07:00"), 30),
        Visit("ESLOV", monday("07:30"), monday("07:40"), 30),  # there at 07.23, open from 07.30
        Visit("HOOR", monday("08:04"), monday("08:14"), 30),
        Visit("LUND", monday("08:51"), monday("09:01"), 30),
    )


def test_closed_library_is_passed_by_and_the_rest_comes_sooner() -> None:
    closed = make.timetable(closed={"ESLOV": frozenset({MONDAY})})

    trip = closed.trip("Mitt", MONDAY)

    assert trip is not None
    assert [visit.library for visit in trip.visits] == ["LUND", "HOOR", "LUND"]
    assert earliest_arrival(closed, "LUND", "ESLOV", ready_at=monday("06:00")) == Arrival(
        monday("07:30", plus=1),
        (Leg("LUND", "ESLOV", "Mitt", monday("07:00", plus=1), monday("07:30", plus=1)),),
    )


def test_a_loop_with_nothing_open_but_its_hub_does_not_go() -> None:
    table = make.timetable(closed={"LANDSKRONA": frozenset({MONDAY})})

    assert [trip.loop for trip in table.trips(MONDAY)] == ["Mitt", "Lunds runda", "Byte"]


def test_a_closed_hub_is_neither_left_to_nor_fetched_from() -> None:
    table = make.timetable(closed={"LUND": frozenset({MONDAY})})

    trip = table.trip("Mitt", MONDAY)

    assert trip is not None
    assert [visit.library for visit in trip.visits] == ["ESLOV", "HOOR"]


@pytest.mark.parametrize(("ready", "days_later"), [("06:30", 0), ("06:31", 1)])
def test_cut_off_is_counted_from_when_the_van_comes(ready: str, days_later: int) -> None:
    arrival = earliest_arrival(make.timetable(), "LUND", "HOOR", ready_at=monday(ready))

    assert arrival is not None
    assert arrival.arrives_at == monday("08:04", plus=days_later)


def test_van_carries_on_to_a_later_stop_of_the_same_trip() -> None:
    arrival = earliest_arrival(make.timetable(), "ESLOV", "HOOR", ready_at=monday("07:00"))

    assert arrival == Arrival(
        monday("08:04"), (Leg("ESLOV", "HOOR", "Mitt", monday("07:40"), monday("08:04")),)
    )


def test_hubs_reload_and_the_next_loop_takes_it_on() -> None:
    arrival = earliest_arrival(make.timetable(), "LANDSKRONA", "HOOR", ready_at=monday("06:00"))

    assert arrival is not None
    assert [(leg.loop, leg.from_library, leg.to_library) for leg in arrival.legs] == [
        ("Väst", "LANDSKRONA", "HELSINGBORG"),
        ("Byte", "HELSINGBORG", "LUND"),
        ("Mitt", "LUND", "HOOR"),
    ]
    assert arrival.arrives_at == monday("08:04", plus=1)


def test_friday_evening_waits_for_the_next_weekday_and_christmas_for_the_day_after() -> None:
    friday = earliest_arrival(make.timetable(), "LUND", "HOOR", ready_at=monday("16:00", plus=4))
    before_christmas = earliest_arrival(
        make.timetable(), "LUND", "HOOR", ready_at=at(date(2026, 12, 23), "16:00")
    )

    assert friday is not None
    assert friday.arrives_at == monday("08:04", plus=7)
    assert before_christmas is not None
    assert before_christmas.arrives_at == at(date(2026, 12, 28), "08:04")


def test_wall_clock_holds_when_the_clocks_are_changed() -> None:
    friday, next_monday = at(date(2026, 10, 23), "16:00"), date(2026, 10, 26)

    arrival = earliest_arrival(make.timetable(), "LUND", "HOOR", ready_at=friday)

    assert arrival is not None
    assert arrival.arrives_at == at(next_monday, "08:04")
    assert arrival.arrives_at.utcoffset() == timedelta(hours=1)


def test_of_two_ways_as_soon_the_shorter_then_the_first_by_name_is_taken() -> None:
    twins = (make.loop("Ö", "LUND", ["HOOR"]), make.loop("B", "LUND", ["HOOR"]))
    table = make.timetable(Network(loops=twins))

    arrival = earliest_arrival(table, "LUND", "HOOR", ready_at=monday("06:00"))

    assert arrival is not None
    assert [leg.loop for leg in arrival.legs] == ["B"]


def test_what_no_van_reaches_has_no_arrival() -> None:
    table = make.timetable(Network(loops=(make.loop("Mitt", "LUND", ["ESLOV"]),)))

    assert earliest_arrival(table, "LUND", "HOOR", ready_at=monday("06:00")) is None
    assert earliest_arrival(table, "LUND", "NOWHERE", ready_at=monday("06:00")) is None


def test_off_a_van_at_a_hub_the_transfer_time_holds_and_gone_vans_are_gone() -> None:
    table = make.timetable()

    def loop_of(ready: str, **options: object) -> str | None:
        way = earliest_arrival(table, "LUND", "LUND-DALBY", ready_at=monday(ready), **options)  # type: ignore[arg-type]
        return way.arrives_at.strftime("%A") if way else None

    assert loop_of("12:50") == "Tuesday"
    assert loop_of("12:50", transferring=True) == "Monday"
    assert loop_of("12:51", transferring=True) == "Tuesday"
    assert loop_of("06:00", not_before=monday("13:01")) == "Tuesday"


def test_ride_begins_on_the_named_call_whatever_is_sooner() -> None:
    table = make.timetable()
    trip = table.trip("Byte", MONDAY)
    assert trip is not None

    onward = ride(table, trip, 0, "HOOR")

    assert onward is not None
    assert [leg.loop for leg in onward.legs] == ["Byte", "Mitt"]
    assert ride(table, trip, len(trip.visits) - 1, "HOOR") is None


def test_a_tour_of_more_than_twenty_hours_is_refused() -> None:
    network = Network(
        service=Service(stop_minutes=240), loops=(make.loop("Lång", "LUND", [*PLACES]),)
    )

    with pytest.raises(ValueError, match=r"Lång would take 2\d hours; split it"):
        build(network, make.calendar(libraries=[*CODES, "LUND"]), {**PLACES, **make.PLACES})


def test_a_round_of_the_schools_goes_in_term_alone() -> None:
    bus = replace(make.loop("Skolbuss", "LUND", ["ESLOV"]), school_terms=True)
    calendar = replace(make.calendar(), school_terms=((MONDAY, MONDAY + 4 * DAY),))
    table = build(Network(loops=(bus,)), calendar, make.PLACES)

    gone = [bool(table.trips(MONDAY + ahead * DAY)) for ahead in (-3, 0, 4, 7)]

    assert gone == [False, True, True, False]


def test_a_round_of_the_schools_needs_to_know_their_terms() -> None:
    bus = replace(make.loop("Skolbuss", "LUND", ["ESLOV"]), school_terms=True)

    with pytest.raises(ValueError, match="goes in school terms"):
        make.timetable(Network(loops=(bus,)))


def test_a_stop_has_its_own_stay_and_its_own_cut_off() -> None:
    mitt = replace(
        make.loop("Mitt", "LUND", ["ESLOV", "HOOR"]),
        stop_minutes=(("ESLOV", 30),),
        cut_off_minutes=(("ESLOV", 5),),
    )
    table = make.timetable(Network(loops=(mitt,)))

    def there(start: str, ready: str) -> datetime | None:
        arrival = earliest_arrival(table, start, "HOOR", ready_at=monday(ready))
        return arrival.arrives_at if arrival else None

    assert there("ESLOV", "07:25") == monday("08:24")  # twenty minutes later than otherwise
    assert there("ESLOV", "07:26") == monday("08:24", plus=1)
    assert there("LUND", "06:31") == monday("08:24", plus=1)


def test_a_journey_crosses_a_change_of_networks_and_goes_on_by_the_new_one() -> None:
    tuesday = MONDAY + DAY
    new = Network(loops=(make.loop("Ny", "LUND", ["HOOR"], "10:00"),))
    versions = [Version(date.min, make.two_hubs()), Version(tuesday, new)]
    table = build_versions(versions, make.calendar(), make.PLACES)

    arrival = earliest_arrival(table, "LANDSKRONA", "HOOR", ready_at=monday("06:00"))

    assert arrival is not None
    assert [leg.loop for leg in arrival.legs] == ["Väst", "Byte", "Ny"]
    assert table.served_from(MONDAY) == set(make.PLACES)
    assert table.served_from(tuesday) == {"LUND", "HOOR"}

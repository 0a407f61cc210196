"""The fast look at all pairs says what the search says; and every promise is kept on the road."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hyllan.region.engine.calendar import DAY
from hyllan.transport.engine.arrivals import NEVER, Arrivals
from hyllan.transport.engine.timetable import (
    TRANSFER_MINUTES,
    Arrival,
    Timetable,
    Trip,
    earliest_arrival,
)
from hyllan.transport.tests import make
from hyllan.transport.tests.make import monday
from hyllan.transport.tests.test_timetable import CODES, libraries, moments, timetables

a_fortnight = st.integers(0, 14 * 24 * 60)


@given(timetables(), st.lists(moments, min_size=1, max_size=3))
def test_all_pairs_at_once_are_what_each_search_finds(
    table: Timetable, asked: list[datetime]
) -> None:
    arrivals = Arrivals(table)

    for ready_at in asked:
        found = arrivals.all_pairs(ready_at)
        for row, start in enumerate(arrivals.libraries):
            for column, end in enumerate(arrivals.libraries):
                by_search = earliest_arrival(table, start, end, ready_at=ready_at)
                seconds = by_search.arrives_at.timestamp() if by_search else NEVER
                assert found[row][column] == seconds


@given(timetables(), st.lists(st.tuples(libraries, libraries, moments), min_size=1, max_size=12))
def test_what_was_looked_up_before_is_still_what_the_search_finds(
    table: Timetable, asked: list[tuple[str, str, datetime]]
) -> None:
    arrivals = Arrivals(table)

    for start, end, ready_at in asked:
        by_search = earliest_arrival(table, start, end, ready_at=ready_at)
        assert arrivals.at(start, end, ready_at) == (by_search.arrives_at if by_search else None)


@given(timetables(), libraries, moments, st.lists(a_fortnight, min_size=2, max_size=6))
def test_a_later_start_is_never_looked_up_to_arrive_earlier(
    table: Timetable, start: str, first: datetime, minutes: list[int]
) -> None:
    arrivals = Arrivals(table)
    asked = [first + timedelta(minutes=each) for each in sorted(minutes)]

    for end in CODES:
        found = [arrivals.at(start, end, each) for each in asked]
        known = [each.timestamp() for each in found if each is not None]
        assert known == sorted(known)


def test_the_answer_changes_at_the_cut_off_and_not_before() -> None:
    arrivals = Arrivals(make.timetable())

    assert arrivals.at("LUND", "HOOR", monday("06:30")) == monday("08:04")
    assert arrivals.at("LUND", "HOOR", monday("06:31")) == monday("08:04", plus=1)
    assert arrivals.at("LUND", "LUND", monday("06:31")) == monday("06:31")
    assert arrivals.at("LUND", "NOWHERE", monday("06:30")) is None


# --- a replay: vans drive stop by stop, and crates are put on and taken off


@dataclass
class _Crate:
    """One thing on its way. `ways` are the legs that are still ahead."""

    place: str
    ready: float
    ahead: Arrival
    leg: int = 0
    there: float | None = None


@dataclass
class _Road:
    """All vans of some days: what happens at each call, in order."""

    table: Timetable
    crates: list[_Crate]
    aboard: dict[tuple[str, str], list[_Crate]] = field(default_factory=lambda: defaultdict(list))

    def drive(self, first: datetime, days: int) -> None:
        for at, is_leaving, trip, number in sorted(self._calls(first, days), key=_in_order):
            call = trip.visits[number]
            van = self.aboard[trip.loop, str(trip.day)]
            if is_leaving:
                self._take_on(trip, number, van, at)
                continue
            for crate in [each for each in van if self._leaves(each, call.library)]:
                van.remove(crate)
                crate.place, crate.leg = call.library, crate.leg + 1
                crate.ready = at + 60 * TRANSFER_MINUTES
                crate.there = at if crate.leg == len(crate.ahead.legs) else None

    def _calls(self, first: datetime, days: int) -> Iterator[tuple[float, bool, Trip, int]]:
        day = self.table.day_of(first) - DAY
        for ahead in range(days + 1):
            for trip in self.table.trips(day + ahead * DAY):
                for number, call in enumerate(trip.visits):
                    if number:
                        yield call.arrives_at.timestamp(), False, trip, number
                    if number < len(trip.visits) - 1:
                        yield call.departs_at.timestamp(), True, trip, number

    def _leaves(self, crate: _Crate, library: str) -> bool:
        return crate.ahead.legs[crate.leg].to_library == library

    def _take_on(self, trip: Trip, number: int, van: list[_Crate], at: float) -> None:
        call = trip.visits[number]
        assert not self.table.calendar.is_closed(call.library, trip.day)
        for crate in self.crates:
            if crate.there is not None or crate.place != call.library:
                continue
            leg = crate.ahead.legs[crate.leg]
            deadline = at if crate.leg else call.arrives_at.timestamp() - 60 * call.cut_off_minutes
            is_its_van = (leg.loop, leg.departs_at) == (trip.loop, call.departs_at)
            if is_its_van and crate.ready <= deadline:
                crate.place = f"on {trip.loop}"
                van.append(crate)


def _in_order(call: tuple[float, bool, Trip, int]) -> tuple[float, bool, str, int]:
    at, is_leaving, trip, number = call
    return (at, is_leaving, trip.loop, number)


@given(timetables(), moments)
def test_every_promise_is_kept_when_the_vans_drive(table: Timetable, ready_at: datetime) -> None:
    promised = [
        arrival
        for start in CODES
        for end in CODES
        if (arrival := earliest_arrival(table, start, end, ready_at=ready_at)) and arrival.legs
    ]
    crates = [
        _Crate(arrival.legs[0].from_library, ready_at.timestamp(), arrival) for arrival in promised
    ]

    _Road(table, crates).drive(ready_at, days=62)

    assert [crate.there for crate in crates] == [
        arrival.arrives_at.timestamp() for arrival in promised
    ]

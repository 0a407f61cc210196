"""Days on which vans run and libraries are open, and the opening time between two moments."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.region.engine.holidays import holidays_of
from hyllan.region.engine.opening import ASSUMED, after_open_time
from hyllan.region.engine.weekdays import read_weekdays
from hyllan.region.tests import make

TUESDAY = date(2026, 11, 24)
moments = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
works = st.timedeltas(timedelta(0), timedelta(hours=60))
some_days = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=40)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=make.ZONE)


@pytest.mark.parametrize(
    ("day", "is_free"),
    [
        (date(2026, 6, 19), True),  # Midsummer Eve, no holiday in law
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 6), True),
        (date(2026, 4, 2), False),  # Maundy Thursday: shortened, not closed
        (date(2026, 11, 22), False),  # an ordinary Sunday is a matter of weekdays
    ],
)
def test_holidays_are_those_on_which_swedish_libraries_are_shut(day: date, is_free: bool) -> None:
    assert (day in holidays_of("SE")) == is_free


def test_holidays_of_a_country_without_customary_ones_are_the_public_ones() -> None:
    assert date(2026, 6, 5) not in holidays_of("DK")
    assert date(2026, 12, 25) in holidays_of("DK")


def test_van_runs_on_its_weekdays_but_not_on_holidays_and_closed_days() -> None:
    calendar = make.calendar(closed={"OSBY": frozenset({date(2026, 12, 7)})})

    assert [day for day in range(1, 32) if calendar.van_runs("OSBY", date(2026, 12, day))] == [
        2, 9, 14, 16, 21, 23, 28, 30,
    ]  # fmt: skip
    assert calendar.van_runs("LUND", date(2026, 12, 7))
    with pytest.raises(KeyError):
        calendar.van_runs("YSTAD", TUESDAY)


def test_is_holiday_refuses_a_day_whose_holidays_nobody_knows() -> None:
    with pytest.raises(OverflowError, match="2000-01-01 to 2101-01-01"):
        make.calendar().is_holiday(date(2101, 1, 1))


def test_day_of_a_moment_is_the_day_in_the_region() -> None:
    assert make.calendar().day_of(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == date(2026, 11, 25)


def test_after_open_time_goes_on_the_next_open_day() -> None:
    friday = date(2026, 11, 27)
    closed_monday = frozenset({date(2026, 11, 30)})

    done = after_open_time(make.opening(closed=closed_monday), at(friday, 17), timedelta(hours=2))

    assert done == at(date(2026, 12, 1), 11)


def test_after_open_time_knows_that_the_clock_changes_in_an_open_night() -> None:
    opening = make.opening(weekdays=range(1, 8), opens=time(0, 30), closes=time(4))
    last_of_march = date(2026, 3, 29)  # 02.00 becomes 03.00

    done = after_open_time(opening, at(last_of_march, 1), timedelta(hours=2))

    assert done == at(last_of_march, 4)


def test_after_open_time_is_none_where_nobody_ever_comes() -> None:
    assert after_open_time(make.opening(weekdays=range(0)), make.NOON, timedelta(hours=1)) is None


@given(moments, moments, works, works, some_days)
def test_after_open_time_never_goes_back_when_start_or_work_grows(
    start: datetime, later: datetime, work: timedelta, more: timedelta, closed: frozenset[date]
) -> None:
    opening = make.opening(closed=closed)
    start, later = sorted((start, later))
    work, more = sorted((work, more))

    done = after_open_time(opening, start, work)

    assert done is not None
    assert done >= start
    assert done <= (after_open_time(opening, later, work) or done)
    assert done <= (after_open_time(opening, start, more) or done)


@given(moments, works, some_days)
def test_after_open_time_never_ends_on_a_closed_day_or_out_of_hours(
    start: datetime, work: timedelta, closed: frozenset[date]
) -> None:
    opening = make.opening(closed=closed)

    done = after_open_time(opening, start, work)

    assert done is not None
    span = opening.span(opening.calendar.day_of(done))
    assert span is not None
    assert span[0] <= done <= span[1]


@given(moments, works, works, some_days)
def test_after_open_time_in_two_steps_is_the_same_as_in_one(
    start: datetime, first: timedelta, second: timedelta, closed: frozenset[date]
) -> None:
    opening = make.opening(closed=closed)

    halfway = after_open_time(opening, start, first)

    assert halfway is not None
    if second:
        assert after_open_time(opening, halfway, second) == after_open_time(
            opening, start, first + second
        )


def test_assumed_hours_are_there_for_every_kind_of_library() -> None:
    open_hours = {
        kind: sum(hours.closes.hour - hours.opens.hour for hours in week.values())
        for kind, week in ASSUMED.items()
    }

    assert open_hours == {
        "main": 44, "branch": 30, "bus": 30, "hospital": 35, "university": 35, "hub": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "days"), [("1-5", {1, 2, 3, 4, 5}), ("1,3, 5", {1, 3, 5}), ("6-7,1", {6, 7, 1})]
)
def test_read_weekdays_takes_ranges_and_lists(text: str, days: set[int]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["", "0", "8", "5-1", "1-", "mån", "1;2", "1-3-5"])
def test_read_weekdays_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match=text or "$"):
        read_weekdays(text)

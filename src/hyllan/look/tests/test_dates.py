from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hyllan.look.dates import day_time_words, day_words, full_day_words, time_words

NOW = datetime(2026, 11, 24, 12, 20, tzinfo=UTC)  # Tuesday 13.20 in Stockholm


@pytest.mark.parametrize(
    ("ahead", "swedish", "english"),
    [
        (-2, "söndag 22 november", "Sunday 22 November"),
        (-1, "i går", "yesterday"),
        (0, "i dag", "today"),
        (1, "i morgon", "tomorrow"),
        (2, "torsdag", "Thursday"),
        (6, "måndag", "Monday"),
        (7, "tisdag 1 december", "Tuesday 1 December"),
        (60, "lördag 23 januari 2027", "Saturday 23 January 2027"),
    ],
)
def test_a_day_is_said_the_way_people_say_it(ahead: int, swedish: str, english: str) -> None:
    when = NOW + timedelta(days=ahead)

    with translation.override("sv"):
        assert day_words(when, now=NOW) == swedish
    with translation.override("en"):
        assert day_words(when, now=NOW) == english


def test_the_day_is_the_regions_not_greenwichs() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # 00.30 on Wednesday in Stockholm

    with translation.override("sv"):
        assert day_time_words(late, now=NOW) == "i morgon 00.30"
        assert day_words(date(2026, 11, 25), now=late) == "i dag"


def test_the_time_has_a_dot_in_swedish_and_a_colon_in_english() -> None:
    with translation.override("sv"):
        assert (time_words(NOW), full_day_words(NOW)) == ("13.20", "tisdag 24 november")
    with translation.override("en"):
        assert (time_words(NOW), full_day_words(NOW)) == ("13:20", "Tuesday 24 November")


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_two_days_near_each_other_never_sound_alike(one: int, other: int) -> None:
    first, second = (day_words(NOW + timedelta(days=ahead), now=NOW) for ahead in (one, other))

    assert (first == second) == (one == other)

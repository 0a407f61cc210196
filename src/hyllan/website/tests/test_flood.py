from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hyllan.website.engine.flood import (
    FROM_EVERYBODY,
    FROM_ONE_VISITOR,
    WINDOW,
    may_answer,
    recent,
)
from hyllan.website.engine.names import alphabetical, short_names
from hyllan.website.tests.make import TUESDAY


@given(st.lists(st.integers(-300, 300)))
def test_an_answer_counts_for_the_length_of_the_window_and_no_longer(seconds: list[int]) -> None:
    moments = [TUESDAY - timedelta(seconds=age) for age in seconds]

    counted = [age for age in seconds if 0 <= age < WINDOW.total_seconds()]

    assert len(recent(moments, now=TUESDAY)) == len(counted)


def test_the_last_answer_within_the_bound_is_taken_and_the_next_is_not() -> None:
    assert may_answer(by_visitor=FROM_ONE_VISITOR - 1, by_everybody=FROM_EVERYBODY - 1)
    assert not may_answer(by_visitor=FROM_ONE_VISITOR, by_everybody=0)
    assert not may_answer(by_visitor=0, by_everybody=FROM_EVERYBODY)


def test_short_names_drop_what_all_begin_with() -> None:
    assert short_names(["Biblioteket i Lund", "Biblioteket i Norra Åsum"]) == ["Lund", "Norra Åsum"]
    assert short_names(["Biblioteket i Lund", "Lunds bokbuss"]) == [
        "Biblioteket i Lund",
        "Lunds bokbuss",
    ]
    assert short_names(["Lund", "Lund"]) == ["Lund", "Lund"]
    assert short_names(["Biblioteket i Lund"]) == ["Biblioteket i Lund"]


def test_the_swedish_alphabet_ends_with_aring_auml_ouml() -> None:
    names = ["Örkelljunga", "Ängelholm", "Ystad", "Åstorp", "bjuv"]

    assert sorted(names, key=alphabetical) == [
        "bjuv",
        "Ystad",
        "Åstorp",
        "Ängelholm",
        "Örkelljunga",
    ]

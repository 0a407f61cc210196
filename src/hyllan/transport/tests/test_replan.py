"""A published timetable is changed as little as can be."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hyllan.transport.engine.planning.figures import MONDAY, replayed
from hyllan.transport.engine.planning.plan import as_network, window
from hyllan.transport.engine.planning.replan import (
    NEAR,
    kept_share,
    published_times,
    replan,
)
from hyllan.transport.engine.planning.rules import minutes_of
from hyllan.transport.tests import make_plans as make

places = st.tuples(st.floats(55.4, 56.2), st.floats(12.8, 14.0))


@settings(deadline=None, max_examples=12)
@given(st.lists(places, min_size=12, max_size=14, unique=True), st.integers(1, 11), st.booleans())
def test_replan_keeps_nine_of_ten_near_their_published_time(
    where: list[tuple[float, float]], number: int, is_new: bool
) -> None:
    stops = [make.stop(each, place) for each, place in enumerate(where)]
    all_but_one = [stop for stop in stops if stop.code != f"S{number}"]
    before, after = (all_but_one, stops) if is_new else (stops, all_but_one)
    rules = make.rules(vans=4, by=14 * 60, hubs=("S0",))
    published = make.planned(make.ground(before), rules, iterations=40)
    assume(published is not None)
    assert published is not None

    changed = replan(published, make.ground(after))

    assert changed is not None
    assert kept_share(published, changed) >= 0.9
    served = {code for tour in changed.rounds for code in tour.stops}
    assert served == {stop.code for stop in after} - {"S0"}
    ground = make.ground(after)
    calls = {
        visit.library: minutes_of(visit.arrives_at.time())
        for trip in replayed(as_network(changed), ground).trips(MONDAY)
        for visit in trip.visits[1:-1]
    }
    assert calls == {code: at for (code, day), at in published_times(changed).items() if day == 1}
    assert all(
        window(code, ground, rules)[0] <= at <= window(code, ground, rules)[1]
        for code, at in calls.items()
    )


def test_van_waits_where_a_library_is_closed_rather_than_come_much_too_early() -> None:
    stops = list(make.row(6).stops)
    published = make.planned(make.ground(stops), make.rules(vans=1, by=14 * 60, hubs=("S0",)))
    assert published is not None
    (tour,) = published.rounds
    closed = tour.stops[2]

    changed = replan(published, make.ground([s for s in stops if s.code != closed]))

    assert changed is not None
    before, after = published_times(published), published_times(changed)
    assert all(abs(before[call] - at) <= NEAR for call, at in after.items())


def test_stop_for_which_no_van_has_time_is_refused() -> None:
    rules = make.rules(vans=1, by=8 * 60 + 30, hubs=("S0",))
    published = make.planned(make.row(3), rules)
    assert published is not None

    assert replan(published, make.row(7)) is None


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_kept_share_counts_calls_of_both(share: float) -> None:
    published = make.planned(make.row(4), make.rules(vans=1, by=14 * 60, hubs=("S0",)))
    later = make.planned(
        make.row(4),
        make.rules(vans=1, by=14 * 60, hubs=("S0",), first_service=(450 if share else 480)),
    )
    assert published is not None
    assert later is not None

    assert kept_share(published, later) == share

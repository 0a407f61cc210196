"""Drawing a network: one change at a time, and what two networks have otherwise."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.transport.engine.difference import Difference, Kind, differences
from hyllan.transport.engine.editing import (
    AddLoop,
    AddStop,
    ChangeTour,
    Edit,
    Fault,
    MoveStop,
    NotPossible,
    RemoveStop,
    RemoveTour,
    TimeStop,
    apply,
    only_known,
    stops_of,
)
from hyllan.transport.engine.network import Network, network_of
from hyllan.transport.tests import make

CODES = tuple(make.PLACES)


def stops(network: Network, tour: str = "Mitt") -> tuple[str, ...]:
    return next(stops_of(each) for each in network.tours if each.name == tour)


def test_a_stop_is_added_moved_and_removed() -> None:
    network = apply(make.two_hubs(), AddStop(tour="Mitt", library="LANDSKRONA", number=2))
    assert stops(network) == ("ESLOV", "HOOR", "LANDSKRONA")

    network = apply(network, MoveStop(tour="Mitt", number=2, by=-1))
    assert stops(network) == ("ESLOV", "LANDSKRONA", "HOOR")

    network = apply(network, RemoveStop(tour="Mitt", number=0))
    assert stops(network) == ("LANDSKRONA", "HOOR")


def test_minutes_of_a_stop_go_with_it() -> None:
    edit = TimeStop(tour="Mitt", number=0, stop_minutes=25, cut_off_minutes=None)
    network = apply(make.two_hubs(), edit)
    assert network.loops[1].stop_minutes == (("ESLOV", 25),)

    network = apply(network, RemoveStop(tour="Mitt", number=0))

    assert network.loops[1].stop_minutes == ()


def test_a_round_goes_at_other_times_on_other_days_under_another_name() -> None:
    network = apply(
        make.two_hubs(),
        ChangeTour(
            tour="Mitt",
            name="Mittslingan",
            departs=time(6, 30),
            more_departures=(time(13),),
            weekdays=(5, 1),
        ),
    )

    assert [(tour.name, tour.departs, tour.weekdays) for tour in network.rounds[1:3]] == [
        ("Mittslingan", time(6, 30), (1, 5)),
        ("Mittslingan 13.00", time(13), (1, 5)),
    ]


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (AddStop(tour="Mitt", library="ESLOV", number=0), Fault.STOP_TWICE),
        (AddStop(tour="Mitt", library="LUND", number=0), Fault.STOP_TWICE),
        (AddStop(tour="Byte", library="LUND", number=2), Fault.STOP_TWICE),
        (RemoveStop(tour="Väst", number=0), Fault.LAST_STOP),
        (RemoveStop(tour="Byte", number=0), Fault.LAST_STOP),
        (RemoveStop(tour="Mitt", number=2), Fault.NO_SUCH_STOP),
        (RemoveTour(tour="Öst"), Fault.NO_SUCH_TOUR),
        (AddStop(tour="Öst", library="LUND", number=0), Fault.NO_SUCH_TOUR),
        (AddLoop(name="Mitt", hub="LUND", departs=time(7), stop="HOOR"), Fault.NAME_TAKEN),
        (AddLoop(name="a/b", hub="LUND", departs=time(7), stop="HOOR"), Fault.BAD_NAME),
        (AddLoop(name="Öst", hub="LUND", departs=time(7), stop="LUND"), Fault.STOP_TWICE),
        (ChangeTour(tour="Mitt", name="Byte", departs=time(7)), Fault.NAME_TAKEN),
        (
            ChangeTour(tour="Mitt", name="Mitt", departs=time(7), more_departures=(time(7),)),
            Fault.SAME_TIME,
        ),
    ],
)
def test_what_makes_no_network_is_refused(edit: Edit, fault: Fault) -> None:
    with pytest.raises(NotPossible) as refusal:
        apply(make.two_hubs(), edit)

    assert refusal.value.fault == fault


def test_the_last_loop_stays() -> None:
    network = Network(loops=(make.loop("Mitt", "LUND", ["ESLOV"]),))

    with pytest.raises(NotPossible) as refusal:
        apply(network, RemoveTour(tour="Mitt"))

    assert refusal.value.fault == Fault.LAST_LOOP


tours = st.sampled_from(["Väst", "Mitt", "Lunds runda", "Byte", "Ny", "Öst"])
codes, numbers = st.sampled_from(CODES), st.integers(-1, 4)
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
minutes = st.none() | st.integers(0, 240)
edits = st.one_of(
    st.builds(AddLoop, name=tours, hub=codes, departs=clocks, stop=codes),
    st.builds(RemoveTour, tour=tours),
    st.builds(AddStop, tour=tours, library=codes, number=numbers),
    st.builds(RemoveStop, tour=tours, number=numbers),
    st.builds(MoveStop, tour=tours, number=numbers, by=st.sampled_from([-1, 1])),
    st.builds(TimeStop, tour=tours, number=numbers, stop_minutes=minutes, cut_off_minutes=minutes),
    st.builds(
        ChangeTour,
        tour=tours,
        name=tours,
        departs=clocks,
        more_departures=st.lists(clocks, max_size=2).map(tuple),
        weekdays=st.lists(st.integers(1, 7), max_size=7).map(tuple),
        school_terms=st.booleans(),
    ),
)


@given(st.lists(edits, max_size=12))
def test_whatever_is_drawn_can_be_stored_and_read_again(drawn: list[Edit]) -> None:
    network = make.two_hubs()
    for edit in drawn:
        try:
            network = apply(network, edit)
        except NotPossible:
            continue

    assert network_of(network.as_content()) == network


@given(st.lists(edits, max_size=12), st.sets(codes, min_size=1))
def test_libraries_that_are_no_more_are_on_no_round(drawn: list[Edit], known: set[str]) -> None:
    network = make.two_hubs()
    for edit in drawn:
        try:
            network = apply(network, edit)
        except NotPossible:
            continue

    assert only_known(network, known).libraries <= known
    assert only_known(network, CODES) == network


def test_differences_are_told_round_by_round() -> None:
    before = make.two_hubs()
    after = before
    for edit in (
        AddStop(tour="Mitt", library="LANDSKRONA", number=0),
        TimeStop(tour="Mitt", number=1, stop_minutes=5, cut_off_minutes=None),
        RemoveTour(tour="Lunds runda"),
        AddLoop(name="Öst", hub="LUND", departs=time(7), stop="LUND-DALBY"),
        ChangeTour(tour="Väst", name="Väst", departs=time(8), weekdays=(1,)),
    ):
        after = apply(after, edit)

    assert differences(before, after) == (
        Difference(Kind.DEPARTURES, "Väst"),
        Difference(Kind.DAYS, "Väst"),
        Difference(Kind.STOP_ADDED, "Mitt", "LANDSKRONA"),
        Difference(Kind.MINUTES, "Mitt", "ESLOV"),
        Difference(Kind.TOUR_ADDED, "Öst"),
        Difference(Kind.TOUR_REMOVED, "Lunds runda"),
    )
    assert differences(before, before) == ()


def test_another_order_is_a_difference() -> None:
    before = make.two_hubs()
    after = apply(before, MoveStop(tour="Mitt", number=0, by=1))

    assert differences(before, after) == (Difference(Kind.ORDER, "Mitt"),)

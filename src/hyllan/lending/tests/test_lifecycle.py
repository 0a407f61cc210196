import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.lending.engine.lifecycle import (
    ENDS,
    HAS_ITEM,
    STEPS,
    NoSuchStep,
    Outcome,
    Send,
    Status,
    actions,
    messages,
    step_for,
)

ROOT = Path(__file__).parents[4]
Place = tuple[Status, Outcome]


def after(place: Place, *, same_library: bool) -> set[Place]:
    """Return where a request may stand after one lawful step."""
    status, outcome = place
    return {
        (step.target, step.outcome or outcome)
        for step in actions(status, outcome=outcome, same_library=same_library)
    }


def reachable(start: Place, *, same_library: bool) -> set[Place]:
    found = {start}
    while (
        fresh := {place for known in found for place in after(known, same_library=same_library)}
        - found
    ):
        found |= fresh
    return found


START = (Status.WAITING, Outcome.OPEN)


def test_every_status_and_outcome_is_reached() -> None:
    found = reachable(START, same_library=False) | reachable(START, same_library=True)

    assert {status for status, _ in found} == set(Status)
    assert {outcome for _, outcome in found} == set(Outcome)


@pytest.mark.parametrize("same_library", [False, True])
def test_every_request_can_be_closed_from_wherever_it_stands(same_library: bool) -> None:
    for place in reachable(START, same_library=same_library):
        ends = {status for status, _ in reachable(place, same_library=same_library)} & ENDS
        assert ends, place


@pytest.mark.parametrize("same_library", [False, True])
def test_closed_request_has_an_outcome_and_moves_no_more(same_library: bool) -> None:
    for status, outcome in reachable(START, same_library=same_library):
        if status in ENDS:
            assert outcome != Outcome.OPEN
            assert after((status, outcome), same_library=same_library) == set()


@given(
    st.sampled_from(Status),
    st.sampled_from(sorted({step.action for step in STEPS})),
    st.sampled_from(Outcome),
    st.booleans(),
)
def test_action_means_at_most_one_thing(
    status: Status, action: str, outcome: Outcome, same_library: bool
) -> None:
    lawful = [
        step
        for step in actions(status, outcome=outcome, same_library=same_library)
        if step.action == action
    ]

    assert len(lawful) <= 1
    if lawful:
        found = step_for(status, action, outcome=outcome, same_library=same_library)
        assert found == lawful[0]
    else:
        with pytest.raises(NoSuchStep):
            step_for(status, action, outcome=outcome, same_library=same_library)


def walks(
    place: Place, *, same_library: bool, told: tuple[Send, ...] = ()
) -> set[tuple[Send, ...]]:
    """Return what the systems are told on every way from here to the end, without going round."""
    ways: set[tuple[Send, ...]] = set()
    status, outcome = place
    if status in ENDS:
        return {told}
    for step in actions(status, outcome=outcome, same_library=same_library):
        if step.target == Status.WAITING or (step.target, step.outcome or outcome) == place:
            continue  # the next copy begins anew
        ways |= walks(
            (step.target, step.outcome or outcome),
            same_library=same_library,
            told=(*told, *messages(step, same_system=False)),
        )
    return ways


@pytest.mark.parametrize("same_library", [False, True])
def test_whatever_a_system_is_told_to_begin_it_is_told_to_end(same_library: bool) -> None:
    for told in walks(START, same_library=same_library):
        reserved = Send.S_REQUEST_ITEM in told
        lent_to_library = Send.S_CHECK_OUT in told
        taken_in = Send.B_ACCEPT_ITEM in told

        assert reserved == (Send.S_CANCEL_REQUEST in told or lent_to_library), told
        assert lent_to_library == (Send.S_CHECK_IN in told), told
        assert taken_in == (Send.B_CHECK_IN in told), told


def test_statuses_with_an_item_are_left_only_by_giving_the_item_up() -> None:
    for step in STEPS:
        if step.source in HAS_ITEM and step.target not in HAS_ITEM:
            assert step.action in {"refuse", "unsource", "not_on_shelf", "cancel"}


def test_drawn_table_is_the_table() -> None:
    drawn = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, str(ROOT / "tools" / "lifecycle.py"), "--check"], check=False
    )

    assert drawn.returncode == 0, "docs/lifecycle.md is old: run make diagrams"

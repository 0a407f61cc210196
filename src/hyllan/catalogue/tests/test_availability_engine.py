"""What a library system's answer about an item means."""

from datetime import UTC, datetime

import pytest

from hyllan.catalogue.engine.availability import State, settle, state_of
from hyllan.catalogue.models import Item
from hyllan.protocols.ncip import CirculationStatus

DUE = datetime(2026, 12, 3, 22, tzinfo=UTC)
SAID = {
    CirculationStatus.AVAILABLE_ON_SHELF: "available",
    CirculationStatus.WAITING_TO_BE_RESHELVED: "available",
    CirculationStatus.ON_LOAN: "on_loan",
    CirculationStatus.RECALLED: "on_loan",
    CirculationStatus.AVAILABLE_FOR_PICKUP: "away",
    CirculationStatus.IN_TRANSIT: "away",
    CirculationStatus.PENDING_TRANSFER: "away",
    CirculationStatus.IN_PROCESS: "away",
    CirculationStatus.ON_ORDER: "away",
    CirculationStatus.NOT_AVAILABLE: "away",
    CirculationStatus.CLAIMED_RETURNED: "missing",
    CirculationStatus.LOST: "missing",
    CirculationStatus.MISSING: "missing",
    CirculationStatus.UNDEFINED: "",
}


@pytest.mark.parametrize("word", CirculationStatus)
def test_each_circulation_status_is_one_of_ours_and_only_a_loan_is_due(
    word: CirculationStatus,
) -> None:
    status = SAID[word]

    assert state_of(word, DUE) == State(status, DUE if status == "on_loan" else None)
    assert status in {"", *Item.Status.values}


def test_a_status_of_no_scheme_says_nothing() -> None:
    assert state_of("On the librarian's desk", DUE) == State("")


@pytest.mark.parametrize("said", ["available", "on_loan", "away", "missing", ""])
def test_what_is_not_for_loan_stays_so_wherever_it_is(said: str) -> None:
    assert settle("not_for_loan", State(said)) is None


@pytest.mark.parametrize(
    ("said", "after"),
    [("available", None), ("away", None), ("missing", "missing"), ("on_loan", "on_loan")],
)
def test_what_staff_did_not_find_is_found_by_a_loan_alone(said: str, after: str | None) -> None:
    settled = settle("missing", State(said))

    assert (settled.status if settled else None) == after


@pytest.mark.parametrize("before", ["available", "on_loan", "away"])
def test_what_the_system_says_counts(before: str) -> None:
    assert settle(before, State("on_loan", DUE)) == State("on_loan", DUE)
    assert settle(before, State("available")) == State("available")
    assert settle(before, State("")) is None

"""
Live availability: what a library system's answer about one item means for us, and whom to ask.

In prose: docs/algorithms/availability.md. A circulation status tells where an item is, never
whether it may be lent: so it does not lift what staff or the record have said of that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hyllan.protocols.ncip import CirculationStatus

AVAILABLE, ON_LOAN, AWAY = "available", "on_loan", "away"
NOT_FOR_LOAN, MISSING = "not_for_loan", "missing"

FRESH = timedelta(seconds=60)  # an item is asked about once in this time, by whichever page
PAUSE = timedelta(seconds=60)  # a system that did not answer is left alone for this long
AT_MOST = 40  # items asked about for one page

STATUS_OF: Mapping[str, str] = {
    CirculationStatus.AVAILABLE_ON_SHELF: AVAILABLE,
    CirculationStatus.WAITING_TO_BE_RESHELVED: AVAILABLE,
    CirculationStatus.ON_LOAN: ON_LOAN,
    CirculationStatus.RECALLED: ON_LOAN,
    CirculationStatus.AVAILABLE_FOR_PICKUP: AWAY,
    CirculationStatus.IN_TRANSIT: AWAY,
    CirculationStatus.PENDING_TRANSFER: AWAY,
    CirculationStatus.IN_PROCESS: AWAY,
    CirculationStatus.ON_ORDER: AWAY,
    CirculationStatus.NOT_AVAILABLE: AWAY,
    CirculationStatus.CLAIMED_RETURNED: MISSING,
    CirculationStatus.LOST: MISSING,
    CirculationStatus.MISSING: MISSING,
}
"""What systems say, as models.Item.Status; of what is not here we learn nothing."""


@dataclass(frozen=True, slots=True)
class LibrarySystem:
    """How one organisation's library system is asked."""

    protocol: str  # "ncip"
    url: str
    from_agency: str
    to_agency: str


@dataclass(frozen=True, slots=True)
class State:
    """How an item stands; `status` as models.Item.Status, empty where nothing is said of it."""

    status: str
    due: datetime | None = None  # when it is to be back, if it is on loan


@dataclass(frozen=True, slots=True)
class Heard:
    """What one system said within the deadline, by barcode."""

    states: Mapping[str, State]
    fault: str = ""  # why it is left alone for a while: it failed, or said nothing in time
    milliseconds: int = 0


def state_of(circulation_status: str, due: datetime | None) -> State:
    """Return what a circulation status (in NCIP's words) means; only a loan has a day to end."""
    status = STATUS_OF.get(circulation_status, "")
    return State(status, due if status == ON_LOAN else None)


def settle(before: str, said: State) -> State | None:
    """
    Return how an item stands after its system said so; None where nothing is learned by it.

    What is not for loan stays so: its status says where it is. What is missing is not found again
    by being called available, since that system was never told; a loan means that it was found.
    """
    lifted = before == MISSING and said.status in {AVAILABLE, AWAY}
    return None if said.status == "" or lifted or before == NOT_FOR_LOAN else said

"""
The one table of states of a patron request: code, buttons, tests and docs/lifecycle.md read it.

`Status` is where the request (and its item) is; `Outcome` is whether the patron got it. Each `Step`
says from where, by whom, to where, and what is told to the two library systems. Words follow
ISO 18626 where it has one. A cancelled request whose item is already under way keeps moving; only
its outcome changes, and the next scan sends the item home.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    WAITING = "waiting"  # no item chosen
    SOURCED = "sourced"  # an item is chosen; it is on the supplier's pick list
    PICKED = "picked"  # from the shelf, at the supplier
    CRATED = "crated"  # in a crate at the supplier
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"  # scanned in at the pick-up library; the patron's system is being told
    READY = "ready"  # on the hold shelf, the patron is told
    ON_LOAN = "on_loan"
    RETURNED = "returned"  # handed in, on its way out of the pick-up library
    CRATED_HOME = "crated_home"
    IN_TRANSIT_HOME = "in_transit_home"
    HOME = "home"  # closed; the item stands at its owner's
    CLOSED = "closed"  # closed; no item was moved


class Outcome(StrEnum):
    OPEN = "open"
    FILLED = "filled"  # the patron has or had it on loan
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # it waited on the hold shelf and was not fetched


class Who(StrEnum):
    PATRON = "patron"
    SUPPLIER = "supplier"  # staff where the item belongs
    PICKUP = "pickup"  # staff where the patron fetches it
    SYSTEM = "system"


class Send(StrEnum):
    """A message to a library system. S: the supplier's, B: the borrower's, who knows the patron."""

    S_REQUEST_ITEM = "supplier.request_item"
    S_CANCEL_REQUEST = "supplier.cancel_request_item"
    S_CHECK_OUT = "supplier.check_out_item"  # to the borrowing library's institutional card
    S_CHECK_IN = "supplier.check_in_item"
    B_ACCEPT_ITEM = "borrower.accept_item"  # a temporary item, held for the patron
    B_CANCEL_REQUEST = "borrower.cancel_request_item"
    B_CHECK_OUT = "borrower.check_out_item"  # to the patron
    B_CHECK_IN = "borrower.check_in_item"


@dataclass(frozen=True, slots=True)
class Step:
    source: Status
    action: str  # the name of the service, the view, the URL and the button
    target: Status
    by: Who
    sends: tuple[Send, ...] = ()  # when supplier and patron have different systems
    sends_within: tuple[Send, ...] = ()  # when one library system serves both
    outcome: Outcome | None = None  # what the outcome becomes, if it changes
    only_while: Outcome | None = None  # the step is for requests with this outcome alone
    only_same_library: bool = False  # no van needed: supplier and pick-up are one place


S, E, W, M = Status, Outcome, Who, Send
STEPS: tuple[Step, ...] = (
    Step(S.WAITING, "source", S.SOURCED, W.SYSTEM, (M.S_REQUEST_ITEM,), (M.S_REQUEST_ITEM,)),
    Step(S.WAITING, "cancel", S.CLOSED, W.PATRON, outcome=E.CANCELLED),
    Step(S.SOURCED, "refuse", S.WAITING, W.SYSTEM),  # the supplier's system says no
    # The supplier's system does not answer: the next best copy, and the first is given back.
    Step(S.SOURCED, "unsource", S.WAITING, W.SYSTEM, (M.S_CANCEL_REQUEST,), (M.S_CANCEL_REQUEST,)),
    Step(
        S.SOURCED,
        "not_on_shelf",
        S.WAITING,
        W.SUPPLIER,
        (M.S_CANCEL_REQUEST,),
        (M.S_CANCEL_REQUEST,),
    ),
    Step(S.SOURCED, "pick", S.PICKED, W.SUPPLIER),
    Step(
        S.SOURCED,
        "cancel",
        S.CLOSED,
        W.PATRON,
        (M.S_CANCEL_REQUEST,),
        (M.S_CANCEL_REQUEST,),
        E.CANCELLED,
    ),
    Step(S.PICKED, "pack", S.CRATED, W.SUPPLIER),
    Step(
        S.PICKED,
        "receive",
        S.RECEIVED,
        W.PICKUP,
        (M.S_CHECK_OUT, M.B_ACCEPT_ITEM),
        only_same_library=True,
        only_while=E.OPEN,
    ),
    Step(
        S.PICKED,
        "cancel",
        S.HOME,
        W.PATRON,
        (M.S_CANCEL_REQUEST,),
        (M.S_CANCEL_REQUEST,),
        E.CANCELLED,
    ),
    Step(S.CRATED, "depart", S.IN_TRANSIT, W.SYSTEM, (M.S_CHECK_OUT,)),
    Step(S.CRATED, "cancel", S.CRATED, W.PATRON, outcome=E.CANCELLED, only_while=E.OPEN),
    Step(S.IN_TRANSIT, "receive", S.RECEIVED, W.PICKUP, (M.B_ACCEPT_ITEM,), only_while=E.OPEN),
    # Cancelled on the way: it is not accepted, it goes home.
    Step(
        S.IN_TRANSIT,
        "receive",
        S.RETURNED,
        W.PICKUP,
        sends_within=(M.S_CANCEL_REQUEST,),
        only_while=E.CANCELLED,
    ),
    Step(S.IN_TRANSIT, "cancel", S.IN_TRANSIT, W.PATRON, outcome=E.CANCELLED, only_while=E.OPEN),
    Step(S.RECEIVED, "hold", S.READY, W.SYSTEM),  # the patron's library system has said yes
    # Its system does not answer, but the patron stands at the desk: the messages follow in order.
    Step(
        S.RECEIVED,
        "lend",
        S.ON_LOAN,
        W.PICKUP,
        (M.B_CHECK_OUT,),
        (M.B_CHECK_OUT,),
        E.FILLED,
        E.OPEN,
    ),
    Step(
        S.RECEIVED,
        "cancel",
        S.RETURNED,
        W.PATRON,
        (M.B_CANCEL_REQUEST, M.B_CHECK_IN),
        (M.S_CANCEL_REQUEST,),
        E.CANCELLED,
    ),
    Step(
        S.READY,
        "lend",
        S.ON_LOAN,
        W.PICKUP,
        (M.B_CHECK_OUT,),
        (M.B_CHECK_OUT,),
        E.FILLED,
    ),
    Step(
        S.READY,
        "cancel",
        S.RETURNED,
        W.PATRON,
        (M.B_CANCEL_REQUEST, M.B_CHECK_IN),
        (M.S_CANCEL_REQUEST,),
        E.CANCELLED,
    ),
    Step(
        S.READY,
        "expire",
        S.RETURNED,
        W.SYSTEM,
        (M.B_CANCEL_REQUEST, M.B_CHECK_IN),
        (M.S_CANCEL_REQUEST,),
        E.EXPIRED,
    ),
    Step(S.ON_LOAN, "hand_in", S.RETURNED, W.PICKUP, (M.B_CHECK_IN,), (M.B_CHECK_IN,)),
    Step(S.RETURNED, "pack_home", S.CRATED_HOME, W.PICKUP),
    Step(S.RETURNED, "shelve", S.HOME, W.SUPPLIER, (M.S_CHECK_IN,), only_same_library=True),
    Step(S.CRATED_HOME, "depart", S.IN_TRANSIT_HOME, W.SYSTEM),
    Step(S.IN_TRANSIT_HOME, "shelve", S.HOME, W.SUPPLIER, (M.S_CHECK_IN,)),
)
del S, E, W, M

ENDS = frozenset({Status.HOME, Status.CLOSED})
HAS_ITEM = frozenset(Status) - {Status.WAITING, Status.CLOSED}
"""Statuses in which an item is tied to the request (a constraint in the database)."""


class NoSuchStep(LookupError):  # noqa: N818 - it says what is so
    """The table has no such step from here."""


def step_for(status: Status, action: str, *, outcome: Outcome, same_library: bool) -> Step:
    """
    Return the one step that an action means for a request that stands so.

    :raises NoSuchStep: the action is not lawful here
    """
    for step in STEPS:
        if (
            step.source == status
            and step.action == action
            and step.only_while in {None, outcome}
            and (same_library or not step.only_same_library)
        ):
            return step
    raise NoSuchStep(f"{action} from {status} ({outcome})")


def actions(status: Status, *, outcome: Outcome, same_library: bool) -> tuple[Step, ...]:
    """Return the lawful steps from here, in the table's order: what the buttons show."""
    return tuple(
        step
        for step in STEPS
        if step.source == status
        and step.only_while in {None, outcome}
        and (same_library or not step.only_same_library)
    )


def messages(step: Step, *, same_system: bool) -> Iterable[Send]:
    """Return what the step tells the library systems, in order."""
    return step.sends_within if same_system else step.sends

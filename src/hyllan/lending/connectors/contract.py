"""What every connector to a library system can do. One file each; the same verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hyllan.lending.engine.lifecycle import Send

Log = Callable[[str, str, int], None]
"""Told of every call: the message's name in its protocol, how it went, milliseconds."""


class Unanswering(Exception):  # noqa: N818 - not a fault of ours
    """The system did not answer, or not in its protocol; nobody knows whether it did anything."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a message is about."""

    request_id: str  # ours; the same for all messages about one reservation in one system
    item: str  # barcode
    user: str  # card number: the patron's, or the borrowing library's
    title: str
    author: str
    pickup: str  # library code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the system said: `problem` is empty if it did, or had done, what was asked."""

    problem: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a card belongs to, as her library's system says; empty `card`: it does not know her."""

    card: str
    name: str
    email: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class ItemState:
    """How an item stands in a system; `status` is empty where the system does not know it."""

    status: str
    due: datetime | None


class Connector(Protocol):
    """One organisation's library system."""

    def tell(self, send: Send, order: Order) -> Answer:
        """Send one message. Raises Unanswering."""
        ...

    def already_done(self, send: Send, order: Order) -> Answer | None:
        """Look up whether an earlier try of this message had its effect; None: it had not."""
        ...

    def sign_in(self, *, card: str, pin: str) -> Reader:
        """Ask whose card this is, with her PIN. Raises Unanswering."""
        ...

    def item_state(self, *, item: str) -> ItemState:
        """Ask how an item stands. Raises Unanswering."""
        ...

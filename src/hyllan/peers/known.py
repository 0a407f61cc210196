"""What a pretend system knows: users, items, loans and holds; and who may have what now."""

import sqlite3

from hyllan.peers.cards import INSTITUTION
from hyllan.peers.store import Store
from hyllan.protocols import ncip
from hyllan.protocols.ncip import CirculationStatus, ProblemType


class Refusal(Exception):  # noqa: N818 - a rule said no; the answer is a Problem
    def __init__(self, kind: ProblemType, element: str, value: str, detail: str) -> None:
        self.problem = ncip.Problem(type=kind, element=element, value=value, detail=detail)
        super().__init__(detail)


def patron(store: Store, card: str) -> sqlite3.Row:
    if card.startswith(INSTITUTION) and len(card) > len(INSTITUTION):
        store.run(
            "INSERT OR IGNORE INTO patrons VALUES (?, '', ?, '', 0)",
            card,
            card.removeprefix(INSTITUTION),
        )
    found = store.row("SELECT * FROM patrons WHERE card = ?", card)
    if found is None:
        raise Refusal(ProblemType.UNKNOWN_USER, "UserId", card, "No such card.")
    return found


def borrower(store: Store, card: str) -> sqlite3.Row:
    found = patron(store, card)
    if found["blocked"]:
        raise Refusal(ProblemType.USER_BLOCKED, "UserId", card, "The card is blocked.")
    return found


def item_of(store: Store, barcode: str) -> sqlite3.Row:
    found = store.row("SELECT * FROM items WHERE barcode = ?", barcode)
    if found is None:
        raise Refusal(ProblemType.UNKNOWN_ITEM, "ItemId", barcode, "No such item.")
    return found


def loan_of(store: Store, barcode: str) -> sqlite3.Row | None:
    return store.row("SELECT * FROM loans WHERE barcode = ?", barcode)


def hold_of(store: Store, barcode: str) -> sqlite3.Row | None:
    return store.row("SELECT * FROM requests WHERE barcode = ? AND state = 'open'", barcode)


def free(store: Store, item: sqlite3.Row, card: str) -> sqlite3.Row | None:
    """Refuse an item that this user cannot have now; return her own hold on it, if any."""
    barcode = item["barcode"]
    if not item["for_loan"]:
        raise Refusal(ProblemType.ITEM_DOES_NOT_CIRCULATE, "ItemId", barcode, "Not for loan.")
    problem = ProblemType.RESOURCE_CANNOT_BE_PROVIDED
    if item["missing"]:
        raise Refusal(problem, "ItemId", barcode, "The item is missing.")
    if loan_of(store, barcode):
        raise Refusal(problem, "ItemId", barcode, "The item is on loan.")
    hold = hold_of(store, barcode)
    if hold and hold["card"] != card:
        raise Refusal(problem, "ItemId", barcode, "The item is on hold for another user.")
    return hold


def status_of(store: Store, item: sqlite3.Row) -> CirculationStatus:
    """Return how an item stands, in NCIP's words."""
    if item["missing"]:
        return CirculationStatus.MISSING
    if loan_of(store, item["barcode"]):
        return CirculationStatus.ON_LOAN
    temporary = item["record"] is None
    if hold_of(store, item["barcode"]):
        return (
            CirculationStatus.AVAILABLE_FOR_PICKUP
            if temporary
            else CirculationStatus.PENDING_TRANSFER
        )
    if temporary or not item["for_loan"]:
        return CirculationStatus.NOT_AVAILABLE
    return CirculationStatus.AVAILABLE_ON_SHELF


def request_of(store: Store, request_id: str) -> sqlite3.Row:
    """Return a request that is open or fulfilled; a cancelled one is forgotten."""
    found = store.row("SELECT * FROM requests WHERE id = ? AND state <> 'cancelled'", request_id)
    if found is None:
        raise Refusal(ProblemType.UNKNOWN_REQUEST, "RequestId", request_id, "No such request.")
    return found


def request_for(store: Store, *, item: str, card: str) -> sqlite3.Row:
    found = hold_of(store, item)
    if found is None or found["card"] != card:
        raise Refusal(ProblemType.UNKNOWN_REQUEST, "ItemId", item, "No such request.")
    return found

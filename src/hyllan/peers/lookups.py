"""The questions a pretend system answers: nothing changes."""

import sqlite3
from datetime import datetime

from hyllan.peers.known import (
    Refusal,
    hold_of,
    item_of,
    loan_of,
    patron,
    request_for,
    request_of,
    status_of,
)
from hyllan.peers.store import Store, moment
from hyllan.protocols import ncip
from hyllan.protocols.ncip import ProblemType


def lookup_user(store: Store, message: ncip.LookupUser, _now: datetime) -> ncip.Response:
    user = patron(store, message.card)
    if message.inputs and user["pin"] and message.pin != user["pin"]:
        raise Refusal(
            ProblemType.USER_AUTHENTICATION_FAILED, "AuthenticationInput", "", "Wrong PIN."
        )
    card = user["card"]
    agency = store.setting("organisation")
    addresses = (ncip.ElectronicAddress(data=user["email"]),) if user["email"] else ()
    return ncip.LookupUserResponse(
        user_id=card,
        agency=agency,
        name=user["name"],
        addresses=addresses,
        blocks=(ncip.Block(agency=agency, type="Block Check Out"),) if user["blocked"] else (),
        loaned_items=_loaned(store, card) if message.loaned_items_desired else (),
        requested_items=_requested(store, card) if message.requested_items_desired else (),
    )


def _loaned(store: Store, card: str) -> tuple[ncip.LoanedItem, ...]:
    rows = store.rows(
        "SELECT * FROM loans JOIN items USING (barcode) WHERE card = ? ORDER BY barcode", card
    )
    return tuple(
        ncip.LoanedItem(item_id=row["barcode"], date_due=moment(row["due"]), title=row["title"])
        for row in rows
    )


def _requested(store: Store, card: str) -> tuple[ncip.RequestedItem, ...]:
    rows = store.rows(
        "SELECT * FROM requests JOIN items USING (barcode)"
        " WHERE card = ? AND state = 'open' ORDER BY placed, id",
        card,
    )
    return tuple(
        ncip.RequestedItem(
            request_id=row["id"],
            item_id=row["barcode"],
            request_type=row["type"],
            status=_request_status(row),
            date_placed=moment(row["placed"]),
            pickup_location=row["pickup"],
            title=row["title"],
        )
        for row in rows
    )


def _request_status(row: sqlite3.Row) -> str:
    if row["record"] is None:
        return ncip.RequestStatusType.AVAILABLE_FOR_PICKUP
    return ncip.RequestStatusType.IN_PROCESS


def lookup_item(store: Store, message: ncip.LookupItem, _now: datetime) -> ncip.Response:
    barcode = message.item_id or request_of(store, message.request_id)["barcode"]
    item = item_of(store, barcode)
    loan, hold = loan_of(store, barcode), hold_of(store, barcode)
    return ncip.LookupItemResponse(
        item_id=barcode,
        request_id=message.request_id,
        current_borrower=loan["card"] if loan and message.current_borrower_desired else "",
        current_requesters=(hold["card"],) if hold and message.current_requesters_desired else (),
        title=item["title"],
        author=item["author"],
        call_number=item["call_number"],
        circulation_status=status_of(store, item),
        hold_queue_length=int(hold is not None),
        date_due=moment(loan["due"]) if loan else None,
    )


def lookup_request(store: Store, message: ncip.LookupRequest, _now: datetime) -> ncip.Response:
    if message.request_id:
        found = request_of(store, message.request_id)
    else:
        found = request_for(store, item=message.item_id, card=message.user_id)
    item = store.row("SELECT * FROM items WHERE barcode = ?", found["barcode"])
    is_open = found["state"] == "open" and item is not None
    return ncip.LookupRequestResponse(
        request_id=found["id"],
        item_id=found["barcode"],
        user_id=found["card"],
        request_type=found["type"],
        request_scope=found["scope"],
        status=_request_status(item) if is_open and item else "",
        hold_queue_position=1 if is_open else None,
        pickup_location=found["pickup"],
    )

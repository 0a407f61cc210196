"""What changes how an item stands: requests, loans and returns. All checks come before a write."""

from datetime import datetime
from typing import Any

from hyllan.peers.known import (
    Refusal,
    borrower,
    free,
    item_of,
    loan_of,
    request_for,
    request_of,
    status_of,
)
from hyllan.peers.store import LOAN, Store, moment, stamp
from hyllan.protocols import ncip
from hyllan.protocols.ncip import CirculationStatus, ProblemType

CLOSING_HOUR = 20  # UTC; loans are due when the libraries close


def _new_request_id(store: Store, wanted: str) -> str:
    if not wanted:
        count = store.number("SELECT count(*) FROM requests")
        return f"R{count + 1}"
    if store.row("SELECT 1 FROM requests WHERE id = ?", wanted):
        raise Refusal(ProblemType.DUPLICATE_REQUEST, "RequestId", wanted, "The id is taken.")
    return wanted


def _place_hold(
    store: Store, request_id: str, barcode: str, message: Any, now: datetime, *, scope: str
) -> None:
    store.run(
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
        request_id,
        barcode,
        message.user_id,
        getattr(message, "request_type", ncip.RequestType.HOLD),
        scope,
        message.pickup_location,
        stamp(now),
    )


def request_item(store: Store, message: ncip.RequestItem, now: datetime) -> ncip.Response:
    request_id = _new_request_id(store, message.request_id)
    borrower(store, message.user_id)
    barcode = message.item_id or _any_item(store, message)
    item = item_of(store, barcode)
    if free(store, item, message.user_id):
        raise Refusal(
            ProblemType.DUPLICATE_REQUEST, "ItemId", barcode, "This user has it on hold already."
        )
    _place_hold(store, request_id, barcode, message, now, scope=message.request_scope)
    store.touch(barcode, at=now)
    return ncip.RequestItemResponse(
        request_id=request_id,
        item_id=barcode,
        user_id=message.user_id,
        request_type=message.request_type,
        request_scope=message.request_scope,
    )


def _any_item(store: Store, message: ncip.RequestItem) -> str:
    """Return an item of the record that is free, the first by barcode."""
    record = message.bibliographic_ids[0].record_id
    items = store.rows(
        "SELECT items.* FROM items JOIN records ON records.id = items.record"
        " WHERE records.identifier = ? ORDER BY barcode",
        record,
    )
    for item in items:
        if status_of(store, item) == CirculationStatus.AVAILABLE_ON_SHELF:
            return str(item["barcode"])
    kind = ProblemType.RESOURCE_CANNOT_BE_PROVIDED if items else ProblemType.UNKNOWN_ITEM
    raise Refusal(kind, "BibliographicId", record, "No free item of that record.")


def accept_item(store: Store, message: ncip.AcceptItem, now: datetime) -> ncip.Response:
    if not message.requested_action.startswith(ncip.RequestedActionType.HOLD_FOR_PICKUP):
        raise Refusal(
            ProblemType.CANNOT_ACCEPT_ITEM,
            "RequestedActionType",
            message.requested_action,
            "Items of others are held for pickup here, nothing else.",
        )
    request_id = _new_request_id(store, message.request_id)
    borrower(store, message.user_id)
    barcode = message.item_id or f"TEMP-{request_id}"
    if store.row("SELECT 1 FROM items WHERE barcode = ?", barcode):
        raise Refusal(ProblemType.DUPLICATE_ITEM, "ItemId", barcode, "The barcode is taken.")
    store.run(
        "INSERT INTO items (barcode, record, title, author, call_number) VALUES (?, NULL, ?, ?, ?)",
        barcode,
        message.title,
        message.author,
        message.call_number,
    )
    _place_hold(store, request_id, barcode, message, now, scope=ncip.RequestScopeType.ITEM)
    return ncip.AcceptItemResponse(request_id=request_id, item_id=barcode)


def check_out_item(store: Store, message: ncip.CheckOutItem, now: datetime) -> ncip.Response:
    borrower(store, message.user_id)
    item = item_of(store, message.item_id)
    hold = free(store, item, message.user_id)
    if hold:
        store.run("UPDATE requests SET state = 'fulfilled' WHERE id = ?", hold["id"])
    due = message.desired_date_due
    if due is None or due <= now:
        due = (now + LOAN).replace(hour=CLOSING_HOUR, minute=0, second=0, microsecond=0)
    store.run("INSERT INTO loans VALUES (?, ?, ?)", item["barcode"], message.user_id, stamp(due))
    store.touch(item["barcode"], at=now)
    return ncip.CheckOutItemResponse(
        item_id=item["barcode"],
        user_id=message.user_id,
        date_due=moment(stamp(due)),
        title=item["title"],
    )


def check_in_item(store: Store, message: ncip.CheckInItem, now: datetime) -> ncip.Response:
    item = item_of(store, message.item_id)
    barcode = item["barcode"]
    loan = loan_of(store, barcode)
    temporary = item["record"] is None
    if loan is None and not temporary:
        raise Refusal(ProblemType.ITEM_NOT_CHECKED_OUT, "ItemId", barcode, "It is not on loan.")
    store.run("DELETE FROM loans WHERE barcode = ?", barcode)
    if temporary:  # it leaves the house, and what was asked of it is over
        store.run(
            "UPDATE requests SET state = 'cancelled' WHERE barcode = ? AND state = 'open'", barcode
        )
        store.run("DELETE FROM items WHERE barcode = ?", barcode)
    else:
        store.touch(barcode, at=now)
    return ncip.CheckInItemResponse(
        item_id=barcode, user_id=loan["card"] if loan else "", title=item["title"]
    )


def cancel_request_item(
    store: Store, message: ncip.CancelRequestItem, now: datetime
) -> ncip.Response:
    if message.request_id:
        found = request_of(store, message.request_id)
    else:
        found = request_for(store, item=message.item_id, card=message.user_id)
    if found["card"] != message.user_id:
        raise Refusal(
            ProblemType.UNKNOWN_REQUEST, "RequestId", found["id"], "It is not this user's request."
        )
    if found["state"] == "fulfilled":
        raise Refusal(
            ProblemType.REQUEST_ALREADY_PROCESSED, "RequestId", found["id"], "It became a loan."
        )
    store.run("UPDATE requests SET state = 'cancelled' WHERE id = ?", found["id"])
    store.touch(found["barcode"], at=now)
    return ncip.CancelRequestItemResponse(
        request_id=found["id"], item_id=found["barcode"], user_id=message.user_id
    )

"""
A pretend system's side of NCIP: a message in, what it does to the store, the answer out.

Runs inside the caller's transaction. Questions stand in lookups.py, deeds in changes.py.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hyllan.peers import changes, lookups
from hyllan.peers.known import Refusal
from hyllan.peers.store import Store, stamp
from hyllan.protocols import ncip

CHANGING = {"RequestItem", "AcceptItem", "CheckOutItem", "CheckInItem", "CancelRequestItem"}


def answer(store: Store, message: ncip.Initiation, *, now: datetime) -> ncip.Response:
    """Return what the system answers; whatever it does is done in the store."""
    kind: type[Any] = ncip.RESPONSES[type(message)]
    try:
        response = _RULES[type(message)](store, message, now)
    except Refusal as refusal:
        response = kind(problems=(refusal.problem,))
    answered: ncip.Response = replace(
        response, from_agency=message.to_agency, to_agency=message.from_agency
    )
    _log(store, message, answered, now=now)
    return answered


def _log(store: Store, message: ncip.Initiation, done: ncip.Response, *, now: datetime) -> None:
    name = type(message).__name__
    store.run(
        "INSERT INTO messages (at, type, request, item, user, result, effect)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        stamp(now),
        name,
        *(_about(field, message, done) for field in ("request_id", "item_id", "user_id")),
        done.problems[0].type if done.problems else "ok",
        name in CHANGING and not done.problems,
    )


def _about(field: str, message: ncip.Initiation, done: ncip.Response) -> str:
    """Return what the message says, or where it says nothing what the answer says."""
    if field == "user_id" and isinstance(message, ncip.LookupUser):
        return message.card
    return str(getattr(message, field, "") or getattr(done, field, ""))


_RULES: dict[type[ncip.Initiation], Callable[[Store, Any, datetime], ncip.Response]] = {
    ncip.LookupUser: lookups.lookup_user,
    ncip.LookupItem: lookups.lookup_item,
    ncip.LookupRequest: lookups.lookup_request,
    ncip.RequestItem: changes.request_item,
    ncip.AcceptItem: changes.accept_item,
    ncip.CheckOutItem: changes.check_out_item,
    ncip.CheckInItem: changes.check_in_item,
    ncip.CancelRequestItem: changes.cancel_request_item,
}

"""A library system that speaks NCIP 2.02 over HTTP (docs/wire.md says how leniently)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx

from hyllan.lending.connectors.contract import Answer, ItemState, Log, Order, Reader, Unanswering
from hyllan.lending.engine.lifecycle import Send
from hyllan.protocols import ncip
from hyllan.protocols.errors import Malformed

LONGEST_ANSWER = 1_000_000  # bytes
LONGEST_TIME = 8.0  # seconds
DEADLINE = httpx.Timeout(6.0, connect=2.0)  # seconds
HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
# It says nothing of what was asked: a look-up must not take it for "no such thing"
NO_ANSWER = ncip.ProblemType.TEMPORARY_PROCESSING_FAILURE
NOT_LENT = {ncip.CirculationStatus.AVAILABLE_ON_SHELF, ncip.CirculationStatus.IN_TRANSIT}


@dataclass(frozen=True, slots=True)
class NcipConnector:
    """Speaks for `agency` (the region) with the system of `library_agency`."""

    url: str
    agency: str
    library_agency: str
    client: httpx.Client
    log: Log

    def tell(self, send: Send, order: Order) -> Answer:
        response = self._ask(MESSAGES[send](order))
        types = {problem.type for problem in response.problems}
        if types and not types <= AS_GOOD_AS_DONE[send]:
            return Answer(problem=_in_words(response))
        if isinstance(response, ncip.CheckOutItemResponse):
            return Answer(due=response.date_due)
        return Answer()

    def already_done(self, send: Send, order: Order) -> Answer | None:
        match send:
            case Send.S_REQUEST_ITEM | Send.B_ACCEPT_ITEM:
                return Answer() if self._knows_request(order) else None
            case Send.S_CANCEL_REQUEST | Send.B_CANCEL_REQUEST:
                return None if self._knows_request(order) else Answer()
            case Send.S_CHECK_OUT | Send.B_CHECK_OUT:
                loan = self._loan(order)
                return Answer(due=loan.date_due) if loan else None
            case Send.S_CHECK_IN | Send.B_CHECK_IN:
                return None if self._is_checked_out(order) else Answer()

    def sign_in(self, *, card: str, pin: str) -> Reader:
        response = self._ask(ncip.LookupUser.signed(card=card, pin=pin))
        if not isinstance(response, ncip.LookupUserResponse):
            raise Unanswering(_in_words(response))
        if response.problems:
            return Reader("", "", "", blocked=False)
        return Reader(
            card=response.user_id,
            name=response.name,
            email=response.email,
            blocked=response.blocked,
        )

    def item_state(self, *, item: str) -> ItemState:
        response = self._ask(ncip.LookupItem(item_id=item))
        if not isinstance(response, ncip.LookupItemResponse) or response.problems:
            return ItemState("", None)
        return ItemState(response.circulation_status, response.date_due)

    def _knows_request(self, order: Order) -> bool:
        response = self._ask(ncip.LookupRequest(request_id=order.request_id))
        if any(each.type == ncip.ProblemType.UNSUPPORTED_SERVICE for each in response.problems):
            return self._has_requested(order)
        return not response.problems

    def _has_requested(self, order: Order) -> bool:
        """Find the request among the user's, in a system without LookupRequest."""
        response = self._ask(ncip.LookupUser(user_id=order.user, requested_items_desired=True))
        if not isinstance(response, ncip.LookupUserResponse):
            raise Unanswering(_in_words(response))
        return any(
            order.request_id == each.request_id
            or (not each.request_id and order.item == each.item_id)
            for each in response.requested_items
        )

    def _loan(self, order: Order) -> ncip.LoanedItem | None:
        response = self._ask(ncip.LookupUser(user_id=order.user, loaned_items_desired=True))
        if not isinstance(response, ncip.LookupUserResponse):
            return None
        return next((loan for loan in response.loaned_items if loan.item_id == order.item), None)

    def _is_checked_out(self, order: Order) -> bool:
        state = self.item_state(item=order.item)
        return state.status != "" and state.status not in NOT_LENT

    def _ask(self, message: ncip.Initiation) -> ncip.Response | ncip.ProblemResponse:
        """Exchange one message. Raises Unanswering where no answer of the protocol comes back."""
        begun = time.monotonic()
        name = type(message).__name__
        addressed = replace(message, from_agency=self.agency, to_agency=self.library_agency)
        try:
            answer = self._post(ncip.encode(addressed))
            response = ncip.decode(answer)
            if isinstance(response, ncip.Initiation):
                raise Unanswering(f"a {type(response).__name__} in answer")
        except (httpx.HTTPError, Malformed, Unanswering) as fault:
            reason = f"{type(fault).__name__}: {fault}"
            self.log(name, reason, _since(begun))
            raise Unanswering(reason) from fault
        self.log(name, _in_words(response) or "ok", _since(begun))
        if any(problem.type == NO_ANSWER for problem in response.problems):
            raise Unanswering(_in_words(response))
        return response

    def _post(self, body: bytes) -> bytes:
        with self.client.stream(
            "POST", self.url, content=body, headers=HEADERS, timeout=DEADLINE
        ) as reply:
            if reply.status_code != httpx.codes.OK:
                raise Unanswering(f"HTTP {reply.status_code}")
            answer, begun = b"", time.monotonic()
            for part in reply.iter_bytes():
                answer += part
                if len(answer) > LONGEST_ANSWER or time.monotonic() - begun > LONGEST_TIME:
                    raise Unanswering("an endless answer")
            return answer


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _in_words(response: ncip.Response | ncip.ProblemResponse) -> str:
    return "; ".join(f"{problem.type} {problem.detail}".strip() for problem in response.problems)


def _request_item(order: Order) -> ncip.Initiation:
    return ncip.RequestItem(
        user_id=order.user,
        item_id=order.item,
        request_id=order.request_id,
        pickup_location=order.pickup,
    )


def _accept_item(order: Order) -> ncip.Initiation:
    return ncip.AcceptItem(
        request_id=order.request_id,
        user_id=order.user,
        item_id=order.item,
        title=order.title,
        author=order.author,
        pickup_location=order.pickup,
    )


def _check_out(order: Order) -> ncip.Initiation:
    return ncip.CheckOutItem(user_id=order.user, item_id=order.item, request_id=order.request_id)


def _check_in(order: Order) -> ncip.Initiation:
    return ncip.CheckInItem(item_id=order.item)


def _cancel(order: Order) -> ncip.Initiation:
    return ncip.CancelRequestItem(user_id=order.user, request_id=order.request_id)


MESSAGES: dict[Send, Callable[[Order], ncip.Initiation]] = {
    Send.S_REQUEST_ITEM: _request_item,
    Send.S_CANCEL_REQUEST: _cancel,
    Send.S_CHECK_OUT: _check_out,
    Send.S_CHECK_IN: _check_in,
    Send.B_ACCEPT_ITEM: _accept_item,
    Send.B_CANCEL_REQUEST: _cancel,
    Send.B_CHECK_OUT: _check_out,
    Send.B_CHECK_IN: _check_in,
}

_CHECKED_IN = frozenset({ncip.ProblemType.ITEM_NOT_CHECKED_OUT})
_CANCELLED = frozenset(
    {ncip.ProblemType.UNKNOWN_REQUEST, ncip.ProblemType.REQUEST_ALREADY_PROCESSED}
)
AS_GOOD_AS_DONE: dict[Send, frozenset[str]] = {
    **dict.fromkeys(Send, frozenset()),
    Send.S_CANCEL_REQUEST: _CANCELLED,
    Send.B_CANCEL_REQUEST: _CANCELLED,
    Send.S_CHECK_IN: _CHECKED_IN,
    Send.B_CHECK_IN: _CHECKED_IN | {ncip.ProblemType.UNKNOWN_ITEM},
}
"""Problems that only say that what was asked for is so already."""

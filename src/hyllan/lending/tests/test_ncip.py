"""The NCIP connector against systems that answer as real ones do: late, oddly, or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from hyllan.lending.connectors.contract import Order, Unanswering
from hyllan.lending.connectors.ncip import NcipConnector
from hyllan.lending.engine.lifecycle import Send
from hyllan.protocols import ncip
from hyllan.protocols.ncip import Problem, ProblemType

ORDER = Order("12345678-1", "E1", "INST-HOOR", "Aniara", "Martinson, Harry", "HOOR")
DUE = datetime(2026, 12, 22, 20, tzinfo=UTC)
Reply = Callable[[ncip.Initiation], ncip.Response | ncip.ProblemResponse]


def connector(reply: Reply, heard: list[str] | None = None) -> NcipConnector:
    """Return a connector to a system that answers so."""

    def answer(request: httpx.Request) -> httpx.Response:
        message = ncip.decode(request.content)
        assert isinstance(message, ncip.Initiation)
        assert request.headers["Content-Type"].startswith("application/xml")
        assert (message.from_agency, message.to_agency) == ("HYLLAN", "ESLOV")
        if heard is not None:
            heard.append(type(message).__name__)
        return httpx.Response(200, content=ncip.encode(reply(message)))

    return over(httpx.MockTransport(answer))


def over(transport: httpx.MockTransport) -> NcipConnector:
    return NcipConnector(
        "http://eslov/ncip",
        "HYLLAN",
        "ESLOV",
        httpx.Client(transport=transport),
        lambda _type, _result, _milliseconds: None,
    )


def problem(kind: str) -> Reply:
    def reply(message: ncip.Initiation) -> ncip.Response:
        return ncip.RESPONSES[type(message)](problems=(Problem(type=kind),))

    return reply


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, content=b"<html>Internal error</html>"),
        httpx.Response(200, content=b"<html>Sign in</html>"),
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        httpx.Response(200, content=b"x" * 2_000_000),
        httpx.Response(200, content=ncip.encode(ncip.CheckInItem(item_id="E1"))),
    ],
)
def test_what_is_no_answer_of_the_protocol_is_silence(answer: httpx.Response) -> None:
    system = over(httpx.MockTransport(lambda _request: answer))

    with pytest.raises(Unanswering):
        system.tell(Send.S_CHECK_IN, ORDER)


def test_temporary_failure_is_silence_and_never_a_no() -> None:
    system = connector(problem(ProblemType.TEMPORARY_PROCESSING_FAILURE))

    for send in Send:
        with pytest.raises(Unanswering):
            system.tell(send, ORDER)
        with pytest.raises(Unanswering):
            system.already_done(send, ORDER)
    with pytest.raises(Unanswering):
        system.sign_in(card="7001", pin="1234")


@pytest.mark.parametrize(
    ("send", "kind"),
    [
        (Send.S_CANCEL_REQUEST, ProblemType.UNKNOWN_REQUEST),
        (Send.B_CANCEL_REQUEST, ProblemType.REQUEST_ALREADY_PROCESSED),
        (Send.S_CHECK_IN, ProblemType.ITEM_NOT_CHECKED_OUT),
        (Send.B_CHECK_IN, ProblemType.UNKNOWN_ITEM),
    ],
)
def test_problem_that_says_it_is_so_already_counts_as_done(send: Send, kind: str) -> None:
    assert connector(problem(kind)).tell(send, ORDER).problem == ""


def test_any_other_problem_is_told_in_the_systems_words() -> None:
    answer = connector(problem(ProblemType.USER_BLOCKED)).tell(Send.B_CHECK_OUT, ORDER)

    assert answer.problem == "User Blocked"


def test_loan_that_an_earlier_try_made_is_found_with_its_due_date() -> None:
    def reply(message: ncip.Initiation) -> ncip.Response:
        loan = ncip.LoanedItem(item_id="E1", date_due=DUE)
        return ncip.LookupUserResponse(user_id="INST-HOOR", loaned_items=(loan,))

    found = connector(reply).already_done(Send.B_CHECK_OUT, ORDER)

    assert found is not None
    assert found.due == DUE


def test_request_is_found_also_in_a_system_without_lookup_request() -> None:
    def reply(message: ncip.Initiation) -> ncip.Response:
        if isinstance(message, ncip.LookupRequest):
            return ncip.LookupRequestResponse(
                problems=(Problem(type=ProblemType.UNSUPPORTED_SERVICE),)
            )
        asked = ncip.RequestedItem(
            request_id="12345678-1",
            request_type="Hold",
            status="In Process",
            date_placed=DUE,
        )
        return ncip.LookupUserResponse(user_id="INST-HOOR", requested_items=(asked,))

    heard: list[str] = []
    found = connector(reply, heard).already_done(Send.S_REQUEST_ITEM, ORDER)

    assert found is not None
    assert heard == ["LookupRequest", "LookupUser"]


def test_wrong_pin_is_nobodys_card_and_a_block_is_told() -> None:
    blocked = ncip.Block(agency="ESLOV", type="Block Check Out")
    wrong = connector(problem(ProblemType.USER_AUTHENTICATION_FAILED))
    right = connector(
        lambda _message: ncip.LookupUserResponse(user_id="7001", name="Idun", blocks=(blocked,))
    )

    assert wrong.sign_in(card="7001", pin="0000").card == ""
    assert right.sign_in(card="7001", pin="1234").blocked

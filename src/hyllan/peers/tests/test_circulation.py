"""The rules of a pretend system, rule by rule, over the bytes of the wire."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hyllan.peers.cards import blocked_card, cards, somebodys_card
from hyllan.peers.system import PretendSystem
from hyllan.protocols import ncip

from . import make
from .make import ask, problem

READER = cards(make.HORBY)[0].number
OTHER = cards(make.HORBY)[1].number
LUND = "INST-LUND"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[PretendSystem]:
    system = make.system(
        make.record(1, "A1"),
        make.record(2, "B1", "B2"),
        make.record(3, "REF", use="not for loan"),
        make.record(4, "GONE", status="missing"),
        make.record(5, "OUT", status="on loan"),
        home=tmp_path,
    )
    yield system
    system.close()


def request(item: str = "A1", request_id: str = "R-1", user: str = LUND) -> ncip.RequestItem:
    return ncip.RequestItem(user_id=user, item_id=item, request_id=request_id)


def accept(item: str = "MALMO-7", request_id: str = "R-1", user: str = READER) -> ncip.AcceptItem:
    return ncip.AcceptItem(request_id=request_id, user_id=user, item_id=item, title="A title")


def check_out(item: str = "A1", user: str = LUND) -> ncip.CheckOutItem:
    return ncip.CheckOutItem(user_id=user, item_id=item)


def status(library: PretendSystem, item: str) -> str:
    return str(ask(library, ncip.LookupItem(item_id=item)).circulation_status)


# --- who


def test_lookup_user_says_who_she_is_if_the_pin_is_right(library: PretendSystem) -> None:
    card = cards(make.HORBY)[0]

    answer = ask(library, ncip.LookupUser.signed(card=card.number, pin=card.pin))

    assert (answer.user_id, answer.name, answer.email, answer.agency, answer.blocked) == (
        card.number,
        card.name,
        card.email,
        "HORBY",
        False,
    )


def test_lookup_user_refuses_wrong_pin_and_unknown_card(library: PretendSystem) -> None:
    signed = ncip.LookupUser.signed

    assert problem(library, signed(card=READER, pin="0000")) == "User Authentication Failed"
    assert problem(library, signed(card="1", pin="0000")) == "Unknown User"
    assert problem(library, ncip.LookupUser(user_id="INST-")) == "Unknown User"


def test_a_blocked_card_is_said_to_be_and_gets_nothing(library: PretendSystem) -> None:
    card = blocked_card(make.HORBY)

    assert ask(library, ncip.LookupUser.signed(card=card.number, pin=card.pin)).blocked is True
    assert problem(library, check_out(user=card.number)) == "User Blocked"
    assert problem(library, request(user=card.number)) == "User Blocked"
    assert problem(library, accept(user=card.number)) == "User Blocked"


def test_an_institution_needs_no_pin(library: PretendSystem) -> None:
    assert ask(library, ncip.LookupUser(user_id=LUND)).name == "LUND"
    assert problem(library, ncip.LookupUser.signed(card=LUND, pin="1")) == ""


# --- items


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        ("REF", "Item Does Not Circulate"),
        ("GONE", "Resource Cannot Be Provided"),
        ("OUT", "Resource Cannot Be Provided"),
        ("NO-SUCH", "Unknown Item"),
    ],
)
def test_what_cannot_be_had_is_neither_requested_nor_lent(
    library: PretendSystem, item: str, refusal: str
) -> None:
    assert problem(library, request(item)) == refusal
    assert problem(library, check_out(item)) == refusal
    assert library.state()["effects"] == []


def test_lookup_item_tells_how_each_stands(library: PretendSystem) -> None:
    assert {item: status(library, item) for item in ("A1", "REF", "GONE", "OUT")} == {
        "A1": "Available On Shelf",
        "REF": "Not Available",
        "GONE": "Missing",
        "OUT": "On Loan",
    }
    assert problem(library, ncip.LookupItem(item_id="NO-SUCH")) == "Unknown Item"


def test_what_was_on_loan_in_the_record_is_lent_to_somebody(library: PretendSystem) -> None:
    answer = ask(library, ncip.LookupItem(item_id="OUT", current_borrower_desired=True))

    assert answer.current_borrower == somebodys_card(make.HORBY).number
    assert ask(library, ncip.LookupItem(item_id="OUT")).current_borrower == ""


# --- the lender's side: request, loan, return


def test_a_request_holds_the_item_for_one(library: PretendSystem) -> None:
    answer = ask(library, request())

    assert (answer.request_id, answer.item_id, answer.user_id) == ("R-1", "A1", LUND)
    assert status(library, "A1") == "Pending Transfer"
    assert problem(library, request(request_id="R-2", user="INST-MALMO")) == (
        "Resource Cannot Be Provided"
    )
    assert problem(library, check_out(user=OTHER)) == "Resource Cannot Be Provided"
    assert problem(library, request(request_id="R-2")) == "Duplicate Request"
    assert library.state()["held"] == {"A1": LUND}


def test_a_request_id_is_used_once(library: PretendSystem) -> None:
    ask(library, request())

    assert problem(library, request("B1")) == "Duplicate Request"
    assert library.state()["held"] == {"A1": LUND}


def test_a_request_for_a_record_gets_the_first_free_item(library: PretendSystem) -> None:
    record = ncip.BibliographicId(record_id="oai:horby.pretend:000002", agency=make.HORBY)
    wish = ncip.RequestItem(user_id=LUND, bibliographic_ids=(record,))

    given = [ask(library, wish) for _ in range(2)]

    assert [(each.item_id, each.request_id) for each in given] == [("B1", "R1"), ("B2", "R2")]
    assert problem(library, wish) == "Resource Cannot Be Provided"


def test_a_loan_runs_four_weeks_by_the_systems_own_clock(library: PretendSystem) -> None:
    ask(library, request())

    loan = ask(library, check_out())

    due = datetime(2026, 12, 24, 20, tzinfo=UTC)
    looked_up = ask(library, ncip.LookupItem(item_id="A1"))
    lent = ask(library, ncip.LookupUser(user_id=LUND, loaned_items_desired=True)).loaned_items
    assert loan.date_due == looked_up.date_due == due
    assert looked_up.circulation_status == "On Loan"
    assert lent == (ncip.LoanedItem(item_id="A1", date_due=due, title="Title 1"),)
    assert (library.state()["held"], library.state()["lent"]["A1"]) == ({}, LUND)


def test_a_loan_has_the_desired_date_if_that_lies_ahead(library: PretendSystem) -> None:
    ahead, gone = datetime(2027, 1, 7, 12, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC)
    wish = ncip.CheckOutItem(user_id=LUND, item_id="A1", desired_date_due=ahead)
    late = ncip.CheckOutItem(user_id=LUND, item_id="B1", desired_date_due=gone)

    assert ask(library, wish).date_due == ahead
    assert ask(library, late).date_due == datetime(2026, 12, 24, 20, tzinfo=UTC)


def test_a_lent_item_is_not_lent_again_not_even_to_the_same(library: PretendSystem) -> None:
    ask(library, check_out())

    assert problem(library, check_out()) == "Resource Cannot Be Provided"
    assert problem(library, check_out(user=OTHER)) == "Resource Cannot Be Provided"
    assert library.state()["lent"]["A1"] == LUND


def test_a_returned_item_is_on_the_shelf(library: PretendSystem) -> None:
    ask(library, check_out())

    answer = ask(library, ncip.CheckInItem(item_id="A1"))

    assert (answer.item_id, answer.user_id) == ("A1", LUND)
    assert status(library, "A1") == "Available On Shelf"
    assert problem(library, ncip.CheckInItem(item_id="A1")) == "Item Not Checked Out"
    assert problem(library, ncip.CheckInItem(item_id="NO-SUCH")) == "Unknown Item"


# --- requests looked up and cancelled


def test_a_request_is_known_by_its_id_until_it_is_cancelled(library: PretendSystem) -> None:
    lookup = ncip.LookupRequest(request_id="R-1")
    cancel = ncip.CancelRequestItem(user_id=LUND, request_id="R-1")
    assert problem(library, lookup) == "Unknown Request"
    assert problem(library, cancel) == "Unknown Request"

    ask(library, request())

    known = ask(library, lookup)
    by_item = ncip.LookupRequest(user_id=LUND, item_id="A1", request_type="Hold")
    assert (known.item_id, known.user_id, known.status) == ("A1", LUND, "In Process")
    assert ask(library, by_item) == known
    assert problem(library, ncip.CancelRequestItem(user_id=OTHER, request_id="R-1")) == (
        "Unknown Request"
    )
    assert ask(library, cancel).item_id == "A1"
    assert problem(library, lookup) == "Unknown Request"
    assert problem(library, cancel) == "Unknown Request"
    assert status(library, "A1") == "Available On Shelf"


def test_a_request_that_became_a_loan_is_known_but_not_cancelled(library: PretendSystem) -> None:
    ask(library, request())
    ask(library, check_out())

    assert ask(library, ncip.LookupRequest(request_id="R-1")).status == ""
    assert problem(library, ncip.CancelRequestItem(user_id=LUND, request_id="R-1")) == (
        "Request Already Processed"
    )


# --- the borrower's side: an item of another library


def test_an_accepted_item_waits_for_its_reader_alone(library: PretendSystem) -> None:
    answer = ask(library, accept())

    waiting = ask(library, ncip.LookupUser(user_id=READER, requested_items_desired=True))
    (held,) = waiting.requested_items
    assert (answer.request_id, answer.item_id) == ("R-1", "MALMO-7")
    assert (held.request_id, held.item_id, held.title, held.status) == (
        "R-1",
        "MALMO-7",
        "A title",
        "Available For Pickup",
    )
    assert status(library, "MALMO-7") == "Available For Pickup"
    assert problem(library, check_out("MALMO-7", OTHER)) == "Resource Cannot Be Provided"
    assert problem(library, check_out("MALMO-7", READER)) == ""


def test_an_accepted_item_is_gone_when_it_is_returned(library: PretendSystem) -> None:
    before = library.state()
    ask(library, accept())
    ask(library, check_out("MALMO-7", READER))

    ask(library, ncip.CheckInItem(item_id="MALMO-7"))

    after = library.state()
    assert problem(library, ncip.LookupItem(item_id="MALMO-7")) == "Unknown Item"
    for counted in ("items", "temporary_items", "lent", "held"):
        assert after[counted] == before[counted]


def test_an_accepted_item_that_nobody_fetched_leaves_the_same_way(library: PretendSystem) -> None:
    ask(library, accept())

    ask(library, ncip.CancelRequestItem(user_id=READER, request_id="R-1"))

    assert status(library, "MALMO-7") == "Not Available"
    assert problem(library, ncip.CheckInItem(item_id="MALMO-7")) == ""
    assert library.state()["temporary_items"] == 0


def test_an_item_is_accepted_once(library: PretendSystem) -> None:
    ask(library, accept())

    assert problem(library, accept()) == "Duplicate Request"
    assert problem(library, accept(request_id="R-2")) == "Duplicate Item"
    assert problem(library, accept("A1", "R-3")) == "Duplicate Item"
    assert problem(library, accept(user="1", request_id="R-4")) == "Unknown User"
    assert library.state()["temporary_items"] == 1


def test_only_holds_are_accepted(library: PretendSystem) -> None:
    message = ncip.AcceptItem(request_id="R-1", user_id=READER, requested_action="Circulate")

    assert problem(library, message) == "Cannot Accept Item"


# --- what a test counts


def test_effects_are_counted_once_however_often_a_message_comes(library: PretendSystem) -> None:
    for _ in range(3):
        ask(library, request())

    state = library.state()
    assert state["messages"] == {"RequestItem": 3}
    assert state["results"] == {"Duplicate Request": 2, "ok": 1}
    assert state["effects"] == [
        {"type": "RequestItem", "request": "R-1", "item": "A1", "user": LUND, "times": 1}
    ]


def test_answers_go_back_to_who_asked(library: PretendSystem) -> None:
    answer = ask(library, ncip.LookupItem(item_id="A1", from_agency="SKANE", to_agency="HORBY"))

    assert (answer.from_agency, answer.to_agency) == ("HORBY", "SKANE")


# --- what cannot be answered as asked


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<NCIPMessage><RenewItem/></NCIPMessage>", "Unsupported Service"),
        (b"<NCIPMessage><CheckInItem/></NCIPMessage>", "Needed Data Missing"),
        (b"<NCIPMessage><CheckInItemResponse/></NCIPMessage>", "Invalid Message Syntax Error"),
        (b"<NCIPMessage>", "Invalid Message Syntax Error"),
        (b"<x>\x01\xff", "Invalid Message Syntax Error"),
        (b"", "Invalid Message Syntax Error"),
    ],
)
def test_what_is_no_question_gets_a_problem(library: PretendSystem, body: bytes, kind: str) -> None:
    answer = ncip.decode(library.ncip(body))

    assert isinstance(answer, ncip.ProblemResponse)
    assert [each.type for each in answer.problems] == [kind]


def test_a_second_start_keeps_what_there_was(tmp_path: Path) -> None:
    first = make.system(home=tmp_path)
    ask(first, request())
    before = first.state()
    first.close()

    second = make.system(make.record(9, "NEW"), home=tmp_path)

    assert second.state() == before
    second.close()

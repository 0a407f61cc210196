"""The lending desk: lend, take back, see what went wrong; and one request as staff sees it."""

import re

import pytest
from django.test import Client

from hyllan.jobs import services as jobs
from hyllan.lending import services
from hyllan.lending.models import PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.lending.tests.make_views import scan, words

pytestmark = pytest.mark.usefixtures("tiny_region")


def asked(title: str = "Svampar", pickup: str = "HOOR", **barcodes: str) -> PatronRequest:
    return make.asked_for(make.edition(title, **(barcodes or {"ESLOV": "E1"})), pickup=pickup)


# --- the desk


def test_lend_then_hand_in_moves_it_from_the_hold_shelf_home(client: Client) -> None:
    wish = make.on_hold_shelf(asked())
    make.at_work(client, "HOOR")

    lent = scan(client, "/staff/desk/lend/", "E1", at="HOOR")
    services.checked_out(
        message_id=0,
        number=wish.number,
        due_on=make.NOW.date().replace(month=12, day=22),
        now=make.NOW,
    )
    while_out = words(client.get("/staff/desk/").text)
    back = scan(client, "/staff/desk/hand-in/", "E1", at="HOOR")

    assert lent[0] == "ok"
    assert lent[1].startswith("Utlånad Svampar till Alva Testsson.")
    assert "lämnas tillbaka senast tisdag 22 december" in while_out
    assert back == ("ok", "Återlämnad Svampar ska hem till Biblioteket i Eslov: packa den.")


def test_a_second_scan_by_mistake_does_not_hand_in_what_was_just_lent(client: Client) -> None:
    wish = make.on_hold_shelf(asked())
    make.at_work(client, "HOOR")

    scan(client, "/staff/desk/lend/", "E1", at="HOOR")
    kind, _said = scan(client, "/staff/desk/lend/", "E1", at="HOOR")
    wish.refresh_from_db()

    assert (kind, wish.status) == ("err", "on_loan")


def test_the_desk_keeps_the_focus_in_the_field_that_was_used_last(client: Client) -> None:
    make.on_loan(asked())
    make.at_work(client, "HOOR")

    before = client.get("/staff/desk/").text
    after = client.post("/staff/desk/hand-in/", {"code": "E1", "at": "HOOR"}, follow=True).text

    focused = r'<input id="([a-z-]+)"[^>]* autofocus'
    assert re.findall(focused, before) == ["lent"]
    assert re.findall(focused, after) == ["handed-in"]


def test_the_desk_shows_what_a_system_said_no_to(client: Client) -> None:
    wish = make.on_hold_shelf(asked())
    services.told_problem(message_id=0, number=wish.number, problem="User Blocked", now=make.NOW)

    page = make.at_work(client, "HOOR").get("/staff/desk/").text

    assert "Ett bibliotekssystem sa nej: User Blocked" in words(page)


# --- one request


def test_work_request_shows_item_messages_and_timeline_to_both_libraries(client: Client) -> None:
    wish = asked()
    jobs.log_exchange(
        at=make.NOW,
        sender="HYLLAN",
        receiver="ESLOV",
        protocol="NCIP",
        type="RequestItem",
        result="ok",
        subject=f"patron_request:{wish.number}",
    )

    for code in ("ESLOV", "HOOR"):
        page = words(make.at_work(Client(), code).get(f"/staff/requests/{wish.number}/").text)
        assert "RequestItem i dag 09.00 ESLOV ok" in page
        assert "Exemplar E1" in page


def test_work_request_is_unknown_to_a_library_that_has_no_part_in_it(client: Client) -> None:
    wish = asked()

    page = make.at_work(client, "LANDSKRONA").get(f"/staff/requests/{wish.number}/")

    assert page.status_code == 404
    assert "Svampar" not in page.text


def test_work_cancel_is_for_the_pick_up_library_alone(client: Client) -> None:
    wish = asked()
    url = f"/staff/requests/{wish.number}/cancel/"

    at_supplier = make.at_work(Client(), "ESLOV").post(url, {"at": "ESLOV"}, follow=True).text
    wish.refresh_from_db()
    still = wish.outcome
    at_pickup = make.at_work(client, "HOOR").post(url, {"at": "HOOR"}, follow=True).text
    wish.refresh_from_db()

    assert "Du får inte göra det här på det här biblioteket." in at_supplier
    assert (still, wish.outcome) == ("open", "cancelled")
    assert "Svampar är avbeställd." in at_pickup

"""What staff does with a scanner: pick, pack, receive. One scan, one answer."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hyllan.lending import services
from hyllan.lending.models import PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.lending.tests.make_views import scan, signal, words
from hyllan.region.engine.roles import SYSTEM
from hyllan.transport import queries as crates
from hyllan.transport import services as transport

pytestmark = pytest.mark.usefixtures("tiny_region")


def asked(title: str = "Svampar", pickup: str = "HOOR", **barcodes: str) -> PatronRequest:
    return make.asked_for(make.edition(title, **(barcodes or {"ESLOV": "E1"})), pickup=pickup)


# --- where she works


def test_staff_of_one_library_starts_there_without_being_asked(client: Client) -> None:
    page = make.at_work(client, "ESLOV").get("/staff/pick/").text

    assert "Plocka: Biblioteket i Eslov" in page


def test_staff_of_several_municipalities_chooses_a_library_and_comes_back(client: Client) -> None:
    make.at_work(client, "ESLOV", "LUND")

    asked_first = client.get("/staff/receive/")
    question = client.get(asked_first.headers["Location"]).text
    page = client.post(asked_first.headers["Location"], {"at": "LUND"}, follow=True).text

    assert asked_first.headers["Location"] == "/staff/library/?next=%2Fstaff%2Freceive%2F"
    assert re.findall(r'<option value="([A-Z-]+)"', question) == ["ESLOV", "LUND"]
    assert "Ta emot: Biblioteket i Lund" in page


def test_a_form_shown_for_one_library_acts_there_whatever_was_chosen_since(
    client: Client,
) -> None:
    asked()
    make.at_work(client, "ESLOV", "LUND")
    client.post("/staff/library/", {"at": "LUND"})

    assert scan(client, "/staff/pick/picked/", "E1", at="ESLOV")[0] == "ok"


def test_a_form_for_a_library_where_she_is_no_staff_is_refused(client: Client) -> None:
    wish = asked()
    make.at_work(client, "LUND")

    response = client.post("/staff/pick/picked/", {"code": "E1", "at": "ESLOV"})
    wish.refresh_from_db()

    assert (response.status_code, wish.status) == (403, "sourced")


def test_worklists_are_for_staff_alone(client: Client) -> None:
    make.signed_in(client, make.resident())

    pages = ["pick", "pack", "receive", "desk", "library", "slips"]
    assert [client.get(f"/staff/{page}/").status_code for page in pages] == [403] * 6
    assert Client().get("/staff/pick/").headers["Location"] == "/account/login/?next=/staff/pick/"


# --- pick


def test_pick_list_stands_in_shelf_order_and_says_where_to_and_when_the_van_goes(
    client: Client,
) -> None:
    asked("Åskan", ESLOV="E2")
    asked("Lavar", pickup="LUND", ESLOV="E3")

    page = words(make.at_work(client, "ESLOV").get("/staff/pick/").text)

    assert re.findall(r"E\d · (?:till \S+ i \S+)", page) == [
        "E3 · till Biblioteket i Lund",
        "E2 · till Biblioteket i Hoor",
    ]
    assert re.search(r"Bilen går i (dag|morgon) \d\d\.\d\d", page)


def test_pick_by_scanner_takes_the_row_off_and_says_where_the_item_goes(client: Client) -> None:
    wish = asked()
    make.at_work(client, "ESLOV")

    answer = scan(client, "/staff/pick/picked/", " E1 ", at="ESLOV")
    wish.refresh_from_db()

    assert answer == ("ok", "Rätt exemplar Svampar ska till Biblioteket i Hoor: packa den.")
    assert wish.status == "picked"
    assert "Inget att plocka just nu." in client.get("/staff/pick/").text


def test_pick_of_what_nobody_asked_for_says_what_to_do_with_it(client: Client) -> None:
    make.edition("Lavar", ESLOV="E9")
    make.at_work(client, "ESLOV")

    assert scan(client, "/staff/pick/picked/", "E9", at="ESLOV") == (
        "err",
        "Stopp Lavar är inte beställd. Ställ den på sin hylla.",
    )
    assert scan(client, "/staff/pick/picked/", "0000", at="ESLOV")[1].startswith(
        "Stopp Ingen känner till koden 0000."
    )


def test_an_answer_is_shown_once(client: Client) -> None:
    make.at_work(client, "ESLOV")
    scan(client, "/staff/pick/picked/", "", at="ESLOV")

    assert signal(client.get("/staff/pick/").text) == ("", "")


def test_an_empty_or_endless_code_is_answered_and_changes_nothing(client: Client) -> None:
    make.at_work(client, "ESLOV")

    assert scan(client, "/staff/pick/picked/", "", at="ESLOV")[1].startswith("Ingen kod")
    assert scan(client, "/staff/pack/packed/", "9" * 5000, at="ESLOV")[1].startswith("Ingen kod")


def test_not_on_shelf_says_which_copy_is_next(client: Client) -> None:
    wish = asked("Svampar", ESLOV="E1", LANDSKRONA="K1")
    make.at_work(client, "ESLOV")

    page = client.post(
        f"/staff/pick/{wish.number}/not-on-shelf/", {"at": "ESLOV"}, follow=True
    ).text
    wish.refresh_from_db()

    assert signal(page) == (
        "warn",
        "Noterat: hittas inte Biblioteket i Landskrona har nästa exemplar. "
        "Det är hos låntagaren onsdag.",
    )
    assert wish.supplier is not None
    assert wish.supplier.code == "LANDSKRONA"


def test_not_on_shelf_of_the_only_copy_says_that_the_request_waits(client: Client) -> None:
    wish = asked()
    make.at_work(client, "ESLOV")

    page = client.post(
        f"/staff/pick/{wish.number}/not-on-shelf/", {"at": "ESLOV"}, follow=True
    ).text

    assert "Inget annat exemplar är ledigt just nu." in signal(page)[1]


# --- pack


def test_pack_says_into_which_crate_and_shows_the_crate_with_its_content(client: Client) -> None:
    wish = make.picked(asked())
    make.at_work(client, "ESLOV")

    kind, said = scan(client, "/staff/pack/packed/", "E1", at="ESLOV")
    wish.refresh_from_db()
    page = words(client.get("/staff/pack/").text)

    assert (kind, said) == ("ok", f"Lägg i {wish.crate_code}: Biblioteket i Hoor Svampar")
    assert f"{wish.crate_code} Biblioteket i Hoor 1 exemplar" in page


def test_close_crates_closes_them_all_and_each_can_be_closed_alone(client: Client) -> None:
    first = make.packed(asked("Svampar", ESLOV="E1"))
    second = make.packed(asked("Lavar", pickup="LUND", ESLOV="E2"))
    make.at_work(client, "ESLOV")

    one = client.post(f"/staff/pack/close/{first.crate_code}/", {"at": "ESLOV"}, follow=True)
    rest = client.post("/staff/pack/close/", {"at": "ESLOV"}, follow=True)

    here = crates.crates_at(make.library("ESLOV").pk).exclude(status=crates.Status.EMPTY)
    stand = {crate.code: crate.status for crate in here}
    assert signal(one.text)[1].startswith(f"Låda {first.crate_code} är stängd")
    assert signal(rest.text)[1].startswith("1 låda är stängd")
    assert stand == {first.crate_code: "closed", second.crate_code: "closed"}


def test_pack_list_leaves_out_what_stays_here(client: Client) -> None:
    make.picked(asked("Svampar", ESLOV="E1", pickup="ESLOV"))

    page = make.at_work(client, "ESLOV").get("/staff/pack/").text

    assert "Inget väntar på att packas." in page


def test_slip_names_the_places_and_nobody(client: Client) -> None:
    wish = make.picked(asked())

    page = make.at_work(client, "ESLOV").get(f"/staff/slip/{wish.number}/").text

    slip = words(page[page.index('class="paper slip"') :])
    assert "Biblioteket i Hoor ESLOV → HOOR Svampar" in slip
    assert f"Hämthylla {wish.number[-4:]}" in slip
    assert "<svg" in page[page.index('class="paper slip"') :]
    assert "Alva" not in slip


def test_slips_are_one_for_each_item_to_be_packed(client: Client) -> None:
    make.picked(asked("Svampar", ESLOV="E1"))
    make.picked(asked("Lavar", pickup="LUND", ESLOV="E2"))

    page = make.at_work(client, "ESLOV").get("/staff/slips/").text

    assert page.count('class="paper slip"') == 2


# --- receive


def test_receive_puts_it_on_the_hold_shelf_under_a_number(client: Client) -> None:
    wish = make.packed(asked())
    crates_closed(wish)
    make.at_work(client, "HOOR")

    answer = scan(client, "/staff/receive/received/", "E1", at="HOOR")
    wish.refresh_from_db()

    assert answer == ("ok", f"Hämthylla {wish.number[-4:]} Svampar")
    assert wish.status == "received"


def crates_closed(wish: PatronRequest) -> None:
    transport.close_crate(code=wish.crate_code, by=SYSTEM, now=make.NOW)


def test_receive_of_a_request_cancelled_on_the_way_says_to_send_it_home(client: Client) -> None:
    wish = make.packed(asked())
    crates_closed(wish)
    assert wish.patron is not None
    services.cancel(number=wish.number, by=make.actor(wish.patron), now=make.NOW)
    make.at_work(client, "HOOR")

    assert scan(client, "/staff/receive/received/", "E1", at="HOOR") == (
        "warn",
        "Avbeställd på vägen Svampar behövs inte längre här. "
        "Packa hem den till Biblioteket i Eslov.",
    )


def test_receive_at_home_says_which_shelf_and_ends_the_request(client: Client) -> None:
    wish = make.on_loan(asked())
    hoor, by = make.library("HOOR"), make.staff("HOOR")
    services.hand_in(barcode="E1", library=hoor, by=by, now=make.NOW)
    packed = services.pack(barcode="E1", library=hoor, by=by, now=make.NOW)
    crates_closed(packed.wish)
    make.at_work(client, "ESLOV")

    answer = scan(client, "/staff/receive/received/", "E1", at="ESLOV")
    wish.refresh_from_db()

    assert answer == ("ok", "Hylla Hcf Svampar")
    assert (wish.status, wish.outcome, wish.patron) == ("home", "filled", None)


def test_receive_of_something_unexpected_says_stop(client: Client) -> None:
    asked()
    make.at_work(client, "LUND")

    kind, said = scan(client, "/staff/receive/received/", "E1", at="LUND")

    assert kind == "err"
    assert "Svampar" in said


# --- as many questions to the database for twenty rows as for one

LISTS: dict[str, tuple[str, str, Callable[[PatronRequest], object]]] = {
    "pick": ("ESLOV", "/staff/pick/", lambda wish: wish),
    "pack": ("ESLOV", "/staff/pack/", make.picked),
    "slips": ("ESLOV", "/staff/slips/", make.picked),
    "receive": ("HOOR", "/staff/receive/", make.packed),
    "hold shelf": ("HOOR", "/staff/desk/", make.on_hold_shelf),
    "on loan": ("HOOR", "/staff/desk/", make.on_loan),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_worklist_asks_the_database_as_often_for_twelve_rows_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    code, url, bring = LISTS[name]
    first, *others = make.editions(12)
    make.at_work(client, code)
    bring(make.asked_for(first))

    with django_assert_max_num_queries(40) as one:
        client.get(url)
    for number, title in enumerate(others):
        bring(make.asked_for(title, by=make.resident(f"80{number:02}")))
    with django_assert_max_num_queries(len(one)):
        page = client.get(url).text

    assert page.count("Titel 0") >= 12

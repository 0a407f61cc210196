"""One request in a real browser, by keyboard alone; and without JavaScript."""

import re
import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hyllan.peers.cards import cards
from tests.journeys.keyboard import Keyboard
from tests.journeys.site import House

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.xdist_group("browser")]
READER_OF = "OSBY"
PASSWORD = "hyllan-demo"  # noqa: S105 - of the demo's accounts, printed by the demo
PATIENCE = 20.0
ENOUGH_CALLS = 80  # of vans, also when other crates are on their way
# One word of each line that the request's page tells in the end
STORY = [
    *("Beställd", "skickar", "reserverat", "plockat", "Packad", "Bilen lämnade", "tagit emot"),
    *("hämthyllan", "Utlånad", "Lånet är gjort", "Återlämnad", "hem till", "Bilen lämnade"),
    "Hemma på sin hylla",
]


def opened(context: BrowserContext, house: House) -> Keyboard:
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(house.url)
    return Keyboard(page)


def signed_in_staff(browser: Browser, house: House, username: str) -> Keyboard:
    hands = opened(browser.new_context(), house)
    hands.follow("Logga in som personal")
    hands.write("Användarnamn", username)
    hands.submit("Lösenord", PASSWORD)
    return hands


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def timeline(page: Page) -> list[str]:
    """Return what has happened, as the resident reads it."""
    return page.locator("ol.time li.done p, ol.time li[aria-current] p").all_inner_texts()


def request_title(hands: Keyboard, title: str, card: int) -> None:
    """Go from the start page to a request, with a library card signed in on the way."""
    reader = cards(READER_OF)[card]
    hands.submit("Sök bland alla böcker", title)
    hands.follow(title)
    hands.follow("Logga in för att beställa")
    hands.write("Ditt bibliotek", "Osby")
    hands.write("Kortnummer", reader.number)
    hands.submit("Pinkod", reader.pin)
    hands.follow("Beställ till")


def work_at(hands: Keyboard, library: str) -> None:
    hands.write("Bibliotek", library)
    hands.follow("Arbeta här")
    assert library in hands.page.locator("main .shelf").first.inner_text()


def until(house: House, number: str, step: str) -> None:
    """Wait for the worker and the library systems."""
    deadline = time.monotonic() + PATIENCE
    while step not in (steps := house.ask("request", number)["steps"]):
        assert time.monotonic() < deadline, f"no {step} after {steps}"
        time.sleep(0.1)


def drive(hands: Keyboard, house: House, crate: str) -> list[str]:
    """Take a crate along the vans that its way needs; return what the driver was told."""
    told: list[str] = []
    while call := house.ask("next_call", crate):
        assert not told or "Stopp" not in told[-1], told
        house.set_clock(call["at"])
        hands.follow("Dagens tur")
        hands.follow(call["loop"])
        told.append(hands.scan(crate))
    return told


def test_a_request_goes_all_the_way_round_by_keyboard(house: House, browser: Browser) -> None:
    wanted = house.ask("title_for", READER_OF)

    # The resident asks
    resident = opened(browser.new_context(), house)
    request_title(resident, wanted["title"], card=0)
    number = resident.page.url.rstrip("/").rsplit("/", 1)[1]
    wish = house.ask("request", number)
    assert re.match(r"Hos dig (i morgon|\w+dag)", heading(resident.page))
    assert timeline(resident.page)[0] == f"Beställd, hämtas på {wish['pickup']}."

    # The lending library picks, packs and closes the crate
    staff = signed_in_staff(browser, house, "library-staff")
    staff.follow("Plocka")
    work_at(staff, wish["supplier"])
    assert "Rätt exemplar" in staff.scan(wish["barcode"])
    send(staff, house, number)

    # The vans bring it
    driver = signed_in_staff(browser, house, "driver")
    told = drive(driver, house, house.ask("request", number)["crate"])
    assert "I bilen" in told[0]
    assert "Den är framme" in told[-1]

    # The library where she fetches receives it, and she is told
    staff.follow("Byt bibliotek")
    work_at(staff, wish["pickup"])
    staff.follow("Ta emot")
    assert "Hämthylla" in staff.scan(wish["barcode"])
    until(house, number, "hold")
    resident.page.reload()
    assert heading(resident.page) == "Klar att hämta"
    assert house.ask("today") == {"day": wish["expected"]}

    # She borrows it and brings it back
    staff.follow("Disken")
    assert "Utlånad" in staff.scan(wish["barcode"])
    until(house, number, "loan_made")
    staff.submit("Återlämning", wish["barcode"])
    assert "Återlämnad" in staff.page.locator(".signal").inner_text()
    send(staff, house, number)

    # It comes home, and nobody can see what she read
    ride_home(resident, house, number)
    staff.follow("Byt bibliotek")
    work_at(staff, wish["supplier"])
    staff.follow("Ta emot")
    staff.scan(wish["barcode"])
    ended = house.ask("request", number)
    assert (ended["status"], ended["outcome"], ended["problem"]) == ("home", "filled", "")
    resident.follow("Mina beställningar")
    assert "Du har inget beställt just nu." in resident.page.locator("main").inner_text()
    staff.page.goto(f"{house.url}/staff/requests/{number}/")
    told = timeline(staff.page)
    assert len(told) == len(STORY)
    assert [word for word, line in zip(STORY, told, strict=True) if word not in line] == []


def send(staff: Keyboard, house: House, number: str) -> None:
    """Pack the request's item and close its crate."""
    staff.follow("Packa")
    packed = staff.scan(house.ask("request", number)["barcode"])
    crate = house.ask("request", number)["crate"]
    assert f"Lägg i {crate}" in packed
    staff.follow(f"Stäng lådan: {crate}")
    assert f"Låda {crate} är stängd" in staff.page.locator(".signal").inner_text()


def ride_home(hands: Keyboard, house: House, number: str) -> None:
    """Press the demo's button until the request's crate stands where it goes."""
    crate = house.ask("request", number)["crate"]
    for _ in range(ENOUGH_CALLS):
        hands.follow("Kör till nästa bil")
        if not house.ask("next_call", crate):
            return
    raise AssertionError(f"{crate} did not come")


def test_a_request_and_a_remark_need_no_javascript(house: House, browser: Browser) -> None:
    wanted = house.ask("title_for", READER_OF)
    plain = opened(browser.new_context(java_script_enabled=False), house)

    request_title(plain, wanted["title"], card=1)
    assert heading(plain.page).startswith("Hos dig")
    plain.follow("Avbeställ")
    plain.follow("Avbeställ")
    assert f"{wanted['title']} är avbeställd." in plain.page.locator("main").inner_text()

    plain.follow("Nej")
    plain.write("Vad vill du säga till redaktörerna", "Var är boken nu?")
    plain.follow("Lämna synpunkten")
    assert heading(plain.page) == "Tack"

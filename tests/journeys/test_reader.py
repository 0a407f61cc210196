"""A reader finds, narrows, sorts, opens and saves, by keyboard alone."""

from itertools import groupby

import pytest
from playwright.sync_api import Browser, Page, expect

from hyllan.peers.cards import cards
from tests.journeys.keyboard import Keyboard
from tests.journeys.site import House

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.xdist_group("browser")]
READER_OF, PICKUP = "OSBY", "Biblioteket i Osby"
PATIENCE = 20.0
NAME = "Lindgren, Astrid"
LANGUAGE = "Svenska"


def signed_in(browser: Browser, house: House) -> Keyboard:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(house.url)
    reader, hands = cards(READER_OF)[2], Keyboard(page)
    hands.follow("Logga in")
    hands.write("Ditt bibliotek", "Osby")
    hands.write("Kortnummer", reader.number)
    hands.submit("Pinkod", reader.pin)
    return hands


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def titles(page: Page) -> list[str]:
    return page.locator("li.hit h2").all_inner_texts()


def take_suggestion(hands: Keyboard, beginning: str, wanted: str) -> None:
    """Write the beginning, go down the suggestions with the arrow key, and take one."""
    hands.write("Sök", beginning)
    options = hands.page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(hands.page.get_by_role("status").first).to_contain_text("förslag")
    for _ in range(options.count()):
        hands.page.keyboard.press("ArrowDown")
        chosen = hands.page.locator("[role=option][aria-selected=true]")
        if chosen.get_attribute("data-value") == wanted:
            break
    else:
        raise AssertionError(f"{wanted} is not among {options.all_inner_texts()}")
    with hands.page.expect_navigation():
        hands.page.keyboard.press("Enter")


def narrow_by(hands: Keyboard, value: str) -> str:
    """Tick a value beside the hits and show what is left; return how many it said there are."""
    told = hands.page.locator("label.opt", has_text=value).locator(".num").inner_text()
    hands.tab_to(value, ("checkbox",))
    hands.page.keyboard.press("Space")
    hands.follow("Visa träffar")
    return told


def test_a_reader_finds_a_title_and_saves_the_search(house: House, browser: Browser) -> None:
    hands = signed_in(browser, house)
    page = hands.page
    hands.follow("Sök")

    # A suggestion becomes the search
    take_suggestion(hands, "astrid l", NAME)
    assert page.locator("#q").input_value() == NAME
    everything = titles(page)
    assert f"på ”{NAME}”" in heading(page)

    # A facet says how many there are, and so many there are
    number = narrow_by(hands, LANGUAGE)
    assert heading(page).startswith(f"{number} träff")
    assert page.get_by_role("link", name="Ta bort svenska").count() == 1
    assert titles(page) != everything

    # The soonest at her library: no day comes back once a later one has begun
    hands.follow("Snabbast hos dig")
    assert f"Dagarna gäller för {PICKUP}." in page.locator("main").inner_text()
    told = page.locator("li.hit .arrive").all_inner_texts()
    days = [day for day, _ in groupby(line.rpartition("hos dig ")[2] for line in told)]
    assert len(days) == len(set(days)) > 0

    # The record says what its hit said
    first = titles(page)[0]
    hands.follow(first)
    assert heading(page) == first
    assert page.locator("#standing .arrive").inner_text() == told[0]
    assert f"Beställ till {PICKUP}" in page.locator("#request").inner_text()
    page.go_back()

    # The search is saved, is found, and leads to the same hits
    shown = titles(page)
    hands.follow("Spara sökningen")
    assert "finns bland dina sparade sökningar" in page.locator("main .note").inner_text()
    hands.follow("Mina sökningar")
    assert page.locator("li.saved h2").all_inner_texts() == [f"{NAME}, svenska"]
    hands.follow(f"{NAME}, svenska")
    assert (heading(page).startswith(f"{number} träff"), titles(page)) == (True, shown)
    page.close()

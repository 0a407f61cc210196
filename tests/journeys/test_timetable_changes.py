"""A library closes, a planner publishes a timetable: the reader's day moves and she is told."""

import time
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.keyboard import Keyboard
from tests.journeys.site import House
from tests.journeys.test_browser import (
    PATIENCE,
    READER_OF,
    heading,
    opened,
    request_title,
    signed_in_staff,
    timeline,
)

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.xdist_group("browser")]
LOOP = "NO"  # the one that serves the reader's library


def asked(house: House, browser: Browser, card: int) -> Keyboard:
    """Return a reader on the page of a request that is on its way to her."""
    hands = opened(browser.new_context(), house)
    request_title(hands, house.ask("title_for", READER_OF)["title"], card=card)
    return hands


def number_of(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[1]


def moved(house: House, number: str, times: int) -> None:
    """Wait until the worker has moved the request's day so often, and mailed as often."""
    deadline = time.monotonic() + PATIENCE
    while (told := house.ask("moves", number)) != {"moved": times, "mailed": times}:
        assert time.monotonic() < deadline, told
        time.sleep(0.1)


def promise(hands: Keyboard) -> str:
    hands.page.reload()
    return heading(hands.page)


def test_a_library_closes_and_the_readers_day_moves_until_it_opens_again(
    house: House, browser: Browser
) -> None:
    reader = asked(house, browser, card=3)
    number, before = number_of(reader.page), heading(reader.page)
    wish = house.ask("request", number)

    staff = signed_in_staff(browser, house, "personal-osby")
    staff.follow("Stängda dagar")
    staff.page.select_option("#id_library", label=wish["pickup"])
    staff.page.fill("#id_first", wish["expected"])
    staff.page.fill("#id_reason", "Nytt golv läggs")
    staff.follow("Stäng de här dagarna")
    moved(house, number, 1)

    after = promise(reader)
    assert (before.startswith("Hos dig"), after.startswith("Hos dig"), after != before) == (
        (True,) * 3
    )
    assert "Nytt golv läggs" in timeline(reader.page)[-2]

    staff.page.click("main button:has-text('Öppna igen')")
    moved(house, number, 2)
    assert promise(reader) == before


def test_a_planner_publishes_a_timetable_and_the_readers_day_moves(
    house: House, browser: Browser
) -> None:
    reader = asked(house, browser, card=4)
    number, before = number_of(reader.page), heading(reader.page)
    day = date.fromisoformat(house.ask("request", number)["expected"])
    other = (day.isoweekday() - 2) % 5 + 1  # the weekday before it: gone for this week

    planner = signed_in_staff(browser, house, "transport-planner")
    planner.follow("Tidtabeller")
    planner.page.click("main tbody a")
    name = "form[action$='/draft/'] input[name=name]"
    planner.page.fill(name, "Glesare")
    planner.page.press(name, "Enter")
    planner.page.click(f"main tbody a:text-is('{LOOP}')")
    planner.page.check(f"input[name=weekdays][value='{other}']")
    planner.page.click("main button:has-text('Spara turen')")
    planner.page.click("nav.crumb a:text-is('Glesare')")
    assert f"{LOOP} går andra dagar." in planner.page.locator("main").inner_text()
    planner.page.fill("#id_valid_from", day.isoformat())
    planner.page.press("#id_valid_from", "Enter")
    moved(house, number, 1)

    assert promise(reader) != before
    assert "ny tidtabell" in timeline(reader.page)[-2]

    planner.page.click("main button:has-text('Återkalla tidtabellen')")
    moved(house, number, 2)
    assert promise(reader) == before

"""hyllan.js in a real browser, without a server: keys, scanner, dialog, menus."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[1] / "static" / "look"
PAGE = """<!doctype html><html lang="sv"><title>Prov</title><body>
<details class="lang"><summary id="menu">Språk</summary><p>Svenska</p></details>
<p id="pressed"></p>
<form data-scan="answer"><input id="code" value="3104482"></form>
<div id="answer" class="signal err"></div>
<ol class="work">
<li><button id="pick1">Plockad</button><button data-key="x" id="miss1">Hittas inte</button></li>
<li><button id="pick2">Plockad</button><button data-key="x" id="miss2">Hittas inte</button></li>
</ol>
<a href="#elsewhere" data-open="ask" id="open">Avbeställ</a>
<dialog id="ask"><button data-close id="close">Behåll</button></dialog>
<div class="toast" id="toast" hidden><p></p></div></body></html>"""
RECORD = "document.addEventListener('click',e=>{pressed.textContent+=e.target.id+' '})"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.fixture(autouse=True)
def _fresh(page: Page) -> None:
    page.set_content(PAGE)
    page.add_script_tag(content=RECORD)
    page.add_script_tag(path=STATIC / "hyllan.js")
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")


def focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def pressed(page: Page) -> list[str]:
    return (page.text_content("#pressed") or "").split()


def test_the_scanner_field_is_empty_and_ready(page: Page) -> None:
    assert (focus(page), page.input_value("#code")) == ("code", "")


@pytest.mark.parametrize("key", ["x", "X"])
def test_a_shortcut_presses_the_button_of_its_own_row(page: Page, key: str) -> None:
    page.focus("#pick2")

    page.keyboard.press(key)

    assert pressed(page) == ["miss2"]


@pytest.mark.parametrize("chord", ["Control+x", "Alt+x"])
def test_a_shortcut_leaves_the_browsers_own_keys_alone(page: Page, chord: str) -> None:
    page.focus("#pick1")

    page.keyboard.press(chord)

    assert pressed(page) == []


def test_a_shortcut_is_a_letter_while_somebody_types(page: Page) -> None:
    page.focus("#code")

    page.keyboard.type("xX")

    assert (page.input_value("#code"), pressed(page)) == ("xX", [])


def test_arrows_change_row_and_stop_at_the_ends(page: Page) -> None:
    page.focus("#pick1")
    page.keyboard.press("ArrowDown")
    assert focus(page) == "pick2"
    page.keyboard.press("ArrowDown")
    assert focus(page) == "pick2"
    page.keyboard.press("ArrowUp")
    assert focus(page) == "pick1"


def test_a_dialog_opens_in_place_of_its_page_and_shuts(page: Page) -> None:
    page.click("#open")
    assert page.evaluate("ask.open") is True
    assert "#elsewhere" not in page.url

    page.click("#close")

    assert page.evaluate("ask.open") is False


def test_escape_shuts_an_open_menu_and_returns_to_it(page: Page) -> None:
    page.click("#menu")
    page.focus("#pick1")

    page.keyboard.press("Escape")

    assert page.evaluate("document.querySelector('details').open") is False
    assert focus(page) == "menu"


def test_what_the_server_says_in_passing_is_shown(page: Page) -> None:
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('say',"
        "{bubbles:true,detail:{value:'Sparad.'}}))"
    )

    assert page.inner_text("#toast") == "Sparad."

"""Fixtures of the journeys: a house for as long as the tests run, a browser for one file."""

import shutil
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from hyllan.lending.tests.conftest import tiny_region as tiny_region
from tests.journeys import site
from tests.journeys.site import House

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # containers have none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 240.0  # two web processes, on a machine that does much else


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the system's Chromium, or leave the tests out and say what is missing."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("The package chromium is missing (apt install chromium).")
    return found


@pytest.fixture(scope="session")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with site.built(tmp_path_factory.mktemp("house")) as built:
        deadline = time.monotonic() + PATIENCE
        while not _answers(built.url):
            assert time.monotonic() < deadline, built.log.read_text()
            time.sleep(0.1)
        yield built


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=10).is_success
    except httpx.TransportError:
        return False


# For one file, not for all: while it lives, Django would see an event loop in this thread
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()

"""kill -9 of worker and server, twenty times at random, while fifty requests go round."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from hyllan.peers.process import started_region
from hyllan.peers.story import Systems
from tests.journeys import stage
from tests.journeys.site import HOST, Programs, environment_of, free_address, play, running

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 20
PATIENCE = 600.0  # seconds for the whole round


def press_the_button(client: httpx.Client) -> None:
    """Press "run a whole day" as a browser does; a server that dies meanwhile is no news."""
    try:
        page = client.get("/")
        answer = client.post(
            "/demo/run-to-next-van/",
            data={"csrfmiddlewaretoken": page.cookies.get("csrftoken", ""), "until": "day"},
            headers={"Referer": str(client.base_url)},
        )
    except httpx.TransportError:
        time.sleep(0.3)
        return
    assert answer.status_code == 302, answer.text


@dataclass(frozen=True)
class Stock:
    """What is lent: a region and its libraries' records."""

    folder: Path
    shelf: Path


@pytest.fixture
def stock(request: pytest.FixtureRequest, tmp_path: Path) -> Stock:
    """Return the demo's shelf, or real records of other libraries where there are some."""
    shelf = tmp_path / "shelf"
    if request.param == "demo":
        play(environment_of(tmp_path / "home"), "write_shelf", str(shelf))
        return Stock(stage.SKANE, shelf)
    real: Path = request.getfixturevalue("shared") / "data"
    folder = tmp_path / "region"
    top = stage.evergreen_region(real / "evergreen_demo_ils", folder)
    stage.evergreen_shelf(real / "evergreen_demo_ils", shelf, top)
    stage.jazz_shelf(real / "marc", shelf, ["SPLS-HPL", "SPLS-BPL"], "SPLS")
    return Stock(folder, shelf)


@pytest.mark.parametrize("stock", ["demo", "real"], indirect=True)
def test_nothing_is_lost_or_doubled_when_server_and_worker_are_killed(
    stock: Stock, tmp_path: Path
) -> None:
    port, environment = free_address(), environment_of(tmp_path / "home")
    organisations = sorted(path.stem for path in stock.shelf.glob("*.mrc"))
    with started_region(stock.shelf, tmp_path / "systems") as url, Systems(url) as systems:
        before = stage.standing(systems, organisations)
        play(environment, "furnish", url, str(stock.shelf), str(stock.folder))
        with running(environment, port, tmp_path / "log") as victims:
            kills = _go_round(victims, environment, port, systems, organisations)
        told = play(environment, "report")
        doubled = stage.doubled(systems, organisations)
        after = stage.standing(systems, organisations)

    assert kills == KILLS
    assert told["lost"] == []
    assert doubled == []
    assert after == before
    assert (told["open"], told["waiting"], told["crates_filled"]) == (0, 0, 0)
    assert told["scans_doubled"] == 0
    assert told["tried_again"] > 0, "no kill hit a message on its way: the test proved nothing"


def _go_round(
    victims: Programs,
    environment: dict[str, str],
    port: int,
    systems: Systems,
    organisations: list[str],
) -> int:
    """Run day after day until all is home, killing at random; return how often was killed."""
    dice = random.Random(4)  # noqa: S311 - no secret
    deadline = time.monotonic() + PATIENCE
    for code in organisations:  # so that kills find messages on their way
        systems.set_scenario(code, "slow")
    address = f"http://{HOST}:{port}"
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        with _killer(victims, dice, client.base_url) as killed:
            while len(killed) < KILLS and time.monotonic() < deadline:
                press_the_button(client)
        for code in organisations:
            systems.set_scenario(code, "")
        while time.monotonic() < deadline and not _is_over(environment):
            press_the_button(client)
    return len(killed)


def _is_over(environment: dict[str, str]) -> bool:
    told = play(environment, "report")
    return bool(told["open"] == 0 and told["waiting"] == 0)


@contextmanager
def _killer(victims: Programs, dice: random.Random, site: httpx.URL) -> Iterator[list[str]]:
    """Kill one or the other from a thread, each time a random while after the site answers."""
    killed: list[str] = []
    stop = Event()

    def kill_on() -> None:
        while not stop.is_set() and len(killed) < KILLS:
            if _answers(site):
                stop.wait(dice.uniform(0.05, 1.2))
                name = dice.choice(["server", "worker"])
                victims.kill_and_start(name)
                killed.append(name)
            stop.wait(0.1)

    thread = Thread(target=kill_on)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def _answers(site: httpx.URL) -> bool:
    try:
        return httpx.get(site, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False

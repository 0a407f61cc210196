"""kill -9 of worker and server, twenty times at random, while fifty requests go round."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from hyllan.config.management.commands.serve import free_port, web_command, worker_command
from hyllan.peers.process import started_region
from hyllan.peers.story import Systems
from tests.journeys import stage

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 20
HOST = "127.0.0.1"
PATIENCE = 600.0  # seconds for the whole round


class Victims:
    """The server and the worker, each in a process group of its own, killed and started again."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self._environment = environment
        self._commands = {"server": web_command(HOST, port), "worker": worker_command()}
        self._running = {name: self._start(name) for name in self._commands}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own programs
            self._commands[name],
            env=self._environment,
            cwd=stage.ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, name: str) -> None:
        """End the whole group with SIGKILL."""
        victim = self._running[name]
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()

    def kill_and_start(self, name: str) -> None:
        self.kill(name)
        self._running[name] = self._start(name)

    def end(self) -> None:
        for name in self._commands:
            self.kill(name)


@contextmanager
def running(environment: dict[str, str], port: int) -> Iterator[Victims]:
    victims = Victims(environment, port)
    try:
        yield victims
    finally:
        victims.end()


def play(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Let another process furnish the house or report how it stands."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.journeys.play", *words],
        env=environment,
        cwd=stage.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


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


def test_nothing_is_lost_or_doubled_when_server_and_worker_are_killed(tmp_path: Path) -> None:
    port = free_port(HOST, 18_000 + os.getpid() % 1_000)
    environment = os.environ | {
        "HYLLAN_HOME": str(tmp_path / "home"),
        "HYLLAN_DEMO": "true",
        "DJANGO_SETTINGS_MODULE": "hyllan.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    shelf = tmp_path / "shelf"
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "hyllan.config.command", "demo-shelf", "--output", str(shelf)],
        env=environment,
        check=True,
        capture_output=True,
    )
    organisations = sorted(path.stem for path in shelf.glob("*.mrc"))
    with started_region(shelf, tmp_path / "systems") as url, Systems(url) as systems:
        before = stage.standing(systems, organisations)
        play(environment, "furnish", url, str(shelf))
        kills = _go_round(environment, port, systems, organisations, seed=4)
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
    environment: dict[str, str], port: int, systems: Systems, organisations: list[str], *, seed: int
) -> int:
    """Run day after day until all is home, killing at random; return how often was killed."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    deadline = time.monotonic() + PATIENCE
    client = httpx.Client(base_url=f"http://{HOST}:{port}", timeout=120, trust_env=False)
    for code in organisations:  # so that kills find messages on their way
        systems.set_scenario(code, "slow")
    with running(environment, port) as victims, client:
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
def _killer(victims: Victims, dice: random.Random, site: httpx.URL) -> Iterator[list[str]]:
    """Kill one or the other from a thread, each time a random while after the site answers."""
    killed: list[str] = []
    stop = Event()

    def kill_on() -> None:
        while not stop.is_set() and len(killed) < KILLS:
            if _answers(site):
                stop.wait(dice.uniform(0.1, 2.0))
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

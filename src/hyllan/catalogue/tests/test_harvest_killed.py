"""A harvest killed fifty times at random, in fetching, loading, matching and indexing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from shutil import copytree
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from hyllan.catalogue.tests.make import Repository, marc, marc_item
from hyllan.protocols.oai_pmh import DeletedRecords

pytestmark = [pytest.mark.slow, pytest.mark.journey]
KILLS = 50
RECORDS = 240
PAGE = 4
PATIENCE = 240.0  # seconds; on two shared cores it takes some 30
BROKEN = b'<record xmlns="http://www.loc.gov/MARC21/slim"><datafield/></record>'
Stage = Callable[[Repository], None]


def first(repository: Repository) -> None:
    for n in range(RECORDS):
        held = marc_item(f"{n}-a"), marc_item(f"{n}-b", "NOWHERE" if n % 50 == 3 else "LUND")
        title = f"Bok {n}" if n % 3 else f"Bok {n // 2}"
        repository.put(f"oai:{n:04}", marc(title, *held, author=f"Författare, {n % 7}"))
    repository.put("oai:broken", BROKEN)


def second(repository: Repository) -> None:
    """Change some, take some away, break one; move an item from one record to another."""
    for n in range(0, RECORDS, 5):
        repository.put(f"oai:{n:04}", marc(f"Ny bok {n}", marc_item(f"{n}-a", status="on loan")))
    for n in range(2, RECORDS, 20):
        repository.delete(f"oai:{n:04}")
    repository.put("oai:0001", BROKEN)
    repository.put("oai:0006", marc("Bok 6", marc_item("7-a")))
    repository.put("oai:0007", marc("Bok 7"))
    repository.put("oai:broken", marc("Långstrump", marc_item("broken")))


def third(repository: Repository) -> None:
    """Bring some back."""
    for n in range(2, RECORDS, 40):
        repository.put(f"oai:{n:04}", marc(f"Bok {n}", marc_item(f"{n}-a")))


STAGES: list[tuple[Stage, str]] = [(first, ""), (second, "full"), (third, "full")]


def repository() -> Repository:
    """Return a system that does not tell deletes, so that a walk must find them."""
    return Repository(
        page_size=PAGE, clock=datetime(2020, 1, 1, tzinfo=UTC), deletes=DeletedRecords.NO
    )


@contextmanager
def served() -> Iterator[tuple[dict[str, Repository], str]]:
    """Serve repositories over HTTP, each under the name of who harvests it."""
    shelves = {"calm": repository(), "killed": repository()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            body = shelves[asked.path.strip("/")](dict(parse_qsl(asked.query)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield shelves, f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class House:
    """hyllan with a home of its own, whose processes can be killed."""

    def __init__(self, home: Path, log: Path) -> None:
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        self._log = log.open("ab")
        self._program = subprocess.Popen(
            [sys.executable, "-m", "hyllan.catalogue.tests.killable"],
            env=kept
            | {
                "HYLLAN_HOME": str(home),
                "DJANGO_SETTINGS_MODULE": "hyllan.config.settings",
                "PYTHONPATH": str(Path(__file__).parents[3]),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def begin(self, deed: str) -> int:
        """Begin a deed; return the number of its process."""
        assert self._program.stdin
        self._program.stdin.write(f"{deed}\n")
        self._program.stdin.flush()
        return self._number()

    def end(self) -> int:
        """Wait until it has ended; return how: 0, or less than zero where it was killed."""
        return self._number()

    def do(self, deed: str) -> None:
        self.begin(deed)
        assert self.end() == 0

    def _number(self) -> int:
        assert self._program.stdout
        return int(self._program.stdout.readline())

    def close(self) -> None:
        assert self._program.stdin
        self._program.stdin.close()
        self._program.wait(timeout=20)
        assert self._program.stdout
        self._program.stdout.close()
        self._log.close()


@contextmanager
def house(home: Path, log: Path) -> Iterator[House]:
    opened = House(home, log)
    try:
        yield opened
    finally:
        opened.close()


def undisturbed(home: House, shelf: Repository) -> list[float]:
    """Do all stages; return the seconds that each took."""
    took = []
    for stage, full in STAGES:
        shelf.later(hours=1)
        stage(shelf)
        began = time.monotonic()
        home.do(f"fetch {full}")
        took.append(time.monotonic() - began)
    return took


def killed(home: House, shelf: Repository, *, usual: list[float]) -> list[int]:
    """Do all stages and kill at random; return how often in each stage."""
    dice = Random(5)  # noqa: S311 - no secret
    kills = [0] * len(STAGES)
    ends = time.monotonic() + PATIENCE
    for number, (stage, full) in enumerate(STAGES):
        shelf.later(hours=1)
        stage(shelf)
        quota = KILLS * (number + 1) // len(STAGES)
        while True:
            process = home.begin(f"fetch {full}")
            if sum(kills) < quota:
                time.sleep(dice.uniform(0, usual[number] / 9))
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if home.end() == 0:
                break
            kills[number] += 1
            assert time.monotonic() < ends
    return kills


def told(home: House, path: Path) -> dict[str, Any]:
    home.do(f"dump {path}")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_harvest_killed_fifty_times_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    calm, hurt, log = tmp_path / "calm", tmp_path / "killed", tmp_path / "log"
    with served() as (shelves, url):
        with house(calm, log) as home:
            home.do(f"furnish {url}/calm")
        copytree(calm, hurt)
        with house(calm, log) as home:
            usual = undisturbed(home, shelves["calm"])
            expected = told(home, tmp_path / "calm.json")
        with house(hurt, log) as home:
            home.do(f"address {url}/killed")
            kills = killed(home, shelves["killed"], usual=usual)
            found = told(home, tmp_path / "killed.json")

    assert (sum(kills), min(kills) > 0) == (KILLS, True), kills
    assert len(expected["records"]) > RECORDS / 2
    assert expected["found"]["bok"][0] > 0
    for part in expected:
        assert found[part] == expected[part], part

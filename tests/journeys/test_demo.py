"""`hyllan demo --once`: one request all the way round, also when things go wrong on purpose."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import stage

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.timeout(600)]


def hyllan(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "hyllan.config.command", *words],
        env=clean | {"HYLLAN_HOME": str(home), "LANG": "C.UTF-8"} | environment,
        cwd=stage.ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return what a command printed as JSON; nothing else may stand on its stdout."""
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    answer: dict[str, Any] = json.loads(lines[0])
    return answer


def test_demo_carries_a_request_round_whatever_goes_wrong(tmp_path: Path) -> None:
    # One house serves all three: building it takes longest, and a second run must keep the data.
    plain = told(hyllan(tmp_path, "demo", "--once", "--json"))
    missing = told(hyllan(tmp_path, "demo", "--once", "--json", "--missing-copy"))
    outage = told(hyllan(tmp_path, "demo", "--once", "--json", "--outage", "--missing-copy"))

    for story in (plain, missing, outage):
        assert story["home"] is True
        steps = [line["step"] for line in story["timeline"]]
        assert (steps[0], steps[-1]) == ("place_request", "shelve")
        assert [line["at"] for line in story["timeline"]] == sorted(
            line["at"] for line in story["timeline"]
        )
        assert all(line["sentence"] for line in story["timeline"])
        kinds = {message["type"] for message in story["messages"]}
        assert {"RequestItem", "AcceptItem", "CheckOutItem", "CheckInItem", "LookupItem"} <= kinds
    assert "not_on_shelf" not in [line["step"] for line in plain["timeline"]]
    assert [line["step"] for line in missing["timeline"]].count("not_on_shelf") == 1
    failed = [line["step"] for line in outage["timeline"]]
    assert (failed.count("unsource"), failed.count("not_on_shelf")) == (1, 1)


def test_demo_that_cannot_be_understood_ends_with_wrong_usage(tmp_path: Path) -> None:
    done = hyllan(tmp_path, "demo", "--json")

    assert (done.returncode, done.stdout) == (2, "")
    assert "--once" in done.stderr


def test_demo_names_a_busy_port_and_offers_another(tmp_path: Path) -> None:
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hyllan(tmp_path, "demo", "--port", str(port))

    assert done.returncode == 1
    assert f"Port {port} is taken. Try: hyllan demo --port " in done.stderr


def test_wrong_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    done = hyllan(tmp_path, "check", HYLLAN_HTTPS="maybe")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("HYLLAN_HTTPS is 'maybe': write true or false.")
    assert len(done.stderr.splitlines()) == 1

"""
hyllan's JSON API: the web server as `hyllan serve` starts it, asked over loopback.

The client is one kept-alive connection for each thread. What comes on top of hyllan's own figures
is HTTP, Django with all that settings put before it, checks of what is asked, and writing JSON.
"""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from searching.engines import Answer, Built
from searching.questions import Question

_PATH = "/api/v1/search"


class Api:
    """The server of the home that hyllan_engine.py has filled and indexed."""

    def __init__(self, home: Path, _documents: Path, *, port: int) -> None:
        """Say where it is."""
        self._home, self._port = home / "hyllan", port
        self._server: subprocess.Popen[bytes] | None = None

    def build(self) -> Built:
        """Do nothing: it reads the index that is there."""
        return Built(0, 0.0, 0.0, 0)

    def start(self) -> None:
        """Start the server, unless it runs, and wait until it answers."""
        if self._server is not None:
            return
        from hyllan.config.management.commands.serve import web_command  # noqa: PLC0415

        with (self._home / "server.log").open("wb") as log:
            self._server = subprocess.Popen(  # noqa: S603
                web_command("127.0.0.1", self._port),
                env=os.environ | {"HYLLAN_HOME": str(self._home)},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._server.poll() is None:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self._port)):
                    return
            time.sleep(0.2)
        raise RuntimeError(f"The server did not start: see {self._home / 'server.log'}")

    def request(self, question: Question) -> str:
        """Return the address."""
        asked: dict[str, str | int] = {"q": question.text, "limit": 10}
        if question.language:
            asked["language"] = question.language
        if question.material:
            asked["material"] = question.material
        if question.facets:
            asked["facets"] = "true"
        return f"{_PATH}?{urlencode(asked)}"

    def client(self) -> Callable[[str], Any]:
        """Return what asks over a connection of its own."""
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)

        def answered(address: str) -> http.client.HTTPResponse:
            link.request("GET", address)
            return link.getresponse()

        def ask(address: str) -> Any:
            try:
                answer = answered(address)
            except http.client.RemoteDisconnected:  # after a pause the server hangs up
                link.close()
                answer = answered(address)
            told = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{address}: {answer.status} {told[:300]!r}")
            return orjson.loads(told)

        return ask

    def answer(self, told: Any) -> Answer:
        """Return what the JSON says."""
        facets = None
        if told["facets"] is not None:
            facets = {
                **{
                    name: told["facets"][name]
                    for name in ("organisations", "materials", "languages")
                },
                "decades": _decades(told["facets"]["years"]),
            }
        return Answer(told["total"], tuple(hit["id"] for hit in told["hits"]), facets)

    def version(self) -> str:
        """Return the server's version."""
        return f"hyllan's JSON API over HTTP, granian {version('granian')}"

    def process(self) -> int:
        """Return the server; the one that answers is a child of it."""
        if self._server is None:
            raise RuntimeError("The server is not started.")
        return self._server.pid

    def stop(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(60)
            self._server = None


def _decades(years: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for year, number in years.items():
        decade = f"{int(year) // 10 * 10}"
        found[decade] = found.get(decade, 0) + number
    return found

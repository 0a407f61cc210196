"""The demo's house with real processes: library systems, server, worker. And one to ask it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from hyllan.config.management.commands.serve import free_port, web_command, worker_command
from hyllan.peers.process import started_region

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PLAY = [sys.executable, "-m", "tests.journeys.play"]


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a demo that lives in this folder."""
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return kept | {
        "HYLLAN_HOME": str(home),
        "HYLLAN_DEMO": "true",
        "DJANGO_SETTINGS_MODULE": "hyllan.config.settings",
        "PYTHONWARNINGS": "default",
    }


def free_address() -> int:
    """Return a port that another worker of the tests does not try at the same moment."""
    return free_port(HOST, 18_000 + os.getpid() % 1_000 * 10)


class Programs:
    """The server and the worker, each in a process group of its own."""

    def __init__(self, environment: Mapping[str, str], port: int, log: Path) -> None:
        self._environment = environment
        self._log = log
        self._commands = {"server": web_command(HOST, port), "worker": worker_command()}
        self._running = {name: self._start(name) for name in self._commands}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs
                self._commands[name],
                env=self._environment,
                cwd=ROOT,
                start_new_session=True,
                stdout=log,
                stderr=log,
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
def running(environment: Mapping[str, str], port: int, log: Path) -> Iterator[Programs]:
    programs = Programs(environment, port, log)
    try:
        yield programs
    finally:
        programs.end()


def play(environment: Mapping[str, str], *words: str) -> dict[str, Any]:
    """Let another process do one act."""
    done = subprocess.run(  # noqa: S603 - our own program
        [*PLAY, *words],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


class Prompter:
    """A process that stays and does one act after the other: it starts but once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*PLAY, "prompt"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Prompter":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=10)

    def ask(self, *words: str) -> dict[str, Any]:
        """Have an act done; a failed one has written why on stderr."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said, f"{words[0]} failed; the reason stands above"
        told: dict[str, Any] = json.loads(said)
        return told


@dataclass(frozen=True, slots=True)
class House:
    """A running demo: where it is, and whom to ask behind the scenes."""

    url: str
    systems: str
    prompter: Prompter
    log: Path

    def ask(self, *words: str) -> dict[str, Any]:
        return self.prompter.ask(*words)

    def set_clock(self, moment: str) -> None:
        self.ask("set_clock", self.systems, moment)


@contextmanager
def built(folder: Path) -> Iterator[House]:
    """Build a house in this folder and run it."""
    environment, port = environment_of(folder / "home"), free_address()
    shelf, log = folder / "shelf", folder / "programs.log"
    with Prompter(environment) as prompter:
        prompter.ask("write_shelf", str(shelf))
        with started_region(shelf, folder / "systems") as systems:
            prompter.ask("build", systems, str(shelf))
            with running(environment, port, log):
                yield House(f"http://{HOST}:{port}", systems, prompter, log)

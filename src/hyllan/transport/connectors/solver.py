"""PyVRP at arm's length: in processes of its own that are killed when they do not answer."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from hyllan.transport.engine.planning.routes import (
    Effort,
    Route,
    RouteAnswer,
    RouteProblem,
    as_json,
)

WORKER = (sys.executable, "-m", "hyllan.transport.connectors.solver_worker")
START_SECONDS = 20.0  # to begin Python and PyVRP on a busy machine
GRACE_SECONDS = 5.0
SECONDS_AN_ITERATION = 0.05  # no small problem takes longer


class Solver:
    """
    So many PyVRP processes side by side; use it in a `with`.

    PyVRP was seen to hang before it looks at its own time limit. Then its process is killed, that
    problem has no answer, and the next one gets a new process.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        command: Sequence[str] = WORKER,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self.killed = 0
        self._command = tuple(command)
        self._start_seconds = start_seconds
        self._idle: SimpleQueue[subprocess.Popen[str] | None] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="solver")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        for _ in range(self._workers):
            _end(self._idle.get())

    def __call__(
        self, problems: Sequence[RouteProblem], effort: Effort
    ) -> list[RouteAnswer | None]:
        """Return the answers in the order of the problems; None where there is none."""
        return list(self._pool.map(lambda problem: self._ask(problem, effort), problems))

    def _ask(self, problem: RouteProblem, effort: Effort) -> RouteAnswer | None:
        process, is_new = self._idle.get(), False
        if process is None or process.poll() is not None:
            _end(process)
            process, is_new = self._start(), True
        limit = _limit(effort) + (self._start_seconds if is_new else 0.0)
        clock = threading.Timer(limit, process.kill)
        clock.start()
        try:
            answer = _answer(process, problem, effort)
        except (OSError, ValueError):  # it was killed or died: no answer, or half of one
            self.killed += 1
            _end(process)
            self._idle.put(None)
            return None
        finally:
            clock.cancel()
        self._idle.put(process)
        return answer

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own words
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )


def _limit(effort: Effort) -> float:
    if effort.iterations is not None:
        return effort.iterations * SECONDS_AN_ITERATION + GRACE_SECONDS
    return 2 * effort.seconds + GRACE_SECONDS


def _answer(
    process: subprocess.Popen[str], problem: RouteProblem, effort: Effort
) -> RouteAnswer | None:
    if process.stdin is None or process.stdout is None:
        raise OSError
    process.stdin.write(json.dumps({"problem": as_json(problem), "effort": asdict(effort)}) + "\n")
    process.stdin.flush()
    found = json.loads(process.stdout.readline())
    if found is None:
        return None
    routes = tuple(
        Route(vehicles=route["vehicles"], locations=tuple(route["locations"]))
        for route in found["routes"]
    )
    return RouteAnswer(cost=found["cost"], routes=routes, iterations=found["iterations"])


def _end(process: subprocess.Popen[str] | None) -> None:
    if process is None:
        return
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()

"""One engine in a process of its own, so that its CPU and memory are its own."""

import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from searching.engines import Answer, Built, Engine, cpu_seconds, memory
from searching.questions import Question

CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Round:
    """How a run over some questions went."""

    seconds: list[float]  # of each question, in the order they were given
    wall: float
    cpu: float  # of the engine's processes
    client_cpu: float  # of this process, where the engine is another; else 0


class Worker:
    """A process with an engine; every call waits until it is done."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        """Start it; `make` must be something that pickle can name."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, make))
        self._process.start()
        theirs.close()

    def ask(self, what: str, *arguments: Any, **named: Any) -> Any:
        """Return what this function of `_Working` or of the engine returns."""
        self._pipe.send((what, arguments, named))
        try:
            told = self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"The process of an engine ended during {what}.") from None
        if isinstance(told, Exception):
            raise told
        return told

    def end(self) -> None:
        """Stop the engine and its process."""
        if self._process.is_alive():
            self._pipe.send(("stop", (), {}))
            self._process.join(60)


class _Working:
    """The other side of Worker."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._requests: list[Any] = []
        self._threads = ThreadPoolExecutor(CLIENTS)
        self._own = threading.local()

    def build(self) -> Built:
        return self.engine.build()

    def version(self) -> str:
        return self.engine.version()

    def start(self, questions: Sequence[Question]) -> None:
        self.engine.start()
        self._requests = [self.engine.request(question) for question in questions]

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        def ask(number: int) -> Answer:
            return self.engine.answer(self._client()(self._requests[number]))

        return list(self._threads.map(ask, numbers))

    def run(self, clients: int, numbers: Sequence[int]) -> Round:
        """Ask the questions with these numbers, each by the client that is free first."""
        process = self.engine.process()
        outside = process != os.getpid()
        seconds = [0.0] * len(numbers)
        at, barrier = count(), threading.Barrier(clients + 1)

        def work() -> None:
            ask = self._client()
            barrier.wait()
            while (place := next(at)) < len(numbers):
                request = self._requests[numbers[place]]
                began = time.perf_counter()
                ask(request)
                seconds[place] = time.perf_counter() - began

        working = [self._threads.submit(work) for _ in range(clients)]
        used, used_here = cpu_seconds(process), time.process_time()
        barrier.wait()
        began = time.perf_counter()
        for each in working:
            each.result()
        wall = time.perf_counter() - began
        here = time.process_time() - used_here
        cpu = cpu_seconds(process) - used if outside else here
        return Round(seconds, wall, cpu, here if outside else 0.0)

    def memory(self) -> int:
        return memory(self.engine.process())

    def _client(self) -> Callable[[Any], Any]:
        if not hasattr(self._own, "client"):
            self._own.client = self.engine.client()
        client: Callable[[Any], Any] = self._own.client
        return client


def _work(pipe: Connection, make: Callable[[], Engine]) -> None:
    try:
        working = _Working(make())
    except Exception as error:
        pipe.recv()
        pipe.send(error)
        return
    try:
        while (asked := pipe.recv())[0] != "stop":
            what, arguments, named = asked
            of = working if hasattr(working, what) else working.engine
            try:
                pipe.send(getattr(of, what)(*arguments, **named))
            except Exception as error:
                error.add_note(traceback.format_exc())
                pipe.send(error)
    except EOFError:
        pass
    finally:
        working.engine.stop()

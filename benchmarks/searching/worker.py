"""One engine in processes of its own, so that its CPU and memory are its own."""

import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.sharedctypes import Synchronized
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What one process did of a run."""

    seconds: dict[int, float]  # by the place of the question
    began: float  # by the machine's clock
    ended: float
    cpu: float
    client_cpu: float


class Worker:
    """
    Processes with an engine; every call waits until it is done.

    The first does everything. The others, where the engine answers in its callers' processes and
    is run in several, take their share of the clients.
    """

    def __init__(self, make: Callable[[], Engine], *, processes: int = 1) -> None:
        """Start them; `make` must be something that pickle can name."""
        context = multiprocessing.get_context("spawn")
        self._next: Synchronized[int] = context.Value("q", 0)
        self._all = [_start(context, make, self._next) for _ in range(processes)]

    def ask(self, what: str, *arguments: Any, **named: Any) -> Any:
        """Return what this function of `_Working` or of the engine returns in the first process."""
        return _ask(self._all[:1], [(what, arguments, named)])[0]

    def start(self, questions: Sequence[Question]) -> None:
        """Let the engine start, and make the questions ready in all processes."""
        _ask(self._all, [("start", (questions,), {})] * len(self._all))

    def run(self, clients: int, numbers: Sequence[int]) -> Round:
        """Ask the questions with these numbers, each by the client that is free first."""
        self._next.value = 0
        at_work = self._all[:clients]
        shares = [len(range(place, clients, len(at_work))) for place in range(len(at_work))]
        parts = _ask(at_work, [("run", (share, numbers), {}) for share in shares])
        seconds = {place: took for part in parts for place, took in part.seconds.items()}
        return Round(
            seconds=[seconds[place] for place in range(len(numbers))],
            wall=max(part.ended for part in parts) - min(part.began for part in parts),
            cpu=sum(part.cpu for part in parts),
            client_cpu=sum(part.client_cpu for part in parts),
        )

    def memory(self) -> int:
        """Return the bytes of the engine in all processes."""
        return sum(_ask(self._all, [("memory", (), {})] * len(self._all)))

    def end(self) -> None:
        """Stop the engine and its processes."""
        for process, pipe in self._all:
            if process.is_alive():
                pipe.send(("stop", (), {}))
                process.join(60)


_Running = tuple[SpawnProcess, Connection]
_Call = tuple[str, tuple[Any, ...], dict[str, Any]]


def _start(
    context: SpawnContext, make: Callable[[], Engine], following: "Synchronized[int]"
) -> _Running:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, make, following))
    process.start()
    theirs.close()
    return process, ours


def _ask(running: Sequence[_Running], calls: Sequence[_Call]) -> list[Any]:
    """Return what each process answers to its call; they work at the same time."""
    for (_, pipe), call in zip(running, calls, strict=True):
        pipe.send(call)
    answers = [_received(pipe, call[0]) for (_, pipe), call in zip(running, calls, strict=True)]
    for told in answers:
        if isinstance(told, Exception):
            raise told
    return answers


def _received(pipe: Connection, what: str) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        raise RuntimeError(f"The process of an engine ended during {what}.") from None


class _Working:
    """The other side of Worker."""

    def __init__(self, engine: Engine, following: "Synchronized[int]") -> None:
        self.engine = engine
        self._following = following  # the place of the question that is asked next
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

    def run(self, clients: int, numbers: Sequence[int]) -> _Part:
        """Ask questions with so many clients until no process has any left."""
        process = self.engine.process()
        outside = process != os.getpid()
        seconds: dict[int, float] = {}
        barrier = threading.Barrier(clients + 1)

        def work() -> None:
            ask = self._client()
            barrier.wait()
            while (place := self._next()) < len(numbers):
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
        ended, here = time.perf_counter(), time.process_time() - used_here
        cpu = cpu_seconds(process) - used if outside else here
        return _Part(seconds, began, ended, cpu, here if outside else 0.0)

    def _next(self) -> int:
        with self._following.get_lock():
            self._following.value += 1
            return self._following.value - 1

    def memory(self) -> int:
        return memory(self.engine.process())

    def _client(self) -> Callable[[Any], Any]:
        if not hasattr(self._own, "client"):
            self._own.client = self.engine.client()
        client: Callable[[Any], Any] = self._own.client
        return client


def _work(pipe: Connection, make: Callable[[], Engine], following: "Synchronized[int]") -> None:
    try:
        working = _Working(make(), following)
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

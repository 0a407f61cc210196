"""What an engine must do to be measured, and what is read of its processes."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from searching.questions import Question

FACETS = ("organisations", "materials", "languages", "decades")
_TICKS = os.sysconf("SC_CLK_TCK")


class Answer(NamedTuple):
    """What a question found; hits are edition numbers."""

    total: int
    hits: tuple[int, ...] = ()
    facets: Mapping[str, Mapping[str, int]] | None = None  # by the names in FACETS


@dataclass(frozen=True, slots=True)
class Built:
    documents: int
    seconds: float
    cpu: float  # seconds, of the engine's own processes
    size: int  # bytes on disk


class Engine(Protocol):
    """One engine with its documents. A request is a question made ready before the clock runs."""

    def build(self) -> Built:
        """Index the documents."""
        ...

    def start(self) -> None:
        """Begin to serve."""
        ...

    def request(self, question: Question) -> Any:
        """Return the question as this engine is asked it."""
        ...

    def client(self) -> Callable[[Any], Any]:
        """Return what asks and waits for the whole answer; each thread has its own."""
        ...

    def answer(self, told: Any) -> Answer:
        """Return what the client's answer says."""
        ...

    def version(self) -> str:
        """Return what it is, once started."""
        ...

    def process(self) -> int:
        """Return the process that serves, with its children."""
        ...

    def stop(self) -> None:
        """End what was started."""
        ...


def family(process: int) -> list[int]:
    """Return a process and its descendants."""
    children = _children(process)
    return [process, *(found for child in children for found in family(child))]


def _children(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    except OSError:
        return []


def cpu_seconds(process: int) -> float:
    """Return the CPU time that a process, its threads and its children have used."""
    return sum(_cpu(pid) for pid in family(process))


def _cpu(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    # utime, stime, and those of children that have ended: fields 14 to 17 of proc(5)
    return sum(map(int, told[11:15])) / _TICKS


def memory(process: int) -> int:
    """Return the bytes in memory, what is shared with other processes in proportion (PSS)."""
    return sum(_pss(pid) for pid in family(process))


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def folder_size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

"""Processes beside this one, for what needs no tables: records read, editions put together."""

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

GARBAGE = 200_000  # new objects between two looks for circles, of which records have none
One = TypeVar("One")
Made = TypeVar("Made")


def side_by_side(
    make: Callable[[One], Made], of: Iterable[One], *, ahead: int = 6
) -> Iterator[Made]:
    """Yield what is made of each, in order, by as many processes as there are cores."""
    waiting: deque[Future[Made]] = deque()
    for each in of:
        waiting.append(_processes().submit(make, each))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@cache
def _processes() -> ProcessPoolExecutor:
    """Return the processes, started when they are first needed and kept."""
    return ProcessPoolExecutor(
        os.cpu_count(),
        mp_context=get_context("spawn"),
        initializer=gc.set_threshold,
        initargs=(GARBAGE,),
    )

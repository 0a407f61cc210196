"""Ask library systems how items stand, by NCIP's LookupItem: many at once, within a deadline."""

import asyncio
import os
import ssl
import threading
import time
from collections.abc import Sequence
from functools import cache

import httpx

from hyllan.catalogue.engine.availability import Heard, LibrarySystem, State, state_of
from hyllan.protocols import ncip
from hyllan.protocols.errors import Malformed

AT_ONCE = 4  # questions to one system at the same time
LONGEST_ANSWER = 100_000  # bytes
GRACE = 0.5  # seconds that our own loop may be late with what it has
HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
# These say nothing of the item: the system cannot answer now, or not at all
NO_ANSWER = {ncip.ProblemType.TEMPORARY_PROCESSING_FAILURE, ncip.ProblemType.UNSUPPORTED_SERVICE}

Questions = tuple[LibrarySystem, Sequence[str]]
"""A system, and the barcodes to ask it about."""


class Unusable(Exception):  # noqa: N818 - not a fault of ours
    """What came back is no answer to the question."""


def ask(questions: Sequence[Questions], *, seconds: float) -> list[Heard]:
    """
    Ask every system about its items, each apart from the others; never inside a transaction.

    Returns after `seconds` at the latest, with what was answered by then, in the order asked.
    """
    asking = asyncio.run_coroutine_threadsafe(_ask_all(questions, seconds), _loop())
    try:
        return asking.result(seconds + GRACE)
    except TimeoutError:
        asking.cancel()
        return [Heard({}, "we were too busy to listen") for _ in questions]


_making = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    with _making:
        return _running_loop()


@cache
def _running_loop() -> asyncio.AbstractEventLoop:
    """
    Return the event loop in which all questions of this process are asked.

    A loop, since a question can be broken off in it at any point; a thread that waits for a
    silent system cannot, and would be missing for the next page.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="live-items", daemon=True).start()
    return loop


os.register_at_fork(after_in_child=_running_loop.cache_clear)


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)  # takes a while: once


async def _ask_all(questions: Sequence[Questions], seconds: float) -> list[Heard]:
    return await asyncio.gather(*(_ask_system(*each, seconds=seconds) for each in questions))


async def _ask_system(system: LibrarySystem, barcodes: Sequence[str], *, seconds: float) -> Heard:
    """Ask one system; the first question that fails ends it, what was answered before counts."""
    states: dict[str, State] = {}
    fault, begun = "", time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            await _ask_items(system, barcodes, states)
    except TimeoutError:
        fault = "" if states else f"no answer within {seconds:g} seconds"
    except (httpx.HTTPError, httpx.InvalidURL, Malformed, Unusable) as error:
        fault = f"{type(error).__name__}: {error}"
    return Heard(states, fault, round((time.monotonic() - begun) * 1000))


async def _ask_items(
    system: LibrarySystem, barcodes: Sequence[str], states: dict[str, State]
) -> None:
    """Ask about each item, a few at the same time; the answers come into `states`."""
    waiting = iter(barcodes)

    async def ask_in_turn() -> None:
        for barcode in waiting:
            states[barcode] = await _ask_item(client, system, barcode)

    # Proxies are not for library systems, whatever the environment says
    async with httpx.AsyncClient(verify=_certificates(), trust_env=False, timeout=None) as client:  # noqa: S113 - the deadline is the caller's
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(AT_ONCE, len(barcodes))):
                    group.create_task(ask_in_turn())
        except ExceptionGroup as faults:
            raise faults.exceptions[0] from None


async def _ask_item(client: httpx.AsyncClient, system: LibrarySystem, barcode: str) -> State:
    question = ncip.LookupItem(
        item_id=barcode, from_agency=system.from_agency, to_agency=system.to_agency
    )
    try:
        body = ncip.encode(question)
    except ValueError:  # a barcode that XML cannot hold
        return State("")
    answer = ncip.decode(await _post(client, system.url, body))
    if isinstance(answer, ncip.LookupItemResponse):
        if not answer.problems:
            return state_of(answer.circulation_status, answer.date_due)
        if not {problem.type for problem in answer.problems} & NO_ANSWER:
            return State("")  # it does not know the item by this barcode
    raise Unusable(_in_words(answer))


async def _post(client: httpx.AsyncClient, url: str, body: bytes) -> bytes:
    async with client.stream("POST", url, content=body, headers=HEADERS) as reply:
        if reply.status_code != httpx.codes.OK:
            raise Unusable(f"HTTP {reply.status_code}")
        answer = b""
        async for part in reply.aiter_bytes():
            answer += part
            if len(answer) > LONGEST_ANSWER:
                raise Unusable("an endless answer")
        return answer


def _in_words(answer: ncip.Initiation | ncip.Response | ncip.ProblemResponse) -> str:
    if isinstance(answer, ncip.Initiation):
        return f"a {type(answer).__name__} in answer"
    problems = "; ".join(f"{each.type} {each.detail}".strip() for each in answer.problems)
    return problems or f"a {type(answer).__name__} in answer"

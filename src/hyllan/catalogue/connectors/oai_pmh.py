"""Fetch answers over HTTP, in bounded time and size, no faster than the server wishes."""

import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx

TIMEOUT = 20.0  # seconds, for each step of a request
DEADLINE = 120.0  # seconds for one whole answer, however steadily it drips
MAX_BYTES = 50 * 1024 * 1024
TRIES = 4
LONGEST_WAIT = 60.0  # seconds in all; a server that wants more is asked at the next harvest
SHORT_WAIT = 2.0  # after an answer that broke off
_SLOW_DOWN = {429, 503}
_TITLE = re.compile(rb"<title[^<>]*>\s*([^<>]{1,200}?)\s*</title>", re.IGNORECASE)


class Unanswered(Exception):  # noqa: N818 - the other side is at fault, or the way to it
    """There was no usable HTTP answer; the text says why."""


class Fetcher:
    """Asks one repository; call it with the arguments of a request."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a client for one address; tests give a transport, sleep and watch of theirs."""
        self._url = base_url
        self._sleep = sleep
        self._stopwatch = stopwatch
        self._client = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=3,
            transport=transport,
            headers={"User-Agent": "hyllan (harvester)"},
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def __call__(self, arguments: Mapping[str, str]) -> bytes:
        """
        Return the body of the answer.

        :raises Unanswered: no answer, one that is no answer, or one that is too long or too slow
        """
        patience, broken_off = LONGEST_WAIT, ""
        for _ in range(TRIES):
            try:
                found = self._once(arguments)
            except (httpx.RemoteProtocolError, httpx.ReadError) as error:
                found, broken_off = SHORT_WAIT, f"{type(error).__name__}: {error}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unanswered(f"{type(error).__name__}: {error}") from error
            if isinstance(found, bytes):
                return found
            if found > patience:
                raise Unanswered(f"it asks us to come back in {found:.0f} seconds")
            patience -= found
            self._sleep(found)
        raise Unanswered(broken_off or "it asks us to wait again and again")

    def _once(self, arguments: Mapping[str, str]) -> bytes | float:
        """Return the body, or the seconds to wait before asking again."""
        url = httpx.URL(self._url)
        asked = httpx.QueryParams(url.query.decode("ascii")).merge(dict(arguments))
        ends = self._stopwatch() + DEADLINE
        with self._client.stream("GET", url.copy_with(query=None), params=asked) as answer:
            if answer.status_code in _SLOW_DOWN:
                return _wanted_wait(answer)
            return self._body(answer, ends)

    def _body(self, answer: httpx.Response, ends: float) -> bytes:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MAX_BYTES:
                raise Unanswered(f"the answer is longer than {MAX_BYTES} bytes")
            if self._stopwatch() > ends:
                raise Unanswered(f"the answer is not whole after {DEADLINE:.0f} seconds")
        if answer.status_code != httpx.codes.OK:
            title = _TITLE.search(body, 0, 5_000)
            said = f": {title[1].decode('utf-8', 'replace')}" if title else ""
            raise Unanswered(f"HTTP {answer.status_code}{said}")
        return bytes(body)


def _wanted_wait(answer: httpx.Response) -> float:
    """Return the seconds of Retry-After: a number, or a date seen from the answer's own."""
    told = answer.headers.get("Retry-After", "")
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        until = parsedate_to_datetime(told)
        since = parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):
        return 1.0

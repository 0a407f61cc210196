"""Fetch OAI-PMH answers over HTTP, in bounded time and size, no faster than the server wishes."""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx

TIMEOUT = 20.0  # seconds, for each step of a request
MAX_BYTES = 50 * 1024 * 1024
TRIES = 4
LONGEST_WAIT = 60.0  # seconds in all; a server that wants more is asked at the next harvest
_SLOW_DOWN = {429, 503}


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
    ) -> None:
        """Prepare a client for one address; tests give a transport and a sleep of their own."""
        self._url = base_url
        self._sleep = sleep
        self._client = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=3,
            transport=transport,
            headers={"User-Agent": "hyllan (OAI-PMH harvester)"},
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

        :raises Unanswered: no answer, one that is no answer, or one that is too long
        """
        patience = LONGEST_WAIT
        for _ in range(TRIES):
            try:
                with self._client.stream("GET", self._url, params=dict(arguments)) as answer:
                    if answer.status_code not in _SLOW_DOWN:
                        return _body(answer)
                    wait = _wanted_wait(answer)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unanswered(f"{type(error).__name__}: {error}") from error
            if wait > patience:
                raise Unanswered(f"it asks us to come back in {wait:.0f} seconds")
            patience -= wait
            self._sleep(wait)
        raise Unanswered("it asks us to wait again and again")


def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise Unanswered(f"HTTP {answer.status_code}")
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MAX_BYTES:
            raise Unanswered(f"the answer is longer than {MAX_BYTES} bytes")
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

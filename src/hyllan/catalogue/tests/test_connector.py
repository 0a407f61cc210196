from collections.abc import Callable, Iterator

import httpx
import pytest

from hyllan.catalogue.connectors import oai_pmh
from hyllan.catalogue.connectors.oai_pmh import Fetcher, Unanswered


def fetched(
    answer: Callable[[httpx.Request], httpx.Response], waits: list[float] | None = None
) -> bytes:
    slept = [] if waits is None else waits
    transport = httpx.MockTransport(answer)
    with Fetcher("http://127.0.0.1/oai", transport=transport, sleep=slept.append) as fetch:
        return fetch({"verb": "Identify", "set": "å&b"})


def test_arguments_are_sent_and_the_body_comes_back() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        return httpx.Response(200, content=b"<OAI-PMH/>")

    assert fetched(answer) == b"<OAI-PMH/>"
    assert asked == [{"verb": "Identify", "set": "å&b"}]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        (
            {
                "Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT",
                "Date": "Tue, 24 Nov 2026 12:00:00 GMT",
            },
            30.0,
        ),
        ({"Retry-After": "soon"}, 1.0),
        ({}, 1.0),
    ],
)
def test_a_server_that_asks_to_wait_is_asked_again_after_it(
    headers: dict[str, str], wait: float
) -> None:
    answers = [httpx.Response(503, headers=headers), httpx.Response(200, content=b"ok")]
    waits: list[float] = []

    assert fetched(lambda request: answers.pop(0), waits) == b"ok"
    assert waits == [wait]


def test_a_server_that_wants_too_long_is_left_for_the_next_time() -> None:
    waits: list[float] = []

    with pytest.raises(Unanswered, match="come back in 3600 seconds"):
        fetched(lambda request: httpx.Response(503, headers={"Retry-After": "3600"}), waits)

    assert waits == []


def test_a_server_that_always_asks_to_wait_is_given_up() -> None:
    waits: list[float] = []

    with pytest.raises(Unanswered, match="again and again"):
        fetched(lambda request: httpx.Response(503, headers={"Retry-After": "1"}), waits)

    assert waits == [1.0] * 4


@pytest.mark.parametrize("status", [204, 404, 500])
def test_any_other_status_is_no_answer(status: int) -> None:
    with pytest.raises(Unanswered, match=f"HTTP {status}"):
        fetched(lambda request: httpx.Response(status, content=b"<html/>"))


def test_an_error_page_is_told_by_its_title() -> None:
    page = b"<html><head><title> Internal Server Error </title></head></html>"

    with pytest.raises(Unanswered, match="HTTP 500: Internal Server Error"):
        fetched(lambda request: httpx.Response(500, content=page))


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    answers: list[httpx.Response | Exception] = [
        httpx.RemoteProtocolError("peer closed"),
        httpx.Response(200, content=b"whole"),
    ]
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.pop(0)
        if isinstance(found, httpx.Response):
            return found
        raise found

    assert fetched(answer, waits) == b"whole"
    assert waits == [2.0]


def test_an_answer_that_always_breaks_off_is_given_up_with_its_reason() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    with pytest.raises(Unanswered, match="ReadError: reset"):
        fetched(broken, [])


def test_an_answer_that_drips_is_left_at_the_deadline() -> None:
    seconds = iter(range(0, 1_000, 30))

    def drips() -> Iterator[bytes]:
        while True:
            yield b"<"

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=drips()))
    with (
        Fetcher("http://127.0.0.1/", transport=transport, stopwatch=lambda: next(seconds)) as ask,
        pytest.raises(Unanswered, match="not whole after 120 seconds"),
    ):
        ask({})


def test_what_stands_in_the_address_is_asked_along() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        return httpx.Response(200, content=b"ok")

    with Fetcher("http://127.0.0.1/oai?db=1", transport=httpx.MockTransport(answer)) as fetch:
        fetch({"verb": "Identify"})

    assert asked == [{"db": "1", "verb": "Identify"}]


def test_an_answer_that_is_too_long_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai_pmh, "MAX_BYTES", 1_000)

    with pytest.raises(Unanswered, match="longer than 1000 bytes"):
        fetched(lambda request: httpx.Response(200, content=b"x" * 2_000))


def test_a_broken_connection_is_no_answer() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too slow")

    with pytest.raises(Unanswered, match="ReadTimeout: too slow"):
        fetched(broken)


def test_an_address_that_is_none_is_no_answer() -> None:
    with pytest.raises(Unanswered), Fetcher("gopher://127.0.0.1/") as fetch:
        fetch({})

"""Over HTTP: the doors, the manners, hostile clients, and starting and ending."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from hyllan.peers.process import NotStarted, started_region
from hyllan.peers.server import PretendServer, one_system, port_number
from hyllan.peers.system import PretendSystem
from hyllan.protocols import ncip

from . import make

LUND = "INST-LUND"
SLEPT: list[float] = []


@pytest.fixture
def library(tmp_path: Path) -> Iterator[PretendSystem]:
    SLEPT.clear()
    barcodes = ("A1", "B1", "SLOW-1", "FAIL-1", "TWICE-1")
    records = [make.record(number, barcode) for number, barcode in enumerate(barcodes, start=1)]
    system = make.system(*records, home=tmp_path, sleep=SLEPT.append)
    yield system
    system.close()


@pytest.fixture
def url(library: PretendSystem) -> Iterator[str]:
    with PretendServer(0, {make.HORBY: library}) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"{server.base_url}/{make.HORBY}"
        server.shutdown()
        thread.join()


def post(url: str, message: ncip.Initiation) -> Any:
    reply = httpx.post(f"{url}/ncip", content=ncip.encode(message))
    reply.raise_for_status()
    return ncip.decode(reply.content)


def set_scenario(url: str, scenario: str) -> None:
    httpx.post(f"{url}/control", json={"scenario": scenario}).raise_for_status()


def check_out(item: str = "A1") -> ncip.CheckOutItem:
    return ncip.CheckOutItem(user_id=LUND, item_id=item)


# --- scenarios


def test_down_closes_the_connection_and_does_nothing(url: str, library: PretendSystem) -> None:
    set_scenario(url, "down")

    with pytest.raises(httpx.RemoteProtocolError):
        post(url, check_out())
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{url}/oai", params={"verb": "Identify"})

    assert library.state()["messages"] == {}


def test_fail_answers_500_and_does_nothing(url: str, library: PretendSystem) -> None:
    set_scenario(url, "fail")

    reply = httpx.post(f"{url}/ncip", content=ncip.encode(check_out()))

    assert (reply.status_code, library.state()["messages"]) == (500, {})


def test_slow_answers_after_three_seconds(url: str) -> None:
    set_scenario(url, "slow")

    assert post(url, check_out()).problems == ()
    assert SLEPT == [3.0]


def test_twice_does_it_and_says_nothing_so_that_one_must_look_up(
    url: str, library: PretendSystem
) -> None:
    set_scenario(url, "twice")

    with pytest.raises(httpx.RemoteProtocolError):
        post(url, check_out())

    lent = post(url, ncip.LookupUser(user_id=LUND, loaned_items_desired=True)).loaned_items
    assert [loan.item_id for loan in lent] == ["A1"]
    assert post(url, check_out()).problems[0].type == "Resource Cannot Be Provided"
    assert [effect["times"] for effect in library.state()["effects"]] == [1]


def test_a_barcode_brings_its_scenario_for_messages_about_it_alone(
    url: str, library: PretendSystem
) -> None:
    reply = httpx.post(f"{url}/ncip", content=ncip.encode(check_out("FAIL-1")))
    with pytest.raises(httpx.RemoteProtocolError):
        post(url, check_out("TWICE-1"))
    post(url, check_out("SLOW-1"))
    post(url, check_out("A1"))

    assert (reply.status_code, SLEPT) == (500, [3.0])
    assert sorted(library.state()["lent"]) == ["A1", "SLOW-1", "TWICE-1"]


# --- control and state


def test_control_sets_the_clock_that_due_dates_count_from(url: str) -> None:
    reply = httpx.post(f"{url}/control", json={"clock": "2026-01-05T10:00:00+01:00"})

    due = post(url, check_out()).date_due
    assert reply.json() == {"scenario": "", "clock": "2026-01-05T09:00:00+00:00"}
    assert due.isoformat() == "2026-02-02T20:00:00+00:00"

    httpx.post(f"{url}/control", json={"clock": None})
    assert post(url, check_out("B1")).date_due.isoformat() == "2026-12-24T20:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"scenario": "explode"}',
        b'{"scenario": ["slow"]}',
        b'{"clock": "soon"}',
        b'{"clock": "2026-01-05T10:00:00"}',
        b'{"withdraw": "A1"}',
        b'{"withdraw": ["NO-SUCH"]}',
        b'{"delete": "all"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_control_refuses_what_it_does_not_know_with_a_sentence(
    url: str, library: PretendSystem, body: bytes
) -> None:
    before = library.state()

    reply = httpx.post(f"{url}/control", content=body)

    assert (reply.status_code, reply.text[-1]) == (400, ".")
    assert library.state() == before


def test_state_is_what_the_system_holds(url: str, library: PretendSystem) -> None:
    post(url, check_out())

    state = httpx.get(f"{url}/state").json()

    assert state == library.state()
    assert (state["items"], state["loans"], state["lent"]) == (5, 1, {"A1": LUND})


# --- doors


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 404),
        ("GET", "/nothing", 404),
        ("GET", "/ncip", 405),
        ("POST", "/state", 405),
        ("GET", "/ncip/ncip", 404),
        ("PUT", "/ncip", 501),
    ],
)
def test_other_ways_in_are_refused(url: str, method: str, path: str, status: int) -> None:
    assert httpx.request(method, url + path).status_code == status


def test_a_lone_system_answers_without_its_name_too(url: str) -> None:
    alone = url.removesuffix(f"/{make.HORBY}")

    assert post(alone, ncip.LookupItem(item_id="A1")).title == "Title 1"
    assert httpx.get(f"{alone}/OTHER/state").status_code == 404


def test_oai_takes_post_as_the_protocol_asks(url: str) -> None:
    by_get = httpx.get(f"{url}/oai", params={"verb": "ListMetadataFormats"})
    by_post = httpx.post(f"{url}/oai", data={"verb": "ListMetadataFormats"})

    assert by_get.headers["content-type"] == "text/xml; charset=utf-8"
    assert by_post.content == by_get.content


# --- hostile clients

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><NCIPMessage>&b;</NCIPMessage>'


@pytest.mark.parametrize(
    "body",
    [LAUGHS, b"<a>" * 300_000, b"\x00" * 1000, b"", b"<NCIPMessage/>", "å".encode("utf-16")],
    ids=["entities", "deep", "zeros", "empty", "no service", "no XML"],
)
def test_a_hostile_message_gets_a_problem_and_the_server_lives_on(url: str, body: bytes) -> None:
    answer = ncip.decode(httpx.post(f"{url}/ncip", content=body).content)

    assert isinstance(answer, ncip.ProblemResponse)
    assert post(url, ncip.LookupItem(item_id="A1")).title == "Title 1"


def raw(url: str, data: bytes) -> bytes:
    """Send bytes as they are and return what comes back, until the server has had enough."""
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 0), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"POST /ncip HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b" 413 "),
        (b"POST /ncip HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b" 413 "),
        (b"POST /ncip HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", b" 413 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", b"400"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b" 414 "),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b" 431 "),
    ],
)
def test_broken_http_is_refused_and_the_server_lives_on(
    url: str, data: bytes, status: bytes
) -> None:
    answer = raw(url, data)

    assert status in answer[:400]
    assert post(url, ncip.LookupItem(item_id="A1")).title == "Title 1"


def test_a_client_that_stops_half_way_changes_nothing(url: str, library: PretendSystem) -> None:
    body = ncip.encode(check_out())
    head = f"POST /ncip HTTP/1.1\r\nContent-Length: {len(body) + 10}\r\n\r\n".encode()

    raw(url, head + body[:50])

    assert library.state()["lent"] == {}


def test_many_clients_at_once_lend_an_item_once(url: str, library: PretendSystem) -> None:
    answers: list[bool] = []

    def borrow(number: int) -> None:
        message = ncip.CheckOutItem(user_id=f"INST-{number}", item_id="A1")
        answers.append(not post(url, message).problems)

    threads = [threading.Thread(target=borrow, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(answers), library.state()["loans"]) == ([False] * 11 + [True], 1)


# --- starting and ending


def region_shelf(folder: Path, organisations: int = 3) -> Path:
    folder.mkdir()
    for number in range(organisations):
        records = [make.record(n, f"{number}-{n}") for n in range(1, 4)]
        (folder / f"O{number}.mrc").write_bytes(make.marc(*records))
    return folder


def test_a_region_runs_in_a_process_and_keeps_what_happened(tmp_path: Path) -> None:
    shelf = region_shelf(tmp_path / "shelf")

    with started_region(shelf, tmp_path / "home") as base_url:
        post(f"{base_url}/O1", ncip.CheckOutItem(user_id=LUND, item_id="1-2"))
    with started_region(shelf, tmp_path / "home") as base_url:
        states = [httpx.get(f"{base_url}/O{n}/state").json() for n in range(3)]

    assert [state["items"] for state in states] == [3, 3, 3]
    assert [state["lent"] for state in states] == [{}, {"1-2": LUND}, {}]


def test_a_region_without_a_shelf_or_port_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with (
        pytest.raises(NotStarted, match=r"There is no <ORGANISATION>\.mrc in "),
        started_region(empty, tmp_path / "home"),
    ):
        pass

    shelf = region_shelf(tmp_path / "shelf", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(NotStarted, match=f"^Port {port} cannot be had"),
            started_region(shelf, tmp_path / "home", port),
        ):
            pass


def test_a_region_starts_soon_and_ends_cleanly_when_told(tmp_path: Path) -> None:
    shelf = region_shelf(tmp_path / "shelf", 33)
    with started_region(shelf, tmp_path / "home"):
        pass
    command = [sys.executable, "-m", "hyllan.peers.server", "--port", "0"]
    command += ["--home", str(tmp_path / "home"), "--shelf", str(shelf)]

    begun = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        took = time.monotonic() - begun
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)

    assert said.startswith("33 pretend library systems listen at http://127.0.0.1:")
    assert (process.returncode, rest, errors) == (0, "", "")
    assert took < 5  # 0.2 s on a quiet machine


def test_the_commands_refuse_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^There is no <ORGANISATION>\.mrc in "):
        call_command("pretend-region", port=0, home=tmp_path / "home", shelf=tmp_path, scenario="")
    with pytest.raises(CommandError, match=r"^ATLANTIS is no library of the region"):
        call_command("pretend-library", library="ATLANTIS", port=0, home=tmp_path)
    with pytest.raises(CommandError, match=r"^There is no file "):
        call_command(
            "pretend-library", library="HORBY", port=0, home=tmp_path, shelf=tmp_path / "x.mrc"
        )


def test_a_branch_is_served_by_its_organisations_system_with_the_demos_stock(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"^Port {port} cannot be had"):
            call_command("pretend-library", library="KRISTIANSTAD-AHUS", port=port, home=tmp_path)

    call_command("demo-shelf", output=tmp_path / "shelf", stdout=StringIO())
    written = (tmp_path / "shelf" / "KRISTIANSTAD.mrc").read_bytes
    kept = one_system(organisation="KRISTIANSTAD", stock=bytes, home=tmp_path, scenario="")
    meant = one_system(
        organisation="KRISTIANSTAD", stock=written, home=tmp_path / "other", scenario=""
    )
    assert kept.state()["items"] == meant.state()["items"] > 0
    kept.close()
    meant.close()


@pytest.mark.parametrize("port", ["-1", "65536", "http", "²"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no port"):
        port_number(port)


def test_state_is_json_that_anybody_reads(library: PretendSystem) -> None:
    assert json.loads(json.dumps(library.state())) == library.state()

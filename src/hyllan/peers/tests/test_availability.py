"""Live availability over HTTP: systems that answer, are slow, fail, hang or talk nonsense."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, Item, Source
from hyllan.catalogue.services import availability
from hyllan.catalogue.tests import make_editions
from hyllan.catalogue.tests.make import NOON
from hyllan.jobs.models import Exchange
from hyllan.lending import services as lending
from hyllan.peers.cards import cards
from hyllan.peers.server import PretendServer
from hyllan.peers.system import PretendSystem
from hyllan.protocols import ncip
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.tests import make as region

from . import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SLOW = 1.2  # seconds, of the pretend systems here
DEADLINE = 0.5
IN_TIME = 1.1  # seconds for what waits for the deadline, on a machine that has much else to do

Systems = dict[str, PretendSystem]


@pytest.fixture(autouse=True)
def _short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "DEADLINE", DEADLINE)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[Systems]:
    """Serve HORBY and OSBY, connected, each with items H1 to H9, SLOW-H and FAIL-H (O for OSBY)."""
    served = {code: _system(code, tmp_path) for code in ("HORBY", "OSBY")}
    with PretendServer(0, served) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        for code in served:
            connect(code, f"{server.base_url}/{code}/ncip")
        yield served
        server.shutdown()
        thread.join()
    for system in served.values():
        system.close()


def _system(code: str, home: Path) -> PretendSystem:
    barcodes = [f"{code[0]}{number}" for number in range(1, 10)] + [f"SLOW-{code[0]}"]
    records = [make.record(n, each) for n, each in enumerate([*barcodes, f"FAIL-{code[0]}"])]
    return PretendSystem(
        organisation=code,
        database=home / f"{code}.sqlite3",
        stock=lambda: make.marc(*records),
        clock=lambda: NOON,
        sleep=lambda _seconds: time.sleep(SLOW),
    )


def connect(code: str, url: str) -> None:
    lending.connect(
        organisation=region.library(code).organisation,
        kind="ncip",
        url=url,
        institution_card=f"INST-{code}",
        by=SYSTEM,
    )


def edition(*barcodes: str, status: str = "available") -> Edition:
    """Return an edition with these items; a barcode's last part begins as its owner's code."""
    made = make_editions.edition(at=())
    for barcode in barcodes:
        owner = {"H": "HORBY", "O": "OSBY"}[barcode.rpartition("-")[2][0]]
        make_editions.item(made, owner, status, barcode=barcode)
    return made


def lend(system: PretendSystem, barcode: str) -> None:
    card = cards(system.organisation)[0].number
    assert make.problem(system, ncip.CheckOutItem(user_id=card, item_id=barcode)) == ""


def ask(of: Edition, *, after: timedelta = timedelta()) -> float:
    """Ask as a page does; return the seconds it took."""
    begun = time.monotonic()
    services.ask_availability(edition_id=of.pk, now=NOON + MINUTE + after)
    return time.monotonic() - begun


def statuses() -> dict[str, str]:
    return dict(Item.objects.order_by("barcode").values_list("barcode", "status"))


def questions(system: PretendSystem) -> int:
    asked: int = system.state()["messages"].get("LookupItem", 0)
    return asked


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve each connection in a thread of its own; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(taken,), daemon=True).start()

        def serve(taken: socket.socket) -> None:
            with taken:
                try:
                    answer(taken)
                except OSError:
                    return  # we hung up

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ncip"
        server.shutdown(socket.SHUT_RDWR)


def hang(taken: socket.socket) -> None:
    while taken.recv(4096):
        pass  # until the other side gives up


def drip(taken: socket.socket) -> None:
    """Answer a byte now and then, which no timeout of a single read notices."""
    taken.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        time.sleep(0.05)
        taken.sendall(b"x")


def saying(body: bytes, status: str = "200 OK") -> Callable[[socket.socket], None]:
    def answer(taken: socket.socket) -> None:
        taken.recv(65536)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n"
        taken.sendall(head.encode() + body)

    return answer


def endless(taken: socket.socket) -> None:
    taken.recv(65536)
    taken.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        taken.sendall(b" " * 65536)


def test_what_the_systems_say_now_is_kept_with_when_they_said_it(systems: Systems) -> None:
    wanted = edition("H1", "H2", "O1", status="on_loan")
    lend(systems["HORBY"], "H2")

    ask(wanted)

    assert statuses() == {"H1": "available", "H2": "on_loan", "O1": "available"}
    assert set(Item.objects.values_list("status_at", flat=True)) == {NOON + MINUTE}
    loan = make.ask(systems["HORBY"], ncip.LookupItem(item_id="H2"))
    assert Item.objects.get(barcode="H2").due == loan.date_due
    assert list(Item.objects.exclude(barcode="H2").values_list("due", flat=True)) == [None, None]


def test_a_page_within_the_minute_asks_nothing_and_one_after_it_asks_again(
    systems: Systems,
) -> None:
    wanted = edition("H1")

    for seconds in (0, 1, 59):
        ask(wanted, after=timedelta(seconds=seconds))
    assert questions(systems["HORBY"]) == 1

    ask(wanted, after=MINUTE)
    assert questions(systems["HORBY"]) == 2


def test_search_learns_what_changed_and_nothing_when_nothing_did(systems: Systems) -> None:
    wanted = edition("H1", "H2")
    before = wanted.changes

    ask(wanted)
    wanted.refresh_from_db()
    assert wanted.changes == before

    lend(systems["HORBY"], "H1")
    ask(wanted, after=MINUTE)
    wanted.refresh_from_db()
    assert wanted.changes == before + 1


def test_an_item_its_system_does_not_know_stays_as_it_was_last_known(systems: Systems) -> None:
    wanted = edition("H77", "H1", status="on_loan")

    ask(wanted)

    assert statuses() == {"H1": "available", "H77": "on_loan"}
    assert Item.objects.get(barcode="H77").status_at == NOON
    assert Source.objects.get(organisation__code="HORBY").silent_at is None


def test_a_slow_item_costs_the_deadline_and_what_was_answered_counts(systems: Systems) -> None:
    wanted = edition("SLOW-H", "H1", "H2", "O1", status="on_loan")

    assert DEADLINE <= ask(wanted) < IN_TIME

    assert statuses() == {
        "H1": "available",
        "H2": "available",
        "O1": "available",
        "SLOW-H": "on_loan",
    }


def test_a_system_that_fails_is_left_alone_for_a_minute(systems: Systems) -> None:
    wanted = edition("H1", "O1")
    systems["HORBY"].scenario = "fail"

    ask(wanted)
    assert Source.objects.get(organisation__code="HORBY").silent_at == NOON + MINUTE
    said = Exchange.objects.values_list("receiver", "protocol", "type", "result")
    assert list(said) == [("HORBY", "NCIP", "LookupItem", "Unusable: HTTP 500")]

    systems["HORBY"].scenario = ""
    other = edition("H2", "O2")
    ask(other, after=timedelta(seconds=59))
    assert (questions(systems["HORBY"]), questions(systems["OSBY"])) == (0, 2)

    ask(other, after=MINUTE)
    assert questions(systems["HORBY"]) == 1
    assert Source.objects.get(organisation__code="HORBY").silent_at is None


@pytest.mark.parametrize("way", [hang, drip, endless])
def test_a_system_that_hangs_delays_no_other_and_no_page_beyond_the_deadline(
    systems: Systems, way: Callable[[socket.socket], None]
) -> None:
    wanted = edition("H1", "H2", "O1", "O2", status="on_loan")
    with listening(way) as url:
        connect("OSBY", url)

        took = ask(wanted)

    assert took < IN_TIME
    assert statuses() == {"H1": "available", "H2": "available", "O1": "on_loan", "O2": "on_loan"}
    silent = Source.objects.exclude(silent_at=None).values_list("organisation__code", flat=True)
    assert list(silent) == ["OSBY"]


@pytest.mark.parametrize(
    "way",
    [
        saying(b"<html>Sign in</html>"),
        saying(b""),
        saying(b"\x00\xff" * 500),
        saying(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        saying(ncip.encode(ncip.LookupItem(item_id="O1"))),
        saying(ncip.encode(ncip.CheckInItemResponse(item_id="O1"))),
        saying(b"", "302 Found\r\nLocation: http://192.0.2.1/"),
        saying(
            ncip.encode(
                ncip.ProblemResponse(
                    problems=(ncip.Problem(type=ncip.ProblemType.UNSUPPORTED_SERVICE),)
                )
            )
        ),
        lambda taken: taken.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
        lambda taken: taken.close(),
    ],
)
def test_what_is_no_answer_changes_nothing(
    systems: Systems, way: Callable[[socket.socket], None]
) -> None:
    wanted = edition("H1", "O1", status="on_loan")
    with listening(way) as url:
        connect("OSBY", url)

        ask(wanted)

    assert statuses() == {"H1": "available", "O1": "on_loan"}
    silent = Source.objects.exclude(silent_at=None).values_list("organisation__code", flat=True)
    assert list(silent) == ["OSBY"]


def test_an_address_where_nobody_listens_or_that_is_none_is_silence(systems: Systems) -> None:
    wanted = edition("H1", "O1", status="on_loan")
    for minutes, url in enumerate(("http://127.0.0.1:1/ncip", "http://[::broken/", "mailto:a@b")):
        connect("OSBY", url)
        ask(wanted, after=MINUTE * minutes)

    assert statuses() == {"H1": "available", "O1": "on_loan"}
    assert Source.objects.get(organisation__code="OSBY").silent_at == NOON + 3 * MINUTE


def test_a_barcode_that_no_message_can_hold_is_not_asked_about(systems: Systems) -> None:
    wanted = edition("H1", status="on_loan")
    make_editions.item(wanted, "HORBY", "missing", barcode="H\x01")

    ask(wanted)

    assert statuses() == {"H\x01": "missing", "H1": "available"}


def test_a_library_without_a_system_is_not_asked() -> None:
    wanted = edition("H1")

    assert ask(wanted) < DEADLINE
    assert Item.objects.get(barcode="H1").asked_at is None


def test_what_is_told_while_the_question_is_out_is_not_overwritten(systems: Systems) -> None:
    wanted = edition("H1")
    item = Item.objects.get(barcode="H1")
    services.item_status(item_id=item.pk, status="on_loan", now=NOON + 2 * MINUTE)

    ask(wanted)

    item.refresh_from_db()
    assert (item.status, item.status_at) == ("on_loan", NOON + 2 * MINUTE)


def test_of_a_title_with_many_copies_the_rest_is_asked_about_next(
    systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(availability, "AT_MOST", 5)
    wanted = edition(*(f"H{number}" for number in range(1, 10)))

    ask(wanted)
    assert questions(systems["HORBY"]) == 5
    ask(wanted)
    assert questions(systems["HORBY"]) == 9
    ask(wanted)
    assert questions(systems["HORBY"]) == 9


def test_asking_costs_the_same_queries_for_one_item_and_for_many(
    systems: Systems, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, many = edition("H1"), edition("H2", "H3", "H4", "O1", "O2", "O3")
    with django_assert_num_queries(11) as few:
        ask(one)
    with django_assert_num_queries(len(few)):
        ask(many)
    with django_assert_num_queries(1):  # within the minute
        ask(many)


def test_pages_beyond_the_few_that_may_wait_show_what_is_known(systems: Systems) -> None:
    wanted = edition("H1")
    with ExitStack() as waiting:
        for _ in range(2):
            waiting.enter_context(availability._waiting_room)
        ask(wanted)
        assert questions(systems["HORBY"]) == 0

    ask(wanted)
    assert questions(systems["HORBY"]) == 1


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_ask_once_and_leave_no_connection_behind(systems: Systems) -> None:
    wanted = edition("H1", "H2", "O1")
    start = threading.Barrier(4)
    threads = threading.active_count()

    def read(_who: int) -> None:
        try:
            start.wait(timeout=60)
            ask(wanted)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, range(4)))

    assert (questions(systems["HORBY"]), questions(systems["OSBY"])) == (2, 1)
    assert threading.active_count() <= threads + 1  # the loop, if this was the first to ask


def test_the_page_stands_at_once_and_the_fragment_brings_what_is_true_now(
    systems: Systems, client: Client
) -> None:
    wanted = edition("H1", "O1")
    lend(systems["HORBY"], "H1")
    systems["OSBY"].scenario = "down"

    page = client.get(f"/en/record/{wanted.pk}/").content.decode()
    begun = time.monotonic()
    part = client.get(
        f"/en/record/{wanted.pk}/availability/", headers={"hx-request": "true"}
    ).content.decode()

    assert time.monotonic() - begun < IN_TIME
    assert page.count("1 available") == 2
    assert (part.count("1 on loan"), part.count("1 available")) == (1, 1)
    assert "1 library system did not answer: you see what was last known." in part
    assert re.search(r"Asked \d\d:\d\d, no answer. Last known", part)


def test_the_link_does_the_same_without_javascript(systems: Systems, client: Client) -> None:
    wanted = edition("H1")
    lend(systems["HORBY"], "H1")

    page = client.get(f"/en/record/{wanted.pk}/availability/", follow=True).content.decode()

    assert "1 on loan" in page
    assert questions(systems["HORBY"]) == 1

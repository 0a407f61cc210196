"""Builders for the pages' tests: a tiny region with vans, titles in it, people, a card system."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from django.test import Client

from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make as catalogue
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import services
from hyllan.lending.models import Connection, PatronRequest
from hyllan.protocols import ncip
from hyllan.region import queries as region_queries
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.models import Library, Person
from hyllan.region.services import grant_role
from hyllan.region.tests import make as region
from hyllan.transport import services as crates
from hyllan.transport.tests import make as transport

NOW = transport.monday("09:00")
NOBODY_LISTENS = "http://127.0.0.1:9/ncip"


def tiny_region() -> None:
    """Store six libraries with vans; the municipalities' systems are connected."""
    transport.region_with_vans()
    for code in ("HELSINGBORG", "LANDSKRONA", "LUND", "ESLOV", "HOOR"):
        connect(code)


def connect(code: str, url: str = NOBODY_LISTENS) -> Connection:
    return services.connect(
        organisation=region.organisation(code),
        kind="ncip",
        url=url,
        institution_card=f"INST-{code}",
        by=SYSTEM,
    )


def library(code: str) -> Library:
    return transport.library(code)


def edition(title: str, **barcodes: str) -> Edition:
    """Return a title with one item in each of the organisations named: ESLOV="E1"."""
    for code, barcode in barcodes.items():
        record = catalogue.marc(title, catalogue.marc_item(barcode, code))
        catalogue.harvested(record, code=code)
    return Edition.objects.get(title=title)


def editions(number: int, code: str = "ESLOV") -> list[Edition]:
    """Return so many titles, each with one item at one library."""
    records = [
        catalogue.marc(f"Titel {each:03}", catalogue.marc_item(f"{code}-{each:03}", code))
        for each in range(1, number + 1)
    ]
    catalogue.harvested(*records, code=code)
    return list(Edition.objects.filter(title__startswith="Titel ").order_by("title"))


def resident(card: str = "7001", of: str = "HOOR") -> Person:
    return region.resident(card, of=of)


def actor(person: Person) -> Actor:
    return region_queries.actor(person)


def staff(code: str) -> Actor:
    """Return somebody on the staff of one library."""
    return region.actor(library=library(code))


def asked_for(
    title: Edition, *, by: Person | None = None, pickup: str = "HOOR", now: datetime = NOW
) -> PatronRequest:
    return services.place_request(
        edition_id=title.pk, pickup=library(pickup), by=actor(by or resident()), now=now
    )


def picked(wish: PatronRequest, now: datetime = NOW) -> PatronRequest:
    assert wish.supplier is not None
    return services.pick(number=wish.number, by=staff(wish.supplier.code), now=now)


def packed(wish: PatronRequest, now: datetime = NOW) -> PatronRequest:
    """Return a request whose item is picked and in an open crate."""
    wish = picked(wish, now)
    assert wish.supplier is not None
    assert wish.item is not None
    by = staff(wish.supplier.code)
    done = services.pack(barcode=wish.item.barcode, library=wish.supplier, by=by, now=now)
    return done.wish


def received(wish: PatronRequest, now: datetime = NOW) -> PatronRequest:
    """Return a request whose item was scanned in where its reader fetches it."""
    wish = packed(wish, now)
    crates.close_crate(code=wish.crate_code, by=SYSTEM, now=now)
    assert wish.item is not None
    return services.receive(
        barcode=wish.item.barcode, library=wish.pickup, by=staff(wish.pickup.code), now=now
    )


def on_hold_shelf(wish: PatronRequest, now: datetime = NOW) -> PatronRequest:
    """Return a request whose item the pick-up library's system has accepted."""
    wish = received(wish, now)
    told = OutboxMessage.objects.get(key__startswith=wish.number, key__endswith="accept_item")
    services.accepted(message_id=told.pk, number=wish.number, now=now)
    wish.refresh_from_db()
    return wish


def on_loan(wish: PatronRequest, now: datetime = NOW) -> PatronRequest:
    wish = on_hold_shelf(wish, now)
    assert wish.item is not None
    return services.lend(
        barcode=wish.item.barcode, library=wish.pickup, by=staff(wish.pickup.code), now=now
    )


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="hyllan.lending.backends.LibraryCardBackend")
    return client


def at_work(client: Client, *codes: str) -> Client:
    """Return the client of somebody on the staff of these libraries."""
    person = region.person(Role.LIBRARY_STAFF, library=library(codes[0]))
    for code in codes[1:]:
        grant_role(
            person=person, role=Role.LIBRARY_STAFF, library=library(code), by=SYSTEM, now=NOW
        )
    return signed_in(client, person)


@dataclass
class CardSystem:
    """A library system on loopback that knows some cards and nothing else."""

    cards: dict[str, str] = field(default_factory=dict)  # card: PIN
    blocked: set[str] = field(default_factory=set)
    url: str = ""
    asked: int = 0

    def answer(self, body: bytes) -> bytes:
        self.asked += 1
        message = ncip.decode(body)
        assert isinstance(message, ncip.LookupUser)
        if message.card not in self.cards:
            problem = ncip.Problem(type=ncip.ProblemType.UNKNOWN_USER)
            return ncip.encode(ncip.LookupUserResponse(problems=(problem,)))
        if message.pin != self.cards[message.card]:
            problem = ncip.Problem(type=ncip.ProblemType.USER_AUTHENTICATION_FAILED)
            return ncip.encode(ncip.LookupUserResponse(problems=(problem,)))
        blocks: tuple[ncip.Block, ...] = ()
        if message.card in self.blocked:
            blocks = (ncip.Block(agency="HOOR", type="Block Request Item"),)
        return ncip.encode(
            ncip.LookupUserResponse(
                user_id=message.card, name="Idun Sidholm", addresses=(), blocks=blocks
            )
        )


@contextmanager
def card_system(code: str = "HOOR", **cards: str) -> Iterator[CardSystem]:
    """Start a system that knows these cards and connect it: card_system(c7001="4711")."""
    system = CardSystem({card.removeprefix("c"): pin for card, pin in cards.items()})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = system.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing in the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    system.url = f"http://127.0.0.1:{server.server_address[1]}/ncip"
    connect(code, system.url)
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- what a page says


def words(markup: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def signal(page: str) -> tuple[str, str]:
    """Return the answer to the last scan: its kind and its words."""
    found = re.search(r'id="signal" class="signal (\w+)">(.*?)</div></div>', page, re.DOTALL)
    return (found[1], words(found[2])) if found else ("", "")


def scan(client: Client, url: str, code: str, at: str) -> tuple[str, str]:
    return signal(client.post(url, {"code": code, "at": at}, follow=True).text)

"""
The crew: plays library staff, drivers and readers for the demo, by the services people use.

It goes through the hours in order. At every full hour each open library's staff do what lies on
their worklists; at every call of a van its driver leaves and fetches crates. It looks only at what
hyllan shows to people, so it can be killed and go on: it does what is due, whoever began it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from hyllan.jobs import queries as jobs_queries
from hyllan.jobs import services as jobs
from hyllan.lending import queries as lending
from hyllan.lending import services as lending_services
from hyllan.lending.queries import PatronRequest
from hyllan.region import queries as region
from hyllan.region.engine.opening import Opening
from hyllan.region.engine.roles import Actor, Grant, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.transport import queries as transport
from hyllan.transport import services as transport_services
from hyllan.transport.queries import Crate, VanStop

HOUR = timedelta(hours=1)
FETCHES_AFTER = timedelta(hours=3)  # a reader who was told comes by
READS_FOR = timedelta(days=2)
MISSING = "MISSING-"
TRIES_BETWEEN = 30  # an hour of a system that is down has fewer
SETTLE_SECONDS = 20.0  # how long another worker may take with a message we wait for

TO_RECEIVE = {"picked", "crated", "in_transit", "returned", "crated_home", "in_transit_home"}
TO_SERVE = {"ready", "on_loan"}
TO_PICK = {"sourced"}
TO_PACK = {"picked", "returned", "sourced"}
PACKED = {"crated", "crated_home"}  # by a person, perhaps, whose crate is still open

STAFF = Actor(None, "crew: staff", frozenset({Grant(Role.LIBRARY_STAFF)}))
DRIVER = Actor(None, "crew: driver", frozenset({Grant(Role.DRIVER)}))


@dataclass
class Crew:
    """Plays the hours from `now` on; `tell` hears each moment it comes to."""

    now: datetime
    wall: Callable[[], datetime]  # real time, for claims in the outbox
    missing: frozenset[str] = frozenset()  # barcodes that are not where the systems say
    tell: Callable[[datetime], None] = lambda _moment: None
    scans: int = 0
    van_scans: int = 0
    _openings: dict[str, Opening] = field(default_factory=dict)
    _aboard: set[str] = field(default_factory=set)  # loops
    _waiting: set[str] = field(default_factory=set)  # libraries with a closed crate
    _delivered: set[str] = field(default_factory=set)  # libraries with a crate to unpack

    def run(self, *, until: datetime, stop: Callable[[], bool] = lambda: False) -> None:
        """Play every hour and every van's call up to `until`, or until `stop` says so."""
        self._look_at_crates()
        for moment, work in self._moments(until):
            self._deliver_before(moment)
            if stop():
                return
            self.now = moment
            self.tell(moment)
            work()
            self.settle()
            self._look_at_crates()
            if stop():
                return
        self.now = max(self.now, until)
        self.tell(self.now)
        self.settle()

    def settle(self) -> None:
        """Deliver what is due and wait for what another worker has begun."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            jobs.release_claims_of_the_dead()
            jobs.deliver_due(now=self.now, wall=self.wall)
            due = jobs_queries.next_due()
            if due is None or due.due_at > self.now:
                return
            time.sleep(0.05)

    def _deliver_before(self, moment: datetime) -> None:
        """Let the outbox try again when it would have, between two of our moments."""
        for _ in range(TRIES_BETWEEN):
            due = jobs_queries.next_due()
            if due is None or due.due_at >= moment:
                return
            self.now = max(self.now, due.due_at)
            self.tell(self.now)
            self.settle()

    def _moments(self, until: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
        begin = self.now
        while begin < until:
            end = min(begin.replace(minute=0, second=0, microsecond=0) + HOUR, until)
            for stop in transport.trips_between(begin, end):
                if stop.loop in self._aboard or stop.library in self._waiting:
                    yield stop.arrives_at, partial(self._call, stop)
            yield end, self._work_hour
            begin = end

    # --- the vans

    def _look_at_crates(self) -> None:
        """Remember which vans carry something and where something waits: the other calls pass."""
        places: dict[str, set[str]] = {}
        moving = transport.crates().exclude(status=Crate.Status.EMPTY)
        for status, loop, code in moving.values_list("status", "loop", "at_library__code"):
            places.setdefault(status, set()).add(code or loop)
        self._aboard = places.get(Crate.Status.ON_VAN, set())
        self._waiting = places.get(Crate.Status.CLOSED, set())
        self._delivered = places.get(Crate.Status.DELIVERED, set())

    def _call(self, stop: VanStop) -> None:
        library = stop.library
        for crate in transport.to_unload(stop.loop, library):
            transport_services.unload_crate(
                code=crate.code,
                library=region.library(library),
                by=DRIVER,
                now=stop.arrives_at,
                scan_id=self._scan("unload", stop, crate.code),
            )
        for crate in transport.to_load(stop.loop, library, stop.arrives_at):
            transport_services.load_crate(
                code=crate.code,
                loop=stop.loop,
                library=region.library(library),
                by=DRIVER,
                now=stop.arrives_at,
                scan_id=self._scan("load", stop, crate.code),
            )

    def _scan(self, kind: str, stop: VanStop, crate: str) -> str:
        """Return an id that the same scan has again if the crew is killed and repeats it."""
        self.van_scans += 1
        return f"{kind}:{crate}:{round(stop.arrives_at.timestamp())}"

    # --- the libraries

    def _work_hour(self) -> None:
        lending_services.source_waiting(now=self.now)
        lending_services.expire_holds(now=self.now)
        lending_services.refresh_expectations(now=self.now)
        for library, work in self._lists():
            if work & TO_RECEIVE:
                self._receive(library)
            if work & TO_SERVE:
                self._desk(library)
            if work & TO_PICK:
                self._pick(library)
            if work & TO_PACK:
                self._pack(library)
            if work & (TO_PACK | PACKED):
                transport_services.close_crates(library=library, by=STAFF, now=self.now)

    def _lists(self) -> list[tuple[Library, set[str]]]:
        """Return the libraries that are open now, each with the statuses on its worklists."""
        work: dict[str, set[str]] = {}
        wishes = lending.open_requests().values_list("status", "supplier__code", "pickup__code")
        for status, supplier, pickup in wishes.distinct():
            for code in {supplier, pickup} - {None}:
                work.setdefault(code, set()).add(status)
        self._openings |= region.openings(work.keys() - self._openings.keys())
        here = region.libraries().filter(code__in=[code for code in work if self._is_open(code)])
        return [(library, work[library.code]) for library in here]

    def _is_open(self, code: str) -> bool:
        opening = self._openings[code]
        span = opening.span(opening.calendar.day_of(self.now))
        return span is not None and span[0] < self.now <= span[1]

    def _pick(self, library: Library) -> None:
        for wish in lending.to_pick(library):
            barcode = wish.item.barcode if wish.item else ""
            is_missing = barcode in self.missing or barcode.startswith(MISSING)
            take = lending_services.not_on_shelf if is_missing else lending_services.pick
            self._try(partial(take, number=wish.number, by=STAFF, now=self.now))

    def _pack(self, library: Library) -> None:
        for wish in lending.to_pack(library):
            if wish.pickup_id == wish.supplier_id:
                continue
            self._try(partial(self._with_item, lending_services.pack, wish, library))

    def _receive(self, library: Library) -> None:
        for wish in lending.to_receive(library):
            if not self._is_here(wish, library):
                continue
            for_reader = wish.pickup_id == library.pk and wish.status in {
                "picked",
                "crated",
                "in_transit",
            }
            take = lending_services.receive if for_reader else lending_services.shelve
            self._try(partial(self._with_item, take, wish, library))

    def _is_here(self, wish: PatronRequest, library: Library) -> bool:
        """Return whether the item has come: by no van at all, or in a crate that stands here."""
        if wish.pickup_id == wish.supplier_id:
            return True
        if wish.item is None or library.code not in self._delivered:
            return False
        crate = transport.crate_of(wish.item.organisation_id, wish.item.barcode)
        return crate is not None and crate.status == "delivered" and crate.at_library == library

    def _desk(self, library: Library) -> None:
        for wish in lending.on_hold_shelf(library):
            if wish.status == "ready" and wish.changed_at + FETCHES_AFTER <= self.now:
                self._try(partial(self._with_item, lending_services.lend, wish, library))
        for wish in lending.lent_out(library):
            if wish.changed_at + READS_FOR <= self.now:
                self._try(partial(self._with_item, lending_services.hand_in, wish, library))

    def _with_item(
        self, take: Callable[..., object], wish: PatronRequest, library: Library
    ) -> object:
        barcode = wish.item.barcode if wish.item else ""
        return take(barcode=barcode, library=library, by=STAFF, now=self.now)

    def _try(self, work: Callable[[], object]) -> None:
        """Do it; a refusal means that somebody else (a person at the desk) was faster."""
        try:
            work()
            self.scans += 1
        except Refused:
            pass

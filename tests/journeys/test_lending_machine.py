"""
Random staff, readers and faults against a small model: whatever happens, all ends as it should.

Real services, real outbox, real pretend systems (in this process, without sockets). After every
step each item serves one request and lies in one crate at the most; in the end, when all systems
answer again, every system stands as it stood in the beginning and every message had one effect.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.tests import make as catalogue
from hyllan.jobs import queries as jobs_queries
from hyllan.jobs import services as jobs
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import services
from hyllan.lending.engine.lifecycle import ENDS, Outcome, Status
from hyllan.lending.models import Connection, PatronRequest
from hyllan.lending.services import systems
from hyllan.lending.tests import make_views as make
from hyllan.peers.cards import INSTITUTION, cards
from hyllan.peers.system import PretendSystem, Silent
from hyllan.protocols.marc import write_marc
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.errors import Refused
from hyllan.transport import services as transport
from hyllan.transport.models import CrateContent

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CODES = ("ESLOV", "LUND", "HOOR")
TITLES = 4
IN_A_CRATE = {Status.CRATED, Status.IN_TRANSIT, Status.CRATED_HOME, Status.IN_TRANSIT_HOME}
codes = st.sampled_from(CODES)
Step = Callable[[PatronRequest], object]


class Lending(RuleBasedStateMachine):
    """Everybody who works with requests, and the systems that fail them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(_rolled_back())
        self.now = make.NOW
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        make.tiny_region()
        self.systems = {code: self._system(code, folder) for code in CODES}
        Connection.objects.exclude(organisation__code__in=CODES).delete()
        for code in CODES:
            Connection.objects.filter(organisation__code=code).update(
                url=f"http://{code.lower()}/ncip", institution_card=INSTITUTION + code
            )
        wire = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.stack.enter_context(wire)
        self.stack.enter_context(patch.object(systems, "_client", wire))
        self.titles = list(Edition.objects.order_by("pk"))
        self.readers = {
            code: make.actor(make.resident(cards(code)[0].number, code)) for code in CODES
        }
        self.before = self._standing()

    def _system(self, code: str, folder: Path) -> PretendSystem:
        held = [
            catalogue.marc(f"Titel {at}", catalogue.marc_item(f"{code}-{at}", code))
            for at in range(TITLES)
            if (at + CODES.index(code)) % 3 != 2  # no title is everywhere
        ]
        catalogue.harvested(*held, code=code)
        return PretendSystem(
            organisation=code,
            database=folder / f"{code}.sqlite3",
            clock=lambda: self.now,
            stock=lambda: b"".join(map(write_marc, held)),
            sleep=lambda _seconds: None,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        system = self.systems[request.url.host.upper()]
        try:
            return httpx.Response(200, content=system.ncip(request.content))
        except Silent as silence:
            raise httpx.RemoteProtocolError("closed without an answer") from silence

    def _standing(self) -> dict[str, tuple[object, ...]]:
        kinds = ("items", "temporary_items", "lent", "held")
        states = {code: system.state() for code, system in self.systems.items()}
        return {code: tuple(state[kind] for kind in kinds) for code, state in states.items()}

    # --- people

    @initialize(scenarios=st.tuples(*[st.sampled_from(["", "twice"])] * len(CODES)))
    def first_requests(self, scenarios: tuple[str, ...]) -> None:
        """Begin with a request from everywhere, and some systems that do things in silence."""
        for code, scenario, title in zip(CODES, scenarios, range(TITLES), strict=False):
            self.systems[code].scenario = scenario
            self.asks(code, title, code)

    @rule(code=codes, title=st.integers(0, TITLES - 1), pickup=codes)
    def asks(self, code: str, title: int, pickup: str) -> None:
        self._try(
            lambda: services.place_request(
                edition_id=self.titles[title].pk,
                pickup=make.library(pickup),
                by=self.readers[code],
                now=self.now,
            )
        )

    @precondition(lambda self: self._all_open())
    @rule(which=st.integers(0, 9))
    def cancels(self, which: int) -> None:
        wish = self._open(which)
        if wish is not None:
            self._try(
                lambda: services.cancel(
                    number=wish.number, by=make.staff(wish.pickup.code), now=self.now
                )
            )

    @precondition(lambda self: self._open(0, Status.SOURCED))
    @rule(which=st.integers(0, 9), found=st.booleans())
    def picks(self, which: int, found: bool) -> None:
        take = services.pick if found else services.not_on_shelf
        wish = self._open(which, Status.SOURCED)
        if wish is not None and wish.supplier is not None:
            take(number=wish.number, by=make.staff(wish.supplier.code), now=self.now)

    @precondition(lambda self: self._all_open())
    @rule(which=st.integers(0, 9), steps=st.integers(1, 4))
    def handles(self, which: int, steps: int) -> None:
        """Somebody takes the next steps with an item in hand, whatever they are."""
        for _ in range(steps):
            wish = self._open(which)
            if wish is not None and wish.status != Status.WAITING:
                self._next_step(wish)
            self.worker_delivers()

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        services.expire_holds(now=self.now)
        services.refresh_expectations(now=self.now)
        services.source_waiting(now=self.now)

    # --- systems

    @rule(code=codes, scenario=st.sampled_from(["", "", "down", "twice"]))
    def system_changes_its_manners(self, code: str, scenario: str) -> None:
        self.systems[code].scenario = scenario

    @rule()
    def worker_delivers(self) -> None:
        jobs.deliver_due(now=self.now)
        self.now += timedelta(seconds=30)

    # --- what is always true

    @invariant()
    def item_serves_one_request_and_lies_in_one_place(self) -> None:
        taken = [wish.item_id for wish in self._all_open() if wish.item_id]
        packed = set(
            CrateContent.objects.filter(taken_out_at__isnull=True).values_list("barcode", flat=True)
        )
        in_crates = {
            wish.item.barcode
            for wish in self._all_open()
            if wish.item is not None and wish.status in IN_A_CRATE
        }

        assert len(taken) == len(set(taken))
        assert packed == in_crates

    def teardown(self) -> None:
        try:
            self._finish()
            assert self._standing() == self.before
            assert not PatronRequest.objects.filter(status__in=ENDS, outcome=Outcome.OPEN).exists()
            assert not PatronRequest.objects.filter(status__in=ENDS).exclude(patron=None).exists()
            assert not OutboxMessage.objects.exclude(status__in=["sent", "dropped"]).exists()
            assert [effect for effect in self._effects() if effect["times"] != 1] == []
        finally:
            for system in self.systems.values():
                system.close()
            self.stack.close()

    # --- how it is done

    def _finish(self) -> None:
        """Let all systems answer and everybody finish what is open."""
        for system in self.systems.values():
            system.scenario = ""
        for _ in range(60):
            self.now += timedelta(hours=1)
            self._drain()
            still_open = self._all_open()
            if not still_open:
                return
            for wish in still_open:
                wish.refresh_from_db()
                self._next_step(wish)
        assert self._all_open() == []

    def _drain(self) -> None:
        while (due := jobs_queries.next_due()) is not None:
            self.now = max(self.now, due.due_at)
            jobs.deliver_due(now=self.now)

    def _effects(self) -> list[dict[str, object]]:
        """Return effects that name a request; an item may be lent again for the next one."""
        return [
            effect
            for system in self.systems.values()
            for effect in system.state()["effects"]
            if effect["request"]
        ]

    def _all_open(self) -> list[PatronRequest]:
        found = PatronRequest.objects.exclude(status__in=[status.value for status in ENDS])
        return list(found.select_related("item", "supplier", "pickup", "patron").order_by("pk"))

    def _open(self, which: int, status: Status | None = None) -> PatronRequest | None:
        found = [wish for wish in self._all_open() if status in {None, wish.status}]
        return found[which % len(found)] if found else None

    def _next_step(self, wish: PatronRequest) -> None:
        """Do what a person with this item in hand would do next."""
        if wish.item is None or wish.supplier is None:
            if wish.status == Status.WAITING:
                services.cancel(number=wish.number, by=make.staff(wish.pickup.code), now=self.now)
            return
        here, there = wish.pickup, wish.supplier
        stays = here == there
        hand: dict[str, tuple[Step, object]] = {
            Status.PICKED: (self._receive if stays else self._pack, there),
            Status.CRATED: (self._receive, here),
            Status.IN_TRANSIT: (self._receive, here),
            Status.READY: (self._lend, here),
            Status.RECEIVED: (self._lend, here),
            Status.ON_LOAN: (self._hand_in, here),
            Status.RETURNED: (self._shelve if stays else self._pack, here),
            Status.CRATED_HOME: (self._shelve, there),
            Status.IN_TRANSIT_HOME: (self._shelve, there),
        }
        if wish.status == Status.SOURCED:
            services.pick(number=wish.number, by=make.staff(there.code), now=self.now)
        else:
            hand[wish.status][0](wish)

    def _pack(self, wish: PatronRequest) -> None:
        assert wish.item is not None
        assert wish.supplier is not None
        at = wish.supplier if wish.status == Status.PICKED else wish.pickup
        by = make.staff(at.code)
        packed = services.pack(barcode=wish.item.barcode, library=at, by=by, now=self.now)
        transport.close_crate(code=packed.crate, by=SYSTEM, now=self.now)

    def _receive(self, wish: PatronRequest) -> None:
        assert wish.item is not None
        by = make.staff(wish.pickup.code)
        services.receive(barcode=wish.item.barcode, library=wish.pickup, by=by, now=self.now)

    def _lend(self, wish: PatronRequest) -> None:
        assert wish.item is not None
        by = make.staff(wish.pickup.code)
        services.lend(barcode=wish.item.barcode, library=wish.pickup, by=by, now=self.now)

    def _hand_in(self, wish: PatronRequest) -> None:
        assert wish.item is not None
        by = make.staff(wish.pickup.code)
        services.hand_in(barcode=wish.item.barcode, library=wish.pickup, by=by, now=self.now)

    def _shelve(self, wish: PatronRequest) -> None:
        assert wish.item is not None
        assert wish.supplier is not None
        by = make.staff(wish.supplier.code)
        services.shelve(barcode=wish.item.barcode, library=wish.supplier, by=by, now=self.now)

    def _try(self, work: Callable[[], object]) -> None:
        with suppress(Refused):
            work()


class _rolled_back:  # noqa: N801 - reads as a phrase
    """Everything between is undone: each example begins with an empty house."""

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *_fault: object) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)


def test_random_days_end_with_everything_home_and_nothing_doubled() -> None:
    assert not Item.objects.exists()
    run_state_machine_as_test(
        Lending, settings=settings(max_examples=25, stateful_step_count=50, deadline=None)
    )

"""One request carried all the way round, with the two library systems as witnesses."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.utils import timezone

from hyllan.catalogue.queries import Edition, Item
from hyllan.jobs import queries as jobs
from hyllan.lending import queries as lending
from hyllan.lending import services as lending_services
from hyllan.lending.engine.lifecycle import ENDS
from hyllan.lending.queries import PatronRequest
from hyllan.peers.cards import cards
from hyllan.peers.crew import Crew
from hyllan.region import queries as region
from hyllan.region import services as region_services
from hyllan.region.engine.roles import Actor
from hyllan.region.models import Library, Organisation

PATIENCE = timedelta(days=25)
OUTAGE = timedelta(hours=24)
COARSE = timedelta(hours=3)
READER_OF = "OSBY"


class NoStory(RuntimeError):  # noqa: N818 - says what is missing
    """The shelf has nothing to tell the story with."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How it went; `home` only if both library systems say so."""

    home: bool
    timeline: list[dict[str, str]]
    messages: list[dict[str, str]]
    number: str
    ended_at: datetime


class Systems:
    """The pretend systems' control doors, for the demo and tests alone."""

    def __init__(self, base_url: str) -> None:
        self._clocks: dict[str, datetime] = {}
        self._client = httpx.Client(base_url=base_url, trust_env=False, timeout=10)

    def __enter__(self) -> "Systems":
        return self

    def __exit__(self, *_fault: object) -> None:
        self._client.close()

    def set_clock(self, organisations: set[str], moment: datetime) -> None:
        """Let these systems live at about this moment; their clocks run on, days count."""
        for code in sorted(organisations):
            known = self._clocks.get(code)
            if known is None or abs(moment - known) >= COARSE:
                self._control(code, {"clock": moment.isoformat()})
                self._clocks[code] = moment

    def set_scenario(self, organisation: str, scenario: str) -> None:
        """Give a system a manner: slow, fail, down, twice, or none."""
        self._control(organisation, {"scenario": scenario})

    def state(self, organisation: str) -> dict[str, Any]:
        """Return what a system holds."""
        state: dict[str, Any] = self._client.get(f"/{organisation}/state").json()
        return state

    def _control(self, organisation: str, wishes: dict[str, str]) -> None:
        self._client.post(f"/{organisation}/control", content=json.dumps(wishes)).raise_for_status()


def organisations_moving() -> set[str]:
    """Return the organisations whose systems have something to do with an open request."""
    pairs = lending.open_requests().values_list("supplier__organisation__code", "borrower__code")
    return {code for pair in pairs for code in pair if code}


def tell_story(
    crew: Crew, systems: Systems, *, missing_copy: bool = False, outage: bool = False
) -> Ending:
    """Let a reader ask for a title, and play the days until the item is home again."""
    reader, home_library = sign_in(READER_OF, now=crew.now)
    wish = lending_services.place_request(
        edition_id=fitting_edition(home_library).pk,
        pickup=home_library,
        by=reader,
        now=crew.now,
    )
    first = PatronRequest.objects.select_related("supplier__organisation", "item").get(pk=wish.pk)
    if first.supplier is None or first.item is None:
        raise NoStory("No library has a copy free.")
    if outage:
        _play_outage(crew, systems, wish.number, missing_copy=missing_copy)
    elif missing_copy:
        crew.missing |= {first.item.barcode}
    deadline = crew.now + PATIENCE
    crew.run(until=deadline, stop=lambda: _status(wish.number) in {"on_loan", *ENDS})
    was_lent = _is_lent_everywhere(wish.number, now=crew.now)
    crew.run(until=deadline, stop=lambda: _status(wish.number) in ENDS)
    crew.settle()
    return Ending(
        home=was_lent and _is_home_everywhere(wish.number, now=crew.now),
        timeline=timeline_of(wish.number),
        messages=messages_of(wish.number),
        number=wish.number,
        ended_at=crew.now,
    )


def _play_outage(crew: Crew, systems: Systems, number: str, *, missing_copy: bool) -> None:
    """Keep the first supplier's system down for a day; the copy chosen instead may be missing."""
    down, ends = _supplier(number), crew.now + OUTAGE
    systems.set_scenario(down, "down")
    crew.run(until=ends, stop=lambda: _supplier(number) != down)
    item = _wish(number).item
    if missing_copy and item is not None:
        crew.missing |= {item.barcode}
    crew.run(until=ends, stop=lambda: _status(number) in {"on_loan", *ENDS})
    systems.set_scenario(down, "")


def sign_in(organisation: str, *, now: datetime, card: int = 0) -> tuple[Actor, Library]:
    """Sign a reader in as the sign-in page does: her own library's system says who she is."""
    its_card = cards(organisation)[card]
    connection = lending.connection_of(organisation)
    known = lending_services.system_of(connection, now=now, subject="sign-in").sign_in(
        card=its_card.number, pin=its_card.pin
    )
    if not known.card:
        raise NoStory(f"The library system of {organisation} does not know its own card.")
    owner = Organisation.objects.get(code=organisation)
    person = region_services.get_or_make_resident(
        organisation=owner,
        card_number=known.card,
        name=known.name,
        email=known.email,
        now=now,
    )
    main = region.libraries().get(organisation=owner, kind=Library.Kind.MAIN)
    return region.actor(person), main


def fitting_edition(reader_at: Library) -> Edition:
    """Return a title that the reader's municipality lacks and several others have in."""
    mine = Item.objects.filter(organisation=reader_at.organisation).exclude(
        status=Item.Status.WITHDRAWN
    )
    asked = lending.open_requests().values("edition_id")
    for edition in (
        Edition.objects.exclude(pk__in=mine.values("edition_id"))
        .exclude(pk__in=asked)
        .order_by("pk")
    ):
        free = edition.items.filter(status=Item.Status.AVAILABLE)
        if free.values("organisation").distinct().count() >= 3:
            return edition
    raise NoStory("No title is in at three libraries and lacking at the reader's.")


def _status(number: str) -> str:
    return PatronRequest.objects.values_list("status", flat=True).get(number=number)


def _supplier(number: str) -> str:
    supplier = _wish(number).supplier
    return supplier.organisation.code if supplier else ""


def _wish(number: str) -> PatronRequest:
    return PatronRequest.objects.select_related("item", "supplier__organisation", "borrower").get(
        number=number
    )


def _item_status(organisation: str, barcode: str, *, number: str, now: datetime) -> str:
    connection = lending.connection_of(organisation)
    subject = f"patron_request:{number}"
    return (
        lending_services.system_of(connection, now=now, subject=subject)
        .item_state(item=barcode)
        .status
    )


def _is_lent_everywhere(number: str, *, now: datetime) -> bool:
    """Return whether both systems say over NCIP that the item is on loan."""
    wish = _wish(number)
    if wish.item is None or wish.supplier is None:
        return False
    places = {wish.supplier.organisation.code, wish.borrower.code}
    said = {_item_status(code, wish.item.barcode, number=number, now=now) for code in places}
    return said == {"On Loan"}


def _is_home_everywhere(number: str, *, now: datetime) -> bool:
    """Return whether the owner's system has it on the shelf and the other knows it no more."""
    wish = _wish(number)
    if wish.item is None or wish.supplier is None or wish.outcome != "filled":
        return False
    owner, reader = wish.supplier.organisation.code, wish.borrower.code
    at_owner = _item_status(owner, wish.item.barcode, number=number, now=now)
    at_reader = _item_status(reader, wish.item.barcode, number=number, now=now)
    return at_owner == "Available On Shelf" and (owner == reader or at_reader == "")


def timeline_of(number: str) -> list[dict[str, str]]:
    """Return the request's timeline as the demo prints it."""
    return [
        {
            "at": timezone.localtime(told.at).isoformat(),
            "step": told.step,
            "library": told.library,
            "sentence": told.sentence,
        }
        for told in lending.timeline(number)
    ]


def messages_of(number: str) -> list[dict[str, str]]:
    """Return every message exchanged about the request."""
    return [
        {
            "at": timezone.localtime(each.at).isoformat(),
            "sender": each.sender,
            "receiver": each.receiver,
            "protocol": each.protocol,
            "type": each.type,
            "result": each.result,
        }
        for each in jobs.exchanges(subject=f"patron_request:{number}")
    ]

"""What library staff do with an item in hand: pick, pack, receive, lend, hand in, shelve."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue import services as catalogue
from hyllan.catalogue.queries import Item
from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import Status
from hyllan.lending.models import Attempt, PatronRequest
from hyllan.lending.services.notices import notify_ready
from hyllan.lending.services.requests import hold_until, source
from hyllan.lending.services.steps import has_one_system, locked, take_step
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.transport import services as transport
from hyllan.transport.engine.carriage import Cargo

ON_THE_WAY = (Status.CRATED, Status.IN_TRANSIT)
ON_THE_WAY_HOME = (Status.CRATED_HOME, Status.IN_TRANSIT_HOME)


@dataclass(frozen=True, slots=True)
class Packed:
    """Into which crate an item went, and where that crate goes."""

    wish: PatronRequest
    crate: str
    destination: Library


@transaction.atomic
def pick(*, number: str, by: Actor, now: datetime) -> PatronRequest:
    """Take the item from the shelf for the request: from now on the day is promised."""
    wish = locked(number)
    take_step(wish, "pick", by=by, now=now)
    return wish


@transaction.atomic
def not_on_shelf(*, number: str, by: Actor, now: datetime) -> PatronRequest:
    """Report that the item is not on its shelf; the next best copy is chosen at once."""
    wish = locked(number)
    item = wish.item
    take_step(wish, "not_on_shelf", by=by, now=now)
    if item is not None:
        give_up(wish, item, "not_on_shelf", now=now)
        catalogue.item_status(item_id=item.pk, status=Item.Status.MISSING, now=now)
    source(wish, now=now)
    return wish


def give_up(wish: PatronRequest, item: Item, reason: str, *, now: datetime) -> None:
    """Remember that this item did not serve the request, so that it is not chosen again."""
    Attempt.objects.create(patron_request=wish, item=item, reason=reason, at=now)


@transaction.atomic
def pack(*, barcode: str, library: Library, by: Actor, now: datetime) -> Packed:
    """Put an item into the crate for where it must go: to its reader, or home."""
    wish = _here(barcode, library, out=(Status.PICKED,), back=(Status.RETURNED,))
    assert wish.supplier is not None  # noqa: S101 - HAS_ITEM
    assert wish.item is not None  # noqa: S101 - HAS_ITEM
    outward = wish.status == Status.PICKED
    destination = wish.pickup if outward else wish.supplier
    if destination == library:
        raise Refused(_("This item stays here: receive it instead."))
    crate = transport.pack_item(
        library=library,
        destination=destination,
        organisation=wish.item.organisation,
        barcode=barcode,
        by=by,
        now=now,
        cargo=Cargo.LOAN if outward else Cargo.HOME,
    )
    take_step(
        wish,
        "pack" if outward else "pack_home",
        by=by,
        now=now,
        crate_code=crate.code,
        facts={"crate": crate.code, "destination": destination.name},
    )
    return Packed(wish, crate.code, destination)


@transaction.atomic
def receive(*, barcode: str, library: Library, by: Actor, now: datetime) -> PatronRequest:
    """Scan in an item that came for a reader here."""
    wish = _here(barcode, library, into=(Status.PICKED, *ON_THE_WAY))
    _unpack(wish, library, by=by, now=now)
    step = take_step(wish, "receive", by=by, now=now, crate_code="")
    if step.target == Status.RECEIVED and has_one_system(wish):  # no answer to wait for
        hold(wish, now=now)
    return wish


def hold(wish: PatronRequest, *, now: datetime) -> None:
    """Put a received item on the hold shelf and tell the patron, in the caller's transaction."""
    until = hold_until(now)
    take_step(
        wish, "hold", by=SYSTEM, now=now, hold_until=until, facts={"until": until.isoformat()}
    )
    notify_ready(wish, now=now)


def _unpack(wish: PatronRequest, library: Library, *, by: Actor, now: datetime) -> None:
    """Take the item out of its crate; a crate that is here has departed, whoever forgot to scan."""
    assert wish.item is not None  # noqa: S101 - HAS_ITEM
    if wish.status in {Status.CRATED, Status.CRATED_HOME}:
        take_step(wish, "depart", by=SYSTEM, now=now)
    if wish.crate_code:
        transport.take_out_item(
            organisation=wish.item.organisation,
            barcode=wish.item.barcode,
            library=library,
            by=by,
            now=now,
        )


@transaction.atomic
def lend(*, barcode: str, library: Library, by: Actor, now: datetime) -> PatronRequest:
    """Lend the item on the hold shelf to its reader; her library's system makes the loan."""
    wish = _here(barcode, library, into=(Status.READY, Status.RECEIVED))
    take_step(wish, "lend", by=by, now=now, hold_until=None)
    return wish


@transaction.atomic
def hand_in(*, barcode: str, library: Library, by: Actor, now: datetime) -> PatronRequest:
    """Take an item back from its reader."""
    wish = _here(barcode, library, into=(Status.ON_LOAN,))
    take_step(wish, "hand_in", by=by, now=now, due_on=None)
    return wish


@transaction.atomic
def shelve(*, barcode: str, library: Library, by: Actor, now: datetime) -> PatronRequest:
    """Scan in an item that came home; the request is closed and the patron's name cut from it."""
    wish = _here(barcode, library, out=(*ON_THE_WAY_HOME, Status.RETURNED))
    _unpack(wish, library, by=by, now=now)
    item = wish.item
    take_step(wish, "shelve", by=by, now=now, crate_code="")
    if item is not None:
        catalogue.item_status(item_id=item.pk, status=Item.Status.AVAILABLE, now=now)
    return wish


def _here(
    barcode: str,
    library: Library,
    *,
    into: Collection[Status] = (),
    out: Collection[Status] = (),
    back: Collection[Status] = (),
) -> PatronRequest:
    """
    Return the request, locked, whose item with this barcode belongs at this library now.

    `into`: statuses in which its reader's library is here. `out`: its owner's library is here.
    `back`: it leaves its reader's library, which is here.

    :raises Refused: no request has such an item here; the sentence says what to do with it
    """
    for number in queries.numbers_by_barcode(barcode):
        wish = locked(number)
        status = Status(wish.status)
        at_pickup = wish.pickup_id == library.pk and status in {*into, *back}
        at_supplier = wish.supplier_id == library.pk and status in out
        if at_pickup or at_supplier:
            return wish
    raise Refused(queries.what_to_do_with(barcode, library))

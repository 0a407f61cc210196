"""A patron places and cancels; the system sources, expires and keeps the expected day true."""

from datetime import date, datetime, timedelta
from secrets import randbelow

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hyllan.catalogue import queries as catalogue
from hyllan.catalogue import services as catalogue_services
from hyllan.catalogue.queries import Item
from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import ENDS, Status
from hyllan.lending.engine.sourcing import Offer, best_offer
from hyllan.lending.models import PatronRequest
from hyllan.lending.services.steps import audit, locked, take_step, tell
from hyllan.region import queries as region_queries
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library, Person

AT_ONCE = 500  # requests a periodic job looks at in one run; the next run takes the next
HOLD_DAYS = 7


@transaction.atomic
def place_request(*, edition_id: int, pickup: Library, by: Actor, now: datetime) -> PatronRequest:
    """
    Place a resident's request and choose a copy for it.

    :raises Refused: she is no resident, has asked for it already, or the library takes none in
    """
    patron = _resident(by)
    edition = catalogue.edition(edition_id)
    if not queries.can_fetch_at(pickup, patron, now=now):
        raise Refused(_("Nothing can be fetched there. Choose another library."))
    open_already = PatronRequest.objects.filter(patron=patron, edition=edition).exclude(
        status__in=[status.value for status in ENDS]
    )
    if open_already.exists():
        raise Refused(_("You have asked for this title already. It is under My requests."))
    wish = _with_number(
        PatronRequest(
            edition=edition,
            patron=patron,
            borrower=patron.card_organisation,
            pickup=pickup,
            made_at=now,
            changed_at=now,
        )
    )
    tell(wish, "place_request", now=now, library=pickup, facts={"pickup": pickup.name})
    audit(wish, "place_request", by=by, now=now)
    source(wish, now=now)
    return wish


def _resident(by: Actor) -> Person:
    people = Person.objects.exclude(card_number="")
    patron = people.filter(pk=by.person_id).first() if by.person_id else None
    if patron is None or not by.holds(Role.RESIDENT):
        raise Refused(_("Sign in with your library card to ask for a title."))
    return patron


def _with_number(wish: PatronRequest) -> PatronRequest:
    """Save a new request under a free number of eight digits, not guessable from the last."""
    for _attempt in range(20):
        wish.number = f"{10_000_000 + randbelow(90_000_000)}"
        try:
            with transaction.atomic():
                wish.save(force_insert=True)
        except IntegrityError:
            if not PatronRequest.objects.filter(number=wish.number).exists():
                raise
        else:
            return wish
    raise RuntimeError("no free request number in twenty draws")


@transaction.atomic
def cancel(*, number: str, by: Actor, now: datetime) -> PatronRequest:
    """Cancel a request; an item already under way turns round at its next scan."""
    wish = locked(number)
    take_step(wish, "cancel", by=by, now=now)
    return wish


def source(wish: PatronRequest, *, now: datetime) -> None:
    """Choose the best copy for a waiting request, in the caller's transaction."""
    offers = queries.offers(wish, now=now)
    while (offer := queries.preferred(offers)) is not None:
        # Two requests may choose the same copy at once: the one that locks it first has it.
        item = catalogue_services.lock_item(item_id=offer.item_id)
        if not queries.is_taken(item):
            _promise(wish, item, offer, offers, now=now)
            return
        offers.remove(offer)
    if queries.last_step(wish) != "no_copy":
        tell(wish, "no_copy", now=now, library=None)


def _promise(
    wish: PatronRequest, item: Item, offer: Offer, offers: list[Offer], *, now: datetime
) -> None:
    rivals = [other for other in offers if other.library != offer.library]
    rival = best_offer(rivals)
    take_step(
        wish,
        "source",
        by=SYSTEM,
        now=now,
        item=item,
        supplier=region_queries.library(offer.library),
        sourcing_round=wish.sourcing_round + 1,
        expected_at=offer.expected_at,
        facts={
            "copies": len(offers),
            "expected": offer.expected_at.isoformat(),
            "tie": rival is not None and rival.expected_at == offer.expected_at,
            "lent": offer.lent_this_week,
            "same_library": offer.library == wish.pickup.code,
        },
    )


def source_waiting(*, now: datetime) -> int:
    """Choose copies for requests that have none, the oldest first; return how many got one."""
    numbers = PatronRequest.objects.filter(status=Status.WAITING.value).order_by("made_at")
    served = 0
    for number in list(numbers.values_list("number", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            wish = locked(number)
            if wish.status == Status.WAITING:
                source(wish, now=now)
                served += wish.status == Status.SOURCED
    return served


def expire_holds(*, now: datetime) -> int:
    """Send home what was not fetched in time; return how many."""
    today = queries.local_day(now)
    late = PatronRequest.objects.filter(status=Status.READY.value, hold_until__lt=today)
    expired = 0
    for number in list(late.values_list("number", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            wish = locked(number)
            if wish.status == Status.READY and wish.hold_until and wish.hold_until < today:
                take_step(wish, "expire", by=SYSTEM, now=now)
                expired += 1
    return expired


def hold_until(now: datetime) -> date:
    """Return the last day an item put on the hold shelf now is kept."""
    return queries.local_day(now) + timedelta(days=HOLD_DAYS)

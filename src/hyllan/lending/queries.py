"""Reads of patron requests, and rows -> the engine's dataclasses."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hyllan.catalogue import queries as catalogue
from hyllan.catalogue.queries import Item
from hyllan.jobs import queries as jobs
from hyllan.lending.engine.lifecycle import ENDS, Outcome, Status, actions
from hyllan.lending.engine.sourcing import Offer, best_offer
from hyllan.lending.models import Connection, TimelineEntry
from hyllan.lending.models import PatronRequest as PatronRequest  # what this door hands out
from hyllan.lending.wording import STATUS_WORDS, sentence
from hyllan.region import queries as region
from hyllan.region.engine.opening import Opening, after_open_time
from hyllan.region.engine.roles import Actor
from hyllan.region.models import Library, Organisation, Person
from hyllan.transport import queries as transport
from hyllan.transport.engine.arrivals import Arrivals
from hyllan.transport.engine.carriage import Cargo
from hyllan.transport.queries import Crate

PICKING = timedelta(hours=2)  # opening time until staff has picked what is asked for
UNPACKING = timedelta(hours=1)  # opening time until a crate's items stand on the hold shelf
A_WEEK = timedelta(days=7)
MOVING = (Status.SOURCED, Status.PICKED, Status.CRATED, Status.IN_TRANSIT)
ENDED = tuple(status.value for status in ENDS)


def local_day(moment: datetime) -> date:
    """Return the day in the region's time zone."""
    return timezone.localtime(moment).date()


def open_requests() -> QuerySet[PatronRequest]:
    """Return the requests that are not closed, with what a list shows."""
    return PatronRequest.objects.exclude(status__in=ENDED).select_related(
        "edition", "item", "pickup__organisation", "supplier__organisation"
    )


def requests_of(actor: Actor) -> QuerySet[PatronRequest]:
    """Return a resident's own open requests, the latest first."""
    return open_requests().filter(patron_id=actor.person_id).order_by("-made_at")


def latest_home() -> PatronRequest | None:
    """Return the request that was closed last with its item lent and home again."""
    home = PatronRequest.objects.filter(status=Status.HOME.value, outcome=Outcome.FILLED.value)
    return home.order_by("-closed_at").first()


def to_pick(library: Library) -> QuerySet[PatronRequest]:
    """Return what staff must fetch from the shelves of a library, in shelf order."""
    return (
        open_requests()
        .filter(supplier=library, status=Status.SOURCED.value)
        .order_by("item__call_number", "edition__title", "pk")
    )


def to_pack(library: Library) -> QuerySet[PatronRequest]:
    """Return what must go into crates at a library: picked for others, or on its way home."""
    picked = open_requests().filter(supplier=library, status=Status.PICKED.value)
    returned = open_requests().filter(pickup=library, status=Status.RETURNED.value)
    return (picked | returned).order_by("pickup__name", "pk")


def to_receive(library: Library) -> QuerySet[PatronRequest]:
    """Return what is on its way to a library, for its readers or home."""
    for_readers = open_requests().filter(
        pickup=library, status__in=[Status.CRATED.value, Status.IN_TRANSIT.value]
    )
    own = open_requests().filter(
        pickup=library, supplier=library, status__in=[Status.PICKED.value, Status.RETURNED.value]
    )
    home = open_requests().filter(
        supplier=library, status__in=[Status.CRATED_HOME.value, Status.IN_TRANSIT_HOME.value]
    )
    return (for_readers | own | home).order_by("crate_code", "edition__title", "pk")


def on_hold_shelf(library: Library) -> QuerySet[PatronRequest]:
    """Return what waits for its readers at a library."""
    return (
        open_requests()
        .filter(pickup=library, status__in=[Status.RECEIVED.value, Status.READY.value])
        .order_by("hold_until", "pk")
    )


def lent_out(library: Library) -> QuerySet[PatronRequest]:
    """Return what readers of a library have on loan from elsewhere."""
    return (
        open_requests().filter(pickup=library, status=Status.ON_LOAN.value).order_by("due_on", "pk")
    )


def with_problems(library: Library) -> QuerySet[PatronRequest]:
    """Return the requests of a library that a system said no to."""
    here = open_requests().filter(supplier=library) | open_requests().filter(pickup=library)
    return here.exclude(problem="").order_by("pk")


def numbers_by_barcode(barcode: str) -> list[str]:
    """Return the numbers of open requests for items with this barcode; one a region, as a rule."""
    found = PatronRequest.objects.filter(item__barcode=barcode).exclude(status__in=ENDED)
    return list(found.order_by("pk").values_list("number", flat=True))


def number_in_crate(organisation: str, barcode: str) -> str | None:
    """Return the number of the open request for one organisation's item, if there is one."""
    return (
        PatronRequest.objects.filter(item__organisation__code=organisation, item__barcode=barcode)
        .exclude(status__in=ENDED)
        .values_list("number", flat=True)
        .first()
    )


def last_step(wish: PatronRequest) -> str:
    """Return the latest step of the timeline."""
    entry = wish.timeline.order_by("-pk").first()
    return entry.step if entry else ""


def is_closed(number: str) -> bool:
    """Return whether there was such a request; nobody knows any more whose."""
    return PatronRequest.objects.filter(number=number, status__in=ENDED).exists()


def may_cancel(wish: PatronRequest) -> bool:
    """Return whether the table has a way to cancel from where the request stands."""
    steps = actions(
        Status(wish.status),
        outcome=Outcome(wish.outcome),
        same_library=wish.supplier_id == wish.pickup_id,
    )
    return any(step.action == "cancel" for step in steps)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened to a request, in words."""

    at: datetime
    step: str
    library: str  # code; empty where it happened nowhere in particular
    sentence: str


def timeline(number: str) -> list[Told]:
    """Return what happened to a request, in order, in the active language."""
    entries = TimelineEntry.objects.filter(patron_request__number=number)
    return [
        Told(entry.at, entry.step, entry.library.code if entry.library else "", sentence(entry))
        for entry in entries.select_related("library").order_by("pk")
    ]


def is_sourced(number: str, sourcing_round: int) -> bool:
    """Return whether a request still stands on the pick list of this sourcing round."""
    return PatronRequest.objects.filter(
        number=number, sourcing_round=sourcing_round, status=Status.SOURCED.value
    ).exists()


def is_taken(item: Item) -> bool:
    """Return whether an open request has the item."""
    return PatronRequest.objects.filter(item=item).exclude(status__in=ENDED).exists()


def connection_of(organisation: str) -> Connection:
    """Return how an organisation's system is reached. Raises Connection.DoesNotExist."""
    return Connection.objects.select_related("organisation").get(organisation__code=organisation)


def connected_organisations() -> QuerySet[Organisation]:
    """Return the organisations whose library systems are connected, by name."""
    return Organisation.objects.filter(connection__isnull=False).order_by("name")


def card_for(wish: PatronRequest, *, institution: bool) -> str:
    """Return whose card a message is about: the borrowing library's, or the patron's own."""
    if institution:
        return connection_of(wish.borrower.code).institution_card
    return wish.patron.card_number if wish.patron else ""


def can_fetch_at(library: Library, patron: Person, *, now: datetime) -> bool:
    """Return whether a patron can fetch something there: a van comes, or it is her own."""
    if library.kind == Library.Kind.HUB:
        return False
    is_hers = library.organisation_id == patron.card_organisation_id
    return is_hers or library.code in transport.served(transport.timetable(), now)


# --- sourcing


class Reach:
    """When a copy in one library can be on the hold shelf of another; asked many times a page."""

    def __init__(
        self, libraries: Collection[str], *, now: datetime, arrivals: Arrivals | None = None
    ) -> None:
        """Look at these libraries; with `arrivals` by another timetable than the one in force."""
        self._arrivals = arrivals or transport.arrivals()
        self._timetable = self._arrivals.timetable
        self._openings: dict[str, Opening] = region.openings(
            libraries, calendar=self._timetable.calendar
        )
        self._carriage = transport.carriage(
            self._timetable, self._timetable.day_of(now), Cargo.LOAN, Cargo.HOME
        )
        self._now = now
        self._known: dict[tuple[str, str], tuple[datetime, datetime] | None] = {}

    def at(self, here: str, there: str) -> tuple[datetime, datetime] | None:
        """Return arrival and hold-shelf moment of what is asked for now; None: no van goes."""
        if (here, there) not in self._known:
            self._known[here, there] = self.when_asked(here, there, self._now)
        return self._known[here, there]

    def when_asked(
        self, here: str, there: str, asked_at: datetime
    ) -> tuple[datetime, datetime] | None:
        """Return the same for what was asked for at `asked_at`; staff that is late picks now."""
        picked = after_open_time(self._openings[here], asked_at, PICKING)
        return self.when_ready(here, there, max(picked, self._now)) if picked else None

    def when_ready(
        self, here: str, there: str, ready: datetime
    ) -> tuple[datetime, datetime] | None:
        """Return the same for what is picked at `ready`."""
        arrives_at = self._arrivals.at(here, there, ready)
        if arrives_at is None or not self._carriage.allows_lending(here, there):
            return None
        unpacked = after_open_time(self._openings[there], arrives_at, UNPACKING)
        return (arrives_at, unpacked) if unpacked else None

    def of_crate(self, crate: Crate, there: str) -> datetime | None:
        """Return when what is in a crate, at a library or on a van, can be on a hold shelf."""
        arrives = transport.arrival_of(self._timetable, crate, now=self._now)
        return after_open_time(self._openings[there], arrives, UNPACKING) if arrives else None


def lent_this_week(libraries: Collection[str], *, now: datetime) -> Counter[str]:
    """Return how many items each library has lent to others in the last seven days."""
    rows = (
        PatronRequest.objects.filter(supplier__code__in=libraries, made_at__gte=now - A_WEEK)
        .values_list("supplier__code")
        .annotate(number=Count("pk"))
    )
    return Counter(dict(rows))


def free_items(edition_ids: Collection[int]) -> QuerySet[Item]:
    """Return the items of connected libraries that are in and that nobody has asked for."""
    items = catalogue.available_items_of(edition_ids).filter(organisation__connection__isnull=False)
    taken = PatronRequest.objects.filter(item__edition__in=edition_ids).exclude(status__in=ENDED)
    return items.exclude(pk__in=taken.values("item_id"))


def offers(wish: PatronRequest, *, now: datetime) -> list[Offer]:
    """Return the copies that say they are available and were not tried, each with its day."""
    tried = wish.attempts.values_list("item_id", flat=True)
    items = (
        catalogue.available_items(wish.edition_id)
        .filter(organisation__connection__isnull=False)
        .exclude(pk__in=tried)
    )
    busy = PatronRequest.objects.filter(item__in=items).exclude(status__in=ENDED)
    items = items.exclude(pk__in=busy.values("item_id"))
    return _offers(items, wish.pickup.code, now=now)


def _offers(items: Iterable[Item], pickup: str, *, now: datetime) -> list[Offer]:
    copies = [(item.pk, item.library.code) for item in items]
    places = {library for _item, library in copies}
    reach = Reach({*places, pickup}, now=now)
    lent = lent_this_week(places, now=now)
    return [
        Offer(item, library, *moments, lent[library])
        for item, library in copies
        if (moments := reach.at(library, pickup)) is not None
    ]


def preferred(choice: Collection[Offer]) -> Offer | None:
    """Return the best offer of a library whose system answers, else the best of all."""
    return best_offer(_answering(choice)) or best_offer(choice)


def _answering(choice: Collection[Offer]) -> list[Offer]:
    silent = jobs.unanswering()
    if not silent or not choice:
        return list(choice)
    silent_libraries = set(
        Library.objects.filter(organisation__code__in=silent).values_list("code", flat=True)
    )
    return [offer for offer in choice if offer.library not in silent_libraries]


def answering_offers(wish: PatronRequest, *, now: datetime) -> list[Offer]:
    """Return the offers of libraries whose systems answer."""
    return _answering(offers(wish, now=now))


def expected_from_here(
    wish: PatronRequest, *, reach: Reach, now: datetime, crate: Crate | None
) -> datetime | None:
    """
    Return when the item would be on the hold shelf, going on from where it is now.

    :param crate: the one the item is in, if any
    """
    if wish.supplier is None or wish.item is None:
        return None
    if wish.status == Status.SOURCED:
        moments = reach.when_asked(wish.supplier.code, wish.pickup.code, wish.changed_at)
        return moments[1] if moments else None
    if crate is None:
        moments = reach.when_ready(wish.supplier.code, wish.pickup.code, now)
        return moments[1] if moments else None
    return reach.of_crate(crate, wish.pickup.code)


def crates_of(wishes: Iterable[PatronRequest]) -> dict[int, Crate]:
    """Return by request the crates in which their items are now, all in one query."""
    items = {
        wish.pk: (wish.item.organisation_id, wish.item.barcode) for wish in wishes if wish.item
    }
    crates = transport.crates_of(list(items.values()))
    return {wish: crates[item] for wish, item in items.items() if item in crates}


def moving() -> QuerySet[PatronRequest]:
    """Return the requests that have a promised day: chosen, and not yet on the hold shelf."""
    return open_requests().filter(
        status__in=[status.value for status in MOVING],
        outcome=Outcome.OPEN.value,
        expected_at__isnull=False,
    )


# --- sentences for the desk


def why_not(wish: PatronRequest, action: str) -> str:
    """Return why an action is not lawful for a request as it stands, in words for the desk."""
    if wish.outcome == Outcome.CANCELLED:
        return _("The request %(number)s is cancelled.") % {"number": wish.number}
    if wish.status in ENDED:
        return _("The request %(number)s is closed.") % {"number": wish.number}
    if action == "cancel":
        return _("The request can no longer be cancelled: the loan is made. Hand the item in.")
    return _("The request %(number)s has moved on. Load the page again.") % {"number": wish.number}


def what_to_do_with(barcode: str, library: Library) -> str:
    """Return what staff should do with an item that no request expects here."""
    wish = open_requests().filter(item__barcode=barcode).first()
    if wish is not None and wish.supplier is not None:
        return _("%(title)s is asked for, but not in this step here: %(status)s.") % {
            "title": wish.edition.title,
            "status": STATUS_WORDS[wish.status],
        }
    item = Item.objects.filter(barcode=barcode).select_related("library", "edition").first()
    if item is None or item.edition is None:
        return _("Nobody knows the code %(barcode)s. Put the item aside.") % {"barcode": barcode}
    if item.library_id == library.pk:
        return _("%(title)s is not asked for. Put it on its shelf.") % {"title": item.edition.title}
    return _("%(title)s belongs to %(library)s and is not asked for here. Put it aside.") % {
        "title": item.edition.title,
        "library": item.library.name,
    }

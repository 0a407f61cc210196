"""
A request as a page tells it: the day first, what happened, what comes next.

Reads only. Sentences of what happened are `wording`'s; here are those of what will.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import segno
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.lending import queries, wording
from hyllan.lending.engine.lifecycle import ENDS, Outcome, Status
from hyllan.lending.models import PatronRequest
from hyllan.look.dates import day_time_words, day_words, time_words
from hyllan.region import queries as region
from hyllan.region.engine.opening import after_open_time
from hyllan.region.models import Library
from hyllan.transport import queries as transport
from hyllan.transport.engine.timetable import Leg, Timetable, earliest_arrival

FOR_STAFF_ALONE = {"problem"}  # a system's own words mean nothing to a reader
HALF_AN_HOUR = 1800  # seconds
BEFORE_THE_SHELF = {Status.SOURCED, Status.PICKED, Status.CRATED, Status.IN_TRANSIT}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. `state`: done, now or next."""

    sentence: str
    when: str
    at: datetime | date | None
    state: str


NOW_WORDS: dict[Status, Promise] = {
    Status.WAITING: gettext_lazy("We look for a free copy."),
    Status.SOURCED: gettext_lazy("%(supplier)s is to fetch the copy from the shelf."),
    Status.PICKED: gettext_lazy("The copy waits to be packed at %(supplier)s."),
    Status.CRATED: gettext_lazy("The crate waits for the van at %(supplier)s."),
    Status.IN_TRANSIT: gettext_lazy("On its way to %(pickup)s."),
    Status.RECEIVED: gettext_lazy("%(pickup)s puts it on the hold shelf."),
    Status.READY: gettext_lazy("It waits on the hold shelf at %(pickup)s, number %(shelf)s."),
    Status.ON_LOAN: gettext_lazy("On loan."),
    Status.RETURNED: gettext_lazy("Handed in; it waits to be sent home from %(pickup)s."),
    Status.CRATED_HOME: gettext_lazy("The crate waits for the van at %(pickup)s."),
    Status.IN_TRANSIT_HOME: gettext_lazy("On its way home to %(supplier)s."),
}


def shelf_number(wish: PatronRequest) -> str:
    """Return the number on the hold shelf: short, and nobody's name."""
    return wish.number[-4:]


def _facts(wish: PatronRequest) -> dict[str, str]:
    return {
        "pickup": wish.pickup.name,
        "supplier": wish.supplier.name if wish.supplier else "",
        "shelf": shelf_number(wish),
    }


def with_you(day: str) -> str:
    """Return the sentence with which every page begins: the day it can be fetched."""
    return _("With you %(day)s") % {"day": day}


def headline_for_staff(wish: PatronRequest, *, now: datetime) -> str:
    """Return where it is, and the day it is promised the reader."""
    status = str(wording.STATUS_WORDS[wish.status])
    if not _is_promised(wish) or wish.expected_at is None:
        return status
    day = day_words(wish.expected_at, now=now)
    return _("%(status)s, with the reader %(day)s") % {"status": status, "day": day}


def _is_promised(wish: PatronRequest) -> bool:
    return wish.status in BEFORE_THE_SHELF and wish.outcome == Outcome.OPEN


def headline(wish: PatronRequest, *, now: datetime) -> str:
    """Return the one thing she wants to know."""
    status, outcome = Status(wish.status), Outcome(wish.outcome)
    if outcome in {Outcome.CANCELLED, Outcome.EXPIRED}:
        return _("Cancelled") if outcome == Outcome.CANCELLED else _("Not fetched in time")
    if status == Status.ON_LOAN and wish.due_on:
        return _("Hand in by %(day)s") % {"day": day_words(wish.due_on, now=now)}
    if status in BEFORE_THE_SHELF and wish.expected_at is not None:
        if queries.local_day(wish.expected_at) < queries.local_day(now):
            return _("Delayed")
        return with_you(day_words(wish.expected_at, now=now))
    return str(HEADLINES.get(status, wording.STATUS_WORDS[status.value]))


HEADLINES: dict[Status, Promise] = {
    Status.WAITING: gettext_lazy("Waits for a free copy"),
    Status.RECEIVED: gettext_lazy("With you today"),
    Status.READY: gettext_lazy("Ready to fetch"),
    Status.ON_LOAN: gettext_lazy("On loan to you"),
    Status.RETURNED: gettext_lazy("Handed in"),
    Status.CRATED_HOME: gettext_lazy("Handed in"),
    Status.IN_TRANSIT_HOME: gettext_lazy("Handed in"),
}


def what_to_do(wish: PatronRequest, *, now: datetime) -> str:
    """Return what she has to do now, as a rule nothing."""
    status, outcome = Status(wish.status), Outcome(wish.outcome)
    if status in ENDS or outcome in {Outcome.CANCELLED, Outcome.EXPIRED}:
        return ""
    if status == Status.READY and wish.hold_until:
        return _("Fetch it with your library card by %(day)s at the latest.") % {
            "day": day_words(wish.hold_until, now=now)
        }
    if status == Status.ON_LOAN:
        return _("Hand it in at %(pickup)s.") % _facts(wish)
    if status in BEFORE_THE_SHELF | {Status.WAITING, Status.RECEIVED}:
        return _("You need to do nothing now. We tell you when it is on the hold shelf.")
    return ""


def lines(wish: PatronRequest, *, now: datetime, for_staff: bool) -> list[Line]:
    """Return what happened, what is so now and what comes next with its time."""
    told = wish.timeline.select_related("library").order_by("pk")
    hidden = set() if for_staff else FOR_STAFF_ALONE
    done = [
        Line(wording.sentence(entry), day_time_words(entry.at, now=now), entry.at, "done")
        for entry in told
        if entry.step not in hidden
    ]
    if Status(wish.status) in ENDS:
        return done
    present = Line(str(NOW_WORDS[Status(wish.status)]) % _facts(wish), "", None, "now")
    return [*done, present, *_next(wish, now=now)]


def _next(wish: PatronRequest, *, now: datetime) -> list[Line]:
    """Return what comes after the present: the vans, then the last line of all."""
    end = _end(wish, now=now)
    legs = _legs(wish, now=now) if Status(wish.status) in TRAVELLING else ()
    return [*_rides(legs, now=now), *([end] if end else [])]


TRAVELLING = {
    Status.SOURCED,
    Status.PICKED,
    Status.CRATED,
    Status.IN_TRANSIT,
    Status.RETURNED,
    Status.CRATED_HOME,
    Status.IN_TRANSIT_HOME,
}
HOMEWARD = {Status.RETURNED, Status.CRATED_HOME, Status.IN_TRANSIT_HOME}


def _end(wish: PatronRequest, *, now: datetime) -> Line | None:
    status, outcome = Status(wish.status), Outcome(wish.outcome)
    if status in HOMEWARD or outcome != Outcome.OPEN:
        if wish.supplier is None or status == Status.ON_LOAN:
            return _hand_in(wish, now=now)
        return Line(_("Home on its shelf at %(supplier)s.") % _facts(wish), "", None, "next")
    if status == Status.READY:
        return None  # the last day is told with the hold shelf
    expected = wish.expected_at if status in BEFORE_THE_SHELF else None
    ready = _("Ready to fetch at %(pickup)s.") % _facts(wish)
    return Line(ready, _from(expected, now=now) if expected else "", expected, "next")


def _from(moment: datetime, *, now: datetime) -> str:
    """Return a day and a time as one promises it: no finer than half an hour, never too early."""
    rounded = moment + timedelta(seconds=-moment.timestamp() % HALF_AN_HOUR)
    day, clock = day_words(rounded, now=now), time_words(rounded)
    return _("%(day)s from %(clock)s") % {"day": day, "clock": clock}


def _hand_in(wish: PatronRequest, *, now: datetime) -> Line | None:
    if wish.due_on is None:
        return None
    sentence = _("Hand in by %(day)s") % {"day": day_words(wish.due_on, now=now)}
    return Line(f"{sentence}.", "", wish.due_on, "next")


def _rides(legs: Sequence[Leg], *, now: datetime) -> Iterable[Line]:
    codes = {code for leg in legs for code in (leg.from_library, leg.to_library)}
    names = dict(region.libraries().filter(code__in=codes).values_list("code", "name"))
    for leg in legs:
        sentence = _("By van from %(here)s to %(there)s (%(loop)s).") % {
            "loop": leg.loop,
            "here": names[leg.from_library],
            "there": names[leg.to_library],
        }
        yield Line(sentence, day_time_words(leg.departs_at, now=now), leg.departs_at, "next")


def _legs(wish: PatronRequest, *, now: datetime) -> tuple[Leg, ...]:
    """Return the rides that are left, by the timetable, from where the item is now."""
    if wish.supplier is None or wish.item is None:
        return ()
    table = transport.timetable()
    if wish.crate_code:
        crate = transport.crate_of(wish.item.organisation_id, wish.item.barcode)
        way = transport.way_on(table, crate, not_before=now) if crate else None
        return way.legs if way else ()
    return _legs_to_be(wish, table, now=now)


def _legs_to_be(wish: PatronRequest, table: Timetable, *, now: datetime) -> tuple[Leg, ...]:
    assert wish.supplier is not None  # noqa: S101 - the caller has looked
    here, there = wish.supplier.code, wish.pickup.code
    ready: datetime | None = now
    if wish.status == Status.RETURNED:
        here, there = there, here
    if wish.status == Status.SOURCED:
        ready = after_open_time(region.opening(here), now, queries.PICKING)
    if ready is None:
        return ()
    arrival = earliest_arrival(table, here, there, ready_at=ready)
    return arrival.legs if arrival else ()


@dataclass(frozen=True, slots=True)
class Slip:
    """What the paper says that travels with an item. Codes and places; nobody's name."""

    title: str
    responsible: str
    barcode: str
    here: Library
    there: Library
    is_home: bool
    shelf: str  # on the hold shelf there, or the call number at home
    crate: str
    symbol: SafeString


def slip(wish: PatronRequest) -> Slip:
    """Return the slip of an item that is about to leave."""
    if wish.supplier is None or wish.item is None:
        raise ValueError(f"{wish.number} has no item")
    is_home = wish.status in HOMEWARD
    here, there = wish.supplier, wish.pickup
    if is_home:
        here, there = there, here
    return Slip(
        title=wish.edition.title,
        responsible=wish.edition.responsible,
        barcode=wish.item.barcode,
        here=here,
        there=there,
        is_home=is_home,
        shelf=wish.item.call_number if is_home else shelf_number(wish),
        crate=wish.crate_code,
        symbol=_symbol(wish.item.barcode),
    )


def _symbol(barcode: str) -> SafeString:
    """Return the item's code as a QR symbol: SVG of segno's own, the code stands in no markup."""
    drawn = segno.make(barcode, micro=False).svg_inline(scale=4, border=2)
    return mark_safe(drawn)  # noqa: S308 - paths alone

"""Loading and unloading: by the driver, or by the library's staff when the driver forgot."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.look.dates import day_time_words
from hyllan.region import queries as region
from hyllan.region.engine.roles import Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.transport import queries
from hyllan.transport.engine.timetable import Arrival, Timetable, ride
from hyllan.transport.models import Crate, CrateScan
from hyllan.transport.queries import VanStop
from hyllan.transport.services.ground import (
    DELIVERED,
    DEPARTED,
    Kind,
    Status,
    audit,
    inside,
    lock_crate,
    note_scan,
    only_drivers_or_staff_at,
    place,
    tell,
)

WAITING = {Status.PACKING, Status.CLOSED}


@transaction.atomic
def scan_crate(
    *, code: str, loop: str, library: Library, by: Actor, now: datetime, scan_id: str
) -> CrateScan:
    """
    Do what the scan of a crate must mean at this call: leave it if it is on this van, else take it.

    The same scan id again changes nothing and returns the same answer.
    """
    only_drivers_or_staff_at(library, by)
    crate = lock_crate(code)
    known = _scanned_before(crate, scan_id)
    if known is not None:
        return known
    if crate.status == Status.ON_VAN and crate.loop != loop:
        raise Refused(
            _("Crate %(crate)s is noted on the van of %(loop)s.")
            % {"crate": crate.code, "loop": crate.loop}
        )
    waits_elsewhere = crate.status in WAITING and crate.at_library != library
    if crate.status == Status.ON_VAN or waits_elsewhere:
        return _unload(crate, library, by=by, now=now, scan_id=scan_id)
    return _load(crate, loop, library, by=by, now=now, scan_id=scan_id)


@transaction.atomic
def load_crate(
    *, code: str, loop: str, library: Library, by: Actor, now: datetime, scan_id: str
) -> Crate:
    """
    Take a crate onto a van; one that is still open is closed first.

    It may ride on any van that brings it there as soon as the one it waits for.

    :raises Refused: it is not here, has nothing to carry, or another van is sooner
    """
    only_drivers_or_staff_at(library, by)
    crate = lock_crate(code)
    if _scanned_before(crate, scan_id) is None:
        _load(crate, loop, library, by=by, now=now, scan_id=scan_id)
    return crate


@transaction.atomic
def unload_crate(*, code: str, library: Library, by: Actor, now: datetime, scan_id: str) -> Crate:
    """
    Take a crate off the van, at its destination or at a hub where it waits for the next van.

    The crate stands here, so this holds also where nobody scanned it when it was loaded.

    :raises Refused: it goes on with this van, or this library is neither hub nor destination
    """
    only_drivers_or_staff_at(library, by)
    crate = lock_crate(code)
    if _scanned_before(crate, scan_id) is None:
        _unload(crate, library, by=by, now=now, scan_id=scan_id)
    return crate


def bring_in(crate: Crate, library: Library, *, by: Actor, now: datetime) -> None:
    """Note that a crate has come to its destination though nobody scanned it off the van."""
    _unload(crate, library, by=by, now=now, scan_id="")


def _scanned_before(crate: Crate, scan_id: str) -> CrateScan | None:
    """Return the log's line of this scan; the crate is locked, so nobody else writes it now."""
    known = CrateScan.objects.select_related("crate").filter(scan_id=scan_id).first()
    if known is not None and known.crate_id != crate.pk:
        raise Refused(
            _("This scan was already taken for crate %(crate)s. Scan again.")
            % {"crate": known.crate.code}
        )
    return known


# --- on


def _load(
    crate: Crate, loop: str, library: Library, *, by: Actor, now: datetime, scan_id: str
) -> CrateScan:
    _must_wait_here(crate, library)
    table = queries.timetable()
    stop = queries.call_near(table, loop, library.code, now)
    if stop is None:
        raise Refused(
            _("%(loop)s does not call at %(library)s today.")
            % {"loop": loop, "library": library.name}
        )
    leave_at = _leaves_at(crate, table, stop, now=now)
    is_first_leg = crate.at_library_id == crate.origin_id
    if crate.status == Status.PACKING:
        note_scan(crate, Kind.CLOSED, library=library, now=now)
    place(crate, Status.ON_VAN, loop=loop, leave_at=leave_at)
    scan = note_scan(crate, Kind.LOADED, library=library, now=now, loop=loop, scan_id=scan_id)
    audit("load_crate", crate, by=by, now=now, loop=loop, library=library.code)
    if is_first_leg:
        tell(DEPARTED, crate, loop=loop, scan=scan, now=now)
    return scan


def _must_wait_here(crate: Crate, library: Library) -> None:
    facts = {"crate": crate.code, "place": crate.at_library}
    if crate.status == Status.ON_VAN:
        raise Refused(_("Crate %(crate)s is already on a van.") % facts)
    if crate.at_library != library:
        raise Refused(_("Crate %(crate)s should stand at %(place)s, not here.") % facts)
    if crate.status == Status.EMPTY or not inside(crate):
        raise Refused(_("Crate %(crate)s is empty. Leave it here.") % facts)
    if crate.status == Status.DELIVERED:
        raise Refused(_("Crate %(crate)s has come to its destination. Leave it here.") % facts)


def _leaves_at(crate: Crate, table: Timetable, stop: VanStop, *, now: datetime) -> Library:
    """Return where the crate gets off this van, if no other brings it there sooner."""
    assert crate.destination is not None  # noqa: S101 - a_filled_crate_has_a_destination
    trip = table.trip(stop.loop, stop.day)
    assert trip is not None  # noqa: S101 - the stop is one of its calls
    here = ride(table, trip, stop.number, crate.destination.code)
    best = queries.way_on(table, crate, not_before=min(now, stop.departs_at))
    if here is not None and (best is None or here.arrives_at <= best.arrives_at):
        return region.library(here.legs[0].to_library)
    raise Refused(_why_not_here(crate, best, now=now))


def _why_not_here(crate: Crate, best: Arrival | None, *, now: datetime) -> str:
    facts = {"crate": crate.code, "destination": crate.destination}
    if best is None:
        return _("No van goes on with crate %(crate)s to %(destination)s.") % facts
    leg = best.legs[0]
    when = day_time_words(leg.departs_at, now=now)
    return _("Crate %(crate)s goes to %(destination)s and waits for %(loop)s, %(when)s.") % {
        **facts,
        "loop": leg.loop,
        "when": when,
    }


# --- off


def _unload(crate: Crate, library: Library, *, by: Actor, now: datetime, scan_id: str) -> CrateScan:
    _must_come_off(crate, library, now=now)
    loop = crate.loop
    never_departed = crate.status in WAITING and crate.at_library_id == crate.origin_id
    is_there = crate.destination == library
    if is_there:
        place(crate, Status.DELIVERED, at_library=library)
    else:
        place(crate, Status.CLOSED, at_library=library, ready_at=now)
    scan = note_scan(crate, Kind.UNLOADED, library=library, now=now, loop=loop, scan_id=scan_id)
    audit("unload_crate", crate, by=by, now=now, loop=loop, library=library.code)
    if never_departed:
        tell(DEPARTED, crate, loop=loop, scan=scan, now=now)
    if is_there:
        tell(DELIVERED, crate, loop=loop, scan=scan, now=now)
    return scan


def _must_come_off(crate: Crate, library: Library, *, now: datetime) -> None:
    facts = {"crate": crate.code, "place": crate.at_library, "destination": crate.destination}
    if crate.status == Status.EMPTY:
        raise Refused(_("Crate %(crate)s is empty by its list. Leave it here.") % facts)
    if crate.at_library == library:
        raise Refused(_("Crate %(crate)s is already noted here.") % facts)
    if crate.status == Status.DELIVERED:
        raise Refused(_("Crate %(crate)s was already left at %(place)s.") % facts)
    if crate.destination == library:
        return
    table = queries.timetable()
    if library.code not in table.hubs_on(table.day_of(now)):
        raise Refused(_("Crate %(crate)s goes to %(destination)s. Keep it on the van.") % facts)
    if crate.leave_at is not None and _comes_later(crate, table, library, now=now):
        raise Refused(
            _("Crate %(crate)s stays on the van until %(place)s.")
            % {"crate": crate.code, "place": crate.leave_at}
        )


def _comes_later(crate: Crate, table: Timetable, library: Library, *, now: datetime) -> bool:
    """Return whether the van still comes to where the crate is to be taken off."""
    if crate.leave_at is None or crate.leave_at == library:
        return False
    here = queries.call_near(table, crate.loop, library.code, now)
    trip = table.trip(crate.loop, here.day) if here else None
    if here is None or trip is None:
        return False
    return crate.leave_at.code in {visit.library for visit in trip.visits[here.number + 1 :]}

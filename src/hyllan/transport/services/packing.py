"""Packing at the library that sends, unpacking at the one that receives."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.region.engine.roles import Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library, Organisation
from hyllan.transport import queries
from hyllan.transport.engine.carriage import Cargo
from hyllan.transport.engine.timetable import earliest_arrival
from hyllan.transport.models import Crate, CrateContent
from hyllan.transport.services.ground import (
    Kind,
    Status,
    audit,
    inside,
    lock_crate,
    lock_library,
    note_scan,
    only_staff_at,
    place,
)
from hyllan.transport.services.network import register
from hyllan.transport.services.vans import bring_in

CARGO_WORDS = {
    Cargo.LOAN: gettext_lazy("loans"),
    Cargo.HOME: gettext_lazy("loans on their way home"),
    Cargo.STRAY: gettext_lazy("returns handed in at the wrong library"),
    Cargo.STOCK: gettext_lazy("stock that moves"),
    Cargo.EVIDENCE: gettext_lazy("loans from hospital libraries to clinicians"),
}


@transaction.atomic
def pack_item(
    *,
    library: Library,
    destination: Library,
    organisation: Organisation,
    barcode: str,
    by: Actor,
    now: datetime,
    cargo: Cargo = Cargo.LOAN,
) -> Crate:
    """
    Put an item into the crate that is open here for its destination; open one if there is none.

    Any empty crate here is used; if none is known, the one in the packer's hands is registered.
    Packing what is packed already is no second thing.

    :raises Refused: no van goes there, it may not travel so, or the item is in another crate
    """
    only_staff_at(library, by)
    _must_be_reachable(library, destination, now=now)
    _must_be_allowed(cargo, library, destination, now=now)
    lock_library(library)
    holder = queries.crate_of(organisation.pk, barcode)
    if holder is not None:
        if _is_packed_for(holder, library, destination):
            return holder
        raise Refused(
            _("%(barcode)s is in crate %(crate)s. Take it out of that crate first.")
            % {"barcode": barcode, "crate": holder.code}
        )
    crate = _open_crate(library, destination, now=now)
    CrateContent.objects.create(
        crate=crate, organisation=organisation, barcode=barcode, put_in_at=now
    )
    audit("pack_item", crate, by=by, now=now, organisation=organisation.code, barcode=barcode)
    return crate


def _must_be_reachable(library: Library, destination: Library, *, now: datetime) -> None:
    if library == destination:
        raise Refused(_("The item goes to this library: it needs no crate."))
    way = earliest_arrival(queries.timetable(), library.code, destination.code, ready_at=now)
    if way is None:
        raise Refused(
            _("No van goes from %(library)s to %(destination)s.")
            % {"library": library.name, "destination": destination.name}
        )


def _must_be_allowed(
    cargo: Cargo, library: Library, destination: Library, *, now: datetime
) -> None:
    table = queries.timetable()
    rules = queries.carriage(table, table.day_of(now), cargo)
    if not rules.allows(cargo, library.code, destination.code):
        raise Refused(
            _("The region's vans do not carry %(cargo)s from %(library)s to %(destination)s.")
            % {
                "cargo": CARGO_WORDS[cargo],
                "library": library.name,
                "destination": destination.name,
            }
        )


def _is_packed_for(crate: Crate, library: Library, destination: Library) -> bool:
    waits_here = crate.status in {Status.PACKING, Status.CLOSED} and crate.at_library == library
    return waits_here and crate.destination == destination and crate.origin == library


def _open_crate(library: Library, destination: Library, *, now: datetime) -> Crate:
    # Locked, since a driver may be taking the open crate at this very moment.
    here = Crate.objects.select_for_update().filter(at_library=library).order_by("code")
    opened = here.filter(status=Status.PACKING, destination=destination).first()
    if opened is not None:
        return opened
    crate = here.filter(status=Status.EMPTY).first()
    if crate is None:
        crate = register(library, 1, now=now)[0]
    place(crate, Status.PACKING, at_library=library, origin=library, destination=destination)
    note_scan(crate, Kind.OPENED, library=library, now=now)
    return crate


@transaction.atomic
def close_crates(*, library: Library, by: Actor, now: datetime) -> list[Crate]:
    """Close every crate that is open at a library: they wait for the van from now on."""
    only_staff_at(library, by)
    lock_library(library)
    opened = Crate.objects.select_for_update().filter(at_library=library, status=Status.PACKING)
    return [close_crate(code=crate.code, by=by, now=now) for crate in opened.order_by("code")]


@transaction.atomic
def close_crate(*, code: str, by: Actor, now: datetime) -> Crate:
    """
    Close a crate: it waits for the van from now on. Closing a closed one changes nothing.

    :raises Refused: it is not being packed, or nothing is in it
    """
    crate = lock_crate(code)
    library = crate.at_library
    if library is None or crate.status not in {Status.PACKING, Status.CLOSED}:
        raise Refused(_("Crate %(crate)s is not being packed.") % {"crate": crate.code})
    only_staff_at(library, by)
    if crate.status == Status.CLOSED:
        return crate
    close(crate, library, now=now)
    audit("close_crate", crate, by=by, now=now)
    return crate


def close(crate: Crate, library: Library, *, now: datetime) -> None:
    """Close a crate that is being packed, in the caller's transaction."""
    place(crate, Status.CLOSED, at_library=library, ready_at=now)
    note_scan(crate, Kind.CLOSED, library=library, now=now)


@transaction.atomic
def take_out_item(
    *, organisation: Organisation, barcode: str, library: Library, by: Actor, now: datetime
) -> Crate | None:
    """
    Take an item out of its crate, where it has come or before it leaves; None if it is in none.

    Somebody who holds the item at the crate's destination has the crate: it is brought in, whoever
    forgot to scan it. The last item out leaves the crate empty, where it stands.

    :raises Refused: the crate is on its way to another library
    """
    only_staff_at(library, by)
    holder = queries.crate_of(organisation.pk, barcode)
    if holder is None:
        return None
    crate = lock_crate(holder.code)
    if crate.destination == library and crate.status in {Status.CLOSED, Status.ON_VAN}:
        bring_in(crate, library, by=by, now=now)
    _must_be_open_to(crate, library, barcode)
    held = crate.contents.get(organisation=organisation, barcode=barcode, taken_out_at__isnull=True)
    held.taken_out_at = now
    held.save(update_fields=["taken_out_at"])
    audit("take_out_item", crate, by=by, now=now, organisation=organisation.code, barcode=barcode)
    if not inside(crate):
        _leave_empty(crate, now=now)
    return crate


def _must_be_open_to(crate: Crate, library: Library, barcode: str) -> None:
    """Refuse to take from a crate that is elsewhere, or only changes vans here."""
    starts_here = crate.origin == library == crate.at_library
    # An item may have been carried by hand while its crate is still being packed elsewhere.
    ends_here = crate.destination == library
    if not (starts_here or ends_here):
        raise Refused(
            _("%(barcode)s is in crate %(crate)s, on its way to %(destination)s.")
            % {"barcode": barcode, "crate": crate.code, "destination": crate.destination}
        )


def _leave_empty(crate: Crate, *, now: datetime) -> None:
    library = crate.at_library
    if library is None:
        raise ValueError(f"{crate} is on a van and cannot be emptied")
    place(crate, Status.EMPTY, at_library=library)
    note_scan(crate, Kind.EMPTIED, library=library, now=now)


@transaction.atomic
def empty_crate(*, code: str, library: Library, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """
    Say that an unpacked crate is empty; return what nobody scanned out, as (organisation, barcode).

    What is returned was in the crate by its list and was not found in it. It is in no crate from
    now on, and the audit log keeps it.

    :raises Refused: the crate has not come to this library
    """
    only_staff_at(library, by)
    crate = lock_crate(code)
    if crate.status == Status.EMPTY and crate.at_library == library:
        return []
    if crate.status != Status.DELIVERED or crate.at_library != library:
        raise Refused(
            _("Crate %(crate)s has not come to %(library)s as its destination.")
            % {"crate": crate.code, "library": library.name}
        )
    missing = [(held.organisation.code, held.barcode) for held in inside(crate)]
    CrateContent.objects.filter(crate=crate, taken_out_at__isnull=True).update(taken_out_at=now)
    audit("empty_crate", crate, by=by, now=now, not_scanned=[list(item) for item in missing])
    _leave_empty(crate, now=now)
    return missing

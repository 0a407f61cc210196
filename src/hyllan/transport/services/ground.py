"""What every use case on crates stands on: locks, rights, the log of scans."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from hyllan.jobs.services import publish
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.services import record
from hyllan.transport.models import Crate, CrateContent, CrateScan

Kind = CrateScan.Kind
Status = Crate.Status
DEPARTED = "transport.crate_departed"
DELIVERED = "transport.crate_delivered"


def is_staff_at(by: Actor, library: Library) -> bool:
    """Return whether somebody packs and unpacks crates at this library."""
    return by.is_system or by.may_act_at(
        Role.LIBRARY_STAFF, organisation=library.organisation.code, library=library.code
    )


def only_staff_at(library: Library, by: Actor) -> None:
    """Refuse anybody but the library's own staff."""
    if not is_staff_at(by, library):
        raise Refused(
            _("Only the staff of %(library)s may pack and unpack crates there.")
            % {"library": library.name}
        )


def only_drivers_or_staff_at(library: Library, by: Actor) -> None:
    """Refuse anybody but drivers and the library's own staff."""
    if not (by.holds(Role.DRIVER) or is_staff_at(by, library)):
        raise Refused(_("Only a driver or the library's own staff may load and unload crates."))


def lock_library(library: Library) -> None:
    """Let one at a time change the crates that stand at a library."""
    Library.objects.select_for_update(no_key=True).get(pk=library.pk)


def lock_crate(code: str) -> Crate:
    """Return the crate with this label, locked until the transaction ends."""
    wanted = code.strip().upper()
    places = ("at_library__organisation", "origin", "destination", "leave_at")
    found = (
        Crate.objects.select_for_update(of=("self",))
        .select_related(*places)
        .filter(code=wanted)
        .first()
    )
    if found is None:
        raise Refused(
            _("There is no crate called %(crate)s. Read the label again, or key in its code.")
            % {"crate": wanted or "?"}
        )
    return found


def inside(crate: Crate) -> list[CrateContent]:
    """Return what is in the crate now."""
    return list(
        crate.contents.filter(taken_out_at__isnull=True)
        .select_related("organisation")
        .order_by("pk")
    )


def note_scan(
    crate: Crate,
    kind: CrateScan.Kind,
    *,
    library: Library,
    now: datetime,
    loop: str = "",
    scan_id: str = "",
) -> CrateScan:
    """Write into the log what was done to a crate; without a scan id of its own it gets one."""
    return CrateScan.objects.create(
        crate=crate,
        kind=kind,
        at=now,
        library=library,
        loop=loop,
        scan_id=scan_id or uuid4().hex,
    )


def note_scans(
    crates: Iterable[Crate], kind: CrateScan.Kind, *, library: Library, now: datetime
) -> None:
    """Write into the log that the same was done to several crates at once."""
    CrateScan.objects.bulk_create(
        CrateScan(crate=crate, kind=kind, at=now, library=library, scan_id=uuid4().hex)
        for crate in crates
    )


def place(crate: Crate, status: Crate.Status, **fields: object) -> None:
    """
    Put a crate into its next status. What is not named is cleared: a crate has nothing left over.

    Origin and destination stay until it is empty.
    """
    cleared: dict[str, object] = {
        "at_library": None,
        "leave_at": None,
        "loop": "",
        "ready_at": None,
    }
    if status == Status.EMPTY:
        cleared |= {"origin": None, "destination": None}
    for name, value in (cleared | fields | {"status": status}).items():
        setattr(crate, name, value)
    crate.save()


def tell(event: str, crate: Crate, *, loop: str, scan: CrateScan, now: datetime) -> None:
    """Tell the rooms above that a crate has left its first library, or come to its last."""
    contents = [[held.organisation.code, held.barcode] for held in inside(crate)]
    publish(
        event=event,
        key=f"{event}:{crate.code}:{scan.pk}",
        payload={
            "crate": crate.code,
            "contents": contents,
            "library": crate.origin.code if crate.origin else "",
            "destination": crate.destination.code if crate.destination else "",
            "loop": loop,
        },
        now=now,
        lane=crate.code,
    )


def audit(action: str, crate: Crate, *, by: Actor, now: datetime, **detail: object) -> None:
    """Write the audit line of a change to a crate."""
    record(
        by=by, action=f"transport.{action}", subject=f"crate:{crate.code}", now=now, detail=detail
    )

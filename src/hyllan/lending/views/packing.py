"""Pack what leaves, receive what comes."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hyllan.lending import queries, services, story, worklists
from hyllan.lending.engine.lifecycle import Status
from hyllan.lending.forms import ScanForm
from hyllan.lending.models import PatronRequest
from hyllan.lending.views.picking import next_van
from hyllan.lending.views.signals import Signal, answer, nothing_scanned, take_signal
from hyllan.lending.views.workplace import Desk, at_the_desk
from hyllan.look.dates import day_words
from hyllan.transport import queries as transport
from hyllan.transport import services as crates
from hyllan.transport.queries import Crate
from hyllan.transport.queries import Status as CrateStatus

GOES_TO_ITS_SHELF = (Status.RETURNED, Status.CRATED_HOME, Status.IN_TRANSIT_HOME)


@require_safe
@at_the_desk
def pack_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what waits for a crate, and the crates that are open here."""
    here = list(transport.crates_at(desk.library.pk))
    rows = list(worklists.to_send(desk.library))
    context = {
        "desk": desk,
        "signal": take_signal(request),
        "rows": rows,
        "closed_soon": transport.closed_soon(_receivers(rows, here), now=desk.now),
        "open_crates": [crate for crate in here if crate.status == CrateStatus.PACKING],
        "closed_crates": [crate for crate in here if crate.status == CrateStatus.CLOSED],
        "van": next_van(desk),
    }
    return render(request, "lending/pack_list.html", context)


def _receivers(rows: Iterable[PatronRequest], here: Iterable[Crate]) -> set[str]:
    """Return the libraries to which something goes from here."""
    ends = [wish.supplier if wish.status == Status.RETURNED else wish.pickup for wish in rows]
    return {end.code for end in (*ends, *(crate.destination for crate in here)) if end}


@require_POST
@at_the_desk
def pack(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say into which crate the item goes; it counts as packed from now on."""
    code = ScanForm(request.POST).scanned()

    def act() -> Signal:
        if not code:
            return nothing_scanned()
        packed = services.pack(barcode=code, library=desk.library, by=desk.by, now=desk.now)
        put = _("Put it in %(crate)s: %(library)s") % {
            "crate": packed.crate,
            "library": packed.destination.name,
        }
        return Signal("ok", put, packed.wish.edition.title)

    return answer(request, act, to="lending:pack_list")


@require_POST
@at_the_desk
def close_crate(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Close one crate: it waits for the van."""

    def act() -> Signal:
        crate = crates.close_crate(code=code, by=desk.by, now=desk.now)
        return Signal(
            "ok", _("Crate %(crate)s is closed") % {"crate": crate.code}, _waits_for_the_van()
        )

    return answer(request, act, to="lending:pack_list")


@require_POST
@at_the_desk
def close_crates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Close every open crate here."""

    def act() -> Signal:
        closed = len(crates.close_crates(library=desk.library, by=desk.by, now=desk.now))
        head = ngettext("%(count)s crate is closed", "%(count)s crates are closed", closed)
        return Signal("ok", head % {"count": closed}, _waits_for_the_van())

    return answer(request, act, to="lending:pack_list")


def _waits_for_the_van() -> str:
    return _("Put it where the van fetches.")


@require_safe
@at_the_desk
def receive_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is on its way here, the crates to unpack and the hold shelf."""
    here = transport.crates_at(desk.library.pk)
    context = {
        "desk": desk,
        "signal": take_signal(request),
        "rows": queries.to_receive(desk.library),
        "to_unpack": here.filter(status=CrateStatus.DELIVERED),
        "on_hold_shelf": queries.on_hold_shelf(desk.library),
    }
    return render(request, "lending/receive_list.html", context)


@require_POST
@at_the_desk
def receive(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take an item in, for a reader here or home to its shelf, and say where to put it."""
    code = ScanForm(request.POST).scanned()

    def act() -> Signal:
        if not code:
            return nothing_scanned()
        expected = queries.to_receive(desk.library).filter(item__barcode=code).first()
        is_home = expected is not None and expected.status in GOES_TO_ITS_SHELF
        do = services.shelve if is_home else services.receive
        wish = do(barcode=code, library=desk.library, by=desk.by, now=desk.now)
        return _where_to_put(wish, desk)

    return answer(request, act, to="lending:receive_list")


def _where_to_put(wish: PatronRequest, desk: Desk) -> Signal:
    title = wish.edition.title
    if wish.status == Status.HOME:
        shelf = wish.item.call_number if wish.item else ""
        head = _("Shelf %(shelf)s") % {"shelf": shelf} if shelf else _("Back on its shelf")
        return Signal("ok", head, title)
    if wish.status == Status.RETURNED:
        text = _("%(title)s is no longer wanted here. Pack it home to %(library)s.") % {
            "title": title,
            "library": wish.supplier.name if wish.supplier else "",
        }
        return Signal("warn", _("Cancelled on the way"), text)
    head = _("Hold shelf %(number)s") % {"number": story.shelf_number(wish)}
    if wish.hold_until is None:
        return Signal("ok", head, title)
    until = day_words(wish.hold_until, now=desk.now)
    text = _("%(title)s, kept until %(day)s.") % {"title": title, "day": until}
    return Signal("ok", head, text)


@require_POST
@at_the_desk
def empty_crate(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Say that a crate that came here is empty; what was never scanned out of it is named."""

    def act() -> Signal:
        missing = crates.empty_crate(code=code, library=desk.library, by=desk.by, now=desk.now)
        head = _("Crate %(crate)s is empty") % {"crate": code}
        if not missing:
            return Signal("ok", head)
        barcodes = ", ".join(barcode for _organisation, barcode in missing)
        return Signal("warn", head, _("Never read in: %(codes)s.") % {"codes": barcodes})

    return answer(request, act, to="lending:receive_list")

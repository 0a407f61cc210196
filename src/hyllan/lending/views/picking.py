"""Fetch from the shelf what others asked for."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hyllan.lending import queries, services, story, worklists
from hyllan.lending.engine.lifecycle import Status
from hyllan.lending.forms import ScanForm
from hyllan.lending.models import PatronRequest
from hyllan.lending.views.signals import Signal, answer, nothing_scanned, take_signal
from hyllan.lending.views.workplace import AT_LIBRARY, Desk, at_library, at_the_desk
from hyllan.look.dates import day_words
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused
from hyllan.transport import queries as transport
from hyllan.transport.queries import VanStop

VAN_SEARCH = timedelta(days=5)  # over a weekend with a holiday


@needs_role(Role.LIBRARY_STAFF)
def choose_library(request: HttpRequest) -> HttpResponse:
    """Ask at which library she works now, and remember it."""
    by = actor_of(request)
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    back = wanted if is_ours else ""
    if request.method == "POST":
        library = at_library(request, by)
        if library is not None:
            request.session[AT_LIBRARY] = library.code
            return redirect(back or "lending:pick_list")
    context = {
        "libraries": worklists.staff_libraries(by),
        "current": at_library(request, by),
        "next": back,
    }
    return render(request, "lending/choose_library.html", context)


@require_safe
@at_the_desk
def pick_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what to fetch, in shelf order, and when the van goes."""
    context = {
        "desk": desk,
        "signal": take_signal(request),
        "rows": queries.to_pick(desk.library),
        "van": next_van(desk),
    }
    return render(request, "lending/pick_list.html", context)


def next_van(desk: Desk) -> VanStop | None:
    """Return the next call of a van that takes crates from here."""
    calls = transport.trips_between(desk.now, desk.now + VAN_SEARCH)
    here = desk.library.code
    return next((stop for stop in calls if stop.library == here and not stop.is_last), None)


@require_POST
@at_the_desk
def pick(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note that the item is fetched: by its code, from the scanner or the row's button."""
    code = ScanForm(request.POST).scanned()

    def act() -> Signal:
        if not code:
            return nothing_scanned()
        found = queries.to_pick(desk.library).filter(item__barcode=code).first()
        if found is None:
            raise Refused(queries.what_to_do_with(code, desk.library))
        wish = services.pick(number=found.number, by=desk.by, now=desk.now)
        return Signal("ok", _("Right item"), _after_pick(wish))

    return answer(request, act, to="lending:pick_list")


def _after_pick(wish: PatronRequest) -> str:
    if wish.pickup_id == wish.supplier_id:
        return _("%(title)s stays here: read it in under Receive.") % {"title": wish.edition.title}
    return _("%(title)s goes to %(library)s: pack it.") % {
        "title": wish.edition.title,
        "library": wish.pickup.name,
    }


@require_POST
@at_the_desk
def not_on_shelf(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Report that the item is not there; say which copy is next."""

    def act() -> Signal:
        wish = services.not_on_shelf(number=number, by=desk.by, now=desk.now)
        return Signal("warn", _("Noted: not on the shelf"), _next_copy(wish, desk))

    return answer(request, act, to="lending:pick_list")


def _next_copy(wish: PatronRequest, desk: Desk) -> str:
    if wish.status != Status.SOURCED or wish.supplier is None or wish.expected_at is None:
        return _("No other copy is free just now. The request waits for one.")
    day = day_words(wish.expected_at, now=desk.now)
    if wish.supplier_id == desk.library.pk:
        return _("You have one more copy: it is on the list now.")
    return _("%(library)s has the next copy. It is with the reader %(day)s.") % {
        "library": wish.supplier.name,
        "day": day,
    }


@require_safe
@at_the_desk
def slip(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Print the slip that travels with one item; it names no reader."""
    wishes = list(worklists.to_slip(desk.library).filter(number=number))
    return _slips(request, desk, wishes)


@require_safe
@at_the_desk
def slips(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Print the slips of everything that waits to be packed."""
    return _slips(request, desk, list(worklists.to_send(desk.library)))


def _slips(request: HttpRequest, desk: Desk, wishes: list[PatronRequest]) -> HttpResponse:
    context = {"desk": desk, "slips": [story.slip(wish) for wish in wishes]}
    return render(request, "lending/slips.html", context)

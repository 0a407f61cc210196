"""The lending desk: lend from the hold shelf, take back, see what went wrong."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hyllan.jobs import queries as jobs
from hyllan.lending import queries, services, story, worklists
from hyllan.lending.forms import ScanForm
from hyllan.lending.models import PatronRequest
from hyllan.lending.views.signals import Signal, answer, nothing_scanned, take_signal
from hyllan.lending.views.workplace import Desk, at_the_desk
from hyllan.region.errors import Refused

TAKE_BACK = "back"  # query argument: the field for what is handed in has the focus


@require_safe
@at_the_desk
def desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what waits for its readers, what they have at home, and the problems."""
    context = {
        "desk": desk,
        "signal": take_signal(request),
        "takes_back": TAKE_BACK in request.GET,
        "waiting": queries.on_hold_shelf(desk.library).select_related("patron"),
        "lent": queries.lent_out(desk.library),
        "problems": queries.with_problems(desk.library),
    }
    return render(request, "lending/desk.html", context)


@require_POST
@at_the_desk
def lend(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lend an item from the hold shelf to its reader."""
    code = ScanForm(request.POST).scanned()

    def act() -> Signal:
        if not code:
            return nothing_scanned()
        wish = services.lend(barcode=code, library=desk.library, by=desk.by, now=desk.now)
        reader = wish.patron.name if wish.patron else ""
        text = _("%(title)s to %(reader)s. The day to hand it in comes from the library system.")
        return Signal("ok", _("Lent"), text % {"title": wish.edition.title, "reader": reader})

    return answer(request, act, to="lending:desk")


@require_POST
@at_the_desk
def hand_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take an item back from its reader, and say where it goes."""
    code = ScanForm(request.POST).scanned()

    def act() -> Signal:
        if not code:
            return nothing_scanned()
        wish = services.hand_in(barcode=code, library=desk.library, by=desk.by, now=desk.now)
        return Signal("ok", _("Handed in"), _after_hand_in(wish))

    return answer(request, act, to=f"{reverse('lending:desk')}?{TAKE_BACK}=1")


def _after_hand_in(wish: PatronRequest) -> str:
    owner = wish.supplier.name if wish.supplier else ""
    if wish.supplier_id == wish.pickup_id:
        text = _("%(title)s belongs here: read it in under Receive, then put it on its shelf.")
        return text % {"title": wish.edition.title}
    text = _("%(title)s goes home to %(library)s: pack it.")
    return text % {"title": wish.edition.title, "library": owner}


@require_safe
@at_the_desk
def work_request(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show a request that this library lends to or fetches for, with all that is known of it."""
    wish = worklists.request_at(desk.by, number)
    if wish is None:
        raise Http404
    context = {
        "desk": desk,
        "wish": wish,
        "headline": story.headline_for_staff(wish, now=desk.now),
        "lines": story.lines(wish, now=desk.now, for_staff=True),
        "shelf_number": story.shelf_number(wish),
        "exchanges": jobs.exchanges(subject=f"patron_request:{wish.number}"),
        "may_cancel": queries.may_cancel(wish) and desk.library.pk == wish.pickup_id,
    }
    return render(request, "lending/work_request.html", context)


@at_the_desk
def cancel(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Cancel for a reader who asks at the desk; first ask whether it is meant."""
    wish = worklists.request_at(desk.by, number)
    if wish is None:
        raise Http404
    if request.method != "POST":
        return render(request, "lending/work_cancel.html", {"desk": desk, "wish": wish})
    try:
        services.cancel(number=number, by=desk.by, now=desk.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("%(title)s is cancelled.") % {"title": wish.edition.title}
        messages.success(request, done)
    return redirect("lending:work_request", number)

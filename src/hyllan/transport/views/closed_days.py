"""A library says on which days it is closed, and takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.services import may_close
from hyllan.transport import services
from hyllan.transport.forms import ClosedDaysForm

MAY_CLOSE = (
    Role.LIBRARY_STAFF,
    Role.LIBRARY_MANAGER,
    Role.TRANSPORT_PLANNER,
    Role.ADMINISTRATOR,
)
MOST_SHOWN = 100


def _own_libraries(by: Actor) -> list[Library]:
    return [library for library in region.libraries() if may_close(by, library)]


@require_safe
@needs_role(*MAY_CLOSE)
def closed_days(request: HttpRequest) -> HttpResponse:
    """Show the closed days ahead of one's libraries, and the form for new ones."""
    libraries = _own_libraries(actor_of(request))
    mains = [library.code for library in libraries if library.kind == Library.Kind.MAIN]
    asked = request.GET.get("library") or next(iter(mains), "")
    form = ClosedDaysForm(libraries=libraries, initial={"library": asked})
    return _page(request, form, libraries)


def _page(request: HttpRequest, form: ClosedDaysForm, libraries: list[Library]) -> HttpResponse:
    now = clock.now()
    today = region.calendar().day_of(now)
    own = {library.pk for library in libraries}
    found = region.closures().filter(last__gte=today, library__in=own)[:MOST_SHOWN]
    ahead = [(closure, WEEKDAYS.get(closure.weekday - 1, "")) for closure in found]
    written = region.written_closed_days(own, today)[:MOST_SHOWN]
    context = {"form": form, "closures": ahead, "written": written, "now": now, "today": today}
    status = 422 if form.errors else 200
    return render(request, "transport/closed_days.html", context, status=status)


@require_POST
@needs_role(*MAY_CLOSE)
def report_closed(request: HttpRequest) -> HttpResponse:
    """Close a library for readers and vans on the days that were keyed in."""
    by = actor_of(request)
    libraries = _own_libraries(by)
    form = ClosedDaysForm(request.POST, libraries=libraries)
    if not form.is_valid():
        return _page(request, form, libraries)
    library = region.library(form.cleaned_data["library"])
    first, last = form.days()
    try:
        services.report_closed(
            library=library,
            first=first,
            last=last,
            weekday=form.cleaned_data["weekday"],
            reason=form.cleaned_data["reason"],
            by=by,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, libraries)
    told = _("%(library)s is closed. The van drives past, and readers whose day moves are told.")
    messages.success(request, told % {"library": library.name})
    return redirect(f"{reverse('transport:closed_days')}?library={library.code}")


@require_POST
@needs_role(*MAY_CLOSE)
def undo_closed(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a library again on days that were to be closed."""
    try:
        services.undo_closed(closure_id=pk, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The days are open again, and readers are told."))
    return redirect("transport:closed_days")

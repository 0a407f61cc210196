"""The driver's round, the register of crates with their labels, and the public timetable."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hyllan.look.dates import day_time_words
from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.transport import queries, services
from hyllan.transport.engine.timetable import Timetable, Trip
from hyllan.transport.forms import MakeCratesForm, ScanCrateForm
from hyllan.transport.labels import qr_drawing
from hyllan.transport.models import Crate, CrateScan
from hyllan.transport.queries import ClosedCall, RoundStop

CRATES_A_PAGE = 50
SIGNAL = "transport_signal"  # session
ON_THE_VANS = (Role.DRIVER, Role.LIBRARY_STAFF)
WITH_THE_CRATES = (
    Role.LIBRARY_STAFF,
    Role.TRANSPORT_PLANNER,
    Role.DRIVER,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Signal:
    """The answer to a scan, seen at three metres. `kind`: ok or err."""

    kind: str
    head: str
    text: str


# --- the driver's round


@require_safe
@needs_role(*ON_THE_VANS)
def driver(request: HttpRequest) -> HttpResponse:
    """Show the rounds that go today, to choose one."""
    now = clock.now()
    table = queries.timetable()
    today = table.day_of(now)
    trips = table.trips(today)
    context = {
        "now": now,
        "trips": _with_names(trips, queries.closed_calls(table, _loops(trips), today)),
        "next_day": queries.next_day_with_vans(today),
    }
    return render(request, "transport/driver.html", context)


@require_safe
@needs_role(*ON_THE_VANS)
def show_round(request: HttpRequest, loop: str) -> HttpResponse:
    """Show a round's calls, and at one of them the crates to leave and to fetch."""
    now = clock.now()
    table = queries.timetable()
    today = table.day_of(now)
    calls = queries.round_of(loop, today, table=table)
    if not calls:
        return _no_round(request, table, loop, now)
    number = _chosen(request.GET.get("stop", ""), calls, now)
    here = calls[number]
    done = list(queries.scans_of_round(loop, today, table=table))
    left, fetched = (
        [scan for scan in done if scan.kind == kind and scan.library == here.library]
        for kind in (CrateScan.Kind.UNLOADED, CrateScan.Kind.LOADED)
    )
    context = {
        "now": now,
        "loop": loop,
        "calls": calls,
        "here": here,
        "next_call": calls[number + 1] if number + 1 < len(calls) else None,
        "left": left,
        "fetched": fetched,
        "closed": queries.closed_calls(table, [loop], today)[loop],
        "form": ScanCrateForm(initial={"stop": number, "scan_id": uuid4().hex}),
        "signal": request.session.pop(SIGNAL, None),
    }
    return render(request, "transport/round.html", context)


def _no_round(request: HttpRequest, table: Timetable, loop: str, now: datetime) -> HttpResponse:
    if loop not in {tour.name for tour in table.network_on(table.day_of(now)).rounds}:
        raise Http404
    context = {"now": now, "loop": loop, "calls": []}
    return render(request, "transport/round.html", context)


def _chosen(asked: str, calls: list[RoundStop], now: datetime) -> int:
    """Return the call that was asked for, else the one the van is at or drives to."""
    if asked.isdecimal() and int(asked) < len(calls):
        return int(asked)
    ahead = (number for number, call in enumerate(calls) if call.stop.departs_at >= now)
    return next(ahead, len(calls) - 1)


@require_POST
@needs_role(*ON_THE_VANS)
def scan_crate(request: HttpRequest, loop: str) -> HttpResponse:
    """Load or unload the crate that was scanned, as its state says, and answer."""
    now = clock.now()
    calls = queries.round_of(loop, queries.timetable().day_of(now))
    form = ScanCrateForm(request.POST)
    if not calls:
        raise Http404
    number = _chosen(request.POST.get("stop", ""), calls, now)
    signal = _answer_scan(request, form, loop, calls[number].library, now)
    request.session[SIGNAL] = asdict(signal)
    return redirect(f"{reverse('transport:round', args=[loop])}?stop={number}")


def _answer_scan(
    request: HttpRequest, form: ScanCrateForm, loop: str, library: Library, now: datetime
) -> Signal:
    if not form.is_valid():
        return Signal("err", _("No code"), _("Read the label again, or key in the crate's code."))
    try:
        scan = services.scan_crate(
            code=form.cleaned_data["code"],
            loop=loop,
            library=library,
            by=actor_of(request),
            now=now,
            scan_id=form.cleaned_data["scan_id"],
        )
    except Refused as refusal:
        return Signal("err", _("Stop"), str(refusal))
    return Signal("ok", _("Crate %(crate)s") % {"crate": scan.crate.code}, _what_now(scan, now))


def _what_now(scan: CrateScan, now: datetime) -> str:
    """Say what became of the crate and where it goes from here."""
    crate = scan.crate
    if scan.kind == CrateScan.Kind.LOADED:
        return _("On the van. Leave it at %(library)s.") % {"library": crate.leave_at}
    if crate.status != Crate.Status.CLOSED:
        return _("Left here, at its destination.")
    way = queries.way_on(queries.timetable(), crate, not_before=now)
    if way is None or not way.legs:
        return _("Left here. No van goes on with it yet.")
    leg = way.legs[0]
    return _("Left here. It goes on with %(loop)s, %(when)s.") % {
        "loop": leg.loop,
        "when": day_time_words(leg.departs_at, now=now),
    }


# --- crates


@require_safe
@needs_role(*WITH_THE_CRATES)
def crates(request: HttpRequest) -> HttpResponse:
    """Show the register: each crate, where it is and where it goes."""
    return _register(request, MakeCratesForm(libraries=_may_register_at(actor_of(request))))


def _register(request: HttpRequest, form: MakeCratesForm) -> HttpResponse:
    code, library = request.GET.get("code", "").strip(), request.GET.get("library", "")
    found = queries.crates_by_place(code=code, library=library)
    page = Paginator(found, CRATES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "code": code,
        "library": library,
        "libraries": region.libraries(),
        "form": form if form.fields["library"].choices else None,  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    return render(request, "transport/crates.html", context, status=status)


def _may_register_at(by: Actor) -> list[Library]:
    """Return the libraries where somebody may register crates."""
    everywhere = by.holds(Role.TRANSPORT_PLANNER) or by.holds(Role.ADMINISTRATOR)
    return [
        library
        for library in region.libraries()
        if everywhere
        or by.may_act_at(
            Role.LIBRARY_STAFF, organisation=library.organisation.code, library=library.code
        )
    ]


@require_POST
@needs_role(*WITH_THE_CRATES)
def make_crates(request: HttpRequest) -> HttpResponse:
    """Register new crates and show their labels, ready to print."""
    by = actor_of(request)
    form = MakeCratesForm(request.POST, libraries=_may_register_at(by))
    if not form.is_valid():
        return _register(request, form)
    library = region.library(form.cleaned_data["library"])
    try:
        made = services.make_crates(
            library=library, count=form.cleaned_data["count"], by=by, now=clock.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _register(request, form)
    return redirect(f"{reverse('transport:labels')}?library={library.code}&from={made[0].code}")


@require_safe
@needs_role(*WITH_THE_CRATES)
def labels(request: HttpRequest) -> HttpResponse:
    """Show the labels of the crates at a library, a sheet to print."""
    library = region.libraries().filter(code=request.GET.get("library", "")).first()
    if library is None:
        raise Http404
    first = request.GET.get("from", "")
    found = queries.crates_at(library.pk).filter(code__gte=first)
    sheet = [(crate.code, qr_drawing(crate.code)) for crate in found]
    head = ngettext("%(count)s label", "%(count)s labels", len(sheet)) % {"count": len(sheet)}
    context = {"library": library, "labels": sheet, "head": head}
    return render(request, "transport/labels.html", context)


# --- timetable


@require_safe
def timetable(request: HttpRequest) -> HttpResponse:
    """Show everybody when the vans call where, today or on the next day they go."""
    now = clock.now()
    table = queries.timetable()
    day = queries.next_day_with_vans(table.day_of(now))
    trips = table.trips(day) if day else ()
    closed = queries.closed_calls(table, _loops(trips), day) if day else {}
    context = {
        "now": now,
        "day": day,
        "trips": _with_names(trips, closed),
        "cut_off": table.network_on(day or table.day_of(now)).service.cut_off_minutes,
    }
    return render(request, "transport/timetable.html", context)


def _loops(trips: tuple[Trip, ...]) -> list[str]:
    return [trip.loop for trip in trips]


def _with_names(
    trips: tuple[Trip, ...], closed: dict[str, list[ClosedCall]]
) -> list[dict[str, object]]:
    """Return the trips with the names of their libraries, all names in one query."""
    codes = {visit.library for trip in trips for visit in trip.visits}
    names = dict(region.libraries().filter(code__in=codes).values_list("code", "name"))
    return [
        {
            "loop": trip.loop,
            "is_exchange": trip.is_exchange,
            "starts_at": trip.visits[0].departs_at,
            "ends_at": trip.visits[-1].arrives_at,
            "first": names[trip.visits[0].library],
            "calls": [(names[visit.library], visit) for visit in trip.visits],
            "count": len(trip.visits),
            "closed": closed.get(trip.loop, []),
        }
        for trip in trips
    ]

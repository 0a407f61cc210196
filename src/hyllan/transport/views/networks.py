"""The planner's timetables: all versions, one of them, and drawing a draft round by round."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.calendar import DAY
from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused
from hyllan.transport import queries, services
from hyllan.transport.engine.difference import differences
from hyllan.transport.engine.editing import AddLoop, ChangeTour, Edit, RemoveTour, stops_of
from hyllan.transport.engine.network import Exchange, Loop, Network
from hyllan.transport.engine.timetable import Timetable, Trip
from hyllan.transport.forms_network import (
    AddLoopForm,
    DraftForm,
    PublishForm,
    StopForm,
    TourForm,
)
from hyllan.transport.models import NetworkVersion
from hyllan.transport.wording import days_words, difference_words

for_planners = needs_role(Role.TRANSPORT_PLANNER, Role.ADMINISTRATOR)
VERSIONS_SHOWN = 50
LOOKED_AHEAD = 14  # days in which a round goes at least once, as a rule
NEAR = timedelta(minutes=15)
Status = NetworkVersion.Status


def _found(pk: int) -> NetworkVersion:
    version = queries.versions().filter(pk=pk).first()
    if version is None:
        raise Http404
    return version


@require_safe
@for_planners
def networks(request: HttpRequest) -> HttpResponse:
    """List drafts, what comes into force, what is in force and what was."""
    now = clock.now()
    today = region.calendar().day_of(now)
    current = queries.in_force(today)
    rows = [
        {"version": version, "state": _state(version, current, today)}
        for version in queries.versions()[:VERSIONS_SHOWN]
    ]
    return render(request, "transport/networks.html", {"rows": rows, "now": now})


def _state(version: NetworkVersion, current: NetworkVersion | None, today: date) -> str:
    """Return draft, in_force, to_come or past."""
    if version.status == Status.DRAFT or version.valid_from is None:
        return "draft"
    if current is not None and version.pk == current.pk:
        return "in_force"
    return "to_come" if version.valid_from > today else "past"


@require_safe
@for_planners
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version: its rounds, and what it has otherwise than the one before it."""
    return _page(request, _found(pk))


def _page(
    request: HttpRequest,
    version: NetworkVersion,
    *,
    publish: PublishForm | None = None,
    draft: DraftForm | None = None,
    loop: AddLoopForm | None = None,
) -> HttpResponse:
    now = clock.now()
    today = region.calendar().day_of(now)
    its = queries.network(version)
    names = dict(region.libraries().values_list("code", "name"))
    state = _state(version, queries.in_force(today), today)
    is_bad = any(form is not None and form.errors for form in (publish, draft, loop))
    context = {
        "version": version,
        "state": state,
        "now": now,
        "rounds": [_round(tour, its, names) for tour in its.tours],
        **_compared(version, its, names, today),
        "publish": publish or PublishForm(initial={"valid_from": today + DAY}),
        "draft": draft or DraftForm(initial={"name": _("Draft from %(name)s") % {"name": version}}),
        "loop": loop or AddLoopForm(libraries=names, initial={"departs": its.loops[0].departs}),
    }
    return render(request, "transport/network.html", context, status=422 if is_bad else 200)


def _round(tour: Loop | Exchange, its: Network, names: dict[str, str]) -> dict[str, object]:
    return {
        "tour": tour,
        "is_exchange": isinstance(tour, Exchange),
        "start": names.get(tour.calls[0], tour.calls[0]),
        "departures": [tour.departs, *tour.more_departures],
        "days": days_words(tour, its.service.weekdays),
        "stops": len(stops_of(tour)),
    }


def _compared(
    version: NetworkVersion, its: Network, names: dict[str, str], today: date
) -> dict[str, object]:
    """Return the version before this one, the differences, and how many calls keep their time."""
    before = _before(version, today)
    if before is None:
        return {"before": None}
    other = queries.network(before)
    kept, calls = _kept_times(queries.timetable_of(other), queries.timetable_of(its), today)
    return {
        "before": before,
        "differences": [difference_words(each, names) for each in differences(other, its)],
        "kept": kept,
        "calls": calls,
    }


def _before(version: NetworkVersion, today: date) -> NetworkVersion | None:
    """Return what a draft would replace, or what was in force the day before."""
    if version.valid_from is None:
        return queries.in_force(today)
    return queries.published().filter(valid_from__lt=version.valid_from).last()


def _kept_times(old: Timetable, new: Timetable, today: date) -> tuple[int, int]:
    """Return of the coming Monday's calls how many come within a quarter of their time, and all."""
    day = today + (7 - today.weekday()) * DAY
    before, after = _first_calls(old, day), _first_calls(new, day)
    near = [code for code in before if code in after and abs(after[code] - before[code]) <= NEAR]
    return len(near), len(before)


def _first_calls(table: Timetable, day: date) -> dict[str, timedelta]:
    calls = sorted(
        ((visit.arrives_at, visit.library) for trip in table.trips(day) for visit in trip.visits),
        reverse=True,
    )
    return {code: at - table.calendar.at(day, time.min) for at, code in calls}


# --- what is done to a version


@require_POST
@for_planners
def draft_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft from this version."""
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            made = services.draft_version(
                based_on=pk, name=form.cleaned_data["name"], by=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("transport:network", pk=made.pk)
    return _page(request, _found(pk), draft=form)


@require_POST
@for_planners
def publish_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a draft come into force on a day."""
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            services.publish_version(
                version_id=pk,
                valid_from=form.cleaned_data["valid_from"],
                by=actor_of(request),
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The timetable is published. Readers whose day moves are told.")
            )
            return redirect("transport:network", pk=pk)
    return _page(request, _found(pk), publish=form)


@require_POST
@for_planners
def withdraw_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a draft, or what is not yet in force."""
    try:
        version = services.withdraw_version(version_id=pk, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("transport:network", pk=pk)
    messages.success(request, _("%(name)s is withdrawn.") % {"name": version})
    return redirect("transport:networks")


@require_POST
@for_planners
def add_loop(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a loop to a draft."""
    names = dict(region.libraries().values_list("code", "name"))
    form = AddLoopForm(request.POST, libraries=names)
    if form.is_valid():
        edit = AddLoop(**form.cleaned_data)
        if _edited(request, pk, edit, form):
            return redirect("transport:tour", pk=pk, tour=edit.name)
    return _page(request, _found(pk), loop=form)


def _edited(
    request: HttpRequest, pk: int, edit: Edit, form: AddLoopForm | TourForm | StopForm
) -> bool:
    """Let the service edit the draft; a refusal becomes the form's error."""
    try:
        services.edit_draft(version_id=pk, edit=edit, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


# --- one round of a version


@dataclass(frozen=True, slots=True)
class _Row:
    """A stop of a round as its page shows it."""

    number: int
    code: str
    name: str
    time: datetime | None
    stay: int | None
    cut_off: int | None
    is_first: bool
    is_last: bool


@require_safe
@for_planners
def tour(request: HttpRequest, pk: int, tour: str) -> HttpResponse:
    """Show one round with its stops and times; of a draft, with what can be changed."""
    return _tour_page(request, _found(pk), tour)


def _tour_page(
    request: HttpRequest,
    version: NetworkVersion,
    name: str,
    *,
    stop: StopForm | None = None,
    change: TourForm | None = None,
) -> HttpResponse:
    its = queries.network(version)
    shown = next((each for each in its.tours if each.name == name), None)
    if shown is None:
        raise Http404
    now = clock.now()
    names = dict(region.libraries().values_list("code", "name"))
    trip = _next_trip(queries.timetable_of(its), name, region.calendar().day_of(now))
    free = {code: each for code, each in names.items() if code not in shown.calls}
    is_bad = any(form is not None and form.errors for form in (stop, change))
    context = {
        "version": version,
        "tour": shown,
        "now": now,
        "is_draft": version.status == Status.DRAFT,
        "days": days_words(shown, its.service.weekdays),
        "departures": [shown.departs, *shown.more_departures],
        "service": its.service,
        "rows": _rows(shown, trip, names),
        "start": names.get(shown.calls[0], shown.calls[0]),
        "back": trip.visits[-1].arrives_at if trip and trip.visits else None,
        "stop": stop or StopForm(libraries=free, initial={"number": len(stops_of(shown))}),
        "change": change or TourForm.of(shown),
    }
    return render(request, "transport/tour.html", context, status=422 if is_bad else 200)


def _next_trip(table: Timetable, name: str, today: date) -> Trip | None:
    trips = (table.trip(name, today + ahead * DAY) for ahead in range(LOOKED_AHEAD))
    return next((trip for trip in trips if trip), None)


def _rows(shown: Loop | Exchange, trip: Trip | None, names: dict[str, str]) -> list[_Row]:
    stops = stops_of(shown)
    visits = list(trip.visits) if trip else []
    times = {visit.library: visit for visit in reversed(visits)}
    stays, cut_offs = dict(shown.stop_minutes), dict(shown.cut_off_minutes)
    return [
        _Row(
            number=number,
            code=code,
            name=names.get(code, code),
            time=times[code].arrives_at if code in times else None,
            stay=stays.get(code),
            cut_off=cut_offs.get(code),
            is_first=number == 0,
            is_last=number == len(stops) - 1,
        )
        for number, code in enumerate(stops)
    ]


@require_POST
@for_planners
def edit_stops(request: HttpRequest, pk: int, tour: str) -> HttpResponse:
    """Add, remove or move a stop of a draft's round, or say how long the van stays there."""
    names = dict(region.libraries().values_list("code", "name"))
    form = StopForm(request.POST, libraries=names)
    if form.is_valid() and (edit := form.edit(tour)) and _edited(request, pk, edit, form):
        return redirect("transport:tour", pk=pk, tour=tour)
    return _tour_page(request, _found(pk), tour, stop=form)


@require_POST
@for_planners
def change_tour(request: HttpRequest, pk: int, tour: str) -> HttpResponse:
    """Change a draft's round: its name, when it leaves and on which days."""
    form = TourForm(request.POST)
    if form.is_valid():
        edit = ChangeTour(tour=tour, **form.cleaned_data)
        if _edited(request, pk, edit, form):
            messages.success(request, _("The round is saved."))
            return redirect("transport:tour", pk=pk, tour=edit.name)
    return _tour_page(request, _found(pk), tour, change=form)


@require_POST
@for_planners
def remove_tour(request: HttpRequest, pk: int, tour: str) -> HttpResponse:
    """Remove a round from a draft."""
    by, now = actor_of(request), clock.now()
    try:
        services.edit_draft(version_id=pk, edit=RemoveTour(tour=tour), by=by, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("transport:tour", pk=pk, tour=tour)
    messages.success(request, _("%(name)s is removed from the draft.") % {"name": tour})
    return redirect("transport:network", pk=pk)

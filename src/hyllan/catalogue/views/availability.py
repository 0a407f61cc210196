"""Where an edition stands: what was last known at once, and what the systems say when asked."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hyllan.catalogue import queries, services, wording
from hyllan.catalogue.models import Edition
from hyllan.catalogue.queries import ItemView
from hyllan.catalogue.slots import slots
from hyllan.region import clock


@dataclass(frozen=True, slots=True)
class Place:
    """A library with its items of an edition that stand on the same shelf."""

    library: str
    call_number: str
    states: str
    is_in: bool
    back: str  # when the next one is back, if none is in
    known: str  # who says so, and when
    day: str = ""  # on which it can be where the reader fetches; empty: not now, or not known


@never_cache
@require_safe
def availability(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the libraries' systems; give the part of the record page that tells what they said."""
    now = clock.now()
    try:
        edition = queries.edition(pk)
    except Edition.DoesNotExist:
        raise Http404 from None
    services.ask_availability(edition_id=pk, now=now)
    if not request.headers.get("HX-Request"):  # a browser without JavaScript followed the link
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{reverse('catalogue:record', args=[pk])}{query}#availability")
    shelf = slots(request)
    context = {"edition": edition, "live": True, "pickup": shelf.pickup}
    context |= {"standing": shelf.standing(pk)}
    context |= standing(queries.items_of(pk), now=now, days=shelf.days())
    # A part of a page: without the request no menus are made for it
    answer = HttpResponse(render_to_string("catalogue/_availability.html", context))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def standing(
    items: Sequence[ItemView], *, now: datetime, days: Mapping[str, str] = MappingProxyType({})
) -> dict[str, object]:
    """
    Return what catalogue/_availability.html shows, apart from the edition and the pick-up library.

    :param days: by library code the day its copies can be with the reader, the soonest first
    """
    asked = max((item.asked_at for item in items if item.asked_at), default=None)
    silent = {item.organisation_code for item in items if item.is_unanswered}
    return {
        "places": _places(items, days, now=now),
        "said": wording.asked(asked, len(silent), now=now) if asked else "",
    }


def _places(items: Sequence[ItemView], days: Mapping[str, str], *, now: datetime) -> list[Place]:
    """Return the places by name; where days are known, what can come soonest stands first."""
    shelves: dict[tuple[str, str, str], list[ItemView]] = defaultdict(list)
    for item in items:
        shelves[item.library, item.library_code, item.call_number].append(item)
    order = {code: number for number, code in enumerate(days)}
    found = []
    for (library, code, call_number), of_it in shelves.items():
        place = _place(library, call_number, of_it, now=now)
        rank = order.get(code, len(order)) if place.is_in else len(order) + 1
        found.append((rank, replace(place, day=days.get(code, "") if place.is_in else "")))
    if days:
        found.sort(key=itemgetter(0))
    return [place for _rank, place in found]


def _place(library: str, call_number: str, items: list[ItemView], *, now: datetime) -> Place:
    states = Counter(item.status for item in items)
    oldest = min(items, key=lambda item: item.status_at)
    due = min((item.due for item in items if item.due and item.due >= now), default=None)
    return Place(
        library=library,
        call_number=call_number,
        states=", ".join(wording.state(*each) for each in sorted(states.items())),
        is_in=states["available"] > 0,
        back=wording.back(due, states["on_loan"]) if due and not states["available"] else "",
        known=wording.known(
            oldest.status_at, oldest.silent_at if oldest.is_unanswered else None, now=now
        ),
    )

"""What lending shows on the catalogue's pages: the day, and the button to request."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hyllan.lending import queries, story, worklists
from hyllan.lending.engine.sourcing import Offer
from hyllan.look.dates import day_words
from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.models import Library, Person
from hyllan.transport import queries as transport

PICKUP = "pickup"  # query argument of the record page: where she would fetch it


@dataclass(frozen=True, slots=True)
class Places:
    """Libraries of one organisation to choose among."""

    organisation: str
    libraries: tuple[Library, ...]


def resident_of(request: HttpRequest) -> Person | None:
    """Return who is signed in with a library card."""
    person = request.user
    return person if isinstance(person, Person) and person.card_number else None


def pickup_places(patron: Person) -> list[Places]:
    """Return where she can fetch what she asks for, her own municipality's libraries first."""
    served = transport.timetable().libraries
    own = patron.card_organisation_id
    groups: dict[tuple[bool, str], list[Library]] = defaultdict(list)
    for library in region.libraries().exclude(kind=Library.Kind.HUB).order_by("name"):
        if library.code in served or library.organisation_id == own:
            other = library.organisation_id != own
            groups[other, library.organisation.name].append(library)
    return [Places(name, tuple(groups[other, name])) for other, name in sorted(groups)]


def home_library(patron: Person) -> Library | None:
    """Return where she usually fetches: her own choice, else her municipality's main library."""
    if patron.home_library is not None:
        return patron.home_library
    own = region.libraries().filter(organisation=patron.card_organisation)
    return own.filter(kind=Library.Kind.MAIN).first() or own.order_by("name").first()


def request_panel(request: HttpRequest, edition_id: int) -> SafeString:
    """Return the record page's panel: the day at her library and the button, or the way in."""
    patron = resident_of(request)
    context = _for_resident(request, patron, edition_id) if patron else _for_others(edition_id)
    # Without the request: the page around has already run the context processors.
    return render_to_string(
        "lending/request_panel.html",
        {
            **context,
            "patron": patron,
            "edition_id": edition_id,
            "here": request.path,
            "csrf_token": get_token(request),
            "sign_in": f"{reverse('lending:sign_in')}?{urlencode({'next': request.path})}",
        },
    )


def _for_others(edition_id: int) -> dict[str, object]:
    places = worklists.available_places([edition_id]).get(edition_id, 0)
    return {"arrival": _in_at(places), "is_free": bool(places)}


def _for_resident(request: HttpRequest, patron: Person, edition_id: int) -> dict[str, object]:
    now = clock.now()
    wish = queries.open_requests().filter(patron=patron, edition_id=edition_id).first()
    if wish is not None:
        return {"wish": wish, "arrival": story.headline(wish, now=now)}
    places = pickup_places(patron)
    choice = {library.code: library for group in places for library in group.libraries}
    home = home_library(patron)
    pickup = choice.get(request.GET.get(PICKUP, "")) or home
    if pickup is None:
        return {"places": places, "arrival": ""}
    offer = queries.best_days([edition_id], pickup.code, now=now).get(edition_id)
    where = choice.get(offer.library) if offer else None
    return {
        "places": places,
        "pickup": pickup,
        "is_free": offer is not None,
        "arrival": _arrival(offer, where.name if where else "", pickup, now=now),
    }


def _arrival(offer: Offer | None, where: str, pickup: Library, *, now: datetime) -> str:
    """Return "Inne i Eslöv · hos dig torsdag"; where nothing is free, that."""
    if offer is None:
        return _("All copies are out or asked for")
    day = story.with_you(day_words(offer.expected_at, now=now))
    if offer.library == pickup.code:
        return _("In at your pick-up library · %(with_you)s") % {"with_you": _inside(day)}
    if not where:
        return day
    return _("In at %(library)s · %(with_you)s") % {"library": where, "with_you": _inside(day)}


def _inside(sentence: str) -> str:
    """Return a sentence as it stands in the middle of another."""
    return sentence[:1].lower() + sentence[1:]


def _in_at(places: int) -> str:
    if not places:
        return _("All copies are out or asked for")
    return ngettext("In at %(count)s library", "In at %(count)s libraries", places) % {
        "count": places
    }


def hit_arrivals(request: HttpRequest, edition_ids: Collection[int]) -> dict[int, str]:
    """
    Return a sentence for each hit of a page that is in: when it is with her, or at how many places.

    The others have none: the page marks every sentence as good news.
    """
    if not edition_ids:
        return {}
    patron = resident_of(request)
    pickup = home_library(patron) if patron else None
    if pickup is None:
        counts = worklists.available_places(edition_ids)
        return {edition: _in_at(places) for edition, places in counts.items()}
    now = clock.now()
    days = queries.best_days(edition_ids, pickup.code, now=now)
    codes = {offer.library for offer in days.values()}
    names = dict(region.libraries().filter(code__in=codes).values_list("code", "name"))
    return {
        edition: _arrival(offer, names.get(offer.library, ""), pickup, now=now)
        for edition, offer in days.items()
    }

"""What lending shows on the catalogue's pages: the day, and the button to request."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hyllan.lending import queries, reaching, story, worklists
from hyllan.lending.engine.sourcing import Offer
from hyllan.look.dates import day_words
from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.models import Library, Person
from hyllan.transport import queries as transport
from hyllan.transport.engine.arrivals import Arrivals

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


def pickup_places(patron: Person | None, served: Collection[str]) -> list[Places]:
    """
    Return where things can be fetched, a reader's own municipality's libraries first.

    :param served: the libraries at which vans call
    """
    own = patron.card_organisation_id if patron else None
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


class OnTheShelf:
    """What lending shows a visitor on one of the catalogue's pages (its `slots`)."""

    def __init__(self, request: HttpRequest) -> None:
        """Look at who asks; nothing is read before it is needed."""
        self._request = request
        self._now = clock.now()

    @cached_property
    def _patron(self) -> Person | None:
        return resident_of(self._request)

    @cached_property
    def _arrivals(self) -> Arrivals:
        return transport.arrivals()

    @cached_property
    def _places(self) -> list[Places]:
        return pickup_places(self._patron, transport.served(self._arrivals.timetable, self._now))

    @cached_property
    def pickup(self) -> Library | None:
        """Return where she fetches: the library the address names, else her usual one."""
        if asked := self._request.GET.get(PICKUP, ""):
            each = (library for group in self._places for library in group.libraries)
            if named := next((library for library in each if library.code == asked), None):
                return named
        return home_library(self._patron) if self._patron else None

    @cached_property
    def _reached(self) -> Mapping[str, reaching.Moments]:
        if self.pickup is None:
            return {}
        return reaching.moments(self.pickup.code, self._arrivals, now=self._now)

    def pickups(self) -> list[tuple[str, tuple[Library, ...]]]:
        """Return the libraries she can choose among, by organisation, her own first."""
        return [(group.organisation, group.libraries) for group in self._places]

    def panel(self, edition_id: int) -> SafeString:
        """Return the day at her library and the button to request it, or the way in."""
        request = self._request
        back = request.get_full_path()
        # Without the request: the page around has already run the context processors.
        return render_to_string(
            "lending/request_panel.html",
            {
                **self._standing(edition_id),
                "edition_id": edition_id,
                "here": request.path,
                "csrf_token": get_token(request),
                "sign_in": f"{reverse('lending:sign_in')}?{urlencode({'next': back})}",
            },
        )

    def standing(self, edition_id: int) -> SafeString:
        """Return the panel's first lines: the day, or that all copies are out."""
        return render_to_string("lending/_standing.html", self._standing(edition_id))

    def _standing(self, edition_id: int) -> dict[str, object]:
        patron = self._patron
        found = self._for_resident(patron, edition_id) if patron else self._for_others(edition_id)
        return {**found, "patron": patron}

    def _for_others(self, edition_id: int) -> dict[str, object]:
        sentence = self.arrivals([edition_id]).get(edition_id, "")
        return {"arrival": sentence or _in_at(0), "is_free": bool(sentence)}

    def _for_resident(self, patron: Person, edition_id: int) -> dict[str, object]:
        wish = queries.open_requests().filter(patron=patron, edition_id=edition_id).first()
        if wish is not None:
            return {"wish": wish, "arrival": story.headline(wish, now=self._now)}
        if self.pickup is None:
            return {"places": self._places, "arrival": ""}
        sentence = self.arrivals([edition_id]).get(edition_id, "")
        return {
            "places": self._places,
            "pickup": self.pickup,
            "is_free": bool(sentence),
            "arrival": sentence or _in_at(0),
        }

    def arrivals(self, edition_ids: Collection[int]) -> dict[int, str]:
        """
        Return a sentence for each hit that is in: when it is with her, or at how many places.

        The others have none: the page marks every sentence as good news.
        """
        if not edition_ids:
            return {}
        if self.pickup is None:
            counts = worklists.available_places(edition_ids)
            return {edition: _in_at(places) for edition, places in counts.items()}
        days = reaching.best_days(edition_ids, self._reached, now=self._now)
        codes = {offer.library for offer in days.values()}
        names = dict(region.libraries().filter(code__in=codes).values_list("code", "name"))
        return {
            edition: _arrival(offer, names.get(offer.library, ""), self.pickup, now=self._now)
            for edition, offer in days.items()
        }

    def tiers(self) -> Sequence[Collection[str]]:
        """Return library codes by the day their copies can be at her library."""
        return reaching.tiers(self._reached)

    def days(self) -> dict[str, str]:
        """Return by library code the day on which its copies can be at her library."""
        return {
            code: day_words(when, now=self._now) for code, (_arrives, when) in self._reached.items()
        }


def _arrival(offer: Offer, where: str, pickup: Library, *, now: datetime) -> str:
    """Return "Inne i Eslöv · hos dig torsdag"."""
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

"""Reads of public pages and remarks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from wagtail.models import Page

from hyllan.region import queries as region
from hyllan.region.models import Library, Organisation
from hyllan.transport import queries as transport
from hyllan.website.engine.names import alphabetical
from hyllan.website.models import ContentPage, Remark


@dataclass(frozen=True, slots=True)
class PageCount:
    """How one page did: how often it helped, how often not, and how many wrote something."""

    path: str
    language: str
    yes: int
    no: int
    texts: int


@dataclass(frozen=True, slots=True)
class LibraryGroup:
    organisation: Organisation
    libraries: tuple[Library, ...]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """One day at a library; closed when it has no hours."""

    day: date
    opens: datetime | None
    closes: datetime | None


@dataclass(frozen=True, slots=True)
class LibraryWeek:
    """A library, its next seven days and its next van; no days: its hours are not known."""

    library: Library
    days: tuple[OpenDay, ...]
    next_van: datetime | None = None

    @property
    def today(self) -> OpenDay | None:
        return self.days[0] if self.days else None


def library_groups() -> list[LibraryGroup]:
    """Return the libraries readers come to, by organisation; main libraries first."""
    kinds = {"main": 0, "branch": 1, "bus": 2}
    places = region.libraries().exclude(kind=Library.Kind.HUB)
    ordered = sorted(
        places,
        key=lambda place: (
            alphabetical(place.organisation.name),
            kinds.get(place.kind, 3),
            alphabetical(place.name),
        ),
    )
    return [
        LibraryGroup(organisation, tuple(group))
        for organisation, group in groupby(ordered, key=lambda place: place.organisation)
    ]


def library_week(code: str, *, now: datetime) -> LibraryWeek:
    """Return a library and when it is open from today on. Raises Library.DoesNotExist."""
    place = region.library(code)
    opening = region.opening(code)
    vans = transport.trips_between(now, now + timedelta(days=7))
    next_van = next((van.arrives_at for van in vans if van.library == code), None)
    if not opening.hours:
        return LibraryWeek(place, (), next_van)
    today = opening.calendar.day_of(now)
    days = [today + timedelta(days=ahead) for ahead in range(7)]
    spans = [(day, opening.span(day) or (None, None)) for day in days]
    week = tuple(OpenDay(day, opens, closes) for day, (opens, closes) in spans)
    return LibraryWeek(place, week, next_van)


def footer_links(language: str) -> list[dict[str, str]]:
    """Return the pages that editors put in the menus, in the order of the tree."""
    pages = (
        ContentPage.objects.live()
        .in_menu()
        .filter(locale__language_code=language)
        .order_by("path")
        .select_related("locale")
        .only("title", "url_path", "locale__language_code")
    )
    found = [{"label": page.title, "url": page.url} for page in pages]
    return [link for link in found if link["url"]]


def translations(page: Page) -> dict[str, str]:
    """Return where a page stands in each language it exists in."""
    found = page.get_translations(inclusive=True).live().select_related("locale")
    urls = {twin.locale.language_code: twin.url for twin in found}
    return {language: url for language, url in urls.items() if url}


def remarks() -> QuerySet[Remark]:
    """Return what visitors wrote: unread first, newest first."""
    return (
        Remark.objects.exclude(text="")
        .annotate(is_read=Case(When(read_at=None, then=Value(0)), default=Value(1)))
        .order_by("is_read", "-made_at", "-pk")
    )


def page_counts() -> list[PageCount]:
    """Return yes and no per page, those that helped least first."""
    rows = (
        Remark.objects.values("path", "language")
        .annotate(
            yes=Count("pk", filter=Q(helped=True)),
            no=Count("pk", filter=Q(helped=False)),
            texts=Count("pk", filter=~Q(text="")),
        )
        .order_by(F("no").desc(), "path", "language")
    )
    return [PageCount(**row) for row in rows]

"""Search and one record."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hyllan.catalogue import queries, slots, wording
from hyllan.catalogue.models import Edition
from hyllan.catalogue.queries import PAGE_SIZE, Hit
from hyllan.catalogue.views.availability import standing
from hyllan.catalogue.views.why import decides
from hyllan.region import clock
from hyllan.region.access import actor_of
from hyllan.region.models import Library
from hyllan.region.queries import libraries


@dataclass(frozen=True, slots=True)
class Row:
    """A hit as it stands on the shelf of hits."""

    hit: Hit
    material: str
    colour: str
    mark: tuple[str, str]
    libraries: str
    arrival: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the hits of a query, and a way to keep to one library."""
    query, library = request.GET.get("q", "").strip(), request.GET.get("library", "")
    places = list(libraries().exclude(kind=Library.Kind.HUB))
    if library not in {place.code for place in places}:
        library = ""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = queries.search(query, library=library, page=number)
    if found.total and not found.hits:  # past the end
        found = queries.search(query, library=library, page=found.pages)
    pages = Paginator(range(min(found.total, found.pages * PAGE_SIZE)), PAGE_SIZE)
    arrivals = slots.hit_arrivals(request, [hit.edition_id for hit in found.hits])
    context = {
        "query": query,
        "library": library,
        "libraries": places,
        "found": found,
        "page": pages.get_page(found.page),
        "rows": [_row(hit, arrivals.get(hit.edition_id, "")) for hit in found.hits],
    }
    return render(request, "catalogue/search.html", context)


def _row(hit: Hit, arrival: str) -> Row:
    return Row(
        hit=hit,
        material=wording.material(hit.material),
        colour=wording.colour(hit.material),
        mark=wording.shelf_mark(hit.call_number, hit.responsible),
        libraries=wording.holding_libraries(len(hit.libraries)),
        arrival=arrival,
    )


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an edition: its facts, where it stands, and the work's other editions."""
    try:
        edition = queries.edition(pk)
    except Edition.DoesNotExist:
        raise Http404 from None
    items = queries.items_of(pk)
    first = next((item.call_number for item in items if item.call_number), "")
    context = {
        "edition": edition,
        "material": wording.material(edition.material),
        "colour": wording.colour(edition.material),
        "mark": wording.shelf_mark(first, edition.responsible),
        "language": wording.language(edition.language),
        **standing(items, now=clock.now()),
        "others": [
            (other, wording.material(other.material), wording.language(other.language))
            for other in queries.other_editions(edition)
        ],
        "panel": slots.record_panel(request, pk),
        "tells_why": decides(actor_of(request)),
    }
    return render(request, "catalogue/record.html", context)

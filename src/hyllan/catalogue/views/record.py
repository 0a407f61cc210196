"""One edition: what it is, where it stands, when it can be with the reader; its work's others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from hyllan.catalogue import narrowing, queries, wording
from hyllan.catalogue.engine.choices import Choices
from hyllan.catalogue.engine.query import in_field
from hyllan.catalogue.models import Edition
from hyllan.catalogue.slots import PICKUP, slots
from hyllan.catalogue.views.availability import standing
from hyllan.catalogue.views.why import decides
from hyllan.region import clock
from hyllan.region.access import actor_of

OTHERS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Searches:
    """Texts of a record, each with the search that finds what else has it."""

    names: list[narrowing.Link]
    subjects: list[narrowing.Link]
    series: list[narrowing.Link]


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an edition; one that has become another leads there, one that is gone says so."""
    try:
        edition = queries.edition(pk)
    except Edition.DoesNotExist:
        raise Http404 from None
    if edition.merged_into_id is not None:
        edition = queries.heir(edition)
        if not edition.gone:
            query = request.GET.urlencode()
            url = reverse("catalogue:record", args=[edition.pk])
            return redirect(f"{url}?{query}" if query else url, permanent=True)
    if edition.gone:
        context = {"edition": edition, "others": queries.editions_of(edition)[:OTHERS_A_PAGE]}
        return render(request, "catalogue/gone.html", _about(edition) | context, status=410)
    return render(request, "catalogue/record.html", _context(request, edition))


def _context(request: HttpRequest, edition: Edition) -> dict[str, object]:
    shelf = slots(request)
    items = queries.items_of(edition.pk)
    first = next((item.call_number for item in items if item.call_number), "")
    canonical = reverse("catalogue:record", args=[edition.pk])
    pickup = request.GET.get(PICKUP, "")
    return _about(edition) | {
        "edition": edition,
        "mark": wording.shelf_mark(first, edition.responsible),
        "searches": _searches(edition),
        **standing(items, now=clock.now(), days=shelf.days() if items else {}),
        "pickup": shelf.pickup,
        "panel": shelf.panel(edition.pk),
        "tells_why": decides(actor_of(request)),
        "canonical": request.build_absolute_uri(canonical),
        "record_query": urlencode({PICKUP: pickup}) if pickup else "",
        **_others(request, edition),
    }


def _about(edition: Edition) -> dict[str, object]:
    details = edition.details
    isbns = dict.fromkeys([edition.isbn, *details.get("isbns", ())])
    return {
        "material": wording.material(edition.material),
        "form": wording.form(details.get("form", "")),
        "colour": wording.colour(edition.material),
        "audience": wording.audience(edition.audience),
        "languages": [
            narrowing.Link(wording.language(code), narrowing.address(Choices(languages=(code,))))
            for code in dict.fromkeys([edition.language, *details.get("languages", ())])
            if code
        ],
        "isbns": [isbn for isbn in isbns if isbn],
        "alike": narrowing.address(Choices(query=edition.title)),
    }


def _searches(edition: Edition) -> Searches:
    def links(field: str, texts: list[str]) -> list[narrowing.Link]:
        return [
            narrowing.Link(text, narrowing.address(Choices(query=in_field(field, text))))
            for text in texts
        ]

    series = edition.details.get("series", "")
    return Searches(
        names=links(pgettext("field of a query", "author"), edition.details.get("names", [])),
        subjects=links(pgettext("field of a query", "subject"), edition.subjects),
        series=links(pgettext("field of a query", "series"), [series] if series else []),
    )


def _others(request: HttpRequest, edition: Edition) -> dict[str, object]:
    """Return a page of the work's other editions, and what they can be narrowed by."""
    material, language = request.GET.get("material", ""), request.GET.get("language", "")
    kinds = queries.kinds_of_editions(edition)
    if not kinds:
        return {}
    material = material if material in kinds.materials else ""
    language = language if language in kinds.languages else ""
    chosen = queries.editions_of(edition, material=material, language=language)
    page = Paginator(chosen, OTHERS_A_PAGE).get_page(request.GET.get("page"))
    held = queries.holding_libraries([other.pk for other in page])
    return {
        "page": page,
        "kinds": [
            ("material", _("Material"), _options(kinds.materials, material, wording.material)),
            ("language", _("Language"), _options(kinds.languages, language, wording.language)),
        ],
        "others": [
            (
                other,
                wording.edition_line(
                    other.material, other.details.get("form", ""), other.language, other.year
                ),
                wording.holding_libraries(held.get(other.pk, 0)),
            )
            for other in page
        ],
    }


def _options(
    counts: Mapping[str, int], chosen: str, word: Callable[[str], str]
) -> list[narrowing.Option]:
    """Return the kinds; of a single one there is nothing to choose."""
    if len(counts) < 2:
        return []
    return [
        narrowing.Option(code, word(code), count, code == chosen) for code, count in counts.items()
    ]

"""Search: hits grouped by work, what to narrow them by, and help on the way to them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypedDict
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hyllan.catalogue import cql_faults, narrowing, queries, wording
from hyllan.catalogue.engine.choices import Choices, kept, query_string, read
from hyllan.catalogue.queries import LAST_PAGE, PAGE_SIZE, Hit, OtherEdition, SearchResult
from hyllan.catalogue.slots import PICKUP, Slots, slots
from hyllan.protocols.sru import CqlError, CqlQuery, parse_cql, refuse_costly

OTHERS_SHOWN = 3  # editions beneath a hit; the record page has them all


class Other(NamedTuple):
    """Another edition of a hit's work."""

    address: str
    title: str  # where it is not the hit's
    line: str


class Row(TypedDict):
    """
    A hit as it stands on the shelf of hits.

    Templates read from a dict in a third of the time that an attribute takes, and a page of hits
    reads hundreds.
    """

    number: int
    address: str
    title: str
    responsible: str
    year: int | None
    material: str
    form: str
    language: str
    easy: bool
    colour: str
    mark: tuple[str, str]
    libraries: str
    arrival: str
    is_in: bool
    others: list[Other]
    more: int  # editions that are not named


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the hits of a query; without one, ways in for those whom the library law puts first."""
    places = narrowing.places()
    chosen = narrowing.settled(read(dict(request.GET.lists())), places)
    if not chosen.asks:
        return render(request, "catalogue/search_start.html", {"chosen": chosen, **_ways_in()})
    shelf = slots(request)
    context: dict[str, object] = {"chosen": chosen, "pickup": shelf.pickup}
    try:
        found, by = _asked(chosen, shelf)
    except CqlError as error:
        context |= {"fault": cql_faults.in_words(error), "indexes": wording.CQL_INDEXES}
        return render(request, "catalogue/search.html", context)
    at = replace(chosen, page=found.page, pickup="")
    by_day = query_string(replace(chosen, page=1, sort="soonest"))
    context |= {
        "found": found,
        "page": Paginator(range(_leaves(found)), PAGE_SIZE).get_page(found.page),
        "rows": _rows(found, shelf, urlencode({PICKUP: chosen.pickup}) if chosen.pickup else ""),
        "panel": narrowing.panel(chosen, found.facets or queries.Facets(), places),
        "chips": narrowing.chips(chosen, places),
        "sorts": narrowing.sorts(chosen, by=by),
        "by": by,
        "all_removed": narrowing.address(chosen.wider()),
        "wider": _wider(chosen, found),
        "canonical": request.build_absolute_uri(narrowing.address(at)),
        "pickup_page": f"{reverse('catalogue:pickup')}?{by_day}",
        "verbatim": narrowing.address(replace(chosen, verbatim=True, page=1)),
        **_saving(request, chosen),
    }
    return render(request, "catalogue/search.html", context)


def _asked(chosen: Choices, shelf: Slots) -> tuple[SearchResult, str]:
    """Return what is found, and how it is sorted. Raises CqlError."""
    query: str | CqlQuery = chosen.query
    by = chosen.sort
    if chosen.cql:
        query = parse_cql(chosen.cql)
        refuse_costly(query)
    if by == "soonest" and shelf.pickup is None:
        by = "relevance"

    def page(number: int) -> SearchResult:
        return queries.search(
            query,
            page=number,
            sort=by,
            tiers=tiers,
            facets=True,
            forgiving=not chosen.verbatim,
            **chosen.filters,
        )

    tiers = shelf.tiers() if by == "soonest" else ()
    found = page(chosen.page)
    if found.total and not found.hits:  # past the end
        found = page(found.pages)
    return found, by


def _leaves(found: SearchResult) -> int:
    works = found.total if found.works is None else found.works
    return min(works, LAST_PAGE * PAGE_SIZE)


def _wider(chosen: Choices, found: SearchResult) -> tuple[int, str] | None:
    """Return how many hits there are without the choices that left none, and their address."""
    if found.total or not chosen.narrows or not (chosen.query or chosen.cql):
        return None
    wider = chosen.wider()
    query = parse_cql(wider.cql) if wider.cql else wider.query
    total = queries.count(query)
    return (total, narrowing.address(wider)) if total else None


def _rows(found: SearchResult, shelf: Slots, query: str) -> list[Row]:
    arrivals = shelf.arrivals([hit.edition_id for hit in found.hits])
    return [_row(hit, arrivals.get(hit.edition_id, ""), query) for hit in found.hits]


def _row(hit: Hit, arrival: str, query: str) -> Row:
    return Row(
        number=hit.edition_id,
        address=_address(hit.edition_id, query),
        title=hit.title,
        responsible=hit.responsible,
        year=hit.year,
        material=wording.material(hit.material),
        form=wording.form(hit.form),
        language=wording.language(hit.language) if hit.language not in {"", "swe"} else "",
        easy=hit.easy,
        colour=wording.colour(hit.material),
        mark=wording.shelf_mark(hit.call_number, hit.responsible),
        libraries=wording.holding_libraries(len(hit.libraries)),
        arrival=arrival,
        is_in=hit.is_in,
        others=[_other(each, hit, query) for each in hit.others[:OTHERS_SHOWN]],
        more=max(0, len(hit.others) - OTHERS_SHOWN),
    )


def _other(edition: OtherEdition, hit: Hit, query: str) -> Other:
    return Other(
        address=_address(edition.edition_id, query),
        title=edition.title if edition.title != hit.title else "",
        line=wording.edition_line(edition.material, edition.form, edition.language, edition.year),
    )


def _address(edition_id: int, query: str) -> str:
    address = reverse("catalogue:record", args=[edition_id])
    return f"{address}?{query}" if query else address


def _saving(request: HttpRequest, chosen: Choices) -> dict[str, object]:
    """Return what saving this search needs: whose, and whether she has done it already."""
    string = query_string(kept(chosen))
    if not request.user.is_authenticated:
        back = urlencode({"next": request.get_full_path()})
        return {"sign_in": f"{reverse(settings.HYLLAN_CARD_SIGN_IN)}?{back}"}
    return {"to_save": string, "is_saved": queries.is_saved(request.user.pk, string)}


# --- before anything is asked


def _ways_in() -> dict[str, object]:
    groups = queries.groups()

    def link(label: object, count: int, **choice: object) -> narrowing.Link:
        chosen = Choices(**choice)  # type: ignore[arg-type]
        return narrowing.Link(str(label), narrowing.address(chosen), count)

    def of(counts: Mapping[str, int], argument: str, *codes: str) -> list[narrowing.Link]:
        words = {"forms": wording.form, "materials": wording.material}[argument]
        return [
            link(words(code), counts[code], **{argument: (code,)})
            for code in codes
            if counts.get(code)
        ]

    minority = {code for _name, codes in wording.MINORITY_LANGUAGES for code in codes}
    tongues = [
        link(wording.language(code), count, languages=(code,))
        for code, count in groups.languages.items()
        if code not in minority | wording.NO_MOTHER_TONGUES
    ]
    return {
        "readers": [
            link(word, groups.audiences[code], audience=code)
            for code, word in wording.AUDIENCES.items()
            if groups.audiences.get(code)
        ],
        "easy": [
            *([link(_("Easy to read"), groups.easy, easy=True)] if groups.easy else []),
            *of(groups.forms, "forms", "large_print", "daisy", "braille"),
            *of(groups.materials, "materials", "audiobook"),
        ],
        "minorities": [
            link(
                name,
                sum(groups.languages.get(code, 0) for code in codes),
                languages=tuple(code for code in codes if groups.languages.get(code)) or codes,
            )
            for name, codes in wording.MINORITY_LANGUAGES
        ],
        "tongues": tongues[: narrowing.MANY],
        "more_tongues": tongues[narrowing.MANY :],
    }


# --- help on the way


@require_safe
@cache_control(max_age=300, public=True)
def suggest(request: HttpRequest) -> HttpResponse:
    """Return what can be meant by the beginning of a query, as the options of a list."""
    found = queries.suggest(request.GET.get("q", ""))
    options = [(each, wording.SUGGESTED[each.kind]) for each in found]
    # Asked at every letter: without the request no menus are made for it
    return HttpResponse(render_to_string("catalogue/_suggestions.html", {"options": options}))


@require_safe
def pickup(request: HttpRequest) -> HttpResponse:
    """Ask where she fetches, and go back to the same search with the answer."""
    chosen = narrowing.settled(read(dict(request.GET.lists())), narrowing.places())
    shelf = slots(request)
    context = {"chosen": chosen, "pickup": shelf.pickup, "pickups": shelf.pickups()}
    return render(request, "catalogue/pickup.html", context)

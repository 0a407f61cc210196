"""Search: what a reader wrote, to a page of titles with where they stand."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypedDict, Unpack

from django.conf import settings

from hyllan.catalogue import search_index
from hyllan.catalogue.engine.query import parse
from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.search_index import Facets, Filters, Group, Sort
from hyllan.region.queries import libraries

PAGE_SIZE = 20
LAST_PAGE = 500  # nobody reads further, and deep pages cost


class FilterValues(TypedDict, total=False):
    """Filters, one by one; what they mean stands in search_index.Filters."""

    organisation: str
    materials: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    year_from: int | None
    year_to: int | None
    audience: str
    easy: bool
    available: bool


@dataclass(frozen=True, slots=True)
class OtherEdition:
    """Another edition of a hit's work that was found as well."""

    edition_id: int
    title: str
    year: int | None
    language: str
    material: str


@dataclass(frozen=True, slots=True)
class Hit:
    edition_id: int
    title: str
    responsible: str
    year: int | None
    material: str
    language: str
    libraries: tuple[str, ...]  # names, by name
    call_number: str
    is_in: bool  # some library's system calls a copy available
    others: tuple[OtherEdition, ...] = ()  # of the same work, the best first


@dataclass(frozen=True, slots=True)
class SearchResult:
    total: int  # editions
    hits: tuple[Hit, ...]  # works
    milliseconds: float
    page: int = 1
    facets: Facets | None = None  # where they were asked for
    corrected: str = ""  # what was searched instead, where nothing was found as written
    works: int | None = None  # how many hits all pages have; None: only counted near the end
    limit: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Return how many pages there are, as far as they can be leafed through; or at most."""
        works = self.total if self.works is None else self.works
        return min(max(1, -(-works // self.limit)), LAST_PAGE)


def search(
    query: str,
    *,
    library: str = "",
    page: int = 1,
    limit: int = PAGE_SIZE,
    sort: str = Sort.RELEVANCE,
    tiers: Sequence[Collection[str]] = (),
    facets: bool = False,
    **filters: Unpack[FilterValues],
) -> SearchResult:
    """
    Return a page of the works in which all words, phrases and numbers of the query are found.

    With filters and no words: all that the filters leave, what most libraries have first.

    :param library: a library's code: only what stands there
    :param sort: relevance, newest, oldest or soonest
    :param tiers: for `soonest`: library codes by the day they can deliver, the soonest first
    :param facets: count the hits by organisation, material and so on; by library for those of the
        chosen organisation
    """
    began = time.perf_counter()
    page = min(max(1, page), LAST_PAGE)
    chosen = replace(Filters(**filters), library=library)
    found = search_index.find(
        settings.HYLLAN_HOME,
        parse(query),
        filters=chosen,
        sort=Sort(sort),
        tiers=tiers,
        first=(page - 1) * limit,
        number=limit,
        facets=facets,
        libraries=_libraries_of(chosen.organisation) if facets else (),
    )
    return SearchResult(
        total=found.total,
        hits=_hits(found.groups),
        milliseconds=round((time.perf_counter() - began) * 1000, 1),
        page=page,
        facets=found.facets,
        corrected=found.corrected,
        works=found.works,
        limit=limit,
    )


def _libraries_of(organisation: str) -> tuple[str, ...]:
    if not organisation:
        return ()
    its = libraries().filter(organisation__code=organisation)
    return tuple(its.values_list("code", flat=True))


_SHOWN = [*(f.name for f in fields(OtherEdition) if f.name != "edition_id"), "responsible"]


def _hits(groups: Sequence[Group]) -> tuple[Hit, ...]:
    if not groups:
        return ()
    ids = [group.edition_id for group in groups]
    others = [other for group in groups for other in group.others]
    rows = Edition.objects.filter(pk__in=[*ids, *others]).values("pk", *_SHOWN)
    editions = {row["pk"]: row for row in rows}
    places = _places(ids)
    return tuple(
        _hit(editions[group.edition_id], _others(editions, group), places)
        for group in groups
        if group.edition_id in editions
    )


def _others(editions: dict[int, dict[str, Any]], group: Group) -> tuple[OtherEdition, ...]:
    return tuple(
        OtherEdition(
            edition_id=pk,
            title=editions[pk]["title"],
            year=editions[pk]["year"],
            language=editions[pk]["language"],
            material=editions[pk]["material"],
        )
        for pk in group.others
        if pk in editions
    )


def _hit(row: dict[str, Any], others: tuple[OtherEdition, ...], places: "dict[int, _Place]") -> Hit:
    place = places.get(row["pk"], _Place())
    return Hit(
        edition_id=row["pk"],
        title=row["title"],
        responsible=row["responsible"],
        year=row["year"],
        material=row["material"],
        language=row["language"],
        libraries=place.libraries,
        call_number=place.call_number,
        is_in=place.is_in,
        others=others,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an edition stands."""

    libraries: tuple[str, ...] = ()
    call_number: str = ""
    is_in: bool = False


def _places(edition_ids: Iterable[int]) -> dict[int, _Place]:
    held: dict[int, set[str]] = {}
    call_numbers: dict[int, str] = {}
    available: set[int] = set()
    rows = (
        Item.objects.filter(edition__in=edition_ids)
        .exclude(status=Item.Status.WITHDRAWN)
        .values_list("edition_id", "library__name", "call_number", "status")
        .order_by("edition_id", "library__name", "call_number", "status")
        .distinct()
    )
    for edition_id, name, call_number, status in rows:
        held.setdefault(edition_id, set()).add(name)
        if status == Item.Status.AVAILABLE:
            available.add(edition_id)
        if call_number:
            call_numbers.setdefault(edition_id, call_number)
    return {
        pk: _Place(tuple(sorted(names)), call_numbers.get(pk, ""), pk in available)
        for pk, names in held.items()
    }

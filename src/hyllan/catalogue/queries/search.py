"""Search: what a reader wrote, to a page of titles with where they stand."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypedDict, Unpack

from django.conf import settings
from django.db import connection

from hyllan.catalogue import search_index
from hyllan.catalogue.engine.query import Part, parse
from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.queries.cql import CQL_NAMES
from hyllan.catalogue.search_index import Facets, Filters, Group, Sort
from hyllan.protocols.sru import CqlQuery, Tree, resolved
from hyllan.region.models import Library
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
    arrived_after: int | None


class CountedBy(FilterValues, total=False):
    """The same with the library, which `search` has as an argument of its own."""

    library: str


class OtherEdition(NamedTuple):
    """Another edition of a hit's work that was found as well."""

    edition_id: int
    title: str
    year: int | None
    language: str
    material: str
    form: str = ""


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
    form: str = ""  # large_print, daisy, ...; empty: as usual for its material
    easy: bool = False


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
    query: str | CqlQuery,
    *,
    library: str = "",
    page: int = 1,
    limit: int = PAGE_SIZE,
    sort: str = Sort.RELEVANCE,
    tiers: Sequence[Collection[str]] = (),
    facets: bool = False,
    forgiving: bool = True,
    **filters: Unpack[FilterValues],
) -> SearchResult:
    """
    Return a page of the works in which all words, phrases and numbers of the query are found.

    With filters and no words: all that the filters leave, what most libraries have first.

    :param library: a library's code: only what stands there
    :param sort: relevance, newest, oldest or soonest
    :param tiers: for `soonest`: library codes by the day they can deliver, the soonest first
    :param facets: count the hits by organisation, material and so on, each as if nothing of its own
        kind was chosen; by library for those of the chosen organisation
    :param forgiving: where nothing is found as written, look for what was probably meant
    :raises CqlError: the CQL query asks for something that is not served
    """
    began = time.perf_counter()
    page = min(max(1, page), LAST_PAGE)
    chosen = replace(Filters(**filters), library=library)
    found = search_index.find(
        settings.HYLLAN_HOME,
        _asked(query),
        filters=chosen,
        sort=Sort(sort),
        tiers=tiers,
        first=(page - 1) * limit,
        number=limit,
        facets=facets,
        libraries=_libraries_of(chosen.organisation) if facets else (),
        forgiving=forgiving,
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


def count(query: str | CqlQuery, **filters: Unpack[CountedBy]) -> int:
    """Return how many editions are found as written, without their rows. Raises CqlError."""
    chosen = Filters(**filters)
    return search_index.count(settings.HYLLAN_HOME, _asked(query), filters=chosen)


def _asked(query: str | CqlQuery) -> Sequence[Part] | Tree:
    return parse(query) if isinstance(query, str) else resolved(query, CQL_NAMES).tree


@dataclass(frozen=True, slots=True)
class Groups:
    """How many titles there are for those whom the library law puts first."""

    audiences: Mapping[str, int]
    forms: Mapping[str, int]
    languages: Mapping[str, int]
    materials: Mapping[str, int]
    easy: int


def groups() -> Groups:
    """Return the counts over all that the libraries have."""
    found = search_index.whole_shelf(settings.HYLLAN_HOME, of={"kind", "form", "language"})
    return Groups(found.audiences, found.forms, found.languages, found.materials, found.easy)


def _libraries_of(organisation: str) -> tuple[str, ...]:
    if not organisation:
        return ()
    its = libraries().filter(organisation__code=organisation)
    return tuple(its.values_list("code", flat=True))


# Written as SQL: of the 0.7 ms that a search took, Django spent 0.5 on making these two statements
# anew each time, and one thread at a time (docs/algorithms/search.md).
_EDITIONS = f"""
    SELECT id, title, year, language, material, COALESCE(details ->> 'form', ''), responsible, easy
    FROM {Edition._meta.db_table} WHERE id IN (%s)"""  # noqa: S608 - names of our own tables
_ITEMS = f"""
    SELECT item.edition_id, library.name, item.call_number, item.status
    FROM {Item._meta.db_table} item JOIN {Library._meta.db_table} library
    ON library.id = item.library_id
    WHERE item.edition_id IN (%s) AND item.status <> '{Item.Status.WITHDRAWN.value}'"""  # noqa: S608


def _rows(statement: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement % ",".join(["%s"] * len(ids)), ids)
        return list(cursor.fetchall())


def _hits(groups: Sequence[Group]) -> tuple[Hit, ...]:
    if not groups:
        return ()
    ids = [group.edition_id for group in groups]
    others = [other for group in groups for other in group.others]
    rows = {row[0]: row for row in _rows(_EDITIONS, [*ids, *others])}
    places = _places(ids)
    return tuple(
        _hit(
            rows[group.edition_id],
            tuple(OtherEdition(*rows[pk][:-2]) for pk in group.others if pk in rows),
            places.get(group.edition_id, _Place()),
        )
        for group in groups
        if group.edition_id in rows
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an edition stands."""

    libraries: tuple[str, ...] = ()
    call_number: str = ""
    is_in: bool = False


def _hit(row: tuple[Any, ...], others: tuple[OtherEdition, ...], place: _Place) -> Hit:
    edition_id, title, year, language, material, form, responsible, easy = row
    return Hit(
        edition_id=edition_id,
        title=title,
        responsible=responsible,
        year=year,
        material=material,
        language=language,
        libraries=place.libraries,
        call_number=place.call_number,
        is_in=place.is_in,
        others=others,
        form=form,
        easy=bool(easy),
    )


def _places(edition_ids: Sequence[int]) -> dict[int, _Place]:
    held: dict[int, set[str]] = {}
    call_numbers: dict[int, str] = {}
    available: set[int] = set()
    for edition_id, name, call_number, status in sorted(_rows(_ITEMS, edition_ids)):
        held.setdefault(edition_id, set()).add(name)
        if status == Item.Status.AVAILABLE:
            available.add(edition_id)
        if call_number:
            call_numbers.setdefault(edition_id, call_number)
    return {
        pk: _Place(tuple(sorted(names)), call_numbers.get(pk, ""), pk in available)
        for pk, names in held.items()
    }

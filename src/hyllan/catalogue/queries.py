"""Reads of the catalogue: search, one edition, its items, sources and their quarantine."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet

from hyllan.catalogue import search_index
from hyllan.catalogue.engine.query import parse
from hyllan.catalogue.models import Edition as Edition  # what this door hands out
from hyllan.catalogue.models import Item as Item
from hyllan.catalogue.models import Quarantined, Source

PAGE_SIZE = 20
LAST_PAGE = 500  # nobody reads further, and deep pages cost


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


@dataclass(frozen=True, slots=True)
class SearchResult:
    total: int
    hits: tuple[Hit, ...]
    milliseconds: float
    page: int = 1

    @property
    def pages(self) -> int:
        """Return how many pages the hits fill, as far as they can be leafed through."""
        return min(max(1, -(-self.total // PAGE_SIZE)), LAST_PAGE)


@dataclass(frozen=True, slots=True)
class ItemView:
    item_id: int
    library_code: str
    library: str
    organisation_code: str
    barcode: str
    call_number: str
    status: str


def search(query: str, *, library: str = "", page: int = 1, limit: int = PAGE_SIZE) -> SearchResult:
    """
    Return a page of the editions in which all words, phrases and ISBNs of the query are found.

    :param library: a library's code: only what stands there
    """
    began = time.perf_counter()
    page = min(max(1, page), LAST_PAGE)
    found = search_index.find(
        settings.HYLLAN_HOME,
        parse(query),
        library=library,
        limit=limit,
        offset=(page - 1) * limit,
    )
    hits = _hits(found.edition_ids)
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    return SearchResult(found.total, hits, milliseconds, page)


def _hits(edition_ids: Collection[int]) -> tuple[Hit, ...]:
    editions = Edition.objects.defer("details").in_bulk(edition_ids)
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
    for edition_id, name, call_number, status in rows if edition_ids else ():
        held.setdefault(edition_id, set()).add(name)
        if status == Item.Status.AVAILABLE:
            available.add(edition_id)
        if call_number:
            call_numbers.setdefault(edition_id, call_number)
    return tuple(
        Hit(
            edition_id=pk,
            title=editions[pk].title,
            responsible=editions[pk].responsible,
            year=editions[pk].year,
            material=editions[pk].material,
            language=editions[pk].language,
            libraries=tuple(sorted(held.get(pk, ()))),
            call_number=call_numbers.get(pk, ""),
            is_in=pk in available,
        )
        for pk in edition_ids
        if pk in editions
    )


def edition(pk: int) -> Edition:
    """Return one edition with its work. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("work").get(pk=pk)


def other_editions(of: Edition) -> list[Edition]:
    """Return the work's other editions that a library holds a record of, the newest first."""
    return list(
        Edition.objects.filter(work=of.work_id, records__deleted=False)
        .exclude(pk=of.pk)
        .defer("details")
        .distinct()
        .order_by("-year", "pk")[:50]
    )


def items_of(edition_id: int) -> list[ItemView]:
    """Return the edition's items by library, without those the libraries have withdrawn."""
    rows = (
        Item.objects.filter(edition=edition_id)
        .exclude(status=Item.Status.WITHDRAWN)
        .select_related("library", "organisation")
        .order_by("library__name", "call_number", "barcode")
    )
    return [
        ItemView(
            item_id=row.pk,
            library_code=row.library.code,
            library=row.library.name,
            organisation_code=row.organisation.code,
            barcode=row.barcode,
            call_number=row.call_number,
            status=row.status,
        )
        for row in rows
    ]


def available_items_of(edition_ids: Collection[int]) -> QuerySet[Item]:
    """Return the items of these editions that their systems call available."""
    return (
        Item.objects.filter(edition__in=edition_ids, status=Item.Status.AVAILABLE)
        .select_related("library", "organisation")
        .order_by("pk")
    )


def available_items(edition_id: int) -> QuerySet[Item]:
    """Return the edition's items that their systems call available."""
    return available_items_of([edition_id])


def sources() -> QuerySet[Source]:
    """Return every source by its organisation's name, with what it gave and what stands aside."""
    return (
        Source.objects.select_related("organisation")
        .annotate(quarantined_number=Count("quarantine"))
        .order_by("organisation__name")
    )


def source_of(code: str) -> Source:
    """Return the source of an organisation. Raises Source.DoesNotExist."""
    return Source.objects.select_related("organisation").get(organisation__code=code)


def quarantine(source_id: int) -> QuerySet[Quarantined]:
    """Return what stands aside of a source, the latest first."""
    return Quarantined.objects.filter(source=source_id).order_by("-at", "-pk")


def quarantined() -> QuerySet[Quarantined]:
    """Return all that stands aside, of any source."""
    return Quarantined.objects.all()

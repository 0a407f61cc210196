"""Reads for what is given on: feeds, files, sitemaps, and what pages say to programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Max, Q

from hyllan.catalogue import search_index
from hyllan.catalogue.engine.choices import Choices
from hyllan.catalogue.engine.query import Part, parse
from hyllan.catalogue.models import Edition, Item, Record, Source
from hyllan.catalogue.queries.cql import CQL_NAMES
from hyllan.catalogue.search_index import Filters
from hyllan.protocols.sru import Tree, parse_cql, refuse_costly, resolved

PART = 25_000  # editions to a sitemap: two addresses each, and 50,000 are allowed


@dataclass(frozen=True, slots=True)
class Holding:
    """A library that has an edition."""

    library: str  # its name
    available: bool


def holdings(edition_id: int) -> list[Holding]:
    """Return the libraries that have the edition, by name."""
    rows = (
        Item.objects.filter(edition=edition_id)
        .exclude(status=Item.Status.WITHDRAWN)
        .order_by("library__name")
        .values("library__name")
        .annotate(available=Count("pk", filter=Q(status=Item.Status.AVAILABLE)))
        .values_list("library__name", "available")
    )
    return [Holding(name, available > 0) for name, available in rows]


def editions_beside(edition: Edition) -> list[Edition]:
    """Return the other editions of the work, the newest first; at most 50."""
    found = Edition.objects.filter(work=edition.work_id, gone=False, merged_into=None)
    found = found.exclude(pk=edition.pk).defer("details", "subjects")
    return list(found.order_by(F("year").desc(nulls_last=True), "pk")[:50])


def newest(chosen: Choices, *, number: int) -> list[Edition]:
    """
    Return the editions that came last into the catalogue, of those found; the latest first.

    :raises CqlError: the query in CQL asks for something that is not served
    """
    found = _found(chosen, number=number, newest=True)
    editions = Edition.objects.filter(pk__in=found, gone=False, merged_into=None)
    return list(editions.order_by("-first_seen_at", "-pk"))


def found_editions(chosen: Choices, *, number: int) -> tuple[int, ...]:
    """Return the numbers of the editions found, the best first. Raises CqlError."""
    return _found(chosen, number=number, newest=False)


def _found(chosen: Choices, *, number: int, newest: bool) -> tuple[int, ...]:
    asked: tuple[Part, ...] | Tree = parse(chosen.query)
    if chosen.cql:
        query = parse_cql(chosen.cql)
        refuse_costly(query)
        asked = resolved(query, CQL_NAMES).tree
    return search_index.find_editions(
        settings.HYLLAN_HOME,
        asked,
        filters=Filters(**chosen.filters),
        number=number,
        newest=newest,
    )


@dataclass(frozen=True, slots=True)
class SitemapPart:
    """Which editions stand in one part of the sitemap: those whose numbers lie in its span."""

    number: int
    changed_at: datetime


def sitemap_parts() -> list[SitemapPart]:
    """Return the parts of the sitemap, each with its last change; one pass over an index."""
    rows = (
        Edition.objects.annotate(part=(F("pk") - 1) / PART)
        .values("part")
        .annotate(changed=Max("changed_at"))
        .order_by("part")
        .values_list("part", "changed")
    )
    return [SitemapPart(int(part), changed) for part, changed in rows]


def sitemap_part(number: int) -> Iterator[tuple[int, datetime]]:
    """Yield the editions of a part that have a page, with their last change."""
    first = number * PART
    rows = Edition.objects.filter(pk__gt=first, pk__lte=first + PART, gone=False, merged_into=None)
    yield from rows.order_by("pk").values_list("pk", "changed_at").iterator()


@dataclass(frozen=True, slots=True)
class Clustered:
    """A record, and what matching made of it."""

    library: str  # code of the organisation whose library system sent it
    record: str
    edition: int
    work: int


def clustered() -> Iterator[Clustered]:
    """Yield every record that is matched, by organisation and name; some thousands in memory."""
    for code, source in Source.objects.order_by("organisation__code").values_list(
        "organisation__code", "pk"
    ):
        rows = Record.objects.filter(source=source, deleted=False, edition__isnull=False)
        told = rows.order_by("identifier").values_list("identifier", "edition", "edition__work")
        for identifier, edition, work in told.iterator(chunk_size=5_000):
            yield Clustered(code, _own_number(identifier), edition or 0, work or 0)


def _own_number(identifier: str) -> str:
    """Return the control number (001) of what came in a file; else the name it is sent by."""
    where, _, rest = identifier.partition(":")
    return (rest.partition(":")[2] or rest) if where == "file" else identifier

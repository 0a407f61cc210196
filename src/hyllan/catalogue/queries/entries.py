"""Editions as the search index keeps them, read in batches."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.search_index import Entry
from hyllan.region.queries import libraries

BATCH = 2_000
_COLUMNS = (
    "pk",
    "changes",
    "gone",
    "merged_into",
    "work_id",
    "title",
    "responsible",
    "year",
    "language",
    "material",
    "audience",
    "easy",
    "isbn",
    "publisher",
    "first_seen_at",
)
# As text: Django would read each with the standard library's json, four times as slowly
_JSON = ("subjects", "details")
_NUMBERS = ("issns", "eans", "publisher_numbers", "libris_ids", "uris", "wrong_isbns")


@dataclass(frozen=True, slots=True)
class Batch:
    states: list[tuple[int, int]]  # (edition, its changes when it was read)
    entries: list[tuple[int, Entry | None]]  # None: it is no more


@dataclass(slots=True)
class _Places:
    """Where an edition stands, as codes."""

    organisations: set[str]
    libraries: set[str]
    available_organisations: set[str]
    available_libraries: set[str]


def batches(editions: QuerySet[Edition]) -> Iterator[Batch]:
    """Yield the editions in the order of their numbers; each batch costs two queries."""
    codes = {
        pk: (code, organisation)
        for pk, code, organisation in libraries().values_list("pk", "code", "organisation__code")
    }
    rows = editions.annotate(**{f"{name}_text": Cast(name, TextField()) for name in _JSON})
    named = rows.order_by("pk").values_list(*_COLUMNS, *(f"{name}_text" for name in _JSON))
    last = 0
    while batch := list(named.filter(pk__gt=last)[:BATCH]):
        ids = [row[0] for row in batch]
        last = ids[-1]
        places = _places(ids, codes)
        yield Batch(
            states=[(row[0], row[1]) for row in batch],
            entries=[(row[0], _entry(row, places.get(row[0]))) for row in batch],
        )


def _places(ids: Collection[int], codes: dict[int, tuple[str, str]]) -> dict[int, _Places]:
    found: dict[int, _Places] = {}
    rows = (
        Item.objects.filter(edition__in=ids)
        .exclude(status=Item.Status.WITHDRAWN)
        .values_list("edition_id", "library_id", "status")
    )
    for edition_id, library_id, status in rows:
        place = found.get(edition_id)
        if place is None:
            place = found[edition_id] = _Places(set(), set(), set(), set())
        code, organisation = codes[library_id]
        place.libraries.add(code)
        place.organisations.add(organisation)
        if status == Item.Status.AVAILABLE:
            place.available_libraries.add(code)
            place.available_organisations.add(organisation)
    return found


def _entry(row: tuple[Any, ...], place: _Places | None) -> Entry | None:
    (
        pk,
        _changes,
        gone,
        merged_into,
        work,
        title,
        responsible,
        year,
        language,
        material,
        audience,
        easy,
        isbn,
        publisher,
        arrived,
        subjects,
        details,
    ) = row
    if gone or merged_into:
        return None
    told = orjson.loads(details)
    return Entry(
        edition_id=pk,
        work_id=work,
        title=title,
        other_titles=_unique(
            [
                *told.get("other_titles", ()),
                told.get("uniform_title", ""),
                told.get("original_title", ""),
            ]
        ),
        names=_unique([responsible, *told.get("names", ())]),
        subjects=tuple(orjson.loads(subjects)),
        series=told.get("series", ""),
        notes=" ".join(filter(None, map(told.get, ("statement", "summary", "notes")))),
        publisher=publisher,
        isbns=_unique([isbn, *told.get("isbns", ())]),
        identifiers=_unique([each for name in _NUMBERS for each in told.get(name, ())]),
        material=material,
        form=told.get("form", ""),
        languages=_unique([language, *told.get("languages", ())]),
        year=year,
        audience=audience,
        easy=easy,
        arrived=int(arrived.timestamp()),
        organisations=tuple(sorted(place.organisations)) if place else (),
        libraries=tuple(sorted(place.libraries)) if place else (),
        available_organisations=tuple(sorted(place.available_organisations)) if place else (),
        available_libraries=tuple(sorted(place.available_libraries)) if place else (),
    )


def _unique(texts: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))

"""
Bring the search index up to what the tables say.

An edition's `changes` is read before its entry is made and written to `indexed` after the commit.
A kill in between leaves it due, and it is indexed again: the index is never behind unnoticed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hyllan.catalogue import search_index
from hyllan.catalogue.models import Edition, Item, Record, Work
from hyllan.catalogue.search_index import Entry, IndexBusy, Writer
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class IndexResult:
    records: int
    editions: int
    works: int
    seconds: float


def index_changed(*, now: datetime, by: Actor = SYSTEM) -> IndexResult:
    """
    Index every edition that has changed since it was last indexed.

    :raises Refused: another process is indexing
    """
    due = Edition.objects.filter(changes__gt=F("indexed"))
    if not due.exists():
        return _result(0, 0.0)
    return _index(due, anew=False, by=by, now=now)


def rebuild_index(*, now: datetime, by: Actor = SYSTEM) -> IndexResult:
    """
    Index every edition anew; searches are answered from the old index until it is done.

    :raises Refused: another process is indexing
    """
    return _index(Edition.objects.all(), anew=True, by=by, now=now)


def _index(editions: QuerySet[Edition], *, anew: bool, by: Actor, now: datetime) -> IndexResult:
    began = time.perf_counter()
    done: list[Edition] = []
    try:
        with search_index.writing(settings.HYLLAN_HOME, anew=anew) as writer:
            for batch in _batches(editions):
                _put(writer, batch)
                done += batch
                if not anew:
                    writer.commit()
                    _mark(batch)
            if anew:
                writer.commit()
                _mark(done)
    except IndexBusy as busy:
        raise Refused(_("The index is being written already. Try again in a moment.")) from busy
    result = _result(len(done), time.perf_counter() - began)
    if anew:
        region.record(
            by=by,
            action="catalogue.rebuild_index",
            subject="index",
            now=now,
            detail={"editions": len(done)},
        )
    return result


def _batches(editions: QuerySet[Edition]) -> Iterator[list[Edition]]:
    last = 0
    while batch := list(editions.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _put(writer: Writer, batch: list[Edition]) -> None:
    ids = [edition.pk for edition in batch]
    held = set(
        Record.objects.filter(edition__in=ids, deleted=False).values_list("edition_id", flat=True)
    )
    libraries: dict[int, list[str]] = {}
    places = (
        Item.objects.filter(edition__in=ids)
        .exclude(status=Item.Status.WITHDRAWN)
        .values_list("edition_id", "library__code")
        .order_by("edition_id", "library__code")
        .distinct()
    )
    for edition_id, code in places:
        libraries.setdefault(edition_id, []).append(code)
    for edition in batch:
        if edition.pk in held:
            writer.put(_entry(edition, libraries.get(edition.pk, [])))
        else:
            writer.remove(edition.pk)  # its last record is gone


def _entry(edition: Edition, libraries: list[str]) -> Entry:
    told = edition.details
    return Entry(
        edition_id=edition.pk,
        title=edition.title,
        responsible=" ".join([edition.responsible, *told.get("names", [])]),
        subjects=" ".join(edition.subjects),
        notes=" ".join(
            [
                told.get("notes", ""),
                told.get("summary", ""),
                told.get("series", ""),
                edition.publisher,
                str(edition.year or ""),
            ]
        ),
        isbns=tuple(told.get("isbns", [])),
        libraries=tuple(libraries),
    )


@transaction.atomic
def _mark(batch: list[Edition]) -> None:
    """Write which state of each edition the index holds; one changed meanwhile stays due."""
    by_state: dict[int, list[int]] = {}
    for edition in batch:
        by_state.setdefault(edition.changes, []).append(edition.pk)
    for changes, ids in sorted(by_state.items()):
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            Edition.objects.filter(pk__in=some).update(indexed=changes)


def _result(editions: int, seconds: float) -> IndexResult:
    return IndexResult(
        records=Record.objects.filter(deleted=False).count(),
        editions=editions,
        works=Work.objects.filter(editions__records__deleted=False).distinct().count(),
        seconds=round(seconds, 3),
    )

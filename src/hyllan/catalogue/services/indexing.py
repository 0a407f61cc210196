"""
Bring the search index up to what the tables say.

An edition's `changes` is read before its entry is made and written to `indexed` after the commit.
A kill in between leaves it due, and it is indexed again: the index is never behind unnoticed.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hyllan.catalogue import search_index
from hyllan.catalogue.models import Edition, Record, Work
from hyllan.catalogue.queries.entries import batches
from hyllan.catalogue.search_index import IndexBusy, Writer
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused
from hyllan.region.queries import libraries

COMMIT = 50_000  # editions to a commit, where many have changed
_States = list[tuple[int, int]]  # (edition, its changes)


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
    states: list[_States] = []
    number = 0
    try:
        with search_index.writing(settings.HYLLAN_HOME, anew=anew) as writer:
            if anew:
                places = libraries().order_by("organisation__code", "code")
                writer.expect(
                    organisations=places.values_list("organisation__code", flat=True),
                    libraries=places.values_list("code", flat=True),
                )
            for batch in batches(editions):
                number += len(batch.states)
                states.append(batch.states)
                for edition_id, entry in batch.entries:
                    if entry is None:
                        writer.remove(edition_id)
                    else:
                        writer.put(entry)
                if not anew and sum(map(len, states)) >= COMMIT:
                    _commit(writer, states)
            if states or anew:
                _commit(writer, states)
    except IndexBusy as busy:
        raise Refused(_("The index is being written already. Try again in a moment.")) from busy
    result = _result(number, time.perf_counter() - began)
    if anew:
        region.record(
            by=by,
            action="catalogue.rebuild_index",
            subject="index",
            now=now,
            detail={"editions": number},
        )
    return result


def _commit(writer: Writer, states: "list[_States]") -> None:
    """Let readers see what was put, and only then write that it is indexed."""
    writer.commit()
    for each in states:
        _mark(each)
    states.clear()


@transaction.atomic
def _mark(states: "_States") -> None:
    """Write which state of each edition the index holds; one changed meanwhile stays due."""
    by_state: dict[int, list[int]] = {}
    for edition_id, changes in states:
        by_state.setdefault(changes, []).append(edition_id)
    for changes, ids in sorted(by_state.items()):
        Edition.objects.filter(pk__in=ids).update(indexed=changes)


def _result(editions: int, seconds: float) -> IndexResult:
    return IndexResult(
        records=Record.objects.filter(deleted=False).count(),
        editions=editions,
        works=Work.objects.filter(editions__gone=False, editions__merged_into=None)
        .distinct()
        .count(),
        seconds=round(seconds, 3),
    )

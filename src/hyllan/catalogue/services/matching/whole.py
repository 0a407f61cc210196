"""
All records at once: in memory, from their fingerprints, and written some editions at a time.

What is written is told by MatchState: while it is not whole, the keys are not those of what is
matched. One that was killed is begun anew, and ends the same; editions keep their numbers.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.editions import Row, rows
from hyllan.catalogue.models import (
    Edition,
    Fingerprint,
    MatchDecision,
    MatchKey,
    MatchState,
    Record,
    Work,
    WorkKey,
)
from hyllan.catalogue.services.matching import editions
from hyllan.catalogue.services.matching.editions import Group, Moved
from hyllan.catalogue.services.matching.renewing import renew_due
from hyllan.catalogue.services.matching.words import words
from hyllan.catalogue.services.moments import Moments
from hyllan.catalogue.services.processes import side_by_side
from hyllan.catalogue.services.writing import new_ids, upsert

Array = npt.NDArray[Any]
EDITIONS_AT_ONCE = 20_000  # to a transaction: others wait to write meanwhile
RECORDS_AT_ONCE, KEYS_AT_ONCE = 100_000, 500_000
_SILENT = '{"title": ""}'


@dataclass(frozen=True, slots=True, eq=False)
class _Records:
    """All that are there, by number: arrays, a row for each record."""

    ids: Array
    ranks: Array  # their order by organisation and identifier: it settles ties
    before: Array  # edition; 0: none
    seen: Array  # changes
    texts: list[str]  # what they say, as JSON
    keys: Array
    rows: Array  # of the keys
    work_keys: list[bytes]


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What is to be written."""

    edition: Array  # number, of each record
    groups: list[Group]
    merged: dict[int, int]
    work_keys: list[frozenset[int]]  # of each group


def match(moments: Moments) -> int:
    """Match everything; return how many records there are."""
    renew_due()
    with transaction.atomic():
        MatchState.objects.update_or_create(pk=1, defaults={"whole": False})
    gone = list(_deleted())
    with _no_collecting():
        records, table = _read()
        made = _made(records, table)
        del table
        _write_editions(records, made, moments)
        _move_records(records, made)
        _write_deleted(gone)
        _write_keys(records, made)
    with transaction.atomic():
        editions.merge(made.merged, now=moments())
        kept = {group.number for group in made.groups}
        editions.bury(set(_present()) - kept - made.merged.keys(), now=moments())
        _bury_works()
        MatchState.objects.update(whole=True)
    return len(records.ids)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Let nobody look for circles among millions of rows: there are none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _deleted() -> Iterator[tuple[int, int]]:
    due = Record.objects.filter(changes__gt=F("matched"), deleted=True)
    return due.values_list("pk", "changes").iterator()


def _read() -> tuple[_Records, matching.Table]:
    ids: list[int] = []
    keys: list[bytes] = []
    work_keys: list[bytes] = []

    def profiles() -> Iterator[matching.Profile]:
        rows = Fingerprint.objects.order_by("record_id").exclude(profile=b"")
        for pk, packed, its_keys, its_work_keys in rows.values_list(
            "record_id", "profile", "keys", "work_keys"
        ).iterator(chunk_size=5_000):
            ids.append(pk)
            keys.append(bytes(its_keys))
            work_keys.append(bytes(its_work_keys))
            yield matching.unpack(bytes(packed))

    table = matching.Table.of(profiles())
    numbers = np.array(ids, np.int64)
    lengths = np.fromiter((len(each) // 8 for each in keys), np.int64, len(keys))
    ranks, before, seen, texts = _standing(numbers)
    return (
        _Records(
            ids=numbers,
            ranks=ranks,
            before=before,
            seen=seen,
            texts=texts,
            keys=matching.unpacked_keys(b"".join(keys)),
            rows=np.repeat(np.arange(len(ids), dtype=np.int64), lengths),
            work_keys=work_keys,
        ),
        table,
    )


def _standing(ids: Array) -> tuple[Array, Array, Array, list[str]]:
    """Return of each record: its rank, its edition, its changes, what it says."""
    last = int(ids.max(initial=0)) + 1
    before, seen = np.zeros(last, np.int64), np.zeros(last, np.int64)
    names: dict[int, tuple[str, str]] = {}
    texts: dict[int, str] = {}
    rows = (
        Record.objects.filter(deleted=False)
        .annotate(text=Cast("description", TextField()))
        .order_by("pk")
        .values_list(
            "pk", "edition_id", "changes", "source__organisation__code", "identifier", "text"
        )
    )
    for pk, edition, changes, code, identifier, text in rows.iterator(chunk_size=10_000):
        if pk < last:  # else it came after the fingerprints were read
            before[pk], seen[pk] = edition or 0, changes
            names[pk], texts[pk] = (code, identifier), text
    chosen = ids.tolist()
    ranks = np.empty(len(chosen), np.int64)
    # One that was deleted since says nothing; it is due, and its turn comes
    called = [names.get(pk, ("", "")) for pk in chosen]
    ranks[sorted(range(len(chosen)), key=called.__getitem__)] = np.arange(len(chosen))
    return ranks, before[ids], seen[ids], [texts.get(pk, _SILENT) for pk in chosen]


def _made(records: _Records, table: matching.Table) -> _Made:
    left, right = matching.pairs(records.keys, records.rows)
    place_of = dict(zip(records.ids.tolist(), range(len(records.ids)), strict=True))
    told = words(MatchDecision.Level.EDITION, place_of)
    labels = matching.editions(
        records.ranks.tolist(),
        table,
        left,
        right,
        matching.score(table, left, right),
        told.must,
        told.cannot,
    )
    kept = matching.kept(labels, records.before)
    numbers = _with_new(kept.numbers, Edition)
    order = np.argsort(labels, kind="stable")
    members = (
        np.split(order, np.cumsum(np.bincount(labels, minlength=1))[:-1]) if len(labels) else []
    )
    keys = [
        frozenset(
            matching.unpacked_keys(
                b"".join(records.work_keys[row] for row in rows.tolist())
            ).tolist()
        )
        for rows in members
    ]
    work = _works(numbers, keys, labels, records)
    groups = [
        Group(number, its_work, tuple(records.ids[rows].tolist()))
        for number, its_work, rows in zip(numbers.tolist(), work, members, strict=True)
    ]
    merged = {number: int(numbers[label]) for number, label in kept.merged.items()}
    return _Made(numbers[labels] if len(labels) else labels, groups, merged, keys)


def _works(
    numbers: Array, keys: list[frozenset[int]], labels: Array, records: _Records
) -> list[int]:
    """Return the work of each edition."""
    edition_of = dict(zip(records.ids.tolist(), labels.tolist(), strict=True))
    told = words(MatchDecision.Level.WORK, edition_of)
    found = matching.works(numbers.tolist(), keys, told.must, told.cannot)
    before = dict(Edition.objects.values_list("pk", "work_id").iterator())
    kept = matching.kept(
        found, np.array([before.get(each, 0) for each in numbers.tolist()], np.int64)
    )
    made: list[int] = _with_new(kept.numbers, Work)[found].tolist() if len(found) else []
    return made


def _with_new(numbers: Array, model: type[Edition] | type[Work]) -> Array:
    """Return the numbers with new ones in place of 0; what they number is written later."""
    missing = np.flatnonzero(numbers == 0)
    filled = numbers.copy()
    with transaction.atomic():
        fresh = new_ids(model, len(missing)) if len(missing) else range(0)
        filled[missing] = np.arange(fresh.start, fresh.stop)
    return filled


def _write_editions(records: _Records, made: _Made, moments: Moments) -> None:
    """Write editions with what they say, which other processes put together meanwhile."""
    row_of = dict(zip(records.ids.tolist(), range(len(records.ids)), strict=True))
    groups = sorted(made.groups)
    batches = [groups[at : at + EDITIONS_AT_ONCE] for at in range(0, len(groups), EDITIONS_AT_ONCE)]
    told = (_texts(records, batch, row_of) for batch in batches)
    said = side_by_side(rows, told, ahead=2) if len(batches) > 1 else map(rows, told)
    titled: set[int] = set()
    moved = _other_items(records, made)
    for batch, its_rows in zip(batches, said, strict=True):
        _write_batch(batch, its_rows, moved, titled, now=moments())


def _other_items(records: _Records, made: _Made) -> frozenset[int]:
    """Return the editions whose items are not those they were."""
    changed = records.before != made.edition
    return frozenset([*records.before[changed].tolist(), *made.edition[changed].tolist()])


def _texts(
    records: _Records, batch: list[Group], row_of: dict[int, int]
) -> list[tuple[int, list[tuple[str, str]]]]:
    """Return what the records of each edition say, with names that stand in the ranks' order."""
    said = []
    for group in batch:
        places = [row_of[record] for record in group.records]
        said.append(
            (group.number, [(f"{records.ranks[at]:010}", records.texts[at]) for at in places])
        )
    return said


def _write_batch(
    batch: list[Group],
    said: list[Row],
    moved: frozenset[int],
    titled: set[int],
    *,
    now: datetime,
) -> None:
    work_of = {group.number: group.work for group in batch}
    fresh = {}
    for row in said:
        if (work := work_of[row.number]) not in titled:
            titled.add(work)
            fresh[work] = (row.work_title, row.columns[1])
    with transaction.atomic():
        editions.write(batch, said, moved=moved, now=now)
        upsert(
            Work,
            ("id", "title", "responsible"),
            ((work, *named) for work, named in fresh.items()),
            unique=("id",),
            update=("title", "responsible"),
        )


def _move_records(records: _Records, made: _Made) -> None:
    """Let records be of their editions, in the order they stand: each page is written once."""
    told = zip(
        records.ids.tolist(),
        records.before.tolist(),
        made.edition.tolist(),
        records.seen.tolist(),
        strict=True,
    )
    while some := [Moved(*each) for each in islice(told, RECORDS_AT_ONCE)]:
        with transaction.atomic():
            editions.move(some)


def _write_deleted(gone: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        editions.move([Moved(pk, 0, 0, seen) for pk, seen in gone])


def _write_keys(records: _Records, made: _Made) -> None:
    """Write all keys anew, in their order: so each goes where the last one went."""
    for model in (MatchKey, WorkKey):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
    order = np.lexsort((records.ids[records.rows], records.keys))
    for at in range(0, len(order), KEYS_AT_ONCE):
        part = order[at : at + KEYS_AT_ONCE]
        rows = zip(
            records.keys[part].tolist(), records.ids[records.rows[part]].tolist(), strict=True
        )
        with transaction.atomic():
            upsert(MatchKey, ("key", "record_id"), rows, unique=("key", "record_id"))
    named = sorted(
        (key, group.number)
        for group, keys in zip(made.groups, made.work_keys, strict=True)
        for key in keys
    )
    for at in range(0, len(named), KEYS_AT_ONCE):
        with transaction.atomic():
            upsert(
                WorkKey,
                ("key", "edition_id"),
                named[at : at + KEYS_AT_ONCE],
                unique=("key", "edition_id"),
            )
    with transaction.atomic():
        Fingerprint.objects.update(matched_keys=F("keys"), matched_mark=F("mark"))


def _present() -> Iterator[int]:
    return (
        Edition.objects.filter(gone=False, merged_into=None).values_list("pk", flat=True).iterator()
    )


def _bury_works() -> None:
    Work.objects.exclude(pk__in=Edition.objects.values("work")).delete()

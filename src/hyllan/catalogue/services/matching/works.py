"""Works of the editions that a change can reach: those that share keys with them, and so on."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.editions import work_title
from hyllan.catalogue.models import Edition, MatchDecision, Work, WorkKey
from hyllan.catalogue.services.matching.shelf import parts
from hyllan.catalogue.services.matching.words import words
from hyllan.catalogue.services.writing import many, new_ids, stamp, upsert

Keys = Mapping[int, frozenset[int]]


class Placed(NamedTuple):
    """Where editions are from now on."""

    work: dict[int, int]  # by edition
    changed: frozenset[int]  # works whose editions are not those they were


def place(keys: Keys, records: Mapping[int, int], *, now: datetime) -> Placed:
    """
    Return the work of each edition that these reach, and write it for those that are there.

    :param keys: of the work, of every edition that is new, changed or gone (then none)
    :param records: of those editions: edition by record, for staff's word
    """
    old = _keys_of(keys)
    _write_keys(old, keys)
    reached = _reached(
        {key for each in (*old.values(), *keys.values()) for key in each}, keys, _siblings(keys)
    )
    numbers = sorted(reached)
    place_of = {number: at for at, number in enumerate(numbers)}
    told = words(
        MatchDecision.Level.WORK,
        {record: place_of[of] for record, of in _records(numbers, records).items()},
    )
    labels = matching.works(numbers, [reached[each] for each in numbers], told.must, told.cannot)
    before = _works_of({*numbers, *keys})
    found = _numbered(numbers, labels.tolist(), before)
    many(
        f"UPDATE {Edition._meta.db_table} SET work_id = %s, changes = changes + 1,"  # noqa: S608
        " changed_at = %s WHERE id = %s",
        (
            (work, stamp(now), number)
            for number, work in found.items()
            if before.get(number, work) != work
        ),
    )
    moved = {number for number in {*numbers, *keys} if before.get(number) != found.get(number)}
    touched = {of[number] for of in (before, found) for number in {*moved, *keys} if number in of}
    return Placed(found, frozenset(touched))


def _works_of(editions: Collection[int]) -> dict[int, int]:
    return {
        pk: work
        for part in parts(editions)
        for pk, work in Edition.objects.filter(pk__in=part).values_list("pk", "work_id")
    }


def _keys_of(editions: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for part in parts(editions):
        for edition, key in WorkKey.objects.filter(edition__in=part).values_list(
            "edition_id", "key"
        ):
            found.setdefault(edition, set()).add(key)
    return found


def _write_keys(old: Mapping[int, set[int]], new: Keys) -> None:
    many(
        f"DELETE FROM {WorkKey._meta.db_table} WHERE key = %s AND edition_id = %s",  # noqa: S608
        ((key, edition) for edition, keys in new.items() for key in old.get(edition, set()) - keys),
    )
    upsert(
        WorkKey,
        ("key", "edition_id"),
        sorted((key, edition) for edition, keys in new.items() for key in keys),
        unique=("key", "edition_id"),
    )


def _siblings(editions: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the editions of the works that these had, with their keys: one work, one number."""
    works = set(_works_of(editions).values())
    found = {
        pk
        for part in parts(works)
        for pk in Edition.objects.filter(work__in=part, gone=False, merged_into=None).values_list(
            "pk", flat=True
        )
    } - set(editions)
    keys = _keys_of(found)
    return {edition: frozenset(keys.get(edition, ())) for edition in found}


def _reached(keys: set[int], seeds: Keys, siblings: Keys) -> dict[int, frozenset[int]]:
    """Return the editions of the seeds' and siblings' components, with their keys."""
    found = {edition: each for edition, each in seeds.items() if each} | dict(siblings)
    keys |= {key for each in siblings.values() for key in each}
    seen: set[int] = set()
    editions = set(found)
    while keys or editions:
        keys -= seen
        seen |= keys
        near = {
            pk
            for part in parts(keys)
            for pk in WorkKey.objects.filter(key__in=part).values_list("edition_id", flat=True)
        }
        near |= _joined(editions)
        editions = near - found.keys()
        more = _keys_of(editions)
        found |= {edition: frozenset(more.get(edition, ())) for edition in editions}
        keys = {key for each in more.values() for key in each} - seen
    return found


def _joined(editions: Collection[int]) -> set[int]:
    """Return the editions that staff's word on works ties to these."""
    found: set[int] = set()
    for part in parts(editions):
        rows = MatchDecision.objects.filter(
            Q(record__edition__in=part) | Q(other__edition__in=part),
            level=MatchDecision.Level.WORK,
            record__deleted=False,
            other__deleted=False,
        ).values_list("record__edition", "other__edition")
        found |= {each for pair in rows for each in pair if each}
    return found


def _records(editions: Collection[int], known: Mapping[int, int]) -> dict[int, int]:
    """Return the edition of each record that staff said something of."""
    rows = MatchDecision.objects.filter(level=MatchDecision.Level.WORK)
    there = set(editions)
    found: dict[int, int] = {}
    for pair in rows.values_list("record", "record__edition", "other", "other__edition"):
        for record, edition in (pair[:2], pair[2:]):
            of = known.get(record, edition)
            if of in there:
                found[record] = of
    return found


def _numbered(numbers: list[int], labels: list[int], before: Mapping[int, int]) -> dict[int, int]:
    """Return the work of each edition, new ones made."""
    kept = matching.kept(
        np.array(labels, np.int64), np.array([before.get(each, 0) for each in numbers], np.int64)
    )
    works = kept.numbers.tolist()
    fresh = [label for label, number in enumerate(works) if not number]
    if fresh:
        for label, number in zip(fresh, new_ids(Work, len(fresh)), strict=True):
            works[label] = number
        upsert(Work, ("id", "title", "responsible"), ((works[each], "", "") for each in fresh))
    return {number: works[label] for number, label in zip(numbers, labels, strict=True)}


def entitle(works: Collection[int]) -> None:
    """Let each work be called as its first edition says; one without editions is no more."""
    here: dict[int, tuple[str, str]] = {}
    kept: set[int] = set()
    for part in parts(works):
        rows = Edition.objects.filter(work__in=part).order_by("pk")
        for work, gone, into, title, responsible, uniform in rows.values_list(
            "work_id", "gone", "merged_into", "title", "responsible", "details__uniform_title"
        ):
            kept.add(work)
            if not gone and into is None:
                told = {"title": title, "uniform_title": uniform or ""}
                here.setdefault(work, (work_title(told)[:500], responsible))
    upsert(
        Work,
        ("id", "title", "responsible"),
        ((work, *named) for work, named in sorted(here.items())),
        unique=("id",),
        update=("title", "responsible"),
    )
    Work.objects.filter(pk__in=set(works) - kept).delete()

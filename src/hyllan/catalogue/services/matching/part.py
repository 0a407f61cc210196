"""
The next records that have changed, with all that they can reach, in one transaction.

Neighbours that are themselves due count as what they say now, by the keys they had: when their
turn comes, what that made of them is made again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import F

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.editions import rows
from hyllan.catalogue.models import (
    Edition,
    Fingerprint,
    MatchDecision,
    MatchKey,
    MatchState,
    Record,
)
from hyllan.catalogue.services.matching import editions, shelf, works
from hyllan.catalogue.services.matching.editions import Group, Moved
from hyllan.catalogue.services.matching.renewing import renew_due
from hyllan.catalogue.services.matching.words import words
from hyllan.catalogue.services.writing import many, new_ids, upsert

AT_ONCE = 2_000


@dataclass(slots=True)
class _Due:
    """Records to be matched now."""

    seen: dict[int, int]  # their changes
    here: set[int]  # that are not deleted
    were: dict[int, int]  # the edition each had
    seeds: set[int] = field(default_factory=set)
    reworded: dict[int, int] = field(default_factory=dict)  # nothing that is compared changed


def match_next(*, now: datetime) -> bool:
    """Match the next records that are due; return whether there were any."""
    renew_due()
    with transaction.atomic():
        MatchState.objects.get_or_create(pk=1, defaults={"whole": True})
        due = _due()
        if not due.seen:
            return False
        _write_keys(due)
        _match(due, now=now)
    return True


def _due() -> _Due:
    rows = list(
        Record.objects.filter(changes__gt=F("matched"))
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "changes", "deleted", "edition_id")[:AT_ONCE]
    )
    return _Due(
        seen={pk: changes for pk, changes, _, _ in rows},
        here={pk for pk, _, deleted, _ in rows if not deleted},
        were={pk: edition for pk, _, _, edition in rows if edition},
    )


def _write_keys(due: _Due) -> None:
    """Let MatchKey have the keys of today, and note where matching must begin."""
    prints = Fingerprint.objects.filter(record__in=due.seen)
    fresh: list[tuple[int, int]] = []
    stale: dict[int, set[int]] = {}
    for pk, keys, had, mark, matched in prints.values_list(
        "record_id", "keys", "matched_keys", "mark", "matched_mark"
    ):
        now_has = set(matching.unpacked_keys(bytes(keys)).tolist())
        had_keys = set(matching.unpacked_keys(bytes(had)).tolist())
        fresh += [(key, pk) for key in now_has - had_keys]
        if had_keys - now_has:
            stale[pk] = had_keys - now_has
        if matched == mark and pk in due.here and pk in due.were:
            due.reworded[pk] = due.were[pk]
    changed = {key for key, _ in fresh} | {key for keys in stale.values() for key in keys}
    junk_before = shelf.junk(changed)
    many(
        f"DELETE FROM {MatchKey._meta.db_table} WHERE key = %s AND record_id = %s",  # noqa: S608
        ((key, pk) for pk, keys_left in stale.items() for key in keys_left),
    )
    upsert(MatchKey, ("key", "record_id"), sorted(fresh), unique=("key", "record_id"))
    prints.update(matched_keys=F("keys"), matched_mark=F("mark"))
    turned = junk_before ^ shelf.junk(changed)
    due.seeds = (due.here - due.reworded.keys()) | shelf.of_keys(turned)
    left = {edition for pk, edition in due.were.items() if pk not in due.reworded}
    due.seeds |= {pk for pks in _members(left).values() for pk in pks}


def _members(numbers: Collection[int]) -> dict[int, list[int]]:
    """Return the records that are in each of the editions."""
    found: dict[int, list[int]] = {}
    for part in shelf.parts(numbers):
        rows = Record.objects.filter(edition__in=part, deleted=False).order_by("pk")
        for pk, edition in rows.values_list("pk", "edition_id"):
            found.setdefault(edition or 0, []).append(pk)
    return found


def _match(due: _Due, *, now: datetime) -> None:
    near = matching.affected(due.seeds, shelf.Tables())
    called = shelf.names(near.records)
    told = words(
        MatchDecision.Level.EDITION, {record: at for at, record in enumerate(near.records)}
    )
    labels = matching.editions(
        [called[record] for record in near.records],
        near.table,
        near.left,
        near.right,
        near.probability,
        told.must,
        told.cannot,
    )
    before = _before(near.records)
    kept = matching.kept(labels, np.array([before[record] for record in near.records], np.int64))
    numbers = kept.numbers.tolist()
    fresh = [label for label, number in enumerate(numbers) if not number]
    for label, number in zip(fresh, new_ids(Edition, len(fresh)), strict=True):
        numbers[label] = number
    moved = [
        Moved(record, before[record], numbers[label], due.seen.get(record))
        for record, label in zip(near.records, labels.tolist(), strict=True)
        if before[record] != numbers[label] or record in due.seen
    ]
    groups: dict[int, list[int]] = {number: [] for number in numbers}
    for record, label in zip(near.records, labels.tolist(), strict=True):
        groups[numbers[label]].append(record)
    # What only says something else stays where it is, with all who are there
    apart = {pk: number for pk, number in due.reworded.items() if pk not in before}
    groups |= _members(set(apart.values()))
    moved += [Moved(pk, number, number, due.seen[pk]) for pk, number in apart.items()]
    merged = {number: numbers[label] for number, label in kept.merged.items()}
    _write(due, groups, moved, merged, now=now)


def _before(records: Iterable[int]) -> dict[int, int]:
    """Return the edition that each record had; 0: none."""
    return {
        pk: edition or 0
        for part in shelf.parts([*records])
        for pk, edition in Record.objects.filter(pk__in=part).values_list("pk", "edition_id")
    }


def _write(
    due: _Due,
    groups: Mapping[int, list[int]],
    moved: Sequence[Moved],
    merged: Mapping[int, int],
    *,
    now: datetime,
) -> None:
    deleted = [Moved(pk, 0, 0, seen) for pk, seen in due.seen.items() if pk not in due.here]
    editions.move([*moved, *deleted])
    changed = {it.edition for it in moved} | {it.before for it in moved if it.before in groups}
    were = set(due.were.values())
    changed |= were & groups.keys()  # of which a record was taken away
    other_items = {
        number for it in moved if it.before != it.edition for number in (it.before, it.edition)
    }
    gone = were - groups.keys() - merged.keys()
    keys = {number: frozenset[int]() for number in (*merged, *gone)}
    empty = editions.bury(gone, now=now)
    keys = {number: keys[number] for number in (*merged, *empty)}
    keys |= _work_keys({number: groups[number] for number in changed})
    edition_of = {record: number for number in changed for record in groups[number]}
    placed = works.place(keys, edition_of, now=now)
    made = [Group(each, placed.work[each], tuple(groups[each])) for each in sorted(changed)]
    said = rows(list(editions.texts(made).items()))
    editions.write(made, said, moved=other_items, now=now)
    editions.merge(merged, now=now)
    works.entitle(placed.changed)


def _work_keys(groups: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    """Return the keys of each edition's work: those of all its records."""
    edition_of = {record: number for number, records in groups.items() for record in records}
    found: dict[int, set[int]] = {number: set() for number in groups}
    for part in shelf.parts(edition_of):
        for pk, packed in Fingerprint.objects.filter(record__in=part).values_list(
            "record_id", "work_keys"
        ):
            found[edition_of[pk]].update(matching.unpacked_keys(bytes(packed)).tolist())
    return {number: frozenset(keys) for number, keys in found.items()}

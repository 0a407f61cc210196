"""Why records are one edition and editions one work, and what nearly was: read in few queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.matching import Clue, Explanation
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.models import Edition, MatchDecision, MatchKey, Record, WorkKey

MOST_COMPARED = 200  # records of an edition that are compared with one another
MOST_LOOKED_FROM, MOST_KEYS = 20, 150  # records and keys by which near misses are looked for
MOST_CANDIDATES, MOST_NEAR = 100, 20
MOST_EDITIONS, MOST_PAIRS = 50, 400
WORTH_SHOWING = 0.02  # probability of a near miss


@dataclass(frozen=True, slots=True)
class Told:
    """A record as its library wrote it."""

    record_id: int
    edition_id: int
    library: str  # name of the organisation
    says: Description


@dataclass(frozen=True, slots=True)
class Link:
    """A record beside another, and how the model sees the two."""

    other: Told
    why: Explanation


@dataclass(frozen=True, slots=True)
class Member:
    """A record of the edition: what holds it there, and what speaks against it most."""

    told: Told
    nearest: Link | None  # None: it is alone
    farthest: Link | None  # only where it would not be joined with that one


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An edition that is another, though a record of it is much like one of this."""

    ours: Told
    theirs: Told
    why: Explanation


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another edition of the work, and what it has in common with this."""

    edition: Edition
    clues: tuple[Clue, ...]  # none: by way of others, or since staff said so


@dataclass(frozen=True, slots=True)
class NamedRecord:
    record_id: int
    edition_id: int | None
    library: str
    title: str


@dataclass(frozen=True, slots=True)
class Word:
    """What staff said at one time: each of ones is together with each of others, or is not."""

    decision_id: int
    level: str
    together: bool
    by: str  # empty: somebody who is no longer here
    at: datetime
    reason: str
    ones: tuple[NamedRecord, ...]
    others: tuple[NamedRecord, ...]


def records_of(edition_id: int) -> list[Told]:
    """Return the edition's records by library; of very many, some."""
    rows = Record.objects.filter(edition=edition_id, deleted=False)
    return _told(rows.order_by("source__organisation__name", "pk")[:MOST_COMPARED])


def number_of_records(edition_id: int) -> int:
    return Record.objects.filter(edition=edition_id, deleted=False).count()


def is_waiting(edition_id: int) -> bool:
    """Return whether a record of the edition has changed since it was matched."""
    return Record.objects.filter(edition=edition_id, changes__gt=F("matched")).exists()


def _told(rows: QuerySet[Record]) -> list[Told]:
    named = rows.values_list("pk", "edition_id", "source__organisation__name", "description")
    return [
        Told(pk, edition_id or 0, library, Description.from_json({"title": ""} | says))
        for pk, edition_id, library, says in named
    ]


def members(shown: Sequence[Told], among: Sequence[Told]) -> list[Member]:
    """Return why each of the shown is with the others of its edition."""
    if len(among) < 2:
        return [Member(told, None, None) for told in shown]
    found = matching.crosswise([each.says for each in shown], [each.says for each in among])
    place = {told.record_id: at for at, told in enumerate(among)}
    own = np.array([place[told.record_id] for told in shown])
    rows = np.arange(len(shown))
    # What contradicts is far however much it looks alike
    near, far = found.probability + found.likeness / 1e6, found.probability.copy()
    near[rows, own], far[rows, own] = -1.0, 2.0
    joined = matching.is_match(far)
    best, worst = near.argmax(axis=1), far.argmin(axis=1)
    held = {told.record_id: float(near[at, best[at]]) for at, told in enumerate(shown)}
    made = []
    for at, told in enumerate(shown):
        other = among[worst[at]]
        # Of two that are far from each other, the one that the others hold less says so
        is_odd = held[told.record_id] <= held.get(other.record_id, 1.0)
        says_so = is_odd and not joined[at, worst[at]] and worst[at] != best[at]
        made.append(
            Member(told, _link(told, among[best[at]]), _link(told, other) if says_so else None)
        )
    return made


def _link(told: Told, other: Told) -> Link:
    return Link(other, matching.explain(told.says, other.says))


def would_join(why: Explanation) -> bool:
    """Return whether the model alone joins the two records."""
    return bool(matching.is_match(np.array([why.probability]))[0])


def near_misses(edition_id: int, ours: Sequence[Told]) -> list[NearMiss]:
    """Return editions that this one shares a key with and is much like, the likeliest first."""
    candidates = _candidates(edition_id, [told.record_id for told in ours[:MOST_LOOKED_FROM]])
    if not (candidates and ours):
        return []
    found = matching.crosswise([each.says for each in candidates], [each.says for each in ours])
    best: dict[int, tuple[float, float, Told, Told]] = {}
    for row, theirs in enumerate(candidates):
        at = int((found.probability[row] + found.likeness[row] / 1e6).argmax())
        sure, alike = float(found.probability[row, at]), float(found.likeness[row, at])
        if alike < WORTH_SHOWING:
            continue
        known = best.get(theirs.edition_id)
        if known is None or (sure, alike) > known[:2]:
            best[theirs.edition_id] = (sure, alike, ours[at], theirs)
    likeliest = sorted(best.values(), key=lambda each: (-each[0], -each[1], each[3].record_id))
    return [
        NearMiss(one, theirs, matching.explain(one.says, theirs.says))
        for _sure, _alike, one, theirs in likeliest[:MOST_NEAR]
    ]


def _candidates(edition_id: int, records: Collection[int]) -> list[Told]:
    """Return records of other editions that share a key with these, the most keys first."""
    # A junk key is skipped after CAP steps, however many records have it
    more = MatchKey.objects.filter(key=OuterRef("key")).order_by("key", "record_id")
    keys = (
        MatchKey.objects.filter(record__in=records)
        .filter(~Exists(more[matching.CAP : matching.CAP + 1]))
        .order_by("key")
        .values_list("key", flat=True)
        .distinct()[:MOST_KEYS]
    )
    shared = (
        MatchKey.objects.filter(key__in=list(keys), record__deleted=False)
        .exclude(Q(record__edition=edition_id) | Q(record__edition=None))
        .values_list("record_id")
        .annotate(number=Count("key"))
        .order_by("-number", "record_id")[:MOST_CANDIDATES]
    )
    return _told(Record.objects.filter(pk__in=[pk for pk, _ in shared]).order_by("pk"))


def siblings(edition: Edition, ours: Sequence[Told]) -> list[Sibling]:
    """Return the work's other editions, each with what it shares with this, the newest first."""
    others = list(
        Edition.objects.filter(work=edition.work_id, gone=False, merged_into=None)
        .exclude(pk=edition.pk)
        .defer("details")
        .order_by("-year", "pk")[:MOST_EDITIONS]
    )
    clues = matching.work_clues(told.says for told in ours) if others else {}
    shared: dict[int, list[Clue]] = {}
    for key, other in WorkKey.objects.filter(
        key__in=clues, edition__in=[other.pk for other in others]
    ).values_list("key", "edition_id"):
        shared.setdefault(other, []).append(clues[key])
    return [
        Sibling(other, tuple(dict.fromkeys(_in_order(shared.get(other.pk, [])))))
        for other in others
    ]


def _in_order(clues: list[Clue]) -> list[Clue]:
    return sorted(clues, key=lambda clue: ("title original other".index(clue.kind), clue.title))


def words(edition_id: int) -> list[Word]:
    """Return what staff said of the edition's records, the latest first."""
    rows = (
        MatchDecision.objects.filter(Q(record__edition=edition_id) | Q(other__edition=edition_id))
        .select_related("by")
        .only(
            "level", "together", "at", "reason", "record_id", "other_id", "by__name", "by__username"
        )
        .order_by("-at", "-pk")[:MOST_PAIRS]
    )
    said: dict[tuple[datetime, int | None, str, bool], list[MatchDecision]] = {}
    for row in rows:
        said.setdefault((row.at, row.by_id, row.level, row.together), []).append(row)
    named = _named(
        {pk for each in said.values() for row in each for pk in (row.record_id, row.other_id)}
    )
    return [_word(each, named) for each in said.values()]


def _named(records: Collection[int]) -> dict[int, NamedRecord]:
    rows = Record.objects.filter(pk__in=records).values_list(
        "pk", "edition_id", "source__organisation__name", KeyTextTransform("title", "description")
    )
    return {row[0]: NamedRecord(row[0], row[1], row[2], row[3] or "") for row in rows}


def _word(pairs: list[MatchDecision], named: dict[int, NamedRecord]) -> Word:
    """Return the pairs as two sides: what is said at one time is each of one with each of other."""
    first = pairs[0]
    beside: dict[int, set[int]] = {}
    for pair in pairs:
        beside.setdefault(pair.record_id, set()).add(pair.other_id)
        beside.setdefault(pair.other_id, set()).add(pair.record_id)
    others = beside[first.record_id]
    sides = sorted((beside[first.other_id], others), key=lambda side: (len(side), min(side)))
    ones, rest = (tuple(named[pk] for pk in sorted(side)) for side in sides)
    return Word(
        decision_id=first.pk,
        level=first.level,
        together=first.together,
        by=str(first.by) if first.by else "",
        at=first.at,
        reason=first.reason,
        ones=ones,
        others=rest,
    )

"""Editions written as their records say; those that say what they said are left alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from hyllan.catalogue.engine.editions import COLUMNS, merged, parted
from hyllan.catalogue.models import Edition, Item, Record
from hyllan.catalogue.services.matching.shelf import parts
from hyllan.catalogue.services.writing import many, stamp, upsert

Told = dict[str, Any]
MANY = 2_000  # numbers, from which on all rows between them are read


class Group(NamedTuple):
    """An edition as matching made it."""

    number: int  # of the edition, new or kept
    work: int
    records: tuple[int, ...]


class Moved(NamedTuple):
    """What a record is from now on."""

    record: int
    before: int  # edition; 0: none
    edition: int
    seen: int | None  # of its changes; None: it is not due


_ROW = (
    "id",
    "work_id",
    *COLUMNS,
    "details",
    "gone",
    "merged_into_id",
    "first_seen_at",
    "changed_at",
    "changes",
    "indexed",
)
_KEPT = {"id", "first_seen_at", "indexed"}


def write(groups: Sequence[Group], *, moved: Collection[int], now: datetime) -> dict[int, Told]:
    """
    Write what the editions say and return it, after `move`; the caller holds the transaction.

    :param moved: editions whose items change, so that readers of them must hear of it
    """
    told = _told(groups)
    there = _there([group.number for group in groups])
    moment = stamp(now)
    rows = []
    for group in groups:
        columns, details = parted(told[group.number])
        said = [*(columns[name] for name in COLUMNS), details]
        before = there.get(group.number)
        if before and before.says(group.work, said) and group.number not in moved:
            continue
        rows.append(
            (
                group.number,
                group.work,
                *said[:-2],
                _json(said[-2]),
                _json(details),
                False,
                None,
                moment,
                moment,
                before.changes + 1 if before else 1,
                0,
            )
        )
    upsert(
        Edition,
        _ROW,
        rows,
        unique=("id",),
        update=[name for name in _ROW if name not in _KEPT],
    )
    return told


def _json(said: Any) -> str:
    return orjson.dumps(said).decode()


def _told(groups: Sequence[Group]) -> dict[int, Told]:
    """Return what each edition says; its records have been moved to it."""
    said: dict[int, list[tuple[str, Told]]] = {group.number: [] for group in groups}
    for those in _among("edition", said):
        rows = (
            Record.objects.filter(those, deleted=False)
            .annotate(text=Cast("description", TextField()))
            .values_list("edition_id", "source__organisation__code", "identifier", "text")
        )
        for edition, code, identifier, text in rows.iterator(chunk_size=5_000):
            if edition in said:
                said[edition].append((f"{identifier} {code}", orjson.loads(text)))
    return {number: merged(each) for number, each in said.items()}


def _among(name: str, numbers: Collection[int]) -> Iterator[Q]:
    """Yield conditions that find the rows of these numbers; of very many, some others as well."""
    if len(numbers) > MANY:
        yield Q(**{f"{name}__gte": min(numbers), f"{name}__lte": max(numbers)})
    else:
        yield from (Q(**{f"{name}__in": part}) for part in parts(numbers))


class _There(NamedTuple):
    """An edition as it stands in the table."""

    changes: int
    work: int
    is_here: bool
    said: list[Any]

    def says(self, work: int, said: list[Any]) -> bool:
        return self.is_here and self.work == work and self.said == said


def _there(numbers: Collection[int]) -> dict[int, _There]:
    texts = {f"{name}_text": Cast(name, TextField()) for name in ("subjects", "details")}
    found = {}
    for those in _among("pk", numbers):
        rows = (
            Edition.objects.filter(those)
            .select_for_update()
            .annotate(**texts)
            .order_by("pk")
            .values_list("pk", "changes", "work_id", "gone", "merged_into", *COLUMNS[:-1], *texts)
        )
        for pk, changes, work, gone, merged_into, *columns in rows:
            said = [*columns[:-2], orjson.loads(columns[-2]), orjson.loads(columns[-1])]
            found[pk] = _There(changes, work, not gone and merged_into is None, said)
    return found


def move(records: Sequence[Moved]) -> None:
    """Let records and their items be of their editions; what was seen of them is matched."""
    if not records:
        return
    many(
        f"UPDATE {Record._meta.db_table} SET edition_id = %s, matched = COALESCE(%s, matched)"  # noqa: S608
        " WHERE id = %s",
        ((it.edition, it.seen, it.record) for it in records if it.edition),
    )
    many(  # what is deleted keeps its edition, to have it again when it returns
        f"UPDATE {Record._meta.db_table} SET matched = %s WHERE id = %s",  # noqa: S608
        ((it.seen, it.record) for it in records if not it.edition),
    )
    # Items that came while the record was matched have no edition yet
    for part in parts([it.record for it in records if it.edition]):
        places = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {Item._meta.db_table} SET edition_id = (SELECT record.edition_id FROM"  # noqa: S608
                f" {Record._meta.db_table} record WHERE record.id = record_id)"
                f" WHERE record_id IN ({places}) AND (edition_id IS NULL OR edition_id <>"
                f" (SELECT record.edition_id FROM {Record._meta.db_table} record"
                " WHERE record.id = record_id))",
                part,
            )


def merge(merged_into: Mapping[int, int], *, now: datetime) -> None:
    """Let editions whose records all went to another say where they went, and be of its work."""
    work_of = dict(
        Edition.objects.filter(pk__in=set(merged_into.values())).values_list("pk", "work_id")
    )
    many(
        f"UPDATE {Edition._meta.db_table} SET merged_into_id = %s, work_id = %s, gone = %s,"  # noqa: S608
        " changes = changes + 1, changed_at = %s WHERE id = %s",
        ((to, work_of[to], False, stamp(now), pk) for pk, to in sorted(merged_into.items())),
    )
    # Who was merged into one of them is found where it is now
    for pk, to in sorted(merged_into.items()):
        Edition.objects.filter(merged_into=pk).update(merged_into=to, work=work_of[to])


def bury(numbers: Iterable[int], *, now: datetime) -> list[int]:
    """Mark those of the editions that have no record left; return them."""
    gone = []
    for part in parts(set(numbers)):
        rows = Edition.objects.filter(pk__in=part, gone=False, merged_into=None)
        empty = rows.exclude(
            pk__in=Record.objects.filter(deleted=False, edition__in=part).values("edition")
        )
        gone += list(empty.order_by("pk").values_list("pk", flat=True))
    for part in parts(gone):
        Edition.objects.filter(pk__in=part).update(
            gone=True, changes=F("changes") + 1, changed_at=now
        )
    return gone

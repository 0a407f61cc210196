"""Editions written as their records say; those that say what they said are left alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from hyllan.catalogue.engine.editions import COLUMNS, Row
from hyllan.catalogue.models import Edition, Item, Record
from hyllan.catalogue.services.matching.shelf import parts
from hyllan.catalogue.services.writing import many, stamp, upsert


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


Texts = Mapping[int, Sequence[tuple[str, str]]]  # of an edition's records: a name, and JSON


def write(
    groups: Sequence[Group], rows: Iterable[Row], *, moved: Collection[int], now: datetime
) -> None:
    """
    Write editions; the caller holds the transaction.

    :param rows: what each of the groups says
    :param moved: editions whose items change, so that readers of them must hear of it
    """
    work_of = {group.number: group.work for group in groups}
    there = _there(work_of)
    moment = stamp(now)
    written = []
    for row in rows:
        before, work = there.get(row.number), work_of[row.number]
        if before and row.number not in moved and before.says(work, row):
            continue
        changes = before.changes + 1 if before else 1
        written.append(
            (
                *(row.number, work, *row.columns, row.subjects, row.details),
                *(False, None, moment, moment, changes, 0),
            )
        )
    upsert(
        Edition,
        _ROW,
        written,
        unique=("id",),
        update=[name for name in _ROW if name not in _KEPT],
    )


def texts(groups: Sequence[Group]) -> Texts:
    """Return what the records of each edition say."""
    edition_of = {record: group.number for group in groups for record in group.records}
    found: dict[int, list[tuple[str, str]]] = {group.number: [] for group in groups}
    for part in parts(edition_of):
        said = (
            Record.objects.filter(pk__in=part)
            .annotate(text=Cast("description", TextField()))
            .values_list("pk", "source__organisation__code", "identifier", "text")
        )
        for pk, code, identifier, text in said:
            found[edition_of[pk]].append((f"{code} {identifier}", text))
    return found


class _There(NamedTuple):
    """An edition as it stands in the table."""

    changes: int
    work: int
    is_here: bool
    columns: tuple[Any, ...]
    subjects: str
    details: str

    def says(self, work: int, row: Row) -> bool:
        """Return whether this is what it says already."""
        return (
            self.is_here
            and self.work == work
            and self.columns == row.columns
            and _same(self.subjects, row.subjects)
            and _same(self.details, row.details)
        )


def _same(one: str, other: str) -> bool:
    """Return whether two JSON texts say the same; a database may write them in its own way."""
    return one == other or bool(orjson.loads(one) == orjson.loads(other))


def _there(numbers: Collection[int]) -> dict[int, _There]:
    texts_of = {f"{name}_text": Cast(name, TextField()) for name in ("subjects", "details")}
    found = {}
    for part in parts(numbers):
        rows = (
            Edition.objects.filter(pk__in=part)
            .select_for_update()
            .annotate(**texts_of)
            .order_by("pk")
            .values_list(
                "pk", "changes", "work_id", "gone", "merged_into", *texts_of, *COLUMNS[:-1]
            )
        )
        for pk, changes, work, gone, merged_into, subjects, details, *columns in rows:
            is_here = not gone and merged_into is None
            found[pk] = _There(changes, work, is_here, tuple(columns), subjects, details)
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
    many(
        f"UPDATE {Edition._meta.db_table} SET merged_into_id = %s, work_id = %s"  # noqa: S608
        " WHERE merged_into_id = %s",
        ((to, work_of[to], pk) for pk, to in sorted(merged_into.items())),
    )


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

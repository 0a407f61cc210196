"""
Many rows in one statement, written out: where a region's records come, they come by millions.

Django's bulk_create makes an object and a dozen conversions of each row, four times the cost of
the row itself (docs/algorithms/matching.md has the figures of the whole).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

AT_ONCE = 10_000


def upsert(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """
    Insert rows, or update those that are there; the caller holds the transaction.

    :param columns: of the table, as the database names them
    :param unique: the columns that say that a row is there; none: all rows are new
    :param update: columns written then; none: the row is left as it is
    """
    names = ", ".join(columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})"  # noqa: S608 - names of our own
    if unique:
        sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in update)
        then = f"UPDATE SET {sets}" if update else "NOTHING"
        statement += f" ON CONFLICT ({', '.join(unique)}) DO {then}"
    many(statement, rows)


def many(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Do the statement once for each row."""
    left = iter(rows)
    with connection.cursor() as cursor:
        while part := list(islice(left, AT_ONCE)):
            cursor.executemany(statement, part)


def stamp(moment: datetime) -> Any:
    """Return an aware moment as the database is given it."""
    return connection.ops.adapt_datetimefield_value(moment)


def new_ids(model: type[Model], number: int) -> range:
    """Return numbers for so many new rows; the caller holds the transaction and inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            first = (found[0] if found else 0) + 1
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'),"
                " nextval(pg_get_serial_sequence(%s, 'id')) + %s)",
                [table, table, number],
            )
            first = cursor.fetchone()[0] - number
    return range(first, first + number)

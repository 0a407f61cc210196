"""One process matches at a time: by a lock that the system lets go of when the process dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from hyllan.region.errors import Refused

_LOCK = 4_912_020_771  # any number, as long as nothing else in the database uses it


@contextmanager
def alone() -> Iterator[None]:
    """
    Hold the lock of the home; on PostgreSQL, which several machines may share, its lock as well.

    :raises Refused: another has it
    """
    with _in_home():
        if connection.vendor == "postgresql":
            with _in_database():
                yield
        else:
            yield


@contextmanager
def _in_database() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise _busy()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def _in_home() -> Iterator[None]:
    settings.HYLLAN_HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HYLLAN_HOME / "matching.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy() from None
        yield


def _busy() -> Refused:
    return Refused(_("Records are being matched already. Try again in a moment."))

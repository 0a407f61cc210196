"""Editions made directly, as matching would leave them: for tests of the index and of search."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, Item, Record, Source, Work
from hyllan.catalogue.tests.make import NOON
from hyllan.region.tests import make as region

_numbers = count(1)


def work(title: str = "Ett verk") -> Work:
    return Work.objects.create(title=title)


def edition(
    title: str = "Pippi Långstrump",
    *,
    at: Mapping[str, str] | tuple[str, ...] = ("LUND",),
    of: Work | None = None,
    details: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Edition:
    """
    Return an edition, not indexed yet.

    :param at: library codes, each with an available item; or the item's status by library
    """
    made = Edition.objects.create(
        work=of or work(title),
        title=title,
        details=dict(details or {}),
        first_seen_at=NOON,
        changed_at=NOON,
        **columns,
    )
    statuses = at if isinstance(at, Mapping) else dict.fromkeys(at, Item.Status.AVAILABLE.value)
    for code, status in statuses.items():
        item(made, code, status)
    return made


def item(of: Edition, code: str, status: str = "available", *, barcode: str = "") -> Item:
    """Return a new item in the library `code` (ORGANISATION or ORGANISATION-TOWN)."""
    library = region.library(code, of=code.partition("-")[0])
    source, _ = Source.objects.get_or_create(organisation=library.organisation)
    number = next(_numbers)
    record = Record.objects.create(
        source=source, identifier=f"made:{number}", datestamp=NOON, raw=b"", edition=of
    )
    return Item.objects.create(
        organisation=library.organisation,
        barcode=barcode or f"made-{number}",
        library=library,
        record=record,
        edition=of,
        call_number="Hcf",
        status=status,
        status_at=NOON,
    )


def index() -> None:
    services.index_changed(now=NOON)

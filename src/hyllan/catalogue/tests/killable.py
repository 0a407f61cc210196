"""
A program that is killed in the middle of a harvest: `python -m hyllan.catalogue.tests.killable`.

It loads hyllan once. Then each line on its input is a deed, done by a process forked for it, as
`hyllan harvest`, `match` and `index` would do it one after the other. The process's number is
printed when it begins, and how it ended.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command

from hyllan.catalogue import queries, services
from hyllan.catalogue.models import Edition, Item, Quarantined, Record, Source
from hyllan.region.tests import make as region

CODE = "LUND"
WORDS = ("bok", "ny", "författare", "bok 17", "978", "långstrump")


def furnish(url: str) -> None:
    """Make the database, a library and the source at this address."""
    call_command("migrate", verbosity=0)
    owner = region.library(CODE).organisation
    services.add_source(organisation=owner, base_url=url, now=datetime.now(UTC))


def address(url: str) -> None:
    """Harvest from another address."""
    Source.objects.update(base_url=url)


def fetch(full: str) -> None:
    """Do what the timer does: harvest, match, index."""
    now = datetime.now(UTC)
    source = queries.source_of(CODE)
    services.harvest(source_id=source.pk, now=now, full=bool(full))
    services.match_changed(now=now)
    services.index_changed(now=now)


def dump(path: str) -> None:
    """Write down all that the catalogue holds and finds; numbers of rows and times are left out."""
    told = {
        "records": _rows(
            Record, "identifier", "datestamp", "deleted", "raw", "description", "walk"
        ),
        "items": _rows(
            Item, "barcode", "library__code", "record__identifier", "call_number", "status"
        ),
        "quarantine": _rows(Quarantined, "identifier", "reason", "raw"),
        "source": _rows(Source, "harvested_until", "resumption_token", "run", "walk", "list_read"),
        "editions": sorted(_edition(edition) for edition in Edition.objects.filter(gone=False)),
        "found": {word: _found(word) for word in WORDS},
    }
    Path(path).write_text(json.dumps(told, default=str, indent=1, sort_keys=True))


def _rows(model: Any, *names: str) -> list[Any]:
    rows = model.objects.values_list(*names)
    return sorted((_plain(row) for row in rows), key=str)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [bytes(it).hex() if isinstance(it, bytes | memoryview) else it for it in row]


def _edition(edition: Edition) -> list[Any]:
    records = edition.records.filter(deleted=False).values_list("identifier", flat=True)
    barcodes = edition.items.values_list("barcode", flat=True)
    return [edition.title, str(edition.year), sorted(records), sorted(barcodes), edition.isbn]


def _found(word: str) -> list[Any]:
    told = queries.search(word, limit=100)
    return [told.total, sorted([hit.title, hit.call_number, hit.is_in] for hit in told.hits)]


DEEDS: dict[str, Callable[[str], None]] = {
    "furnish": furnish,
    "address": address,
    "fetch": fetch,
    "dump": dump,
}


def main() -> None:
    """Do the deeds that are asked for, each in a process of its own."""
    for line in sys.stdin:
        deed, _, about = line.strip().partition(" ")
        process = os.fork()
        if process == 0:
            code = 1
            try:
                DEEDS[deed](about)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _say(process)
        _, status = os.waitpid(process, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`hyllan import FILE... --library CODE`: records from files."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from hyllan.catalogue import services
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.region import clock
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.queries import library as region_library


class Command(ReportingCommand):
    help = (
        "Import MARC 21 in any encoding, MARCXML or MARC in JSON, gzipped or not, with holdings;"
        " what a file is, is seen from what is in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the files and the library."""
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--library", required=True, help="where the items stand (code)")

    def handle(self, *, files: list[Path], library: str, json: bool, **options: Any) -> None:
        """Import."""
        try:
            contents = [(path.name, path.read_bytes()) for path in files]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        self.report(
            as_json=json,
            run=lambda: _import(contents, library),
            words=lambda found: (
                _(
                    "%(read)d records read, %(loaded)d loaded with %(items)d items,"
                    " %(quarantined)d set aside."
                )
                % found
            ),
        )


def _import(contents: list[tuple[str, bytes]], code: str) -> dict[str, Any]:
    try:
        library = region_library(code)
    except Library.DoesNotExist:
        raise Refused(_("There is no library %(code)s.") % {"code": code}) from None
    now = clock.now()
    result = services.import_records(library=library, files=contents, now=now)
    services.match_changed(now=now)
    services.index_changed(now=now)
    return asdict(result)

"""`hyllan export-clusters FILE.csv`: which records are the same edition and work, as a table."""

import csv
from argparse import ArgumentParser
from dataclasses import astuple
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hyllan.catalogue import queries
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.region.errors import Refused

HEADINGS = ("library", "record", "edition", "work")


class Command(ReportingCommand):
    help = "Write which records are the same edition and work: library, record, edition, work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="what is there is replaced")

    def handle(self, *, file: Path, json: bool, **options: Any) -> None:
        """Write."""
        self.report(
            as_json=json,
            run=lambda: {"rows": _export(file)},
            words=lambda found: _("%(rows)d records written.") % found,
        )


def _export(file: Path) -> int:
    """Write the table beside the file, and put it in its place when all of it is there."""
    part = file.with_name(f"{file.name}.part")
    number = 0
    try:
        with part.open("w", encoding="utf-8", newline="") as opened:
            rows = csv.writer(opened)
            rows.writerow(HEADINGS)
            for each in queries.clustered():
                rows.writerow(astuple(each))
                number += 1
        part.replace(file)
    except OSError as error:
        raise Refused(
            _("%(file)s cannot be written: %(reason)s.")
            % {"file": file, "reason": error.strerror or error}
        ) from error
    return number

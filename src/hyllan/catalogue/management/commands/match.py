"""`hyllan match [--all]`: which records are one edition, and which editions one work."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from hyllan.catalogue import services
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.region import clock


class Command(ReportingCommand):
    help = "Match the records that have changed to editions and works; with --all, all anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice."""
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", dest="everything", help="all anew")

    def handle(self, *, everything: bool, json: bool, **options: Any) -> None:
        """Match."""
        match = services.match_all if everything else services.match_changed
        self.report(
            as_json=json,
            run=lambda: asdict(match(now=clock.now())),
            words=lambda found: (
                _(
                    "%(records)d records are %(editions)d editions of %(works)d works"
                    " (%(seconds)s s)."
                )
                % found
            ),
        )

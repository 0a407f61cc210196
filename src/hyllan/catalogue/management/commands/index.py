"""`hyllan index`: build the search index anew."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from hyllan.catalogue import services
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.region import clock


class Command(ReportingCommand):
    help = "Build the search index anew; with --changed bring it up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice."""
        super().add_arguments(parser)
        parser.add_argument(
            "--changed", action="store_true", help="only what has changed since the last time"
        )

    def handle(self, *, changed: bool, json: bool, **options: Any) -> None:
        """Index."""
        index = services.index_changed if changed else services.rebuild_index
        self.report(
            as_json=json,
            run=lambda: asdict(index(now=clock.now())),
            words=lambda found: _("%(editions)d editions indexed in %(seconds)s s.") % found,
        )

"""What the catalogue's commands share: a JSON object as the last line, or words for people."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand

from hyllan.region.errors import Refused


class ReportingCommand(BaseCommand):
    """A command that answers with an object, and a refusal with a sentence and exit code 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what all of them take."""
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object and nothing else"
        )

    def report(
        self, *, as_json: bool, run: Callable[[], Mapping[str, Any]], words: Callable[..., str]
    ) -> None:
        """Run it and say what came of it."""
        try:
            found = run()
        except Refused as refusal:
            self.stderr.write(str(refusal))
            if as_json:
                self.stdout.write(json.dumps({"error": str(refusal)}, ensure_ascii=False))
            sys.exit(1)
        self.stdout.write(json.dumps(found, ensure_ascii=False) if as_json else words(found))

"""Write a region's catalogue of invented titles, with the dirt of real files, and its truth."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from hyllan.peers.corpus.files import Written, write_corpus
from hyllan.peers.corpus.libraries import systems
from hyllan.region.engine.folder import read_folder

MOST_LIBRARIES = 8_999  # four digits of a barcode tell the system


class Command(BaseCommand):
    help = "Writes invented records to DIR/<ORGANISATION>.mrc, and what belongs together beside."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--records", required=True, type=_positive, metavar="N")
        parser.add_argument("--libraries", default=33, type=_positive, metavar="N")
        parser.add_argument("--seed", default=1, type=int, metavar="S")
        parser.add_argument("--output", required=True, type=Path, metavar="DIR")
        parser.add_argument("--region", default=settings.HYLLAN_REGION, type=Path, metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="print what was written as JSON")

    def handle(
        self, *, records: int, libraries: int, seed: int, output: Path, region: Path, **options: Any
    ) -> None:
        try:
            written = _write(records, libraries, seed, output, region)
        except CommandError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise
        if options["json"]:
            self.stdout.write(json.dumps(asdict(written)))
        else:
            self.stdout.write(
                f"{len(written.files)} files in {output}: {written.records} records of"
                f" {written.editions} editions of {written.works} works, {written.items} items."
            )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(f"{text} is not a positive number")
    return number


def _write(records: int, libraries: int, seed: int, output: Path, region: Path) -> Written:
    if libraries > MOST_LIBRARIES:
        raise CommandError(f"There can be {MOST_LIBRARIES} libraries at most.")
    folder = read_folder(region)
    if folder.errors:
        first = folder.errors[0]
        raise CommandError(f"{first.file}, line {first.line}: {first.sentence}")
    console = Console(stderr=True)
    bar = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*bar, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=records)
            return write_corpus(
                systems(folder, count=libraries, seed=seed),
                records=records,
                seed=seed,
                output=output,
                told=lambda made: progress.update(task, completed=made),
            )
    except OSError as error:
        raise CommandError(f"{output} cannot be written ({error.strerror}).") from error

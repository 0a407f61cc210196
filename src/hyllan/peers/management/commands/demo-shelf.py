"""Write the demo's shelf as MARC 21: one file for each organisation of a region folder."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hyllan.peers.shelf.files import marc_files
from hyllan.peers.shelf.stock import holders, stock
from hyllan.peers.shelf.style import styles
from hyllan.region.engine.folder import read_folder


class Command(BaseCommand):
    help = "Writes real titles, spread over the region's libraries, to DIR/<ORGANISATION>.mrc."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", required=True, type=Path, metavar="DIR")
        parser.add_argument("--region", default=settings.HYLLAN_REGION, type=Path, metavar="FOLDER")
        parser.add_argument("--seed", default=1, type=int, metavar="N")
        parser.add_argument("--json", action="store_true", help="print the counts as one object")

    def handle(self, *, output: Path, region: Path, seed: int, **options: Any) -> None:
        try:
            counts = write_shelf(output=output, region=region, seed=seed)
        except CommandError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(
                f"{counts['files']} files in {output}: {counts['titles']} titles,"
                f" {counts['records']} records, {counts['items']} items."
            )


def write_shelf(*, output: Path, region: Path, seed: int) -> dict[str, int]:
    """Write the files and return how much stands in them."""
    folder = read_folder(region)
    if folder.errors:
        first = folder.errors[0]
        raise CommandError(f"{first.file}, line {first.line}: {first.sentence}")
    owners = holders(folder)
    shelves = stock(owners, seed=seed)
    try:
        output.mkdir(parents=True, exist_ok=True)
        files = marc_files(shelves, styles(owners, seed=seed), seed=seed)
        for code, data in files.items():
            (output / f"{code}.mrc").write_bytes(data)
    except OSError as error:
        raise CommandError(f"{output} cannot be written ({error.strerror}).") from error
    entries = [entry for shelf in shelves.values() for entry in shelf]
    return {
        "files": len(files),
        "titles": len({entry.title.key for entry in entries}),
        "records": len(entries),
        "items": sum(len(entry.items) for entry in entries),
    }

"""Load a region folder: places and days into region, vans into transport; or nothing of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.engine.folder import Folder, read_folder
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.engine.tables import FolderError
from hyllan.region.errors import Refused
from hyllan.region.services import LoadResult, store_region
from hyllan.transport.engine.network import Network, read_network
from hyllan.transport.services import load_network, tell_reloaded_days

VANS_FILE = "transport.toml"


class Command(BaseCommand):
    help = "Load a region folder. Says every error with file and line; changes nothing if any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="such as regions/skane")
        parser.add_argument(
            "--vans-from",
            type=date.fromisoformat,
            metavar="DAY",
            help="the day from which a changed transport.toml holds (default: today)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = load(options["folder"], vans_from=options["vans_from"])
        refusal = f"Nothing was loaded. Errors in the folder: {len(result.errors)}."
        for kind, found in (("error", result.errors), ("warning", result.warnings)):
            for line in found:
                self.stderr.write(f"{kind}: {line.file}:{line.line}: {line.sentence}")
        if options["json"]:
            answer = asdict(result) | ({"error": refusal} if result.errors else {})
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if result.errors:
            raise CommandError(refusal)
        if not options["json"]:
            self.stdout.write(f"{result.libraries} libraries; {result.changes} rows changed.")


def load(path: Path, *, vans_from: date | None = None) -> LoadResult:
    """
    Load the folder into all rooms in one transaction, or return its errors.

    :param vans_from: the day from which a changed network holds; None: today
    """
    folder = read_folder(path)
    network, van_errors = _network(folder)
    errors = (*folder.errors, *van_errors)
    if errors or network is None:
        return LoadResult(libraries=0, errors=errors, warnings=folder.warnings)
    now = clock.now()
    try:
        with transaction.atomic():
            before = region.calendar()
            result = store_region(folder=folder, by=SYSTEM, now=now)
            load_network(network=network, by=SYSTEM, now=now, valid_from=vans_from)
            tell_reloaded_days(before=before, by=SYSTEM, now=now)
    except Refused as refusal:  # a round that no van can drive in a day
        error = FolderError(VANS_FILE, 0, str(refusal))
        return LoadResult(libraries=0, errors=(error,), warnings=folder.warnings)
    return replace(result, warnings=(*result.warnings, *_warnings(folder, network)))


def _network(folder: Folder) -> tuple[Network | None, tuple[FolderError, ...]]:
    if folder.transport is None:  # an error of the folder, said there
        return None, ()
    network, errors = read_network(folder.transport, libraries=folder.library_codes)
    return network, tuple(FolderError(VANS_FILE, error.line, error.sentence) for error in errors)


def _warnings(folder: Folder, network: Network) -> Iterable[FolderError]:
    for code in sorted(folder.library_codes - network.libraries):
        yield FolderError(
            VANS_FILE, 0, f"{code} is on no loop: it neither lends nor receives by van."
        )
    if folder.region["time_zone"] != settings.TIME_ZONE:
        zone = folder.region["time_zone"]
        yield FolderError(
            "region.toml", 0, f"Pages show the time of {settings.TIME_ZONE}, not of {zone}."
        )

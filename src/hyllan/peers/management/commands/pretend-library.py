"""Serve one pretend library system."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hyllan.peers.server import one_system, port_number, serve
from hyllan.peers.shelf.files import marc_files
from hyllan.peers.shelf.stock import holders, stock
from hyllan.peers.shelf.style import styles
from hyllan.peers.system import SCENARIOS
from hyllan.region.engine.folder import Folder, read_folder


class Command(BaseCommand):
    help = "Serve the pretend library system of one library's organisation on loopback."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--library", required=True, help="its code, or its organisation's")
        parser.add_argument("--port", type=port_number, required=True, help="0: any free one")
        parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="")
        parser.add_argument("--home", type=Path, help="folder of the SQLite file")
        parser.add_argument("--shelf", type=Path, help="its stock, MARC 21 (default: the demo's)")

    def handle(
        self,
        *,
        library: str,
        port: int,
        scenario: str,
        home: Path | None,
        shelf: Path | None,
        **_: object,
    ) -> None:
        if shelf and not shelf.is_file():
            raise CommandError(f"There is no file {shelf}.")
        folder = read_folder(Path(settings.HYLLAN_REGION))
        organisation = _organisation_of(library, folder)
        system = one_system(
            organisation=organisation,
            home=home or Path(settings.HYLLAN_HOME) / "pretend",
            stock=shelf.read_bytes if shelf else partial(_demo_stock, organisation, folder),
            scenario=scenario,
        )
        refusal = serve(
            {organisation: system},
            port=port,
            said=f"The pretend library system of {organisation} listens",
        )
        if refusal:
            raise CommandError(refusal)


def _organisation_of(code: str, folder: Folder) -> str:
    """Return whose system serves a library, as the region folder says."""
    serving = {row.code: row.code for row in folder.organisations}
    serving |= {row.code: row.organisation for row in folder.libraries}
    if code not in serving:
        raise CommandError(f"{code} is no library of the region in {settings.HYLLAN_REGION}.")
    return serving[code]


def _demo_stock(organisation: str, folder: Folder) -> bytes:
    """Return its part of the demo's shelf, the same as `hyllan demo-shelf` writes."""
    owners = holders(folder)
    shelves = stock(owners, seed=1)
    mine = {organisation: shelves[organisation]} if organisation in shelves else {}
    return marc_files(mine, styles(owners, seed=1), seed=1).get(organisation, b"")

"""Furnish a house for the demo and the journeys: a region, its pretend systems, its catalogue."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.core.management import call_command

from hyllan.catalogue import services as catalogue
from hyllan.lending import services as lending
from hyllan.peers.cards import INSTITUTION
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.models import Organisation


def load(region_folder: Path, *, tell: Callable[[str], None] = lambda _what: None) -> None:
    """Bring the database up to date and load the region."""
    tell("The database")
    quietly("migrate", "--no-input")
    tell(f"The region of {region_folder.name}")
    quietly("load-region", str(region_folder))


def write_shelf(shelf: Path, region_folder: Path) -> None:
    """Write the demo's shelf for a region, whole or not at all."""
    unfinished = shelf.with_suffix(".part")
    quietly("demo-shelf", "--output", str(unfinished), "--region", str(region_folder))
    unfinished.rename(shelf)


def connect(url: str, shelf: Path, *, now: datetime) -> None:
    """Connect every organisation that has a shelf to its pretend system at this address."""
    for file in sorted(shelf.glob("*.mrc")):
        organisation = Organisation.objects.get(code=file.stem)
        lending.connect(
            organisation=organisation,
            kind="ncip",
            url=f"{url}/{file.stem}/ncip",
            institution_card=INSTITUTION + file.stem,
            by=SYSTEM,
        )
        catalogue.add_source(organisation=organisation, base_url=f"{url}/{file.stem}/oai", now=now)


def fill_catalogue(*, now: datetime) -> None:
    """Harvest every system and index what came."""
    catalogue.harvest_all(now=now)
    catalogue.match_changed(now=now)
    catalogue.index_changed(now=now)


def quietly(command: str, *words: str) -> None:
    """Run a command for its effect; what it would print is not for the demo's reader."""
    call_command(command, *words, verbosity=0, stdout=_Nowhere(), stderr=_Nowhere())


class _Nowhere:
    """Swallows what the called commands say."""

    def write(self, _text: str) -> int:
        return 0

    def flush(self) -> None:
        """Nothing is kept back."""

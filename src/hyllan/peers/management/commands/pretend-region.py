"""Serve a pretend library system for every organisation of a region."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hyllan.peers.server import add_region_arguments, run_region


class Command(BaseCommand):
    help = "Serve the pretend library systems of a whole region on loopback (OAI-PMH, NCIP)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_region_arguments(parser)

    def handle(self, *, port: int, home: Path, shelf: Path, scenario: str, **_: object) -> None:
        refusal = run_region(port=port, home=home, shelf=shelf, scenario=scenario)
        if refusal:
            raise CommandError(refusal)

"""The first account of a new installation; all others are made on the page of people."""

from secrets import token_urlsafe
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hyllan.region import clock, services
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused


class Command(BaseCommand):
    help = "Make an administrator's account and print its first password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="what the person is called")

    def handle(self, *_args: Any, **options: Any) -> None:
        password = token_urlsafe(12)
        try:
            services.make_person(
                username=options["username"],
                name=options["name"] or options["username"],
                password=password,
                role=Role.ADMINISTRATOR,
                by=SYSTEM,
                now=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(password)

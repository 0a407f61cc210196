"""Build the example region, carry one request all the way round, then serve the site."""

import json
import os
import shutil
import sys
from argparse import BooleanOptionalAction
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from rich.console import Console

from hyllan.config.management.commands.serve import (
    free_port,
    is_free,
    supervise,
    web_command,
    worker_command,
)
from hyllan.lending import queries as lending
from hyllan.peers import house
from hyllan.peers.cards import cards
from hyllan.peers.crew import Crew
from hyllan.peers.process import started_region
from hyllan.peers.story import (
    Ending,
    NoStory,
    Systems,
    organisations_moving,
    tell_story,
    timeline_of,
)
from hyllan.region import services as region_services
from hyllan.transport import queries as transport

HOST = "127.0.0.1"
CARDS_OF = ("OSBY", "LUND", "MALMO")
STORY_BEGINS = timedelta(days=16)  # before today: time for holidays, a missing copy and an outage
MARK = "demo"  # a folder that has it was made by the demo and may be removed


class Command(BaseCommand):
    help = "Build the example region, carry one request all the way round, then serve the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the item is home")
        parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
        parser.add_argument("--missing-copy", action="store_true", help="the copy is not there")
        parser.add_argument("--outage", action="store_true", help="its system is down for a day")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action=BooleanOptionalAction, default=False)

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["json"] and not options["once"]:
            self.stderr.write("--json needs --once: the site is served until you stop it.")
            sys.exit(2)
        if not options["once"]:
            _port_must_be_free(options["port"])
        say = Console(stderr=options["json"], soft_wrap=True)
        with ExitStack() as stack, translation.override(_language()):
            Demo(say, stack, options).run()


def _language() -> str:
    """Return the language of this terminal, as far as hyllan speaks it."""
    return "sv" if os.environ.get("LANG", "").startswith("sv") else "en"


def _port_must_be_free(port: int) -> None:
    if not is_free(HOST, port):
        raise CommandError(
            f"Port {port} is taken. Try: hyllan demo --port {free_port(HOST, port + 1)}"
        )


class Demo:
    """The demo, step by step."""

    def __init__(self, say: Console, stack: ExitStack, options: dict[str, Any]) -> None:
        self.say = say
        self.stack = stack
        self.options = options
        self.home = Path(settings.HYLLAN_HOME)

    def run(self) -> None:
        if self.options["fresh"]:
            self._begin_anew()
        is_new = not (self.home / MARK / "shelf").is_dir()
        systems = self._build()
        if is_new or self.options["once"]:
            ending = self._story(systems)
            if self.options["once"]:
                self._end(ending)
                return
        else:
            self._retell()
        self._serve()

    def _begin_anew(self) -> None:
        """Remove what an earlier demo made; nothing else is ever touched."""
        if not (self.home / MARK).is_dir():
            return
        for made in [*self.home.glob("hyllan.sqlite3*"), self.home / "index", self.home / MARK]:
            if made.is_dir():
                shutil.rmtree(made)
            elif made.exists():
                made.unlink()

    def _build(self) -> Systems:
        now, folder = timezone.now(), Path(settings.HYLLAN_REGION)
        house.load(folder, tell=self._step)
        shelf = self.home / MARK / "shelf"
        if not shelf.is_dir():
            self._step("The demo's shelf")
            house.write_shelf(shelf, folder)
        self._step("The pretend library systems")
        url = self.stack.enter_context(started_region(shelf, self.home / MARK / "systems"))
        house.connect(url, shelf, now=now)
        self._step("Pages and people")
        house.quietly("seed_pages")
        self.people = region_services.seed_demo_people(now=now)
        self._step("The union catalogue, harvested by OAI-PMH")
        house.fill_catalogue(now=now)
        return self.stack.enter_context(Systems(url))

    def _story(self, systems: Systems) -> Ending:
        self.say.print("\n[bold]One request, all the way round[/bold]")
        begins = _a_weekday_morning(timezone.now() - STORY_BEGINS)
        crew = Crew(
            begins,
            wall=timezone.now,
            tell=lambda moment: _set_clocks(systems, moment),
        )
        try:
            ending = tell_story(
                crew,
                systems,
                missing_copy=self.options["missing_copy"],
                outage=self.options["outage"],
            )
        except NoStory as missing:
            raise CommandError(str(missing)) from missing
        self._print(ending.timeline)
        _set_clocks(systems, max(ending.ended_at, timezone.now()))
        return ending

    def _retell(self) -> None:
        """Show the last round again: the data is kept, and so is its story."""
        last = lending.latest_home()
        if last is not None:
            self.say.print("\n[bold]The last request that came home[/bold]")
            self._print(timeline_of(last.number))

    def _print(self, timeline: list[dict[str, str]]) -> None:
        for line in timeline:
            moment = datetime.fromisoformat(line["at"])
            self.say.print(f"  {moment:%a %d %b %H.%M}  {line['sentence']}", highlight=False)

    def _end(self, ending: Ending) -> None:
        if self.options["json"]:
            told = {
                "home": ending.home,
                "timeline": ending.timeline,
                "messages": ending.messages,
            }
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            self._step(f"{len(ending.messages)} messages were exchanged")
            self.say.print("Home." if ending.home else "The item did not come home.")
        sys.exit(0 if ending.home else 1)

    def _serve(self) -> None:
        port = self.options["port"]
        self.say.print(f"\n[bold]http://{HOST}:{port}[/bold]  (end with Ctrl+C)\n")
        self.say.print("Residents sign in with a library card:")
        for code in CARDS_OF:
            card = cards(code)[0]
            self.say.print(f"  {code.capitalize():10} card {card.number}  PIN {card.pin}")
        self.say.print("\nThe others under Staff, at the foot of every page:")
        for account in self.people:
            self.say.print(
                f"  {account.role:20} {account.username:22} {account.password}  {account.where}",
                highlight=False,
            )
        self.say.print(
            "\nSearch for a title, ask for it, then press Run to the next van at the top."
            "\nNo second factor is asked for in the demo; in production staff must have one.\n"
        )
        supervise([web_command(HOST, port), worker_command()])

    def _step(self, what: str) -> None:
        self.say.print(f"{what} ...")


def _set_clocks(systems: Systems, moment: datetime) -> None:
    """Move the site's clock and the pretend systems' to this moment."""
    region_services.set_demo_clock(offset_seconds=_ahead(moment))
    systems.set_clock(organisations_moving(), moment)


def _ahead(moment: datetime) -> int:
    return round((moment - timezone.now()).total_seconds())


def _a_weekday_morning(moment: datetime) -> datetime:
    """Return ten o'clock of the first day from then on that vans run."""
    day = transport.next_day_with_vans(timezone.localtime(moment).date())
    if day is None:
        raise CommandError("No van runs in the weeks before today: the story cannot be told.")
    return timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=10)))

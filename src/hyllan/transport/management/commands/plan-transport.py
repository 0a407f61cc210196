"""Plan the vans of a region folder, beside today's plan and beside what no plan can be."""

import argparse
import json
import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import time
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hyllan.region.engine.folder import read_folder
from hyllan.transport.engine.planning.bounds import Bound
from hyllan.transport.engine.planning.figures import Figures
from hyllan.transport.engine.planning.front import Choice
from hyllan.transport.engine.planning.plan import as_network
from hyllan.transport.engine.planning.rules import Rules, clock_of, minutes_of
from hyllan.transport.services import planning
from hyllan.transport.services.planning import Proposal, Task


def clock(text: str) -> time:
    """Read a time of the day, such as "12:00"."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text!r} is no time of the day like "12:00"') from None


def count(text: str) -> int:
    """Read a whole number above zero."""
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 1000")
    return int(text)


class Command(BaseCommand):
    help = "Plan hubs, rounds and times for a region's vans, and measure the plan against today's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", type=Path, default=settings.HYLLAN_REGION, metavar="FOLDER")
        parser.add_argument(
            "--seconds",
            type=count_of_seconds,
            default=60.0,
            help="how long to search on two cores; from 240 on the whole front is searched too",
        )
        parser.add_argument("--by", type=clock, help='all libraries served by then: "12:00"')
        parser.add_argument("--vans", type=count, help="at most so many; else as today")
        parser.add_argument("--hubs", type=count, help="exactly so many; else the best of 1 to 3")
        parser.add_argument("--break-minutes", type=count, help="a break after 5 hours' work")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        task = self._task(options)
        with _stoppable() as stop, _bar(quiet=options["json"]) as bar:
            found = planning.propose(
                task,
                seconds=options["seconds"],
                seed=options["seed"],
                stop=stop.is_set,
                progress=lambda done: bar.update(bar.task_ids[0], completed=done),
            )
        content = _as_json(found)
        if found.plan is None:
            refusal = _refusal(task.rules, found.bound)
            if options["json"]:
                self.stdout.write(json.dumps({"error": refusal} | content, ensure_ascii=False))
            raise CommandError(refusal)
        if options["json"]:
            self.stdout.write(json.dumps(content, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_as_text(found)))

    def _task(self, options: dict[str, Any]) -> Task:
        folder = read_folder(options["region"])
        task, errors = planning.read_task(folder, router_url=settings.ROUTER_URL)
        problems = [f"{e.file}:{e.line}: {e.sentence}" for e in folder.errors]
        problems += [f"transport.toml:{e.line}: {e.sentence}" for e in errors]
        if task is None or problems:
            text = "\n".join(problems)
            if options["json"]:
                self.stdout.write(json.dumps({"error": text}, ensure_ascii=False))
            raise CommandError(text)
        return replace(task, rules=_rules(task.rules, options))


def count_of_seconds(text: str) -> float:
    """Read how long to search."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to 86400")
    return seconds


def _rules(rules: Rules, options: dict[str, Any]) -> Rules:
    if options["by"] is not None:
        rules = replace(rules, by=minutes_of(options["by"]))
    if options["vans"] is not None:
        rules = replace(rules, vans=(replace(rules.vans[0], count=options["vans"]),))
    if options["hubs"] is not None:
        rules = replace(rules, hub_counts=(options["hubs"],))
    if options["break_minutes"] is not None:
        rules = replace(rules, break_after=5 * 60, break_minutes=options["break_minutes"])
    return rules


def _refusal(rules: Rules, least: Bound) -> str:
    vans = "one van serves" if rules.van_count == 1 else f"{rules.van_count} vans serve"
    said = f"No plan was found in which {vans} every library by {clock_of(rules.by):%H:%M}."
    if math.isinf(least.cost) or least.vans > rules.van_count:
        return f"{said} There is none: time does not suffice."
    return f"{said} Allow a later time, more vans or more seconds."


@contextmanager
def _stoppable() -> Iterator[Event]:
    """Let Ctrl+C end the search early: the best so far is told."""
    asked = Event()
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Progress]:
    columns = (TextColumn("Planning"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet and not console.is_terminal) as bar:
        bar.add_task("Planning", total=1.0)
        yield bar


def _as_json(found: Proposal) -> dict[str, Any]:
    plan = None
    if found.plan is not None and found.figures is not None:
        plan = _figures(found.figures) | {
            "hubs": list(found.plan.hubs),
            "by": f"{clock_of(found.plan.rules.by):%H:%M}",
            "rests": {t.hub: list(t.rests) for t in found.plan.rounds if t.rests},
        }
    return {
        "today": _figures(found.today),
        "plan": plan,
        "bound": _bound(found.bound),
        "front": [_choice(choice) for choice in found.front],
        "network": found.network and found.network.as_content(),
        "told": list(found.told),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return _figures(choice.figures) | {
        "by": f"{clock_of(choice.by):%H:%M}",
        "vans": choice.vans,
        "hubs": choice.hubs,
        "hub_codes": list(choice.plan.hubs),
        "days_a_week": choice.days_a_week,
        "bound": _bound(choice.bound),
        "gap": _number(choice.gap),
        "loops": as_network(choice.plan).as_content()["loops"],
        "exchanges": as_network(choice.plan).as_content()["exchanges"],
    }


def _figures(figures: Figures) -> dict[str, Any]:
    told = asdict(figures) | {"last_delivery": f"{figures.last_delivery:%H:%M}"}
    return {name: _number(value) for name, value in told.items()}


def _bound(least: Bound) -> dict[str, Any]:
    unknown = dict.fromkeys(
        ("last_delivery", "next_weekday_pairs", "next_weekday_demand", "mean_days")
    )
    told = {name: _number(value) or None for name, value in asdict(least).items()}
    return unknown | told | {"mean_days": 1.0, "any_hubs": least.any_hubs}


def _number(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return round(value, 4) if math.isfinite(value) else None


def _as_text(found: Proposal) -> Iterator[str]:
    heads = ("", "vans", "km", "van-hours", "cost", "kg CO2", "last", "next weekday", "mean days")
    yield _row(*heads)
    yield _line("today", found.today)
    if found.figures is not None and found.plan is not None:
        yield _line(f"plan ({', '.join(found.plan.hubs)})", found.figures)
    least = found.bound
    hours, cost = f"{least.van_hours:.1f}", f"{least.cost:,.0f}"
    yield _row("no plan below", str(int(least.vans)), f"{least.km:.0f}", hours, cost)
    if found.plan is not None:
        yield ""
        for loop in as_network(found.plan).rounds:
            yield f"{loop.departs:%H:%M} {' - '.join(loop.calls)}"
    if found.front:
        yield ""
        yield _row("by, hubs, days", *heads[1:], "gap")
    for choice in found.front:
        name = f"{clock_of(choice.by):%H:%M} {choice.hubs} {choice.days_a_week}"
        yield f"{_line(name, choice.figures)} {_share(choice.gap):>9}"
    yield ""
    yield from found.told


def _share(gap: float | None) -> str:
    return "-" if gap is None else f"{gap:.1%}"


def _line(name: str, figures: Figures) -> str:
    return _row(
        name,
        str(figures.vans),
        f"{figures.km:.0f}",
        f"{figures.van_hours:.1f}",
        f"{figures.cost:,.0f}",
        f"{figures.kg_co2:.0f}",
        f"{figures.last_delivery:%H:%M}",
        f"{figures.next_weekday_pairs:.0%} / {figures.next_weekday_demand:.0%}",
        f"{figures.mean_days:.2f}",
    )


def _row(*cells: str) -> str:
    return f"{cells[0]:<24}" + "".join(f"{cell:>13}" for cell in cells[1:])

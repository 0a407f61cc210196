"""Say when a thing can be at another library, and by which vans."""

import argparse
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.transport import queries
from hyllan.transport.engine.timetable import Arrival, earliest_arrival


def wall_clock(text: str) -> datetime:
    """Read a time without offset, such as "2026-11-23 15:00"."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text!r} is no time like "2026-11-23 15:00"') from None
    if moment.tzinfo is not None:
        raise argparse.ArgumentTypeError("give the region's time, without an offset")
    return moment


class Command(BaseCommand):
    help = "Say when a thing that is ready at one library can be at another, by the timetable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", metavar="FROM", help="a library's code, such as LUND")
        parser.add_argument("end", metavar="TO", help="a library's code")
        parser.add_argument(
            "--at", type=wall_clock, help='when it is ready, the region\'s time: "2026-11-23 15:00"'
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = _find(options["start"], options["end"], options["at"])
        if isinstance(found, str):
            if options["json"]:
                self.stdout.write(json.dumps({"error": found}, ensure_ascii=False))
            raise CommandError(found)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False))
            return
        for leg in found.legs:
            self.stdout.write(
                f"{leg.departs_at:%Y-%m-%d %H:%M} {leg.from_library} -> "
                f"{leg.arrives_at:%Y-%m-%d %H:%M} {leg.to_library} ({leg.loop})"
            )
        self.stdout.write(f"There {found.arrives_at:%Y-%m-%d %H:%M}")


def _find(start: str, end: str, at: datetime | None) -> Arrival | str:
    """Return the arrival, or the sentence that says why there is none."""
    known = set(region.libraries().values_list("code", flat=True))
    for code in (start, end):
        if code not in known:
            return f"No library has the code {code}."
    table = queries.timetable()
    zone = ZoneInfo(table.calendar.time_zone)
    ready_at = at.replace(tzinfo=zone) if at else clock.now().astimezone(zone)
    arrival = earliest_arrival(table, start, end, ready_at=ready_at)
    return arrival or f"No van goes from {start} to {end}."


def _as_json(arrival: Arrival) -> dict[str, object]:
    return {
        "arrival": arrival.arrives_at.isoformat(),
        "legs": [
            {
                "from": leg.from_library,
                "to": leg.to_library,
                "loop": leg.loop,
                "departs": leg.departs_at.isoformat(),
                "arrives": leg.arrives_at.isoformat(),
            }
            for leg in arrival.legs
        ],
    }

"""
What the kill test lets other processes do, with the environment it gives them.

    python -m tests.journeys.play furnish URL SHELF    load, connect, harvest, place fifty requests
    python -m tests.journeys.play report               print as JSON how it stands
"""

import json
import sys
from pathlib import Path

import django


def furnish(url: str, shelf: Path) -> dict[str, object]:
    """Build the house and place fifty requests on Monday morning."""
    from django.utils import timezone  # noqa: PLC0415 - after django.setup()

    from hyllan.peers import house  # noqa: PLC0415 - after django.setup()
    from hyllan.peers.story import Systems  # noqa: PLC0415 - after django.setup()
    from hyllan.region import services as region  # noqa: PLC0415 - after django.setup()
    from tests.journeys import stage  # noqa: PLC0415 - after django.setup()

    house.load(stage.SKANE)
    house.connect(url, shelf, now=timezone.now())
    house.quietly("seed_pages")
    house.fill_catalogue(now=timezone.now())
    offset = (stage.MONDAY - timezone.now()).total_seconds()
    region.set_demo_clock(offset_seconds=round(offset))
    organisations = sorted(path.stem for path in shelf.glob("*.mrc"))
    with Systems(url) as systems:
        stage.place_requests(systems, organisations, seed=3)
    return {"placed": stage.REQUESTS}


def report() -> dict[str, object]:
    """Say what is open, and whatever was lost or doubled."""
    from hyllan.jobs.models import OutboxMessage  # noqa: PLC0415 - after django.setup()
    from hyllan.lending.models import PatronRequest  # noqa: PLC0415 - after django.setup()
    from hyllan.transport.models import Crate, CrateScan  # noqa: PLC0415 - after django.setup()
    from tests.journeys import stage  # noqa: PLC0415 - after django.setup()

    return {
        "open": PatronRequest.objects.exclude(status__in=["home", "closed"]).count(),
        "waiting": OutboxMessage.objects.filter(status="waiting").count(),
        "lost": stage.lost(),
        "tried_again": OutboxMessage.objects.filter(attempts__gt=1).count(),
        "crates_filled": Crate.objects.exclude(status__in=["empty", "packing"]).count(),
        "scans_doubled": CrateScan.objects.count()
        - CrateScan.objects.values("scan_id").distinct().count(),
    }


if __name__ == "__main__":
    django.setup()
    told = furnish(sys.argv[2], Path(sys.argv[3])) if sys.argv[1] == "furnish" else report()
    sys.stdout.write(json.dumps(told) + "\n")

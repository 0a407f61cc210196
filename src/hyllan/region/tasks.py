"""What the worker does for the region, now and then."""

from datetime import datetime

from django.utils import timezone

from hyllan.region import services


def erase_residents(now: datetime) -> None:
    services.erase_residents(now=now, wall=timezone.now())

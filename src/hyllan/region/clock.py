"""The one place that asks for the time. Views, tasks and commands call it; others get `now`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from hyllan.region.models import DemoClock


def now() -> datetime:
    """Return the moment; in the demo, the demo's own."""
    real = timezone.now()
    if not settings.HYLLAN_DEMO:
        return real
    offset = DemoClock.objects.filter(pk=1).values_list("offset_seconds", flat=True).first()
    return real + timedelta(seconds=offset or 0)

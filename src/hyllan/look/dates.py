"""Days and times as people say them: the weekday first, today and tomorrow by name."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

DAYS_BY_NAME_ONLY = 6  # a weekday alone is clear for this many days ahead


def local_day(when: date | datetime) -> date:
    """Return the day in the region's time zone."""
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


def day_words(when: date | datetime, *, now: datetime) -> str:
    """Return "i dag", "i morgon", "torsdag" or "torsdag 26 november", in the reader's language."""
    day, today = local_day(when), local_day(now)
    ahead = (day - today).days
    named = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if ahead in named:
        return named[ahead]
    if 1 < ahead <= DAYS_BY_NAME_ONLY:
        return str(WEEKDAYS[day.weekday()])
    words = full_day_words(day)
    return words if day.year == today.year else f"{words} {day.year}"


def full_day_words(when: date | datetime) -> str:
    """Return "torsdag 26 november" whatever day it is today."""
    day = local_day(when)
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month]}"


def time_words(when: datetime) -> str:
    """Return the time of day: 13.20 in Swedish, 13:20 otherwise."""
    local = timezone.localtime(when)
    return local.strftime("%H.%M" if get_language() == "sv" else "%H:%M")


def day_time_words(when: datetime, *, now: datetime) -> str:
    """Return day and time: "torsdag 13.20"."""
    return f"{day_words(when, now=now)} {time_words(when)}"

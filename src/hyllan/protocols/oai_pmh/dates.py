"""UTCdatetime of OAI-PMH (section 3.3): strict when we are asked, lenient when we are told."""

import re
from datetime import UTC, datetime

from .messages import Granularity

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def write(moment: datetime, granularity: Granularity = Granularity.SECOND) -> str:
    """Return the moment in UTC as the protocol writes it."""
    moment = moment.astimezone(UTC)
    if granularity == Granularity.DAY:
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def granularity_of(text: str) -> Granularity | None:
    """Return how fine a date is written, or None where it is written in neither way."""
    if _DAY.fullmatch(text):
        return Granularity.DAY
    return Granularity.SECOND if _SECOND.fullmatch(text) else None


def read(text: str) -> datetime | None:
    """Return the moment a date tells, whatever ISO form it has, or None where it tells none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the second: an offset that leads out of all years
        return None

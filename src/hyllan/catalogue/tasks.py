"""What the worker does for the catalogue: the harvests asked for, and regular ones of all."""

from datetime import datetime

from hyllan.catalogue import services
from hyllan.jobs import services as jobs
from hyllan.jobs.models import OutboxMessage
from hyllan.jobs.registry import Later, Never
from hyllan.region.errors import Refused


def harvest_source(message: OutboxMessage, now: datetime) -> None:
    """Harvest the source an administrator asked for. Harvesting again does no harm."""
    source = message.payload.get("source")
    if not isinstance(source, int):
        raise Never("it names no source")
    try:
        services.harvest(source_id=source, now=now, full=bool(message.payload.get("full")))
        services.match_changed(now=now)
        services.index_changed(now=now)
    except Refused as refusal:
        if message.attempts < 3:
            raise Later(str(refusal)) from refusal
        # The page of sources tells why; the next regular harvest tries again.
    jobs.complete(message.pk, now=now)


def match_again(message: OutboxMessage, now: datetime) -> None:
    """Match and index what staff have said something of. Matching again does no harm."""
    try:
        services.match_changed(now=now)
        services.index_changed(now=now)
    except Refused as refusal:  # somebody else is matching or indexing
        raise Later(str(refusal)) from refusal
    jobs.complete(message.pk, now=now)


def harvest_and_index(now: datetime) -> None:
    """Harvest every source, then match and index what changed."""
    services.harvest_all(now=now)
    try:
        services.match_changed(now=now)
        services.index_changed(now=now)
    except Refused:
        return  # who is matching or indexing takes these along, or the next run does

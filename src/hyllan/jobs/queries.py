"""Reads of the outbox, the timer and the log of exchanges."""

from datetime import datetime

from django.db.models import QuerySet

from hyllan.jobs import registry
from hyllan.jobs.models import Exchange, OutboxMessage, Timer


def unanswering() -> frozenset[str]:
    """Return the destinations whose last attempted message is still waiting for an answer."""
    return frozenset(
        OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING, attempts__gte=1)
        .exclude(destination="")
        .exclude(last_error="")
        .values_list("destination", flat=True)
        .distinct()
    )


def exchanges(*, subject: str) -> QuerySet[Exchange]:
    """Return the messages exchanged about one thing, in order."""
    return Exchange.objects.filter(subject=subject).order_by("pk")


def behind(message_id: int) -> QuerySet[OutboxMessage]:
    """Return what waits behind a message in its lane, in order."""
    lane = OutboxMessage.objects.filter(pk=message_id).values("lane")
    waiting = OutboxMessage.objects.filter(lane__in=lane, pk__gt=message_id)
    return waiting.filter(status=OutboxMessage.Status.WAITING).order_by("pk")


def next_due() -> OutboxMessage | None:
    """Return the waiting message that is due first."""
    return (
        OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING).order_by("due_at").first()
    )


def stuck() -> QuerySet[OutboxMessage]:
    """Return what was refused for good and waits for a person, the latest first."""
    return OutboxMessage.objects.filter(status=OutboxMessage.Status.STUCK).order_by("-pk")


def next_run(name: str) -> datetime | None:
    """Return when a periodic job is due next; None: it is not registered, or has never run."""
    period = next((job.period for job in registry.periodic_jobs() if job.name == name), None)
    last = Timer.objects.filter(name=name).values_list("last_run_at", flat=True).first()
    return last + period if last and period else None

"""Reads of the outbox and of the log of exchanges."""

from django.db.models import QuerySet

from hyllan.jobs.models import Exchange, OutboxMessage


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


def next_due() -> OutboxMessage | None:
    """Return the waiting message that is due first."""
    return (
        OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING).order_by("due_at").first()
    )


def stuck() -> QuerySet[OutboxMessage]:
    """Return what was refused for good and waits for a person, the latest first."""
    return OutboxMessage.objects.filter(status=OutboxMessage.Status.STUCK).order_by("-pk")

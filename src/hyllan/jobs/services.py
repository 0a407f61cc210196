"""
Write messages into the outbox, deliver them, run periodic jobs.

A message is written in the transaction of the change it tells, so it exists exactly if the change
does. Delivery is at least once: a worker that dies leaves a claim that runs out, and the next
attempt must look up what the other side already did (`attempts` tells it that it is not the first).
"""

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from hyllan.jobs import registry
from hyllan.jobs.engine.backoff import wait_before
from hyllan.jobs.models import Exchange, OutboxMessage, Timer

log = logging.getLogger(__name__)
CLAIM = timedelta(seconds=40)  # longer than any handler's own deadline
Status = OutboxMessage.Status


def send(
    *,
    topic: str,
    lane: str,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    destination: str = "",
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Put a message into the outbox; the same key twice is one message."""
    message, _ = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "lane": lane,
            "destination": destination,
            "payload": payload,
            "written_at": now,
            "due_at": not_before or now,
        },
    )
    return message


def publish(
    *, event: str, key: str, payload: dict[str, Any], now: datetime, lane: str = ""
) -> None:
    """Tell a domain event to each of its subscribers; events of one lane arrive in order."""
    for topic in registry.topics_of(event):
        send(
            topic=topic,
            lane=f"{topic}:{lane or key}",
            key=f"{topic}:{key}",
            payload=payload,
            now=now,
        )


def complete(message_id: int, *, now: datetime) -> None:
    """
    Settle a message as sent; handlers call it in the transaction of its effect.

    Its content is erased with it: it may name a person, and nobody needs it any more.
    """
    OutboxMessage.objects.filter(pk=message_id).update(
        status=Status.SENT, settled_at=now, claimed_until=None, last_error="", payload={}
    )


def drop_untried(*, lane: str, now: datetime) -> int:
    """Withdraw what waits in a lane and was never tried, since what it tells no longer holds."""
    return OutboxMessage.objects.filter(lane=lane, status=Status.WAITING, attempts=0).update(
        status=Status.DROPPED, settled_at=now, payload={}
    )


@transaction.atomic
def claim(*, now: datetime, wall: datetime) -> OutboxMessage | None:
    """
    Claim the message that is due first, the oldest that waits in its lane; None: nothing is due.

    `now` is the site's time (in the demo it jumps); claims are kept in `wall` time.
    """
    earlier = OutboxMessage.objects.filter(
        lane=OuterRef("lane"), status=Status.WAITING, pk__lt=OuterRef("pk")
    )
    due = (
        OutboxMessage.objects.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=wall),
            ~Exists(earlier),
            status=Status.WAITING,
            due_at__lte=now,
        )
        .order_by("due_at", "pk")
        .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    )
    message = due.first()
    if message is not None:
        message.attempts += 1
        message.claimed_until, message.claimed_by = wall + CLAIM, this_process()
        message.save(update_fields=["attempts", "claimed_until", "claimed_by"])
    return message


def this_process() -> str:
    """Return the name under which this process claims messages."""
    return f"{socket.gethostname()}:{os.getpid()}"


def release_claims_of_the_dead() -> int:
    """
    Free what processes of this machine had claimed that are no more; return how much.

    What other machines claimed is free when its claim runs out.
    """
    host = f"{socket.gethostname()}:"
    claimed = OutboxMessage.objects.filter(
        status=Status.WAITING, claimed_until__isnull=False, claimed_by__startswith=host
    )
    owners = set(claimed.values_list("claimed_by", flat=True))
    dead = {owner for owner in owners if not _lives(int(owner.removeprefix(host)))}
    return claimed.filter(claimed_by__in=dead).update(claimed_until=None) if dead else 0


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@transaction.atomic
def _postpone(message: OutboxMessage, reason: str, *, now: datetime) -> None:
    due = now + wait_before(message.attempts + 1)
    OutboxMessage.objects.filter(pk=message.pk, status=Status.WAITING).update(
        due_at=due, claimed_until=None, last_error=reason[:300]
    )
    if message.destination:
        # It is down for all: what waits for it need not each find out by a time-out of its own.
        OutboxMessage.objects.filter(
            destination=message.destination, status=Status.WAITING, due_at__lt=due
        ).update(due_at=due)


def _park(message: OutboxMessage, reason: str, *, now: datetime) -> None:
    log.error("%s is stuck: %s", message, reason)
    OutboxMessage.objects.filter(pk=message.pk, status=Status.WAITING).update(
        status=Status.STUCK, settled_at=now, claimed_until=None, last_error=reason[:300]
    )


def deliver(message: OutboxMessage, *, now: datetime) -> None:
    """Deliver one claimed message; whatever goes wrong, it is kept and the next go on."""
    try:
        registry.handler_of(message.topic)(message, now)
    except registry.Never as reason:
        _park(message, str(reason), now=now)
    except registry.Later as reason:
        _postpone(message, str(reason), now=now)
    except Exception as fault:
        log.exception("%s failed", message)
        _postpone(message, f"{type(fault).__name__}: {fault}", now=now)


def deliver_due(*, now: datetime, wall: Callable[[], datetime] | None = None) -> int:
    """
    Deliver what is due, one after the other, until nothing is; return how many were begun.

    `wall` tells the real time, where `now` is not it.
    """
    begun = 0
    while (message := claim(now=now, wall=wall() if wall else now)) is not None:
        begun += 1
        deliver(message, now=now)
    return begun


def log_exchange(
    *,
    at: datetime,
    sender: str,
    receiver: str,
    protocol: str,
    type: str,  # noqa: A002 - the message's own word in every protocol
    result: str,
    milliseconds: int = 0,
    subject: str = "",
) -> None:
    """Write down that a message was exchanged and how it went; never its content."""
    Exchange.objects.create(
        at=at,
        sender=sender,
        receiver=receiver,
        protocol=protocol,
        type=type,
        result=result[:200],
        milliseconds=milliseconds,
        subject=subject,
    )


def run_timers(*, now: datetime) -> int:
    """Run each periodic job whose period has passed; a job that fails is logged and runs again."""
    ran = 0
    for job in registry.periodic_jobs():
        if _begin(job, now):
            ran += 1
            _run(job.name, job.run, now)
    return ran


@transaction.atomic
def _begin(job: registry.PeriodicJob, now: datetime) -> bool:
    timer, _ = Timer.objects.select_for_update().get_or_create(name=job.name)
    if timer.last_run_at is not None and now < timer.last_run_at + job.period:
        return False
    timer.last_run_at = now
    timer.save(update_fields=["last_run_at"])
    return True


def _run(name: str, run: Callable[[datetime], object], now: datetime) -> None:
    try:
        run(now)
    except Exception:
        log.exception("the periodic job %s failed", name)

"""The outbox, the timer and the log of messages exchanged with other systems."""

from typing import ClassVar

from django.db import models


class OutboxMessage(models.Model):
    """
    Something that must leave, or an event for a higher room, written with the change it tells.

    Messages of a lane go one after the other, in the order they were written.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"  # withdrawn before it was ever tried
        STUCK = "stuck"  # refused for good; a person must look

    topic = models.CharField(max_length=60)
    lane = models.CharField(max_length=100)
    destination = models.CharField(max_length=100, blank=True)  # who must be up for it to arrive
    key = models.CharField(max_length=150, unique=True)  # the same message is never written twice
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING.value)
    attempts = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # real time: a dead worker's claim runs out
    claimed_by = models.CharField(max_length=100, blank=True)  # host and process
    settled_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(status="waiting"),
                name="outbox_waiting_by_due",
            ),
            models.Index(
                fields=["lane", "id"],
                condition=models.Q(status="waiting"),
                name="outbox_waiting_by_lane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} {self.status}"


class Timer(models.Model):
    """When a periodic job last ran; the jobs themselves are registered in code."""

    name = models.CharField(max_length=60, unique=True)
    last_run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Exchange(models.Model):
    """One message exchanged with another system: who, what and how it went; never its content."""

    at = models.DateTimeField()
    sender = models.CharField(max_length=40)
    receiver = models.CharField(max_length=40)
    protocol = models.CharField(max_length=20)  # NCIP, OAI-PMH
    type = models.CharField(max_length=60)  # the message's own name in its protocol
    result = models.CharField(max_length=200)
    milliseconds = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=100, blank=True)  # patron_request:12

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="exchange_by_subject"),
            models.Index(fields=["at"], name="exchange_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.sender} -> {self.receiver} {self.type}: {self.result}"

"""The audit log: one line in the transaction of every change."""

from datetime import datetime

from hyllan.region.engine.roles import Actor
from hyllan.region.models import AuditEntry


def record(
    *, by: Actor, action: str, subject: str, now: datetime, detail: dict[str, object] | None = None
) -> None:
    """
    Write one audit line. Call it inside the transaction of the change.

    :param action: the service's name, like "lending.pick"
    :param subject: what it was done to, like "patron_request:12"
    :param detail: JSON values, never personal data
    """
    AuditEntry.objects.create(
        at=now, actor_id=by.person_id, action=action, subject=subject, detail=detail or {}
    )

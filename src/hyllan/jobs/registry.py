"""Who delivers what: rooms register their handlers once, in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hyllan.jobs.models import OutboxMessage

Handler = Callable[[OutboxMessage, datetime], None]


class Later(Exception):  # noqa: N818 - not a fault: try again
    """The other side did not answer; the message is tried again, later each time."""


class Never(Exception):  # noqa: N818 - not a fault: a person must look
    """It can never be delivered as it is; it is kept as stuck with this reason."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    name: str
    period: timedelta
    run: Callable[[datetime], object]


_handlers: dict[str, Handler] = {}
_subscribers: dict[str, list[str]] = {}
_periodic: dict[str, PeriodicJob] = {}


def subscribe(topic: str, handler: Handler) -> None:
    """Register the one handler that delivers a topic's messages."""
    _handlers[topic] = handler


def on_event(event: str, name: str, handler: Handler) -> None:
    """Register a subscriber of a domain event; each subscriber gets a message of its own."""
    topic = f"{event}>{name}"
    subscribe(topic, handler)
    if topic not in _subscribers.setdefault(event, []):
        _subscribers[event].append(topic)


def every(name: str, period: timedelta, run: Callable[[datetime], object]) -> None:
    """Register a job that runs once in each period; it must be safe to run again."""
    _periodic[name] = PeriodicJob(name, period, run)


def handler_of(topic: str) -> Handler:
    """Return the topic's handler; raise Never where no room delivers it."""
    try:
        return _handlers[topic]
    except KeyError:
        raise Never(f"no room delivers {topic}") from None


def topics_of(event: str) -> tuple[str, ...]:
    """Return the topics under which an event is told to its subscribers."""
    return tuple(_subscribers.get(event, ()))


def periodic_jobs() -> tuple[PeriodicJob, ...]:
    """Return the registered jobs by name."""
    return tuple(_periodic[name] for name in sorted(_periodic))

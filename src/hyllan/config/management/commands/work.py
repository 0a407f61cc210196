"""The worker: delivers the outbox and runs the timers until it is told to stop."""

import logging
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection
from django.utils import timezone

from hyllan.jobs import services
from hyllan.region import clock

log = logging.getLogger(__name__)
PAUSE = 0.5  # seconds between looks when nothing is due
DELIVERIES = 4  # systems spoken to at the same time


class Command(BaseCommand):
    help = "Deliver the outbox and run the timers until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *_args: Any, **options: Any) -> None:
        stop = Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        if options["once"]:
            stop.set()
        looks = [_deliver] * DELIVERIES + [_run_timers]
        threads = [Thread(target=_repeat, args=(stop, look), name=look.__name__) for look in looks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _deliver(now: datetime) -> None:
    services.release_claims_of_the_dead()
    services.deliver_due(now=now, wall=timezone.now)


def _run_timers(now: datetime) -> None:
    services.run_timers(now=now)


def _repeat(stop: Event, look: Callable[[datetime], object]) -> None:
    """Look at least once; a database that is locked or away for a moment is asked again."""
    while True:
        try:
            look(clock.now())
        except OperationalError as error:
            log.warning("the database did not answer: %s", error)
            connection.close()
        if stop.wait(PAUSE):
            connection.close()
            return

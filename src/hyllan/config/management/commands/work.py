"""The worker: delivers the outbox and runs the timers until it is told to stop."""

import logging
import signal
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from functools import partial
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
        timers = Thread(target=_run_timers, args=(stop,), name="timers")
        timers.start()
        with ThreadPoolExecutor(DELIVERIES, thread_name_prefix="outbox") as pool:
            _repeat(stop, partial(_deliver, pool))
        timers.join()


def _deliver(pool: Executor, now: datetime) -> None:
    services.release_claims_of_the_dead()
    services.deliver_due(now=now, wall=timezone.now(), pool=pool)


def _run_timers(stop: Event) -> None:
    try:
        _repeat(stop, lambda now: services.run_timers(now=now))
    finally:
        connection.close()


def _repeat(stop: Event, look: Callable[[datetime], object]) -> None:
    """Look at least once; a database that is locked or away for a moment is asked again."""
    while True:
        try:
            look(clock.now())
        except OperationalError as error:
            log.warning("the database did not answer: %s", error)
            connection.close()
        if stop.wait(PAUSE):
            return

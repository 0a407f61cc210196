"""The whole house in one command: the web server and one worker, started again if they die."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

THREADS = 4  # of each web process
MOST_PROCESSES = 8  # each takes some 100 MB
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Serve the site and run one worker until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not is_free(host, port):
            raise CommandError(
                f"Port {port} is taken. Try: hyllan serve --port {free_port(host, port + 1)}"
            )
        supervise([web_command(host, port), worker_command()])


def web_processes() -> int:
    """
    Return how many processes answer: one for each core that is ours.

    Threads of one Python process take turns, so they cannot use two cores (docs/decisions/0011).
    """
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(ours or 1, MOST_PROCESSES)


def web_command(host: str, port: int) -> list[str]:
    """Return the command line of the web server; a process of it that dies is replaced."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(web_processes()), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--log-level", "warning"),
        "hyllan.config.wsgi:application",
    ]


def worker_command() -> list[str]:
    """Return the command line of the worker."""
    return [sys.executable, "-m", "hyllan.config.command", "work"]


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str, start: int) -> int:
    """Return the first free port from `start`."""
    return next(port for port in range(start, 65_536) if is_free(host, port))


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child that ends with us, even when we are killed."""
    return subprocess.Popen(command, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def supervise(commands: list[list[str]]) -> None:
    """Keep the children running until we are told to stop."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    children = [start(command) for command in commands]
    while not stopping:
        time.sleep(0.2)
        for at, child in enumerate(children):
            if not stopping and child.poll() is not None:
                sys.stderr.write(f"{commands[at][3]} ended ({child.returncode}); started again\n")
                time.sleep(0.5)
                children[at] = start(commands[at])
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)

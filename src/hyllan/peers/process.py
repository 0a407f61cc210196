"""Run a region's pretend systems in a process of their own, for tests and the demo."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotStarted(RuntimeError):  # noqa: N818 - says what happened
    """The process ended before it listened; the message is what it said."""


@contextmanager
def started_region(shelf: Path, home: Path, port: int = 0) -> Iterator[str]:
    """
    Run the systems of every <ORGANISATION>.mrc in the folder; give their base URL.

    :raises NotStarted: the port is taken, or there is no shelf
    """
    command = [sys.executable, "-m", "hyllan.peers.server"]
    command += ["--port", str(port), "--home", str(home), "--shelf", str(shelf)]
    with (home_made(home) / "pretend-systems.log").open("w+") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            said = process.stdout.readline() if process.stdout else ""
            if " at http" not in said:
                process.wait(timeout=10)
                log.seek(0)
                raise NotStarted(log.read().strip())
            yield said.rsplit(" ", 1)[1].strip()
        finally:
            process.terminate()
            process.wait(timeout=10)
            if process.stdout:
                process.stdout.close()


def home_made(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    return home

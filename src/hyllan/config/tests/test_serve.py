"""The web server runs in several processes: what one must know of the other, it knows."""

import os
import subprocess
import sys
from pathlib import Path

from hyllan.config.management.commands.serve import MOST_PROCESSES, web_command, web_processes


def test_there_is_a_web_process_for_each_core_within_reason() -> None:
    command = web_command("127.0.0.1", 8000)

    assert 1 <= web_processes() <= min(os.cpu_count() or 1, MOST_PROCESSES)
    assert command[command.index("--workers") + 1] == str(web_processes())
    assert "--respawn-failed-workers" in command


def test_what_one_process_remembers_another_knows(tmp_path: Path) -> None:
    """Otherwise a one-time code could be used once in each, and a door be tried twice as often."""
    said = [_asked("print(cache.add('code', 1, 60))", home=tmp_path) for _ in range(2)]

    assert said == ["True", "False"]


def _asked(what: str, *, home: Path) -> str:
    script = f"import django; django.setup(); from django.core.cache import cache; {what}"
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script],
        env=os.environ
        | {"HYLLAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "hyllan.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()

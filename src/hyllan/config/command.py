"""The console script: Django's own utility with hyllan's settings."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command; a wrong setting is one sentence and exit code 1, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hyllan.config.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("HYLLAN_DEMO", "true")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()

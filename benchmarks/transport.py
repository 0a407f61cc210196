"""
Measure the planning of the vans: `.venv/bin/python benchmarks/transport.py`.

From the region folder of Skåne, its 33 main libraries alone as in the study that the goals come
from: three fixed loops in their best order beside the plan found in 60 seconds and what no plan can
be better than; what a changed stop does to the timetable; with `--front` the whole front in 600
seconds. The exit code says whether every goal is met.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # run by its path, from anywhere


def main() -> int:
    """Set up the house, without which its services cannot be imported, and measure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hyllan.config.settings")
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    from transporting import measured  # noqa: PLC0415 - needs Django set up

    return measured.main()


if __name__ == "__main__":
    sys.exit(main())

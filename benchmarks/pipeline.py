"""
From files to a searched catalogue: `.venv/bin/python benchmarks/pipeline.py`.

Loads, matches and indexes a region's invented records through the services that `hyllan import`,
`match` and `index` call, each step in a process of its own; then the same for a night's change of
one record in a hundred. Says seconds, CPU and memory of each step, what a record costs beside a
tenth of the records, and what of the truth was found. Exit code 1: a goal is missed.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # run by its path, from anywhere

from pipelining.report import Goal, Run, goals, tables
from pipelining.steps import Homes, run_all

GOAL_SECONDS, GOAL_BYTES, GOAL_RATIO = 300, 4e9, 1.3


def main() -> int:
    """Run it, print it; the exit code says whether every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--home", type=Path, help="kept; else a folder that is thrown away")
    parser.add_argument("--corpus", type=Path, help="of an earlier synthetic-catalogue")
    parser.add_argument("--no-tenth", action="store_true", help="leave the comparison out")
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = Homes(asked.home or Path(folder))
        tenth: Run | None = None
        if not asked.no_tenth:
            tenth = run_all(homes, asked.records // 10, asked.seed)
        whole = run_all(homes, asked.records, asked.seed, corpus=asked.corpus)
    found = goals(whole, tenth)
    if asked.json:
        sys.stdout.write(json.dumps(_as_json(whole, tenth, found)) + "\n")
    else:
        sys.stdout.write("\n".join(tables(whole, tenth, found)) + "\n")
    return 0 if all(goal.met for goal in found) else 1


def _as_json(whole: Run, tenth: Run | None, found: list[Goal]) -> dict[str, object]:
    return {
        "whole": whole.as_json(),
        "tenth": tenth.as_json() if tenth else None,
        "goals": {goal.name: [goal.value, goal.met] for goal in found},
    }


if __name__ == "__main__":
    sys.exit(main())

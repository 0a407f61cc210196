"""
Measure how well records are matched: `.venv/bin/python benchmarks/matching.py`.

Invents a catalogue (hyllan synthetic-catalogue), matches it in memory, and counts pairs of records
against the truth that the matcher never sees; beside it, on the same records, the Gold Rush key and
ISBNs alone; and the pairs of real records that a person has judged. The exit code says whether
every goal is met. Needs the extra `bench`: `.venv/bin/uv pip install goldrush`.

`--fit` writes src/hyllan/catalogue/engine/matching/weights.py anew, from corpora of the seeds in
FITTED_ON alone. These are refused as --seed: nothing is measured on what it was fitted to.
"""

import argparse
import json
import logging
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # run by its path, from anywhere

from pairing import fitting, report
from pairing.corpus import Corpus, read
from pairing.matched import matched

HOUSE = Path(__file__).parent.parent
WEIGHTS = HOUSE / "src/hyllan/catalogue/engine/matching/weights.py"
FITTED_ON = (9001, 9002)
CALIBRATED_ON = 9003
FIT_RECORDS = 100_000
LOG = logging.getLogger("benchmarks.matching")


def main() -> int:
    """Fit, or measure and print it."""
    asked = _arguments()
    level = logging.WARNING if asked.json else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    if asked.fit:
        _fit(asked.home)
        return 0
    told = _measured(asked)
    sys.stdout.write(json.dumps(asdict(told)) if asked.json else "\n".join(report.lines(told)))
    sys.stdout.write("\n")
    return 0 if all(goal.met for goal in told.goals) else 1


def _measured(asked: argparse.Namespace) -> report.Report:
    corpus = _corpus(
        asked.home,
        records=asked.records,
        libraries=asked.libraries,
        seed=asked.seed,
        rivals=asked.rivals,
    )
    LOG.info("matching %s records", f"{len(corpus):,}")
    ran = (
        f"{len(corpus):,} records of {asked.libraries} libraries, seed {asked.seed}; "
        f"weights fitted on seeds {', '.join(map(str, FITTED_ON))}, calibrated on {CALIBRATED_ON}"
    )
    return report.measured(ran, corpus, matched(corpus))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--libraries", type=int, default=33)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-rivals", dest="rivals", action="store_false")
    parser.add_argument("--fit", action="store_true", help="fit the weights, measure nothing")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--home", type=Path, default=HOUSE / "var" / "benchmarks" / "matching")
    asked = parser.parse_args()
    if asked.seed in (*FITTED_ON, CALIBRATED_ON):
        parser.error(f"--seed {asked.seed}: the weights were fitted or calibrated on it")
    return asked


def _corpus(home: Path, *, records: int, libraries: int, seed: int, rivals: bool = False) -> Corpus:
    """Return a corpus made by hyllan's own command; it is kept for the next time."""
    folder = home / f"{records}-{libraries}-{seed}"
    if not (folder / "truth.csv").exists():
        shutil.rmtree(folder, ignore_errors=True)
        LOG.info("making %s records, seed %d", f"{records:,}", seed)
        command = [str(Path(sys.executable).parent / "hyllan"), "synthetic-catalogue"]
        told = {"--records": records, "--libraries": libraries, "--seed": seed, "--output": folder}
        command += [str(each) for pair in told.items() for each in pair]
        subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603
    LOG.info("reading %s", folder)
    return read(folder, rivals=rivals)


def _fit(home: Path) -> None:
    """Fit the weights on some corpora, calibrate them on another, write them."""
    gathered = [
        fitting.gathered(_corpus(home, records=FIT_RECORDS, libraries=33, seed=seed))
        for seed in (*FITTED_ON, CALIBRATED_ON)
    ]
    fitted = fitting.fit(gathered[:-1], gathered[-1])
    fitting.written(fitted, WEIGHTS)
    for each in gathered:
        LOG.info("true pairs that were contradicted: %d", each.vetoed)
    LOG.info("written: %s", WEIGHTS)


if __name__ == "__main__":
    sys.exit(main())

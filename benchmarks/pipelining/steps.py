"""The steps of a catalogue, each in a process of its own whose CPU and memory are measured."""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pairing.counting import counted

from pipelining.report import Run, Step

HOUSE = Path(__file__).parents[2]
STEPS = ("load", "match", "index")
EVERY = 0.5  # seconds between two looks at memory


@dataclass(frozen=True, slots=True)
class Homes:
    """Where corpora and catalogues are kept."""

    folder: Path

    def corpus(self, records: int, seed: int) -> Path:
        """Return the folder of a corpus, made if it is not there."""
        path = self.folder / f"corpus-{records}-{seed}"
        if not path.exists():
            command = [str(Path(sys.executable).parent / "hyllan"), "synthetic-catalogue"]
            command += ["--records", str(records), "--libraries", "33", "--seed", str(seed)]
            command += ["--region", str(HOUSE / "regions" / "skane"), "--output", str(path)]
            subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603
        return path

    def home(self, records: int, seed: int) -> Path:
        """Return an empty home."""
        path = self.folder / f"home-{records}-{seed}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


def run_all(homes: Homes, records: int, seed: int, *, corpus: Path | None = None) -> Run:
    """Build a catalogue, change one record in a hundred, and say what each step took."""
    corpus = corpus or homes.corpus(records, seed)
    home = homes.home(records, seed)
    load = os.getloadavg()[0]
    _ask(home, "prepare", corpus)
    steps = {name: _measured(home, name, corpus) for name in STEPS}
    told = _ask(home, "judge", corpus)
    _ask(home, "change", corpus)
    night = _measured(home, "night", corpus)
    return Run(
        records=told["records"],
        editions=told["editions"],
        works=told["works"],
        steps=steps,
        night=night,
        score=counted(*told["score"]),
        work_score=counted(*told["work_score"]),
        load=load,
    )


def _process(home: Path, name: str, corpus: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(Path(__file__).parent / "stage.py"), name, str(corpus)]
    environment = {
        **os.environ,
        "HYLLAN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "hyllan.config.settings",
        "PYTHONPATH": str(HOUSE / "benchmarks"),
    }
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603


def _ask(home: Path, name: str, corpus: Path) -> Mapping[str, object]:
    process = _process(home, name, corpus)
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{name} failed")
    told: Mapping[str, object] = json.loads(out.splitlines()[-1])
    return told


def _measured(home: Path, name: str, corpus: Path) -> Step:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = _process(home, name, corpus)
    memory = _Memory(process.pid)
    memory.start()
    process.communicate()
    seconds = time.perf_counter() - began
    memory.ended.set()
    memory.join()
    if process.returncode:
        raise SystemExit(f"{name} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    step = Step(round(seconds, 1), round(cpu, 1), memory.most)
    sys.stderr.write(f"{name}: {step}\n")
    return step


class _Memory(threading.Thread):
    """Looks at the memory of a process and all its children, what they share counted once."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.most, self.ended = process, 0.0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(EVERY):
            self.most = max(self.most, sum(_bytes(each) for each in _family(self.process)))


def _family(process: int) -> list[int]:
    found = [process]
    for each in found:
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
    return found


def _bytes(process: int) -> int:
    """Return the proportional share of memory; mapped index files count only where they are in."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))

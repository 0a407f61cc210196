"""
Measure hyllan's search beside OpenSearch and Zebra: `.venv/bin/python benchmarks/search.py`.

In one run, on the same documents and questions, rounds taking turns so that noise is shared. See
benchmarks/README.md for what it needs and how to read it; searching/ for how each peer is set up.
"""

import argparse
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # run by its path, from anywhere

from searching import report
from searching.api import Api
from searching.engines import Answer, Built, Engine
from searching.figures import compared, figures
from searching.hyllan_engine import Hyllan
from searching.opensearch import OpenSearch
from searching.questions import Question, draw
from searching.worker import CLIENTS, Round, Worker
from searching.zebra import Zebra

from hyllan.catalogue.search_index.schema import VERSION
from hyllan.config.management.commands.serve import web_processes

HOUSE = Path(__file__).parent.parent
REGION = HOUSE / "regions" / "skane"
RIVALS: Mapping[str, Callable[..., Engine]] = {
    report.OPENSEARCH: OpenSearch,
    report.ZEBRA: Zebra,
    report.API: Api,
}
LOG = logging.getLogger("benchmarks.search")


def main() -> int:
    """Run it, print it; the exit code says whether every goal is met."""
    asked = _arguments()
    level = logging.WARNING if asked.json else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    home = asked.home / f"search-{asked.records}"
    home.mkdir(parents=True, exist_ok=True)
    corpus = asked.corpus or _corpus(home, asked.records, asked.seed)
    workers: dict[str, Worker] = {}
    try:
        return _run(asked, home, corpus, workers)
    finally:
        for worker in workers.values():
            worker.end()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rivals", default="opensearch,zebra,api", help="empty: hyllan alone")
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=HOUSE / "var" / "benchmarks")
    parser.add_argument("--corpus", type=Path, help="folder of MARC files; else they are made")
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="keep the documents and indexes of an earlier run",
    )
    parser.add_argument(
        "--zebra-facets", type=int, default=60, help="questions of the mix asked with its facets"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    asked = parser.parse_args()
    asked.home = asked.home.resolve()
    return asked


def _corpus(home: Path, records: int, seed: int) -> Path:
    """Return the folder of the records, made by hyllan's own command if they are not there."""
    folder = home / "corpus"
    if not folder.exists():
        LOG.info("making %d records", records)
        command = [str(Path(sys.executable).parent / "hyllan"), "synthetic-catalogue"]
        command += ["--records", str(records), "--seed", str(seed), "--output", str(folder)]
        subprocess.run(command, check=True)  # noqa: S603
    return folder


def _run(asked: argparse.Namespace, home: Path, corpus: Path, workers: dict[str, Worker]) -> int:
    built = {report.HYLLAN: _index(workers, home, corpus, asked)}
    us = workers[report.HYLLAN]
    path = home / "documents.jsonl"
    fresh = not (asked.reuse and path.exists())
    if fresh:
        LOG.info("writing the documents for the peers")
        us.ask("write_documents", path)
    questions = draw(path, number=asked.queries, seed=asked.seed)
    for name in filter(None, asked.rivals.split(",")):
        LOG.info("%s", name)
        workers[name] = Worker(partial(RIVALS[name], home, path, port=_free_port()))
        built[name] = (
            built[report.HYLLAN]
            if name == report.API
            else _built(workers[name], home / f"{name}.json", fresh=fresh)
        )
    answers = _warm(workers, questions)
    rounds = _rounds(workers, len(questions), asked.rounds)
    measured = {
        name: report.Measured(
            version=worker.ask("version"),
            built=built[name],
            memory=worker.memory(),
            by_clients={
                clients: figures(rounds[name, clients], questions) for clients in (1, CLIENTS)
            },
            compared=None
            if worker is us
            else compared(questions, answers[report.HYLLAN], answers[name]),
        )
        for name, worker in workers.items()
    }
    sampled = None
    if report.ZEBRA in measured and asked.zebra_facets:
        sampled = _sampled(workers, questions, asked.zebra_facets)
    _print(asked, measured, sampled)
    return 0 if all(goal.met for goal in report.goals_of(measured, sampled)) else 1


def _index(
    workers: dict[str, Worker], home: Path, corpus: Path, asked: argparse.Namespace
) -> Built:
    filled, records = home / "filled.json", asked.records
    if not filled.exists():
        LOG.info("filling the tables with %d records of %s", records, corpus)
        shutil.rmtree(home / "hyllan", ignore_errors=True)
    us = workers[report.HYLLAN] = Worker(
        partial(Hyllan, home / "hyllan"), processes=web_processes()
    )
    if not filled.exists():
        items = us.ask("fill", REGION, corpus, records=records)
        filled.write_text(json.dumps({"items": items}), "utf-8")
    LOG.info("hyllan indexes")
    return _built(us, home / f"hyllan-{VERSION}.json", fresh=not asked.reuse)


def _built(worker: Worker, kept: Path, *, fresh: bool) -> Built:
    if not fresh and kept.exists():
        return Built(**json.loads(kept.read_text("utf-8")))
    built: Built = worker.ask("build")
    kept.write_text(json.dumps(asdict(built)), "utf-8")
    return built


def _warm(
    workers: Mapping[str, Worker], questions: Sequence[Question]
) -> dict[str, Sequence[Answer]]:
    """
    Start every engine, and let it answer everything five times before it is measured.

    OpenSearch's Java needs that: it went on getting faster during its first rounds.
    """
    answers = {}
    for name, worker in workers.items():
        LOG.info("%s answers", name)
        worker.start(questions)
        answers[name] = worker.ask("answers", range(len(questions)))
        for clients in (1, CLIENTS) * 2:
            worker.run(clients, range(len(questions)))
    return answers


def _rounds(
    workers: Mapping[str, Worker], questions: int, number: int
) -> dict[tuple[str, int], list[Round]]:
    """Let the engines take turns, so that what else the machine does meets them all."""
    found: dict[tuple[str, int], list[Round]] = {}
    for turn in range(number):
        for clients in (1, CLIENTS):
            for name, worker in workers.items():
                LOG.info("round %d, %d client(s): %s", turn + 1, clients, name)
                one = worker.run(clients, range(questions))
                found.setdefault((name, clients), []).append(one)
    return found


def _sampled(
    workers: Mapping[str, Worker], questions: Sequence[Question], number: int
) -> report.Sampled:
    """Ask some of the mix of Zebra with its facets, and the same of hyllan."""
    LOG.info("zebra with its facets")
    some = range(0, len(questions), max(1, len(questions) // number))
    ours = workers[report.HYLLAN].run(1, some)
    workers[report.ZEBRA].ask("count_facets")
    workers[report.ZEBRA].start(questions)
    theirs = workers[report.ZEBRA].run(1, some)
    of = figures([theirs], [questions[place] for place in some])
    facets = [place for place in some if questions[place].facets]
    both = [workers[name].ask("answers", facets) for name in (report.HYLLAN, report.ZEBRA)]
    same = compared([questions[place] for place in facets], *both)
    return report.Sampled(len(some), theirs.wall, ours.wall, of.percentiles, of.cpu_ms, same)


def _print(
    asked: argparse.Namespace,
    measured: Mapping[str, report.Measured],
    sampled: report.Sampled | None,
) -> None:
    goals = report.goals_of(measured, sampled)
    settings = {"records": asked.records, "queries": asked.queries, "seed": asked.seed}
    if asked.json:
        sys.stdout.write(
            json.dumps({**settings, **report.as_json(measured, sampled, goals)}) + "\n"
        )
        return
    ran = (
        f"{asked.records:,} records, {asked.queries:,} questions, seed {asked.seed};"
        f" {os.cpu_count()} cores, load average now {os.getloadavg()[1]:.1f}"
    )
    sys.stdout.write("\n".join(report.tables(ran, measured, sampled, goals)) + "\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())

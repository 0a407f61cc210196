"""The benchmark of search: its figures and questions are right, and it runs to its end."""

import json
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from searching import report
from searching.engines import Answer, Built
from searching.figures import ALL, Figures, compared, figures, percentile
from searching.questions import KINDS, Clause, Question, TooFew, clauses, draw
from searching.worker import Round

ROOT = Path(__file__).parents[2]
WORD, FACETS, TYPO = Question("words", "bok"), Question("facets", "och"), Question("typo", "bokk")


def a_round(seconds: list[float], *, wall: float = 1.0, cpu: float = 1.0) -> Round:
    return Round(seconds, wall, cpu, 0.0)


def measured(milliseconds: float, a_second: float, *, megabytes: int) -> report.Measured:
    times = {"p50": milliseconds, "p95": milliseconds, "p99": milliseconds}
    of = Figures(dict.fromkeys((*KINDS, ALL), times), a_second, 1.0, 0.0)
    return report.Measured(
        version="x",
        built=Built(10, 1.0, 1.0, megabytes * 1_000_000),
        memory=megabytes * 1_000_000,
        by_clients={1: of, 4: of},
        compared=compared([WORD], [Answer(1)], [Answer(1)]),
    )


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected


def test_figures_are_the_best_of_the_rounds_by_class() -> None:
    rounds = [a_round([0.001, 0.004], wall=0.5, cpu=0.2), a_round([0.002, 0.003], wall=0.4, cpu=1)]

    found = figures(rounds, [WORD, FACETS])

    assert found.percentiles["words"]["p50"] == pytest.approx(1)
    assert found.percentiles["facets"]["p99"] == pytest.approx(3)
    assert found.percentiles[ALL]["p99"] == pytest.approx(3)
    assert [found.a_second, found.cpu_ms] == pytest.approx([5, 100])


def test_a_peer_that_counts_otherwise_is_told_of() -> None:
    ours = [Answer(3), Answer(2, (), {"materials": {"book": 2}}), Answer(1)]
    theirs = [Answer(4), Answer(2, (), {"materials": {"book": 1}}), Answer(0)]
    empty = {name: dict[str, int]() for name in ("organisations", "languages", "decades")}
    ours[1] = ours[1]._replace(facets={**empty, "materials": {"book": 2}})

    found = compared([WORD, FACETS, TYPO], ours, theirs)

    assert (found.questions, found.other_totals, found.facets, found.other_facets) == (2, 1, 1, 1)
    assert (found.typos, found.typos_answered) == (1, (1, 0))
    assert found.examples == ("bok (words): 3, 4", "och: materials book: 2, 1")


def test_a_list_in_which_something_is_chosen_is_not_compared() -> None:
    asked = Question("facets", "och", language="swe")
    none = {name: dict[str, int]() for name in ("organisations", "materials", "decades")}
    ours = Answer(2, (), {**none, "languages": {"swe": 2, "eng": 3}})
    theirs = Answer(2, (), {**none, "languages": {"swe": 2}})

    assert compared([asked], [ours], [theirs]).other_facets == 0


def test_a_goal_is_met_only_by_its_figure() -> None:
    us = measured(1.0, 500, megabytes=100)
    ahead, behind = measured(2.0, 200, megabytes=400), measured(0.5, 300, megabytes=199)

    judged = [
        {goal.met for goal in report.goals_of({report.HYLLAN: us, report.OPENSEARCH: peer}, None)}
        for peer in (ahead, behind)
    ]
    found = report.goals_of({report.HYLLAN: us, report.OPENSEARCH: behind}, None)

    assert judged[0] == {True}
    assert [goal.what for goal in found if goal.met] == [
        "questions a second at least 1.3 times opensearch's, 4 client(s)",
        "opensearch finds the same",
    ]


def test_questions_are_put_to_peers_as_hyllan_understands_them() -> None:
    assert clauses('978-91-29-68831-3 "röda rummet" strind* boken') == [
        Clause(number="9789129688313"),
        Clause(phrase=("röda", "rummet")),
        Clause(begins="strind"),
        Clause(any_of=("boken", "bok"), word="boken"),
    ]


def test_the_same_seed_draws_the_same_questions_and_too_few_documents_are_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "documents.jsonl"
    rows = [
        {
            "id": number,
            "shown": f"och sommaren{a} kommer{b} hemåt{a}{b} igen{b}{a}",
            "by": f"Efternamn{a}, Förnamn{b}",
            "words": f"och sommaren{a} kommer{b} hemåt{a}{b} igen{b}{a}",
            "isbns": [f"978{number:010}"],
            "languages": ["swe"],
            "material": "book",
        }
        for number, (a, b) in enumerate((a, b) for a in "abcdefghij" for b in "klmnopqrst")
    ]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))

    found = draw(path, number=20, seed=7)

    kinds = [question.kind for question in found]
    assert draw(path, number=20, seed=7) == found != draw(path, number=20, seed=8)
    assert {kind: kinds.count(kind) for kind in ("words", "isbn", "typo")} == {
        "words": 6,
        "isbn": 2,
        "typo": 1,
    }
    with pytest.raises(TooFew, match="author"):
        draw(path, number=2_000, seed=7)


@pytest.mark.slow
def test_the_benchmark_runs_to_its_end(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "benchmarks/search.py",
        "--records",
        "2000",
        "--rivals",
        "",
        "--json",
    ]
    command += ["--queries", "60", "--rounds", "1", "--home", str(tmp_path)]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    told = json.loads(ran.stdout.splitlines()[-1])
    hyllan = told["engines"]["hyllan"]
    assert (ran.returncode, told["goals"], hyllan["built"]["documents"]) == (0, [], 2000)
    assert 0 < hyllan["by_clients"]["1"]["percentiles"]["all"]["p50"] < 10_000

"""PyVRP in processes of its own: what hangs is killed, and the rest goes on."""

import sys

from hyllan.transport.connectors.solver import Solver
from hyllan.transport.engine.planning.design import free_design, plan, questions
from hyllan.transport.engine.planning.routes import (
    Effort,
    RouteProblem,
    as_json,
    problem_of,
)
from hyllan.transport.tests import make_plans as make

# Stands in for a PyVRP that never looks at its time limit: it hangs on problems of three places.
HANGS = """
import json, sys, time
from hyllan.transport.connectors import solver_worker
lines = iter(sys.stdin.readline, "")
def some():
    for line in lines:
        if len(json.loads(line)["problem"]["minutes"]) == 3:
            time.sleep(600)
        yield line
sys.stdin = some()
solver_worker.main()
"""
SHORT = Effort(iterations=20)


def problem(stops: int) -> RouteProblem:
    ground, rules = make.row(stops), make.rules(hubs=("S0",))
    return questions(free_design(("S0",), rules), ground, rules)[0].problem


def test_solver_answers_in_the_order_of_the_problems() -> None:
    with Solver(workers=2) as solve:
        answers = solve([problem(4), problem(6), problem(5)], SHORT)

    visited = [sum(len(route.locations) for route in answer.routes) for answer in answers if answer]
    assert visited == [3, 5, 4]


def test_process_that_hangs_is_killed_and_the_next_problem_gets_a_new_one() -> None:
    hanging = Solver(workers=1, command=(sys.executable, "-c", HANGS), start_seconds=8.0)
    with hanging as solve:
        answers = solve([problem(4), problem(3), problem(5)], Effort(seconds=0.2))

    assert [answer is not None for answer in answers] == [True, False, True]
    assert solve.killed == 1


def test_last_good_plan_stands_where_later_problems_have_no_answer() -> None:
    asked: list[int] = []

    def tires(problems: list[RouteProblem], effort: Effort) -> list[object]:
        asked.append(len(problems))
        if len(asked) > 1:
            return [None] * len(problems)
        with Solver(workers=1) as solve:
            return list(solve(problems, SHORT))

    made = plan(make.row(5), make.rules(by=720, hub_counts=(1,)), solve=tires, seconds=1)  # type: ignore[arg-type]

    assert made is not None
    assert len(asked) > 1


def test_problem_is_read_back_from_json_as_it_was() -> None:
    assert problem_of(as_json(problem(4))) == problem(4)

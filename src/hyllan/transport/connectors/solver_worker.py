"""
The process in which PyVRP runs: one problem a line on stdin, one answer a line on stdout.

It may hang and be killed; nothing but the answer is lost (connectors/solver.py).
"""

import json
import sys
from dataclasses import asdict

from hyllan.transport.engine.planning.pyvrp_routes import solve_here
from hyllan.transport.engine.planning.routes import Effort, problem_of


def main() -> None:
    """Answer until stdin ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = solve_here([problem_of(asked["problem"])], Effort(**asked["effort"]))[0]
        sys.stdout.write(json.dumps(answer and asdict(answer)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

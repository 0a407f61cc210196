"""Draw docs/lifecycle.md from the one table of states; `--check` only says whether it is true."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
from hyllan.lending.engine.lifecycle import ENDS, STEPS, Status, Step  # noqa: E402 - path first

TARGET = ROOT / "docs" / "lifecycle.md"
INTRO = """# The life of a patron request

Drawn by `make diagrams` from `src/hyllan/lending/engine/lifecycle.py`; a test fails when it is not.
Status says where the request and its item are; outcome says whether the patron got it.

```mermaid
stateDiagram-v2
"""
TABLE = """```

"Sends" is what the library systems are told when the supplier's and the patron's library have
different systems; "within" what is told when one system serves both. The borrower's system is the
one of the patron's own library, wherever she fetches the item.

| from | action | to | by | sends | within | outcome becomes | only |
|---|---|---|---|---|---|---|---|
"""


def _line(step: Step) -> str:
    return f"    {step.source} --> {step.target}: {step.action}\n"


def _row(step: Step) -> str:
    only = [f"while {step.only_while}"] if step.only_while else []
    only += ["supplier is pick-up library"] if step.only_same_library else []
    cells = [
        step.source,
        f"`{step.action}`",
        step.target,
        step.by,
        ", ".join(step.sends),
        ", ".join(step.sends_within),
        step.outcome or "",
        ", ".join(only),
    ]
    return f"| {' | '.join(cells)} |\n"


def picture() -> str:
    """Return the whole page."""
    start = f"    [*] --> {Status.WAITING}\n"
    ends = "".join(f"    {status} --> [*]\n" for status in sorted(ENDS))
    return INTRO + start + "".join(map(_line, STEPS)) + ends + TABLE + "".join(map(_row, STEPS))


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text() != picture())
    TARGET.write_text(picture())

"""
Do the acts of acts.py in a process of its own, in the house that the environment names.

    python -m tests.journeys.play ACT WORDS...    do one, print the answer as JSON
    python -m tests.journeys.play prompt          do what each line of standard input says

A line of standard input is a JSON list, the act and its words; one line answers each.
"""

import json
import sys

import django


def main(words: list[str]) -> None:
    django.setup()
    from tests.journeys import acts  # noqa: PLC0415 - imports models: after django.setup()

    wanted = map(json.loads, sys.stdin) if words == ["prompt"] else [words]
    for act, *rest in wanted:
        sys.stdout.write(json.dumps(getattr(acts, act)(*rest)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

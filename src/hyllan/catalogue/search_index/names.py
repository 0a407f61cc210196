"""
The names that the index keeps as small numbers: libraries, organisations, languages and so on.

A name keeps its number for as long as the index lives. New ones are written beside the index
before the commit that uses them, so a reader of that commit knows them; a kill in between leaves
names that nothing uses, which does no harm.
"""

import json
from pathlib import Path

from hyllan.catalogue.search_index.schema import MOST

FILE = "names.json"
_LIMITS = MOST | {"material": 16, "audience": 4}  # as many as Kind and the fields have room for


class Full(Exception):  # noqa: N818 - says what to do
    """More places than the index has room for."""


class Names:
    """Names and their numbers, by what they are names of."""

    def __init__(self, path: Path) -> None:
        """Read what is there."""
        self._path = path / FILE
        self._names: dict[str, list[str]] = {}
        self._saved = True
        if self._path.exists():
            self._names = json.loads(self._path.read_text("utf-8"))
        self._numbers = {
            of: {name: number for number, name in enumerate(names)}
            for of, names in self._names.items()
        }

    def number(self, of: str, name: str) -> int:
        """Return the number of a name; a new one gets the next."""
        numbers = self._numbers.setdefault(of, {})
        known = numbers.get(name)
        if known is not None:
            return known
        if len(numbers) >= _LIMITS.get(of, len(numbers) + 1):
            raise Full(
                f"The index has room for {len(numbers)} names of {of}, and {name} is one more:"
                " raise MOST and VERSION in search_index/schema.py, then `hyllan index`."
            )
        numbers[name] = len(numbers)
        self._names.setdefault(of, []).append(name)
        self._saved = False
        return numbers[name]

    def all(self, of: str) -> list[str]:
        """Return the names in the order of their numbers."""
        return self._names.get(of, [])

    def keep(self) -> None:
        """Write what is new; a reader finds the old or the new file, never half of one."""
        if not self._saved:
            beside = self._path.with_suffix(".new")
            beside.write_text(json.dumps(self._names, ensure_ascii=False), "utf-8")
            beside.replace(self._path)
            self._saved = True

"""Find the line of a TOML file on which a key or a value stands; `tomllib` does not tell."""

import re
from collections import defaultdict

HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"^\s*\"?([\w-]+)\"?\s*=")
SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Lines:
    """Where each table begins and each of its keys stands, as far as plain layout shows it."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        self._scan()

    def _scan(self) -> None:
        seen: dict[str, int] = defaultdict(int)
        table, index = "", 0
        for number, line in enumerate(self._lines, start=1):
            if header := HEADER.match(line):
                table = header[2]
                index = seen[table]
                seen[table] += 1
                self._tables[table, index] = number
            elif key := KEY.match(line):
                self._keys.setdefault((table, index, key[1]), number)

    def of(
        self, table: str, index: int = 0, key: str = "", value: str = "", *, nth: int = 0
    ) -> int:
        """
        Return the line of a value, else of its key, else of its table, else 1.

        :param index: which of the tables of that name, from 0
        :param nth: which of several equal values, from 0
        """
        line = self._keys.get((table, index, key)) or self._keys.get(("", 0, table))
        if line is None or not key:
            return self._tables.get((table, index)) or line or 1
        return self._line_of_value(line, value, nth) if value else line

    def _line_of_value(self, first: int, value: str, nth: int) -> int:
        """Look in the key's own line and, in a list of several lines, in those that follow."""
        found: list[int] = []
        for number in range(first, len(self._lines) + 1):
            line = self._lines[number - 1]
            if number > first and (HEADER.match(line) or KEY.match(line)):
                break
            found += [number] * (line.count(f'"{value}"') + line.count(f"'{value}'"))
        return found[min(nth, len(found) - 1)] if found else first

    @property
    def last(self) -> int:
        return len(self._lines)


def syntax_error_line(message: str, *, last: int) -> int:
    """Return the line that a message of `tomllib` names; without one it is the end of the file."""
    found = SYNTAX_LINE.search(message)
    return int(found[1]) if found else last

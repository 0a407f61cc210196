"""Weekdays as the region folder writes them: "1-5", "1,3,5", "1-3,6". Monday is 1."""

import re

PART = re.compile(r"([1-7])(?:-([1-7]))?")


def read_weekdays(text: str) -> frozenset[int]:
    """Return the weekdays; raises ValueError when the text is not of that form."""
    found: set[int] = set()
    for part in text.split(","):
        if not (match := PART.fullmatch(part.strip())):
            raise ValueError(text)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(text)
        found.update(range(first, last + 1))
    return frozenset(found)

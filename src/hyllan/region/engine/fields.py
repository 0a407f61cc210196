"""The values of a region folder's columns: each function reads one text or raises BadValue."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time

from hyllan.region.engine.holidays import KNOWN_FROM, KNOWN_UNTIL
from hyllan.region.engine.weekdays import read_weekdays

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

CODE_LENGTH = 40
NAME_LENGTH = 200
MOST_PEOPLE = 1_000_000_000


class BadValue(ValueError):  # noqa: N818 - the text is a sentence for whoever mends the file
    """The value cannot be read. The text says what was found and what to write instead."""


def code(text: str) -> str:
    """Return a code of an organisation or library."""
    if len(text) > CODE_LENGTH or not CODE.fullmatch(text):
        raise BadValue(
            f"{text!r} is no code: write capitals A to Z, digits and hyphens, "
            f"{CODE_LENGTH} characters at the most."
        )
    return text


def name(text: str) -> str:
    """Return a text for people, in one line."""
    line = " ".join(text.split())
    if not line:
        raise BadValue("It is empty: write a text.")
    if len(line) > NAME_LENGTH:
        raise BadValue(f"It is {len(line)} characters long: {NAME_LENGTH} is the most.")
    if not line.isprintable():
        raise BadValue(f"{line!r} has a character that cannot be printed.")
    return line


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Return a reader that takes only these words."""
    known = tuple(words)

    def read(text: str) -> str:
        if text not in known:
            raise BadValue(f"{text!r} is unknown: write one of {', '.join(known)}.")
        return text

    return read


def population(text: str) -> int | None:
    """Return a number of inhabitants, or None where the field is empty."""
    if text == "":
        return None
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > MOST_PEOPLE:
        raise BadValue(f"{text!r} is no number of inhabitants: write digits only.")
    return int(text)


def degrees(limit: int) -> Callable[[str], float]:
    """Return a reader of a position in degrees (WGS 84) that lies within the limit."""

    def read(text: str) -> float:
        if not NUMBER.fullmatch(text):
            raise BadValue(f"{text!r} is no position: write degrees like 55.706.")
        if abs(float(text)) > limit:
            raise BadValue(f"{text} lies outside -{limit} to {limit} degrees.")
        return float(text)

    return read


def clock(text: str) -> time:
    """Return a time of day."""
    if not (match := CLOCK.fullmatch(text)):
        raise BadValue(f"{text!r} is no time: write like 07:30.")
    return time(int(match[1]), int(match[2]))


def day(text: str) -> date:
    """Return a day of the known calendar."""
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise BadValue(f"{text!r} is no day: write like 2026-12-23.")
    if not KNOWN_FROM <= found < KNOWN_UNTIL:
        raise BadValue(f"{text} lies outside {KNOWN_FROM.year} to {KNOWN_UNTIL.year - 1}.")
    return found


def weekday(text: str) -> int:
    """Return one weekday (Monday is 1)."""
    if not re.fullmatch("[1-7]", text):
        raise BadValue(f"{text!r} is no weekday: write 1 (Monday) to 7 (Sunday).")
    return int(text)


def weekdays(text: str) -> str:
    """Return weekdays as they are written, checked."""
    try:
        read_weekdays(text)
    except ValueError:
        raise BadValue(f"{text!r} are no weekdays: write like 1-5 or 1,3,5.") from None
    return text

"""What each key of transport.toml may hold, and how errors are collected with their lines."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from hyllan.transport.engine.carriage import Cargo
from hyllan.transport.engine.toml_lines import Lines

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
NAME = re.compile(r"\w[\w .:,+&()'-]{0,59}")  # also part of a web address, so no slash


@dataclass(frozen=True, slots=True, order=True)
class NetworkError:
    line: int  # from 1
    sentence: str


class Report:
    """Collects errors; each finds its line by table, index, key and value."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.errors: list[NetworkError] = []

    def error(
        self,
        sentence: str,
        table: str,
        index: int = 0,
        key: str = "",
        value: str = "",
        *,
        nth: int = 0,
    ) -> None:
        """Add an error that stands where this value (or its nth repeat), key or table stands."""
        line = self._lines.of(table, index, key, value, nth=nth)
        self.errors.append(NetworkError(line, sentence))

    @property
    def sorted_errors(self) -> tuple[NetworkError, ...]:
        return tuple(sorted(set(self.errors)))


@dataclass(frozen=True, slots=True)
class Rule:
    """How a value is read; `wants` is the end of the sentence 'The key must be ...'."""

    read: Callable[[object], object | None]  # None: the value does not fit
    wants: str
    required: bool = False


def read_table(
    found: object, rules: Mapping[str, Rule], report: Report, table: str, index: int = 0
) -> dict[str, Any]:
    """Return the values that fit, by key; tell the report of all others."""
    if not isinstance(found, dict):
        report.error(f"Write {table} as a table with keys.", table, index)
        return {}
    values: dict[str, Any] = {}
    for key, value in found.items():
        rule = rules.get(key)
        if rule is None:
            report.error(f"{table} has no key called {key}.", table, index, key)
        elif (fitting := rule.read(value)) is None:
            report.error(f"{key} must be {rule.wants}.", table, index, key)
        else:
            values[key] = fitting
    for key, rule in rules.items():
        if rule.required and key not in found:
            report.error(f"{key} is missing.", table, index)
    return values


def _whole(low: int, high: int) -> Rule:
    def read(value: object) -> int | None:
        fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return value if fits and isinstance(value, int) else None

    return Rule(read, f"a whole number from {low} to {high}")


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1e9 else None


def _clock(value: object) -> time | None:
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    return time(int(found[1]), int(found[2])) if found else None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and NAME.fullmatch(value) else None


def _code(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _codes(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    return tuple(value) if all(_code(code) for code in value) else None


def _weekdays(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list) or not value or len(set(map(str, value))) < len(value):
        return None
    fits = all(type(day) is int and 1 <= day <= 7 for day in value)
    return tuple(sorted(value)) if fits else None


def _clocks(value: object) -> tuple[time, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    found = [clock for clock in map(_clock, value) if clock is not None]
    return tuple(sorted(found)) if len(set(found)) == len(value) else None


def _minutes(value: object) -> tuple[tuple[str, int], ...] | None:
    if not isinstance(value, dict) or not value:
        return None
    fits = all(code and type(each) is int and 0 <= each <= DAY for code, each in value.items())
    return tuple(sorted(value.items())) if fits else None


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _cargo(value: object) -> Cargo | None:
    return Cargo(value) if isinstance(value, str) and value in set(Cargo) else None


DAY = 1440  # minutes
MINUTES = "minutes by library, like { LUND = 20 }"
NAMED = "a name of letters, digits, spaces and simple signs, 60 characters at most"
PLACE = "the code of a library"
PLACES = "a list of library codes, at least one"
TIME = 'a time of day like "07:30"'
WEEKDAYS = "a list of different weekdays, Monday is 1 and Sunday 7"
PRICE = "a number that is not negative"

VANS: dict[str, Rule] = {
    "count": _whole(1, 10_000),
    "capacity_crates": _whole(1, 10_000),
    "cost_per_km": Rule(_amount, PRICE),
    "cost_per_hour": Rule(_amount, PRICE),
    "cost_per_day": Rule(_amount, PRICE),
    "grams_co2_per_km": Rule(_amount, PRICE),
}
SERVICE: dict[str, Rule] = {
    "weekdays": Rule(_weekdays, WEEKDAYS),
    "first_service": Rule(_clock, TIME),
    "stop_minutes": _whole(0, 240),
    "cut_off_minutes": _whole(0, 1440),
    "inhabitants_per_crate": _whole(1, 100_000_000),
}
# What any tour may say of its days and calls; left out, [service] holds.
TOUR: dict[str, Rule] = {
    "more_departures": Rule(_clocks, 'a list of different times of day like ["13:00"]'),
    "weekdays": Rule(_weekdays, WEEKDAYS),
    "school_terms": Rule(_yes_or_no, "true or false"),
    "stop_minutes": Rule(_minutes, MINUTES),
    "cut_off_minutes": Rule(_minutes, MINUTES),
}
LOOP: dict[str, Rule] = {
    "name": Rule(_name, NAMED, required=True),
    "hub": Rule(_code, PLACE, required=True),
    "departs": Rule(_clock, TIME, required=True),
    "stops": Rule(_codes, PLACES, required=True),
    **TOUR,
}
EXCHANGE: dict[str, Rule] = {
    "name": Rule(_name, NAMED),
    "hubs": Rule(_codes, PLACES, required=True),
    "departs": Rule(_clock, TIME, required=True),
    **TOUR,
}
CARRIAGE: dict[str, Rule] = {
    "cargo": Rule(_cargo, f"one of {', '.join(Cargo)}", required=True),
    "from": Rule(_codes, "a list of kinds or codes of libraries"),
    "to": Rule(_codes, "a list of kinds or codes of libraries"),
}

"""The van network of a region: what transport.toml says, checked."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from hyllan.transport.engine import carriage
from hyllan.transport.engine.network_rules import (
    CARRIAGE,
    EXCHANGE,
    LOOP,
    SERVICE,
    TOUR,
    VANS,
    NetworkError,
    Report,
    read_table,
)
from hyllan.transport.engine.toml_lines import Lines, syntax_error_line

__all__ = ["Exchange", "Loop", "Network", "NetworkError", "Service", "Vans", "read_network"]
TABLES = ("vans", "service", "loops", "exchanges", "rules")
LIBRARY_KINDS = frozenset({"main", "branch", "bus", "hospital", "university", "hub"})
NAME_LENGTH = 60
BY_LIBRARY = ("stop_minutes", "cut_off_minutes")
NOT_IN_A_NAME = re.compile(r"[^\w .:,+&()'-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vans:
    count: int = 3
    capacity_crates: int = 50
    cost_per_km: float = 4.0
    cost_per_hour: float = 400.0
    cost_per_day: float = 300.0
    grams_co2_per_km: float = 220.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)  # Monday is 1
    first_service: time = time(7, 30)  # no library is served earlier
    stop_minutes: int = 10
    cut_off_minutes: int = 30
    inhabitants_per_crate: int = 15000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What loops and exchanges have in common. What is left out, the network's [service] says."""

    name: str
    departs: time
    more_departures: tuple[time, ...] = ()  # the same day once more
    weekdays: tuple[int, ...] = ()  # Monday is 1
    school_terms: bool = False  # goes in school terms alone
    stop_minutes: tuple[tuple[str, int], ...] = ()  # by library
    cut_off_minutes: tuple[tuple[str, int], ...] = ()  # by library

    @property
    def calls(self) -> tuple[str, ...]:
        """The libraries in the order in which the van comes to them."""
        raise NotImplementedError

    def name_at(self, departs: time) -> str:
        """Return what the trip is called that leaves at this time: the first has the tour's name"""
        return self.name if departs == self.departs else f"{self.name} {departs:%H.%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Tour):
    """A van's round: from the hub to the stops in driving order and back."""

    hub: str
    stops: tuple[str, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """The hub, the stops, the hub."""
        return (self.hub, *self.stops, self.hub)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Tour):
    """Reloading between hubs: a tour from the first through the others and back."""

    hubs: tuple[str, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """The hubs, and the first again."""
        return (*self.hubs, self.hubs[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All vans of a region. Loops and exchanges share one set of names."""

    vans: Vans = field(default_factory=Vans)
    service: Service = field(default_factory=Service)
    loops: tuple[Loop, ...]
    exchanges: tuple[Exchange, ...] = ()
    rules: tuple[carriage.Rule, ...] = ()  # what may travel where

    @property
    def tours(self) -> tuple[Loop | Exchange, ...]:
        """Loops, then exchanges, each in the order of the file."""
        return (*self.loops, *self.exchanges)

    @property
    def rounds(self) -> tuple[Loop | Exchange, ...]:
        """What a van may drive in a day, one departure each: loops, then exchanges, as written."""
        return tuple(
            replace(tour, name=tour.name_at(departs), departs=departs, more_departures=())
            if tour.more_departures
            else tour
            for tour in self.tours
            for departs in (tour.departs, *tour.more_departures)
        )

    @property
    def hubs(self) -> frozenset[str]:
        """The libraries at which a crate may change vans."""
        ends = {loop.hub for loop in self.loops}
        return frozenset(ends.union(*(exchange.hubs for exchange in self.exchanges)))

    @property
    def libraries(self) -> frozenset[str]:
        """Every library that a van calls at."""
        return frozenset(code for tour in self.tours for code in tour.calls)

    def as_content(self) -> dict[str, Any]:
        """Return JSON values in the shape of transport.toml, its defaults written out."""
        content: dict[str, Any] = {
            "vans": {name: getattr(self.vans, name) for name in VANS},
            "service": {name: _plain(getattr(self.service, name)) for name in SERVICE},
            "loops": [_tour_content(loop, LOOP) for loop in self.loops],
            "exchanges": [_tour_content(tour, EXCHANGE) for tour in self.exchanges],
        }
        rules = [_rule_content(rule) for rule in self.rules]
        return content | ({"rules": rules} if rules else {})


def _tour_content(tour: Tour, keys: dict[str, Any]) -> dict[str, Any]:
    """Return what the tour says; what it leaves to [service] is left out."""
    told = {name: getattr(tour, name) for name in keys}
    return {
        name: dict(value) if name in BY_LIBRARY else _plain(value)
        for name, value in told.items()
        if value or name not in TOUR
    }


def _rule_content(rule: carriage.Rule) -> dict[str, Any]:
    told = {"cargo": rule.cargo.value, "from": list(rule.start), "to": list(rule.end)}
    return {name: value for name, value in told.items() if value}


def network_of(content: dict[str, Any]) -> Network:
    """Return the network that `as_content` wrote. Raises ValueError where it is not valid."""
    tours = [*content["loops"], *content["exchanges"]]
    named = [(tour.get("hub"), *tour.get("stops", ()), *tour.get("hubs", ())) for tour in tours]
    ruled = [(*rule.get("from", ()), *rule.get("to", ())) for rule in content.get("rules", ())]
    codes = {code for each in (*named, *ruled) for code in each if isinstance(code, str)}
    network, errors = _check(content, Lines(""), codes)
    if network is None:
        raise ValueError("; ".join(error.sentence for error in errors))
    return network


def read_network(
    text: str, *, libraries: Collection[str]
) -> tuple[Network | None, tuple[NetworkError, ...]]:
    """
    Read transport.toml: the network, or every error with its line.

    :param libraries: the codes that the region's libraries have
    """
    lines = Lines(text)
    try:
        content = tomllib.loads(text)
    except RecursionError:
        return None, (NetworkError(1, "The file is nested too deeply to be read."),)
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        line = syntax_error_line(str(error), last=lines.last)
        return None, (NetworkError(line, f"This is not valid TOML: {error}."),)
    return _check(content, lines, set(libraries))


def _plain(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _check(
    content: dict[str, Any], lines: Lines, libraries: set[str]
) -> tuple[Network | None, tuple[NetworkError, ...]]:
    report = Report(lines)
    for name in content:
        if name not in TABLES:
            report.error(f"There is no table or key called {name}.", name)
    vans = read_table(content.get("vans", {}), VANS, report, "vans")
    service = read_table(content.get("service", {}), SERVICE, report, "service")
    loops = _tours(content, "loops", report)
    exchanges = _tours(content, "exchanges", report)
    if "loops" not in content or content["loops"] == []:
        report.error("There must be at least one loop: [[loops]].", "loops")
    for index, loop in enumerate(loops):
        _check_loop(loop, index, libraries, report)
    for index, exchange in enumerate(exchanges):
        _check_exchange(exchange, index, libraries, report)
    _check_names(loops, exchanges, report)
    rules = _rules(content, libraries, report)
    if report.errors:
        return None, report.sorted_errors
    return (
        Network(
            vans=Vans(**vans),
            service=Service(**service),
            loops=tuple(Loop(**loop) for loop in loops),
            exchanges=tuple(Exchange(**exchange) for exchange in exchanges),
            rules=rules,
        ),
        (),
    )


def _tours(content: dict[str, Any], table: str, report: Report) -> list[dict[str, Any]]:
    found = content.get(table, [])
    if not isinstance(found, list):
        report.error(f"Write each of the {table} under a heading [[{table}]].", table)
        return []
    rules = LOOP if table == "loops" else EXCHANGE
    tours = [read_table(tour, rules, report, table, index) for index, tour in enumerate(found)]
    for index, tour in enumerate(tours):
        _check_calls(tour, index, table, report)
    if table == "exchanges":
        for tour in tours:
            _name_exchange(tour)
    return tours


def _check_calls(tour: dict[str, Any], index: int, table: str, report: Report) -> None:
    """Minutes are for libraries of the tour; a second departure is not the first."""
    calls = {tour.get("hub"), *tour.get("stops", ()), *tour.get("hubs", ())}
    for key in BY_LIBRARY:
        for code, _minutes in tour.get(key, ()):
            if code not in calls:
                report.error(f"{code} is no stop of this tour.", table, index, key, code)
    if tour.get("departs") in tour.get("more_departures", ()):
        sentence = "A time in more_departures is that of departs: leave it out."
        report.error(sentence, table, index, "more_departures")


def _rules(
    content: dict[str, Any], libraries: set[str], report: Report
) -> tuple[carriage.Rule, ...]:
    found = content.get("rules", [])
    if not isinstance(found, list):
        report.error("Write each of the rules under a heading [[rules]].", "rules")
        return ()
    read = [read_table(rule, CARRIAGE, report, "rules", at) for at, rule in enumerate(found)]
    for index, rule in enumerate(read):
        for key in ("from", "to"):
            for name in rule.get(key, ()):
                if name not in libraries | LIBRARY_KINDS:
                    sentence = f"{name} is neither a library's code nor a kind of library."
                    report.error(sentence, "rules", index, key, name)
    return tuple(
        carriage.Rule(cargo=rule["cargo"], start=rule.get("from", ()), end=rule.get("to", ()))
        for rule in read
        if "cargo" in rule
    )


def _name_exchange(tour: dict[str, Any]) -> None:
    """Name an exchange after its time and hubs, so that two of them differ without being named."""
    if "name" not in tour and "departs" in tour and "hubs" in tour:
        name = f"{tour['departs']:%H.%M} {'-'.join(tour['hubs'])}"
        tour["name"] = NOT_IN_A_NAME.sub("-", name)[:NAME_LENGTH].rstrip()


def _check_loop(loop: dict[str, Any], index: int, libraries: set[str], report: Report) -> None:
    hub, stops = loop.get("hub"), loop.get("stops", ())
    if hub is not None and hub not in libraries:
        report.error(f"No library has the code {hub}.", "loops", index, "hub")
    for number, stop in enumerate(stops):
        if stop == hub:
            sentence = f"{stop} is the loop's hub: the van starts and ends there, so it is no stop."
        elif stop in stops[:number]:
            sentence = f"{stop} stands twice among the loop's stops."
        elif stop not in libraries:
            sentence = f"No library has the code {stop}."
        else:
            continue
        report.error(sentence, "loops", index, "stops", stop, nth=stops[:number].count(stop))


def _check_exchange(
    exchange: dict[str, Any], index: int, libraries: set[str], report: Report
) -> None:
    hubs: tuple[str, ...] = exchange.get("hubs", ())
    for hub in sorted(set(hubs) - libraries):
        report.error(f"No library has the code {hub}.", "exchanges", index, "hubs", hub)
    if hubs and len(set(hubs)) == 1:
        report.error("An exchange needs at least two hubs.", "exchanges", index, "hubs")
        return
    for hub, following in zip(hubs, (*hubs[1:], *hubs[:1]), strict=True):
        if hub == following:
            sentence = f"{hub} follows upon itself; the van returns to the first hub unasked."
            report.error(sentence, "exchanges", index, "hubs", hub)


def _check_names(
    loops: list[dict[str, Any]], exchanges: list[dict[str, Any]], report: Report
) -> None:
    seen: set[str] = set()
    tables = [("loops", loops), ("exchanges", exchanges)]
    for table, tours in tables:
        for index, tour in enumerate(tours):
            if "name" not in tour or "departs" not in tour:
                continue
            later = [f"{tour['name']} {at:%H.%M}" for at in tour.get("more_departures", ())]
            for name in (tour["name"], *later):
                if name in seen:
                    sentence = f"There is already a loop or an exchange called {name}."
                    report.error(sentence, table, index, "name", tour["name"])
                elif len(name) > NAME_LENGTH:
                    sentence = f"{name} is too long a name: {NAME_LENGTH} characters at most."
                    report.error(sentence, table, index, "name", tour["name"])
                seen.add(name)

"""Tables, and a line for each goal: PASS or FAIL."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from searching.engines import Built
from searching.figures import ALL, AT, Compared, Figures
from searching.questions import KINDS
from searching.worker import CLIENTS

HYLLAN, OPENSEARCH, ZEBRA, API = "hyllan", "opensearch", "zebra", "api"
_API_MS = 25.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of an engine."""

    version: str
    built: Built
    memory: int  # bytes, after the rounds
    by_clients: Mapping[int, Figures]
    compared: Compared | None  # with hyllan; None: it is hyllan


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    figure: str
    met: bool


@dataclass(frozen=True, slots=True)
class Sampled:
    """Zebra with facets, so slow that only some of the mix are asked, and hyllan with the same."""

    questions: int
    seconds: float
    hyllan_seconds: float
    percentiles: Mapping[str, Mapping[str, float]]
    cpu_ms: float
    compared: Compared


def tables(
    ran: str, measured: Mapping[str, Measured], sampled: Sampled | None, goals: list[Goal]
) -> Iterator[str]:
    """Yield the lines of the report, in Markdown."""
    yield ran
    for each in measured.values():
        yield f"- {each.version}"
    for clients in (1, CLIENTS):
        yield f"\np50 / p95 / p99 ms, clients: {clients}, best of rounds\n"
        yield f"| questions | {' | '.join(measured)} |"
        yield "|---" * (len(measured) + 1) + "|"
        for kind in (*KINDS, ALL):
            cells = [
                _cell(each.by_clients[clients].percentiles[kind]) for each in measured.values()
            ]
            yield f"| {kind} | {' | '.join(cells)} |"
    yield "\n| | " + " | ".join(measured) + " |"
    yield "|---" * (len(measured) + 1) + "|"
    for name, cells in _rows(measured):
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""
    for name, each in measured.items():
        if each.compared is not None:
            yield from _comparison(name, each.compared)
    if sampled is not None:
        yield (
            f"Zebra with its facets: {sampled.questions} questions of the mix,"
            f" {sampled.questions / sampled.seconds:.1f} a second,"
            f" CPU {sampled.cpu_ms:.0f} ms each; facets {_cell(sampled.percentiles['facets'])} ms;"
            f" hyllan the same {sampled.questions / sampled.hyllan_seconds:.0f} a second"
        )
        yield from _comparison("zebra with its facets", sampled.compared)
    yield ""
    for goal in goals:
        yield f"{'PASS' if goal.met else 'FAIL'}  {goal.what}: {goal.figure}"


def _cell(percentiles: Mapping[str, float]) -> str:
    return " / ".join(f"{percentiles[name]:.2f}" for name in AT)


def _rows(measured: Mapping[str, Measured]) -> Iterator[tuple[str, list[str]]]:
    every = list(measured.values())
    for clients in (1, CLIENTS):
        of = [each.by_clients[clients] for each in every]
        yield f"questions a second, {clients}", [f"{each.a_second:.0f}" for each in of]
        yield f"CPU ms a question, {clients}", [f"{each.cpu_ms:.2f}" for each in of]
        yield f"and of who asks, {clients}", [f"{each.client_cpu_ms:.2f}" for each in of]
    yield "build: CPU s", [f"{each.built.cpu:.0f}" for each in every]
    yield "build: s", [f"{each.built.seconds:.0f}" for each in every]
    yield "index, MB", [f"{each.built.size / _MEGABYTE:.0f}" for each in every]
    yield "memory, MB", [f"{each.memory / _MEGABYTE:.0f}" for each in every]


def _comparison(name: str, found: Compared) -> Iterator[str]:
    ours, theirs = found.typos_answered
    yield (
        f"{name} against hyllan: {found.questions - found.other_totals} of {found.questions} hit"
        f" counts the same, {found.facets - found.other_facets} of {found.facets} sets of facet"
        f" lists; of {found.typos} typos hyllan finds something for {ours}, {name} for {theirs}"
    )
    for example in found.examples:
        yield f"  differs: {example}"


def goals_of(measured: Mapping[str, Measured], sampled: Sampled | None) -> list[Goal]:
    """Return the goals that can be judged by what was run."""
    found: list[Goal] = []
    us = measured[HYLLAN]
    if OPENSEARCH in measured:
        peer = measured[OPENSEARCH]
        for clients in (1, CLIENTS):
            found += _ahead(us.by_clients[clients], peer.by_clients[clients], clients)
        for clients, times in ((1, 2.0), (CLIENTS, 1.3)):
            found.append(_faster(us, peer, clients, times, OPENSEARCH))
        found.append(_smaller("index size", us.built.size, peer.built.size, 0.5))
        found.append(_smaller("memory", us.memory, peer.memory, 0.25))
        found.append(_the_same(OPENSEARCH, peer.compared))
    if ZEBRA in measured:
        found.append(_faster(us, measured[ZEBRA], 1, 12, f"{ZEBRA} without facets"))
        found.append(_the_same(ZEBRA, measured[ZEBRA].compared))
    if API in measured:
        found += [_quick(measured[API].by_clients[clients], clients) for clients in (1, CLIENTS)]
        found.append(_the_same(API, measured[API].compared))
    if sampled is not None:
        ratio = sampled.seconds / sampled.hyllan_seconds
        what = "questions a second at least 200 times zebra's with its facets, 1 client"
        found.append(Goal(what, f"{ratio:.0f} times", ratio >= 200))
    return found


def _ahead(ours: Figures, theirs: Figures, clients: int) -> Iterator[Goal]:
    for kind in (*KINDS, ALL):
        us, peer = ours.percentiles[kind], theirs.percentiles[kind]
        shares = " / ".join(f"{us[name] / peer[name]:.2f}" for name in AT)
        yield Goal(
            what=f"ahead of opensearch in p50 / p95 / p99, {kind}, {clients} client(s)",
            figure=f"{shares} of its time",
            met=all(us[name] < peer[name] for name in AT),
        )


def _faster(us: Measured, peer: Measured, clients: int, times: float, name: str) -> Goal:
    ratio = us.by_clients[clients].a_second / peer.by_clients[clients].a_second
    what = f"questions a second at least {times:g} times {name}'s, {clients} client(s)"
    return Goal(what, f"{ratio:.2f} times", ratio >= times)


def _quick(api: Figures, clients: int) -> Goal:
    p95 = api.percentiles[ALL]["p95"]
    what = f"JSON API, p95 under {_API_MS:g} ms, {clients} client(s)"
    return Goal(what, f"{p95:.1f} ms", p95 < _API_MS)


def _smaller(what: str, ours: int, theirs: int, most: float) -> Goal:
    share = ours / theirs
    return Goal(f"{what} at most {most:g} of opensearch's", f"{share:.2f}", share <= most)


def _the_same(name: str, found: Compared | None) -> Goal:
    if found is None:
        raise ValueError(f"{name} was not compared")
    right = not found.other_totals and not found.other_facets
    figure = f"{found.other_totals} of {found.questions} hit counts differ, {found.other_facets}"
    return Goal(f"{name} finds the same", f"{figure} of {found.facets} sets of facet lists", right)


def as_json(
    measured: Mapping[str, Measured],
    sampled: Sampled | None,
    goals: list[Goal],
) -> dict[str, Any]:
    """Return all figures as one object."""
    return {
        "engines": {name: asdict(each) for name, each in measured.items()},
        "zebra_with_facets": asdict(sampled) if sampled else None,
        "goals": [asdict(goal) for goal in goals],
    }

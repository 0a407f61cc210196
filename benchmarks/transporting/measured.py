"""The figures of benchmarks/transport.py: what is measured, and what it must reach."""

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from hyllan.region.engine.folder import read_folder
from hyllan.transport.engine.network import Exchange, Loop, read_network
from hyllan.transport.engine.planning.figures import Figures
from hyllan.transport.engine.planning.ground import Ground
from hyllan.transport.engine.planning.plan import Plan
from hyllan.transport.engine.planning.replan import kept_share, replan
from hyllan.transport.engine.planning.rules import clock_of
from hyllan.transport.services.planning import Proposal, Task, propose, stops_of, task_of

HOUSE = Path(__file__).parents[2]
STUDY_FIXED = "study: 4 vans, 1,011 km, 22.4 h, 14,200, 13:30, 31 % / 60 %, 1.69 days"
STUDY_ONE_HUB = "study: 3 vans,   842 km, 20.0 h, 12,300, 13:25, 100 % / 100 %, 1.00 days"
TRIANGLE = ("HELSINGBORG", "KRISTIANSTAD", "LUND")
LEAST_KEPT = 0.9


@dataclass(frozen=True, kw_only=True)
class Goal:
    name: str
    found: float
    least: float  # what must be reached

    @property
    def is_met(self) -> bool:
        return self.found >= self.least


def main() -> int:
    """Measure and print it."""
    asked = _arguments()
    task = _mains(asked.region)
    started = time.monotonic()
    found = propose(task, seconds=asked.seconds, seed=asked.seed)
    took = time.monotonic() - started
    shares = _stability(found.plan, task.ground)
    told = _goals(found, shares, took, asked.seconds)
    lines = _report(found, shares, took)
    if asked.front:
        started = time.monotonic()
        whole = propose(task, seconds=600.0, seed=asked.seed)
        took = time.monotonic() - started
        told.append(Goal(name="front: seconds left of 600", found=600 - took, least=0))
        lines += _front(whole, took)
    lines += ["", *(f"{'met   ' if g.is_met else 'MISSED'} {g.name}: {g.found:.3f}" for g in told)]
    if asked.json:
        goals = {goal.name: [goal.found, goal.least] for goal in told}
        lines = [json.dumps(goals)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(goal.is_met for goal in told) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", type=Path, default=HOUSE / "regions" / "skane")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--front", action="store_true", help="the whole front too: ten minutes")
    parser.add_argument("--json", action="store_true", help="print the goals as JSON")
    return parser.parse_args()


def _mains(region: Path) -> Task:
    """Return the task of the main libraries alone: the three loops, and the triangle at 8."""
    folder = read_folder(region)
    network, errors = read_network(folder.transport or "", libraries=folder.library_codes)
    if network is None:
        raise SystemExit(str(errors))
    stops = [stop for stop in stops_of(folder) if stop.kind == "main"]
    codes = {stop.code for stop in stops}
    loops = tuple(
        Loop(
            name=loop.name,
            hub=loop.hub,
            departs=loop.departs,
            stops=tuple(code for code in loop.stops if code in codes),
        )
        for loop in network.loops
        if len(codes.intersection(loop.stops)) > 1
    )
    exchange = Exchange(name="Triangle", hubs=TRIANGLE, departs=clock_of(8 * 60))
    return task_of(stops, replace(network, loops=loops, exchanges=(exchange,)))


def _goals(found: Proposal, shares: dict[str, float], took: float, seconds: float) -> list[Goal]:
    its = found.figures
    if its is None:
        return [Goal(name="a plan is found", found=0, least=1)]
    return [
        Goal(name="fewer km, share", found=1 - its.km / found.today.km, least=0.15),
        Goal(
            name="fewer van-hours, share",
            found=1 - its.van_hours / found.today.van_hours,
            least=0.10,
        ),
        Goal(name="km below 842.5", found=842.5 - its.km, least=0),
        Goal(name="van-hours below 20.05", found=20.05 - its.van_hours, least=0),
        Goal(name="pairs next weekday", found=its.next_weekday_pairs, least=1),
        Goal(name="seconds left", found=seconds + 5 - took, least=0),
        Goal(
            name="stops kept within 15 minutes, least", found=min(shares.values()), least=LEAST_KEPT
        ),
    ]


def _stability(made: Plan | None, ground: Ground) -> dict[str, float]:
    """Return the share of calls that stay near: each stop closed once, each stop new once."""
    shares: dict[str, float] = {}
    for stop in ground.stops if made is not None else ():
        if made is None or stop.code in made.hubs:
            continue
        fewer = replace(ground, stops=tuple(s for s in ground.stops if s != stop))
        closed = replan(made, fewer)
        shares[f"{stop.code} closed"] = kept_share(made, closed) if closed else 0.0
        again = closed and replan(closed, ground)
        shares[f"{stop.code} new"] = kept_share(closed, again) if closed and again else 0.0
    return shares


def _report(found: Proposal, shares: dict[str, float], took: float) -> list[str]:
    lines = [
        f"Skåne's main libraries, {took:.0f} s on 2 cores",
        "",
        _row("three loops", found.today),
    ]
    lines.append(f"{'':<14}{STUDY_FIXED}")
    if found.figures is not None and found.plan is not None:
        lines.append(_row("plan", found.figures))
        lines.append(f"{'':<14}{STUDY_ONE_HUB}; hubs here: {', '.join(found.plan.hubs)}")
    least = found.bound
    lines.append(
        f"{'no plan below':<14}       {least.vans:.0f} vans, {least.km:5.0f} km, "
        f"{least.van_hours:.1f} h, {least.cost:,.0f}" + (" (any hub)" if least.any_hubs else "")
    )
    if found.figures is not None:
        lines.append(
            f"{'gap':<14}       km {found.figures.km / least.km - 1:.1%}, hours "
            f"{found.figures.van_hours / least.van_hours - 1:.1%}, cost "
            f"{found.figures.cost / least.cost - 1:.1%} (study: km 8.5 %)"
        )
    worst = sorted(shares.items(), key=lambda item: item[1])[:3]
    mean = sum(shares.values()) / max(1, len(shares))
    lines += ["", f"calls within 15 minutes after one change: mean {mean:.1%}, worst {worst}"]
    return [*lines, *found.told]


def _front(found: Proposal, took: float) -> list[str]:
    lines = ["", f"The front: {len(found.front)} choices in {took:.0f} s"]
    lines.append("by    vans hubs days      km     h     cost    bound    gap  last   days")
    lines += [
        f"{clock_of(c.by):%H:%M} {c.vans:>4} {c.hubs:>4} {c.days_a_week:>4} "
        f"{c.figures.km:>7.0f} {c.figures.van_hours:>5.1f} {c.plan.cost:>8,.0f} "
        f"{c.bound.cost:>8,.0f} {c.gap or math.nan:>6.1%} {c.figures.last_delivery:%H:%M} "
        f"{c.figures.mean_days:>5.2f}  {', '.join(c.plan.hubs)}"
        for c in found.front
    ]
    return lines


def _row(name: str, its: Figures) -> str:
    return (
        f"{name:<14}here:  {its.vans} vans, {its.km:5,.0f} km, {its.van_hours:.1f} h, "
        f"{its.cost:,.0f}, {its.last_delivery:%H:%M}, {its.next_weekday_pairs:.0%} / "
        f"{its.next_weekday_demand:.0%}, {its.mean_days:.2f} days"
    )

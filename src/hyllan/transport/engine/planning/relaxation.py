"""The rounds of some hubs as a linear programme: what any of them must satisfy."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree, shortest_path

from hyllan.transport.engine.planning.ground import Ground, Matrix, Stop
from hyllan.transport.engine.planning.plan import window
from hyllan.transport.engine.planning.rules import Rules

LITTLE = 1e-6
INFEASIBLE = 2  # milp's status
CUT_ROUNDS = 15
THRESHOLDS = (0.02, 0.3, 0.5, 0.7)  # thinner roads are not looked at when groups are sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What is made as small as it can be: so much a kilometre, an hour, a van."""

    km: float = 0.0
    hour: float = 0.0
    van: float = 0.0


class Relaxation:
    """
    All that rounds of these hubs must satisfy, as far as linear rows can say it.

    The variables are the roads between two places (how often a van drives there, either way) and
    the number of vans. Every plan satisfies every row, so the least they allow is a lower bound.
    """

    def __init__(
        self, ground: Ground, rules: Rules, hubs: tuple[str, ...], stops: Iterable[Stop]
    ) -> None:
        served = [stop for stop in stops if stop.code not in hubs]
        self.stops = [stop.code for stop in served]
        self._count = len(served)
        legs = ground.legs.subset((*self.stops, *hubs))
        km, minutes = (np.minimum(m, m.T) for m in (legs.km, legs.minutes))
        places = len(legs.codes)
        self._ends = np.array(
            [(a, b) for a in range(self._count) for b in range(a + 1, places)], dtype=int
        ).reshape(-1, 2)
        self._km = km[self._ends[:, 0], self._ends[:, 1]]
        self._minutes = minutes[self._ends[:, 0], self._ends[:, 1]]
        self._to_hub = self._ends[:, 1] >= self._count
        self._takes = rules.stop_minutes
        windows = [window(stop.code, ground, rules) for stop in served]
        self._span = max((w[1] for w in windows), default=0) - min(
            (w[0] for w in windows), default=0
        )
        self._between = shortest_path(minutes[: self._count, : self._count])
        most = np.append(np.where(self._to_hub, 2.0, 1.0), float(rules.van_count))
        self._limits = Bounds(np.zeros(len(most)), most)
        self._rows = self._first_rows(places, rules, served)

    def _first_rows(
        self, places: int, rules: Rules, served: list[Stop]
    ) -> list[tuple[Matrix, float, float]]:
        at = np.zeros((places, len(self._ends)))
        each = np.arange(len(self._ends))
        at[self._ends[:, 0], each] = at[self._ends[:, 1], each] = 1.0
        rows = [(np.append(at[stop], 0.0), 2.0, 2.0) for stop in range(self._count)]
        # What goes out comes back: two roads at the hubs for each van.
        rows.append((np.append(self._to_hub.astype(float), -2.0), 0.0, 0.0))
        # From its first call to its last a van has `span` for driving and all its calls but one.
        calls = float(self._takes * self._count)
        inner = np.where(self._to_hub, 0.0, self._minutes)
        rows.append((np.append(inner, -float(self._span + self._takes)), -np.inf, -calls))
        rows.append((np.append(self._minutes, -float(rules.longest_round)), -np.inf, -calls))
        crates = max(sum(s.crates_out for s in served), sum(s.crates_back for s in served))
        capacity = max(van.capacity for van in rules.vans)
        empty = np.zeros(len(self._ends))
        rows.append((np.append(empty, float(capacity)), float(crates), np.inf))
        return rows

    def least(
        self,
        weights: Weights,
        groups: set[frozenset[str]],
        *,
        cut_rounds: int = CUT_ROUNDS,
        seconds: float = 0.0,
    ) -> float:
        """
        Return a lower bound on what rounds weigh; infinite: there are none.

        :param groups: groups of stops that were found to need more roads; new ones are added
        :param seconds: with whole roads and vans, for so long; without only the linear bound
        """
        if not self._count:
            return 0.0
        cost = np.append(weights.km * self._km + weights.hour * self._minutes / 60, weights.van)
        fixed = weights.hour * self._takes * self._count / 60
        rows = [*self._rows, *(row for group in groups if (row := self._cut(group)))]
        found = 0.0
        for _ in range(cut_rounds):
            value, solution = _linear(cost, rows, self._limits)
            if solution is None:
                return np.inf
            found = max(found, value)
            new = self._violated(solution)
            groups |= new
            if not (fresh := [row for group in new if (row := self._cut(group))]):
                break
            rows += fresh
        if seconds > 0:
            found = max(found, _whole(cost, rows, self._limits, seconds))
        return found + fixed

    def _cut(self, group: frozenset[str]) -> tuple[Matrix, float, float] | None:
        """Return the row: as many vans as the group needs must drive in and out of it."""
        inside = np.array([code in group for code in self.stops])
        if inside.sum() < 2 or inside.sum() != len(group):
            return None  # one of them is a hub here
        within = np.append(inside, np.zeros(self._ends.max() + 1 - self._count, dtype=bool))
        crosses = within[self._ends[:, 0]] != within[self._ends[:, 1]]
        return np.append(crosses.astype(float), 0.0), 2.0 * self._vans_for(inside), np.inf

    def _vans_for(self, inside: Matrix) -> int:
        """Return how many vans a group needs at least, by time: its shortest tree in that many."""
        numbers = np.flatnonzero(inside)
        tree = minimum_spanning_tree(self._between[np.ix_(numbers, numbers)])
        branches = np.sort(tree.data)[::-1]
        minutes, calls = float(branches.sum()), len(numbers) * self._takes
        for vans in range(1, len(numbers)):
            # So many vans leave out so many branches less one; each has `span` and one call more.
            if minutes - branches[: vans - 1].sum() + calls <= vans * (self._span + self._takes):
                return vans
        return len(numbers)

    def _violated(self, solution: Matrix) -> set[frozenset[str]]:
        """Return groups of stops into which this solution leads too few roads."""
        used = solution[:-1]
        found: set[frozenset[str]] = set()
        for threshold in THRESHOLDS:
            inner = (~self._to_hub) & (used > threshold)
            ends = self._ends[inner]
            graph = csr_matrix(
                (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(self._count, self._count)
            )
            number, labels = connected_components(graph, directed=False)
            for label in range(number):
                inside = labels == label
                if inside.sum() < 2:
                    continue
                group = frozenset(np.array(self.stops)[inside].tolist())
                row = self._cut(group)
                if row is not None and row[0][:-1] @ used < row[1] - 0.01:
                    found.add(group)
        return found


def _linear(
    cost: Matrix, rows: list[tuple[Matrix, float, float]], limits: Bounds
) -> tuple[float, Matrix | None]:
    found = milp(cost, constraints=_constraint(rows), bounds=limits)
    return (float(found.fun), np.array(found.x)) if found.success else (np.inf, None)


def _whole(
    cost: Matrix, rows: list[tuple[Matrix, float, float]], limits: Bounds, seconds: float
) -> float:
    """Return what HiGHS proved in so many seconds with whole roads and vans."""
    found = milp(
        cost,
        constraints=_constraint(rows),
        bounds=limits,
        integrality=np.ones(len(cost), dtype=np.int64),
        options={"time_limit": seconds},
    )
    if found.status == INFEASIBLE:
        return np.inf
    proved = found.mip_dual_bound
    return float(proved) if proved is not None else 0.0


def _constraint(rows: list[tuple[Matrix, float, float]]) -> LinearConstraint:
    matrix, low, high = (np.array(part) for part in zip(*rows, strict=True))
    return LinearConstraint(csr_matrix(matrix), low, high)

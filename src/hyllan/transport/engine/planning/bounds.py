"""What no plan can be better than, and why. In prose: docs/algorithms/planning.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from hyllan.transport.engine.planning.ground import Ground, Legs, Stop
from hyllan.transport.engine.planning.plan import window
from hyllan.transport.engine.planning.relaxation import LITTLE, Relaxation, Weights
from hyllan.transport.engine.planning.rules import Rules

ANY_HUB_WORK = 1_500  # candidates times stops: of more, only the plan's own hub is looked at
FIGURES = ("cost", "vans", "km", "van_hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """
    No plan within the rules on these hubs has less of any of these; infinite: there is no plan.

    Of a mean weekday, as in the figures. What was not asked for is zero, a bound too.
    """

    vans: float = 0
    km: float = 0.0
    van_hours: float = 0.0
    cost: float = 0.0
    any_hubs: bool = False  # for every choice of so many hubs; else for the plan's own hubs


def bound(
    ground: Ground,
    rules: Rules,
    *,
    hubs: Sequence[tuple[str, ...]],
    of: Sequence[str] = FIGURES,
    seconds: float = 0.0,
) -> Bound:
    """
    Return the least of the bounds of these choices of hubs.

    :param of: the figures that are wanted; each takes its time
    :param seconds: how long, for each figure, whole roads and vans are sought where it is weakest
    """
    days = day_groups(ground, rules)
    # Where all doors open at one time, all vans are out then. Else one may drive two rounds.
    opens = {window(stop.code, ground, rules)[0] for stop in ground.stops}
    a_van = 1.0 if len(opens) < 2 else 0.0
    every = {
        "vans": Weights(van=a_van),
        "km": Weights(km=1.0),
        "van_hours": Weights(hour=1.0),
        "cost": Weights(
            km=min(v.cost_per_km for v in rules.vans),
            hour=min(v.cost_per_hour for v in rules.vans),
            van=a_van * min(v.cost_per_day for v in rules.vans),
        ),
    }
    wanted = {key: every[key] for key in of}
    found = dict.fromkeys(wanted, 0.0)
    for stops, share in days:
        groups: set[frozenset[str]] = set()
        models = {choice: Relaxation(ground, rules, choice, stops) for choice in hubs}
        for key, weights in wanted.items():
            least = _least(models, weights, groups, ground.legs, seconds * share)
            found[key] = max(found[key], least) if key == "vans" else found[key] + share * least
    if "vans" in found and found["vans"] < inf:
        found["vans"] = ceil(found["vans"] - LITTLE)
    any_hubs = len(hubs) > 1 and not rules.hubs
    return Bound(**found, any_hubs=any_hubs)


def choices_to_bound(
    ground: Ground, candidates: Sequence[str], hubs: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Return every single hub, where the plan has one and the region is small; else its own."""
    if len(hubs) == 1 and len(candidates) * len(ground.stops) <= ANY_HUB_WORK:
        return [(hub,) for hub in candidates]
    return [hubs]


def day_groups(ground: Ground, rules: Rules) -> list[tuple[tuple[Stop, ...], float]]:
    """Return the sets of stops that are served together, each with its share of the weekdays."""
    groups: dict[tuple[Stop, ...], float] = {}
    for day in rules.weekdays:
        served = tuple(stop for stop in ground.stops if day in rules.days_of(stop))
        groups[served] = groups.get(served, 0.0) + 1 / len(rules.weekdays)
    return list(groups.items())


def _least(
    models: dict[tuple[str, ...], Relaxation],
    weights: Weights,
    groups: set[frozenset[str]],
    legs: Legs,
    seconds: float,
) -> float:
    joined = {choice: _joining(choice, legs, weights) for choice in models}
    lows = {
        choice: model.least(weights, groups, cut_rounds=1) + joined[choice]
        for choice, model in models.items()
    }
    # Only the weakest counts: it is sharpened until it is no longer the weakest, or done.
    cut: set[tuple[str, ...]] = set()
    whole: set[tuple[str, ...]] = set()
    while True:
        weakest = min(lows, key=lambda choice: (lows[choice], choice))
        if weakest not in cut:
            cut.add(weakest)
            better = models[weakest].least(weights, groups)
        elif seconds > LITTLE and weakest not in whole and lows[weakest] < inf:
            whole.add(weakest)
            seconds /= 2
            better = models[weakest].least(weights, groups, seconds=seconds)
        else:
            return lows[weakest]
        lows[weakest] = max(lows[weakest], better + joined[weakest])


def _joining(hubs: tuple[str, ...], legs: Legs, weights: Weights) -> float:
    """
    Return the least that exchanges between these hubs weigh.

    Crates go both ways between any two hubs. So vans drive a closed way through all of them: there
    and back between two, no less than the ring through three, and through more no less than that
    of any three.
    """
    if len(hubs) < 2:
        return 0.0
    lengths = legs.subset(hubs)
    weighed = weights.km * lengths.km + weights.hour * lengths.minutes / 60
    if len(hubs) == 2:
        return float(weighed[0, 1] + weighed[1, 0])
    a, b, c = 0, 1, 2
    return float(
        min(
            weighed[a, b] + weighed[b, c] + weighed[c, a],
            weighed[a, c] + weighed[c, b] + weighed[b, a],
        )
    )

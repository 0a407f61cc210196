"""Plan the vans' network of a region folder, or with changed inputs: what the command asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from hyllan.region.engine.folder import Folder
from hyllan.region.engine.weekdays import read_weekdays
from hyllan.transport.connectors.router import road_legs
from hyllan.transport.connectors.solver import Solver
from hyllan.transport.engine.network import Network, NetworkError, read_network
from hyllan.transport.engine.planning.bounds import Bound, bound, choices_to_bound
from hyllan.transport.engine.planning.design import likely_hubs, plan, possible_hubs
from hyllan.transport.engine.planning.figures import Figures, figures, regional
from hyllan.transport.engine.planning.front import Choice, front
from hyllan.transport.engine.planning.ground import Ground, Legs, Stop
from hyllan.transport.engine.planning.plan import Plan, as_network, vans_by_name
from hyllan.transport.engine.planning.rules import Rules, minutes_of, rules_of
from hyllan.transport.engine.planning.scope import ground_of, local_rounds, places_in_scope

WORKERS = 2
FRONT_FROM_SECONDS = 240.0  # less time is spent on the asked promise alone
PLAN_SECONDS, PLAN_SHARE = 45.0, 0.62  # at most, and of less time
BOUND_SHARE = 0.08
FRONT_SHARE = 0.35  # for routes; the bounds take the rest
ALL_BUT_LAST = 0.95  # of the seconds: then what is missing stays so


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a region's data say: where the vans go today, and what any plan must serve."""

    ground: Ground
    today: Network  # without the municipalities' own rounds
    local: Network  # these alone
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan beside today's, with what no plan can be better than."""

    today: Figures
    plan: Plan | None
    figures: Figures | None
    network: Network | None  # the plan with the local rounds, as it can be published
    bound: Bound
    front: tuple[Choice, ...]
    told: tuple[str, ...]  # sentences on what the figures rest on


def read_task(
    folder: Folder, *, router_url: str = ""
) -> tuple[Task | None, tuple[NetworkError, ...]]:
    """
    Return what is to be planned in a region folder, or every error of its transport.toml.

    :param router_url: measures the roads (connectors/router.py); without it they are estimated
    """
    network, errors = read_network(folder.transport or "", libraries=folder.library_codes)
    if network is None:
        return None, errors
    libraries = stops_of(folder)
    legs = road_legs(places_in_scope(libraries, network), router_url) if router_url else None
    return task_of(libraries, network, legs=legs), ()


def stops_of(folder: Folder) -> tuple[Stop, ...]:
    """Return all libraries of a region folder. A main library stands for its municipality."""
    people = {row.code: row.population or 0 for row in folder.organisations}
    return tuple(
        Stop(
            code=row.code,
            place=(row.lat, row.lon),
            organisation=row.organisation,
            kind=row.kind,
            population=people.get(row.organisation, 0) if row.kind == "main" else 0,
            opens=minutes_of(row.van_from),
            weekdays=read_weekdays(row.van_weekdays),
        )
        for row in folder.libraries
    )


def task_of(
    libraries: Iterable[Stop],
    network: Network,
    *,
    legs: Legs | None = None,
    closed_roads: Iterable[tuple[str, str]] = (),
    crates: dict[str, tuple[int, int]] | None = None,
) -> Task:
    """Return what is to be planned, with the rules of today's network; change them by `replace`."""
    known = tuple(libraries)
    organisations = {stop.code: stop.organisation for stop in known}
    return Task(
        ground=ground_of(known, network, legs=legs, closed_roads=closed_roads, crates=crates),
        today=regional(network, organisations),
        local=local_rounds(known, network),
        rules=rules_of(network),
    )


def propose(
    task: Task,
    *,
    seconds: float,
    seed: int = 1,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _: None,
) -> Proposal:
    """Return the best plan found in so many seconds on two cores; with much time the front too."""
    ground, rules = task.ground, task.rules
    told = [ground.legs.told]
    ends = monotonic() + ALL_BUT_LAST * seconds
    has_front = seconds >= FRONT_FROM_SECONDS
    planning = min(PLAN_SECONDS, PLAN_SHARE * seconds)
    share = planning / seconds if has_front else 1.0
    with Solver(workers=WORKERS) as solve:
        made = plan(
            ground,
            rules,
            solve=solve,
            seconds=planning,
            workers=WORKERS,
            seed=seed,
            stop=stop,
            progress=lambda done: progress(share * 0.85 * done),
        )
        least = _bound(ground, rules, made, seconds=BOUND_SHARE * min(seconds, 60.0))
        progress(share)
        choices: tuple[Choice, ...] = ()
        if has_front and not stop():
            choices = front(
                ground,
                rules,
                solve=solve,
                seconds=FRONT_SHARE * (seconds - planning),
                workers=WORKERS,
                seed=seed,
                stop=lambda: stop() or monotonic() > ends,
                progress=lambda done: progress(share + (1 - share) * done),
            )
        if solve.killed:
            told.append(f"PyVRP did not answer {solve.killed} times and was ended.")
    progress(1.0)
    return Proposal(
        today=figures(task.today, ground),
        plan=made,
        figures=figures(as_network(made), ground, vans=vans_by_name(made)) if made else None,
        network=as_network(made, keeping=task.local) if made else None,
        bound=least,
        front=choices,
        told=tuple(told),
    )


def _bound(ground: Ground, rules: Rules, made: Plan | None, *, seconds: float) -> Bound:
    """Return a bound for the plan's hubs; without a plan for those that would have been tried."""
    candidates = possible_hubs(ground, rules)
    likely = likely_hubs(ground, rules, min(rules.hub_counts))
    hubs = tuple(sorted(rules.hubs)) or (made.hubs if made else likely[0] if likely else ())
    choices = [hubs] if rules.hubs else choices_to_bound(ground, candidates, hubs)
    return bound(ground, rules, hubs=choices, seconds=seconds)

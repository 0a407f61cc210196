"""What of a region is planned: the stops of the vans that cross municipal borders."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hyllan.transport.engine.distance import DETOUR_FACTOR, Position
from hyllan.transport.engine.network import Network
from hyllan.transport.engine.planning.figures import is_local, regional
from hyllan.transport.engine.planning.ground import (
    Ground,
    Legs,
    Stop,
    close_roads,
    estimated_legs,
)

HUB_KINDS = {"main", "hub"}


def stops_in_scope(libraries: Iterable[Stop], network: Network) -> tuple[Stop, ...]:
    """
    Return the libraries that are planned for: all main ones and all on a loop of today's.

    Branches on their municipality's own round are served by that round. A terminal (kind `hub`)
    lends nothing, so no van must call there.
    """
    known = tuple(libraries)
    organisations = {stop.code: stop.organisation for stop in known}
    called = regional(network, organisations).libraries
    return tuple(
        stop
        for stop in known
        if stop.kind == "main" or (stop.code in called and stop.kind != "hub")
    )


def places_in_scope(libraries: Iterable[Stop], network: Network) -> dict[str, Position]:
    """Return the positions of all stops and all candidates for a hub: what legs are wanted for."""
    known = tuple(libraries)
    stops = {stop.code for stop in stops_in_scope(known, network)}
    return {s.code: s.place for s in known if s.code in stops or s.kind in HUB_KINDS}


def ground_of(
    libraries: Iterable[Stop],
    network: Network,
    *,
    crates: Mapping[str, tuple[int, int]] | None = None,
    legs: Legs | None = None,
    factor: float = DETOUR_FACTOR,
    closed_roads: Iterable[tuple[str, str]] = (),
) -> Ground:
    """
    Return what is planned for.

    :param libraries: all of the region; their crates are set here
    :param crates: crates left and fetched a weekday, where they have been measured; elsewhere one
        for each `inhabitants_per_crate`
    :param legs: from a router, over `places_in_scope`; without them they are estimated
    :param factor: road over great circle, for estimated legs
    :param closed_roads: pairs of libraries between which no van can drive straight
    """
    known = tuple(libraries)
    places = places_in_scope(known, network)
    stops = stops_in_scope(known, network)
    measured = crates or {}
    per = network.service.inhabitants_per_crate
    today = regional(network, {stop.code: stop.organisation for stop in known})
    found = legs if legs is not None else estimated_legs(places, factor=factor)
    kinds = {stop.code: stop.kind for stop in known}
    hubs = (c for c in places if kinds[c] in HUB_KINDS or c in today.hubs)
    return Ground(
        stops=tuple(_with_crates(stop, measured.get(stop.code), per) for stop in stops),
        hubs=tuple(sorted(hubs)),
        legs=close_roads(found, closed_roads),
        places=places,
    )


def local_rounds(libraries: Iterable[Stop], network: Network) -> Network:
    """Return the network's local rounds alone: what a new plan leaves as it is."""
    organisations = {stop.code: stop.organisation for stop in libraries}
    return replace(
        network,
        loops=tuple(loop for loop in network.loops if is_local(loop, organisations)),
        exchanges=(),
    )


def _with_crates(stop: Stop, measured: tuple[int, int] | None, per: int) -> Stop:
    out, back = measured or (max(1, round(stop.population / per)),) * 2
    return replace(stop, crates_out=out, crates_back=back)

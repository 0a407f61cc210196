import json

import httpx
import pytest

from hyllan.transport.connectors.router import road_legs
from hyllan.transport.engine.planning.ground import estimated_legs

PLACES = {"LUND": (55.706, 13.192), "ESLOV": (55.839, 13.304)}
OSRM = {"durations": [[0, 1290], [1310, 0]], "distances": [[0, 20_400], [20_700, 0]]}
CELLS = [[(0, 0), (1290, 20.4)], [(1310, 20.7), (0, 0)]]
VALHALLA = {
    "sources_to_targets": [[{"time": t, "distance": d} for t, d in row] for row in CELLS],
}


def answering(content: object, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, content=json.dumps(content)))


@pytest.mark.parametrize(
    ("url", "content"), [("http://router", OSRM), ("valhalla+http://router", VALHALLA)]
)
def test_legs_are_what_the_router_says(url: str, content: object) -> None:
    legs = road_legs(PLACES, url, transport=answering(content))

    assert legs.between("LUND", "ESLOV") == (20.4, 22)
    assert legs.between("ESLOV", "LUND") == (20.7, 22)
    assert "the router's" in legs.told


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"durations": [[0]], "distances": [[0]]},
        OSRM | {"durations": [[0, None], [9, 0]]},
        OSRM | {"distances": "far"},
    ],
)
def test_router_without_a_whole_table_is_replaced_by_the_estimate(content: object) -> None:
    legs = road_legs(PLACES, "http://router", transport=answering(content))

    assert legs.between("LUND", "ESLOV") == estimated_legs(PLACES).between("LUND", "ESLOV")
    assert legs.told.startswith("The router gave no answer")


def test_router_that_is_down_is_replaced_by_the_estimate() -> None:
    legs = road_legs(PLACES, "http://router", transport=answering(OSRM, status=503))

    assert legs.told.startswith("The router gave no answer (HTTPStatusError). Distances are 1.17")


def test_without_a_router_legs_are_estimated_and_say_how_well() -> None:
    assert road_legs(PLACES, "").told == (
        "Distances are 1.17 times the great circle plus 1 km; a single leg is off by 5 % "
        "(one standard deviation)."
    )

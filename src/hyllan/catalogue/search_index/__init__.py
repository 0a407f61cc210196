"""
The search index: a Tantivy index on disk in HYLLAN_HOME, written by one process, read by all.

Words are cut, folded and stemmed by us (engine/folding.py, engine/stemming.py), so Tantivy splits
at blanks only. A commit is atomic: a writer that is killed leaves the last commit, and its lock
goes with its process. Readers see a commit of another process by the changed time stamp of
meta.json. In prose: docs/algorithms/search.md. Start at schema.py.
"""

from hyllan.catalogue.search_index.beginnings import begun
from hyllan.catalogue.search_index.cql import INDEXES as CQL_INDEXES
from hyllan.catalogue.search_index.cql import find_cql
from hyllan.catalogue.search_index.entry import Entry
from hyllan.catalogue.search_index.facets import Facets
from hyllan.catalogue.search_index.finding import Found, count, find, whole_shelf
from hyllan.catalogue.search_index.listing import find_editions
from hyllan.catalogue.search_index.questions import Filters
from hyllan.catalogue.search_index.ranking import Group, Sort
from hyllan.catalogue.search_index.schema import folder
from hyllan.catalogue.search_index.writer import IndexBusy, Writer, writing

__all__ = [
    "CQL_INDEXES",
    "Entry",
    "Facets",
    "Filters",
    "Found",
    "Group",
    "IndexBusy",
    "Sort",
    "Writer",
    "begun",
    "count",
    "find",
    "find_cql",
    "find_editions",
    "folder",
    "whole_shelf",
    "writing",
]

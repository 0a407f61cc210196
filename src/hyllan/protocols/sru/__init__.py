"""
SRU 1.1, 1.2 and 2.0 with CQL, both sides: what is asked, what is answered, what a query means.

Start at: `cql_tree.py` for what a query is, `cql.py` reads it, `cql_names.py` settles its names.
"""

from .cql import parse_cql
from .cql_names import Names, names, resolved
from .cql_tree import (
    SERVER_CHOICE,
    Boolean,
    CqlError,
    CqlQuery,
    Mask,
    Modifier,
    Prefix,
    SearchClause,
    SortKey,
    Tree,
    clauses,
    is_masked,
    pieces,
    plain,
)
from .cql_write import to_cql

__all__ = [
    "SERVER_CHOICE",
    "Boolean",
    "CqlError",
    "CqlQuery",
    "Mask",
    "Modifier",
    "Names",
    "Prefix",
    "SearchClause",
    "SortKey",
    "Tree",
    "clauses",
    "is_masked",
    "names",
    "parse_cql",
    "pieces",
    "plain",
    "resolved",
    "to_cql",
]

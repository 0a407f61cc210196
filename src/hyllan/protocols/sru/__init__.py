"""
SRU 1.1, 1.2 and 2.0 with CQL, both sides: what is asked, what is answered, what a query means.

Start at: `cql_tree.py` for what a query is (`cql.py` reads it, `cql_names.py` settles its names),
`messages.py` for the rest; `requests.py` and `answers.py` serve, `client.py` asks.
"""

from .answers import refused, write_explanation, write_found, write_refusal
from .client import read_page, search_parameters
from .cql import parse_cql
from .cql_cost import refuse_costly
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
from .messages import (
    DUBLIN_CORE,
    MARCXML,
    Code,
    Diagnostic,
    Escaping,
    ExplainRequest,
    Explanation,
    Found,
    Operation,
    Refusal,
    Schema,
    SearchRequest,
    SruPage,
    SruRecord,
    Version,
)
from .requests import MOST, USUAL_COUNT, read_request

__all__ = [
    "DUBLIN_CORE",
    "MARCXML",
    "MOST",
    "SERVER_CHOICE",
    "USUAL_COUNT",
    "Boolean",
    "Code",
    "CqlError",
    "CqlQuery",
    "Diagnostic",
    "Escaping",
    "ExplainRequest",
    "Explanation",
    "Found",
    "Mask",
    "Modifier",
    "Names",
    "Operation",
    "Prefix",
    "Refusal",
    "Schema",
    "SearchClause",
    "SearchRequest",
    "SortKey",
    "SruPage",
    "SruRecord",
    "Tree",
    "Version",
    "clauses",
    "is_masked",
    "names",
    "parse_cql",
    "pieces",
    "plain",
    "read_page",
    "read_request",
    "refuse_costly",
    "refused",
    "resolved",
    "search_parameters",
    "to_cql",
    "write_explanation",
    "write_found",
    "write_refusal",
]

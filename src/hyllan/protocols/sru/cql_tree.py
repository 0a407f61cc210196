"""
What a CQL query says (CQL 1.2; OASIS searchRetrieve 1.0 part 5, CQL 2.0), as frozen dataclasses.

A term keeps its masking: `*` is any letters, `?` one letter, `^` an end of the field, and each of
them stands for itself behind a backslash. `pieces` takes a term apart, `plain` reads it as text.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

SERVER_CHOICE = "cql.serverChoice"
BOOLEANS = ("and", "or", "not", "prox")
SYMBOLS = ("==", "<=", ">=", "<>", "=", "<", ">")
_PIECE = re.compile(r"\\(.)|([*?^])|([^\\*?^]+)|(\\)", re.DOTALL)


class CqlError(ValueError):
    """The query cannot be read or served: a number of SRU's list of diagnostics, and on what."""

    def __init__(self, diagnostic: int, details: str = "") -> None:
        """Keep the number of info:srw/diagnostic/1/ and what it is about, in the query's words."""
        self.diagnostic = diagnostic
        self.details = details
        super().__init__(f"info:srw/diagnostic/1/{diagnostic}: {details}")


@dataclass(frozen=True, slots=True)
class Modifier:
    """`/stem`, or with a comparison `/distance<3`; behind a relation, a boolean or a sort key."""

    name: str
    comparison: str = ""  # one of SYMBOLS, or empty as the value is
    value: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """`> name = "identifier"`: what a context set is called here; no name: the default set."""

    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class SearchClause:
    """A term alone is `cql.serverChoice = term`."""

    index: str
    relation: str  # one of SYMBOLS, or a name as written: any, all, exact, within, adj, encloses …
    modifiers: tuple[Modifier, ...]
    term: str
    prefixes: tuple[Prefix, ...] = ()  # empty once `resolved`


@dataclass(frozen=True, slots=True)
class Boolean:
    """Two parts, joined; `a or b not c` is `(a or b) not c`: all operators bind alike."""

    operator: str  # one of BOOLEANS
    left: "Tree"
    right: "Tree"
    modifiers: tuple[Modifier, ...] = ()
    prefixes: tuple[Prefix, ...] = ()  # empty once `resolved`


Tree: TypeAlias = SearchClause | Boolean


@dataclass(frozen=True, slots=True)
class SortKey:
    index: str
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True)
class CqlQuery:
    tree: Tree
    sort: tuple[SortKey, ...] = ()


class Mask(enum.Enum):
    """What stands in a term for something else."""

    ANY = "*"
    ONE = "?"
    END = "^"


def pieces(term: str) -> tuple[str | Mask, ...]:
    """Return the literal texts and the masks of a term, in their order, without backslashes."""
    found: list[str | Mask] = []
    for match in _PIECE.finditer(term):
        if match[2]:
            found.append(Mask(match[2]))
        elif found and isinstance(found[-1], str):
            found[-1] += match[1] or match[3] or match[4]
        else:
            found.append(match[1] or match[3] or match[4])
    return tuple(found)


def plain(term: str) -> str:
    """Return the text of a term: masks as the letters they are, no backslashes."""
    return "".join(piece if isinstance(piece, str) else piece.value for piece in pieces(term))


def is_masked(term: str) -> bool:
    """Say whether any mask stands in the term."""
    return any(isinstance(piece, Mask) for piece in pieces(term))


def clauses(tree: Tree) -> Iterator[SearchClause]:
    """Yield the search clauses from left to right."""
    if isinstance(tree, SearchClause):
        yield tree
    else:
        yield from clauses(tree.left)
        yield from clauses(tree.right)

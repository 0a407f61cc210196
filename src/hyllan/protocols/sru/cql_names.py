"""
Give every name in a query the one spelling that is known here, whatever it was written as.

A context set may be called anything (`> x = "info:srw/cql-context-set/1/dc-v1.1" x.Title = cat`),
a name may stand without its set, and capitals do not count (CQL 1.2, section on context sets).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .cql_tree import (
    SYMBOLS,
    Boolean,
    CqlError,
    CqlQuery,
    Modifier,
    Prefix,
    SearchClause,
    SortKey,
    Tree,
)

CONTEXT_SET, INDEX = 15, 16
STANDARD_SETS: Mapping[str, str] = {
    "info:srw/cql-context-set/1/cql-v1.2": "cql",
    "info:srw/cql-context-set/1/cql-v1.1": "cql",
    "http://www.loc.gov/zing/cql/context-sets/cql/v1.1/": "cql",
    "http://www.loc.gov/zing/cql/context-sets/cql/v1.2/": "cql",
    "info:srw/cql-context-set/1/dc-v1.1": "dc",
    "http://www.loc.gov/zing/cql/dc-indexes/v1.0/": "dc",
    "http://zing.z3950.org/cql/bath/2.0/": "bath",
    "info:srw/cql-context-set/2/rec-1.1": "rec",
    "info:srw/cql-context-set/1/sort-v1.0": "sort",
}
"""Identifiers of context sets and their usual short names; of several the first is told."""


@dataclass(frozen=True, slots=True)
class Names:
    """
    What is served: indexes by their full names (`dc.title`), sets by their identifiers.

    A name without a set is looked for in the order the indexes stand.
    """

    indexes: tuple[str, ...]
    sets: Mapping[str, str]  # identifier: short name

    def index(self, name: str, prefixes: tuple[Prefix, ...]) -> str:
        """
        Return the full name of an index.

        :raises CqlError: the set (15) or the index (16) is not known
        """
        full, known = self.full(name, prefixes), {one.casefold(): one for one in self.indexes}
        if "." in full:
            found = known.get(full, "")
        else:
            found = next((one for one in self.indexes if _local(one) == full), "")
        if not found:
            raise CqlError(INDEX, name)
        return found

    @property
    def identifiers(self) -> dict[str, str]:
        """Return each short name with the first of its identifiers."""
        found: dict[str, str] = {}
        for identifier, short in self.sets.items():
            found.setdefault(short, identifier)
        return found

    def full(self, name: str, prefixes: tuple[Prefix, ...]) -> str:
        """
        Return the name in small letters behind the short name of its set, if it is in one.

        :raises CqlError: the set is not known (15)
        """
        prefix, dot, local = name.casefold().rpartition(".")
        bound = {one.name.casefold(): one.identifier for one in prefixes}
        if prefix in bound:
            short = self.sets.get(bound[prefix])
            if short is None:
                raise CqlError(CONTEXT_SET, bound[prefix])
            return f"{short}.{local}"
        if dot and prefix not in self.sets.values():
            raise CqlError(CONTEXT_SET, prefix)
        return f"{prefix}{dot}{local}"


def names(indexes: Iterable[str], sets: Mapping[str, str] | None = None) -> Names:
    """Return the names served; sets of one's own stand beside the standard ones."""
    return Names(tuple(indexes), {**STANDARD_SETS, **(sets or {})})


def resolved(query: CqlQuery, known: Names) -> CqlQuery:
    """
    Return the query with full index names as in `known`, without prefixes.

    Relations, modifiers and sort keys come in small letters, those of the cql set without its
    name; `exact` is `==` and `scr`, as CQL 1.1 says for the server's choice, is `=`.

    :raises CqlError: a context set (15) or an index (16) is not known
    """
    tree = _tree(query.tree, (), known)
    prefixes = query.tree.prefixes
    sort = tuple(
        SortKey(known.index(key.index, prefixes), _modifiers(key.modifiers, prefixes, known))
        for key in query.sort
    )
    return CqlQuery(tree, sort)


def _tree(tree: Tree, outer: tuple[Prefix, ...], known: Names) -> Tree:
    prefixes = (*outer, *tree.prefixes)  # the innermost of one name counts
    modifiers = _modifiers(tree.modifiers, prefixes, known)
    if isinstance(tree, Boolean):
        left, right = _tree(tree.left, prefixes, known), _tree(tree.right, prefixes, known)
        return replace(tree, left=left, right=right, modifiers=modifiers, prefixes=())
    return SearchClause(
        index=known.index(tree.index, prefixes),
        relation=_relation(tree.relation, prefixes, known),
        modifiers=modifiers,
        term=tree.term,
    )


def _relation(relation: str, prefixes: tuple[Prefix, ...], known: Names) -> str:
    if relation in SYMBOLS:
        return relation
    name = _without_cql(known.full(relation, _named(prefixes)))
    return {"exact": "==", "scr": "="}.get(name, name)


def _modifiers(
    modifiers: tuple[Modifier, ...], prefixes: tuple[Prefix, ...], known: Names
) -> tuple[Modifier, ...]:
    return tuple(
        replace(one, name=_without_cql(known.full(one.name, _named(prefixes)))) for one in modifiers
    )


def _named(prefixes: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
    """Leave the default set out: it is for indexes; relations without a set are of cql."""
    return tuple(one for one in prefixes if one.name)


def _without_cql(name: str) -> str:
    return name.removeprefix("cql.")


def _local(index: str) -> str:
    return index.casefold().rpartition(".")[2]

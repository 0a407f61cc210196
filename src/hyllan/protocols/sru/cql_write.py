"""Write a query as CQL text: reading it again gives the same query."""

import re

from .cql_tree import (
    BOOLEANS,
    SERVER_CHOICE,
    SYMBOLS,
    CqlQuery,
    Modifier,
    Prefix,
    SearchClause,
    SortKey,
    Tree,
)

_PLAIN = re.compile(r"[^\s()=<>\"/\\]+")  # needs no quotes
_KEYWORDS = {*BOOLEANS, "sortby"}


def to_cql(query: CqlQuery) -> str:
    """Return the query as text."""
    text = _prefixes(query.tree.prefixes) + _joined(query.tree)
    if query.sort:
        text += " sortBy " + " ".join(map(_sort_key, query.sort))
    return text


def _joined(tree: Tree) -> str:
    """Return the tree without its own prefixes; joins bind to the left, so the right is put in."""
    if isinstance(tree, SearchClause):
        return _clause(tree)
    left = _inside(tree.left) if tree.left.prefixes else _joined(tree.left)
    right = tree.right
    single = isinstance(right, SearchClause) and not right.prefixes
    return f"{left} {tree.operator}{_modifiers(tree.modifiers)} " + (
        _joined(right) if single else _inside(right)
    )


def _inside(tree: Tree) -> str:
    return f"({_prefixes(tree.prefixes)}{_joined(tree)})"


def _prefixes(prefixes: tuple[Prefix, ...]) -> str:
    return "".join(
        f"> {_name(one.name)} = {_name(one.identifier)} "
        if one.name
        else f"> {_name(one.identifier)} "
        for one in prefixes
    )


def _clause(clause: SearchClause) -> str:
    term = _term(clause.term)
    if (clause.index, clause.relation, clause.modifiers) == (SERVER_CHOICE, "=", ()):
        return term
    relation = clause.relation if clause.relation in SYMBOLS else _escaped(clause.relation)
    return f"{_name(clause.index)} {relation}{_modifiers(clause.modifiers)} {term}"


def _modifiers(modifiers: tuple[Modifier, ...]) -> str:
    return "".join(
        f"/{_name(one.name)}{one.comparison}{_name(one.value) if one.comparison else ''}"
        for one in modifiers
    )


def _sort_key(key: SortKey) -> str:
    return _name(key.index) + _modifiers(key.modifiers)


def _name(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _term(term: str) -> str:
    if _PLAIN.fullmatch(term) and term.lower() not in _KEYWORDS:
        return term
    return '"' + term.replace('"', '\\"') + '"'


def _escaped(name: str) -> str:
    """Return the name of a relation, which cannot stand between quotes."""
    return re.sub(r"([\s()=<>\"/\\])", r"\\\1", name)

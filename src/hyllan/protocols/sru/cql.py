"""
Read a query in CQL 1.2 or 2.0, by recursive descent over its grammar, in bounded time.

    dc.title any/stem "fish frog" and (dc.date within "1990 2000" or bath.isbn = 9789129688313)
    > dc = "info:srw/cql-context-set/1/dc-v1.1" dc.creator = strindb* sortBy dc.date/sort.descending

`parse_cql` reads names as they are written; `cql_names.resolved` gives them those we know them by.
Grammar: http://www.loc.gov/standards/sru/cql/spec.html, and OASIS searchRetrieve part 5, annex A.
"""

import re
from dataclasses import dataclass, replace
from typing import TypeVar

from .cql_tree import (
    BOOLEANS,
    SERVER_CHOICE,
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

LONGEST = 10_000  # characters in a query
LONGEST_TERM = 1_000
MOST_CLAUSES = 60
DEEPEST = 30  # parentheses inside each other
MOST_NAMES = 20  # modifiers at one place, prefixes, sort keys

SYNTAX, TOO_LONG, PARENTHESES, QUOTES, CONTEXT_SET = 10, 12, 13, 14, 15
TERM_TOO_LONG, WRONG_ESCAPE, TOO_MANY_BOOLEANS, TOO_MANY_SORT_KEYS = 23, 26, 38, 84

T = TypeVar("T")
_TOKEN = re.compile(
    r"""\s*(?:(?P<symbol>==|<=|>=|<>|[=<>()/])
    |"(?P<quoted>(?:[^"\\]|\\.)*)"
    |(?P<word>(?:[^\s()=<>"/\\]|\\.)+))""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = '*?^"\\'  # the only ones that a backslash may stand before


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # symbol, quoted, word; empty at the end
    text: str

    def is_keyword(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


_END = _Token("", "")


def parse_cql(text: str) -> CqlQuery:
    """
    Return what the query says.

    :raises CqlError: it is no CQL, or longer, deeper or wider than is read here
    """
    if len(text) > LONGEST:
        raise CqlError(TOO_LONG, str(LONGEST))
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            rest = text[place:].lstrip()
            raise CqlError(QUOTES if rest.startswith('"') else SYNTAX, rest[:100])
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind]))
        place = match.end()
    return found


class _Parser:
    """One token ahead; the methods are named by what they read."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._clauses = 0

    def query(self) -> CqlQuery:
        tree = self._scoped(depth=0)
        sort = self._sort_keys() if self._take_keyword("sortby") else ()
        if self._next.is_symbol(")"):
            raise CqlError(PARENTHESES, ")")
        if self._next is not _END:
            raise CqlError(SYNTAX, self._next.text[:100])
        return CqlQuery(tree, sort)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _take_symbol(self, *symbols: str) -> str:
        return self._take().text if self._next.is_symbol(*symbols) else ""

    def _take_keyword(self, *words: str) -> str:
        return self._take().text.lower() if self._next.is_keyword(*words) else ""

    def _scoped(self, *, depth: int) -> Tree:
        """Prefixes, and all that is joined behind them."""
        prefixes = self._prefixes()
        tree = self._operand(depth)
        while operator := self._take_keyword(*BOOLEANS):
            modifiers = self._modifiers()
            tree = Boolean(operator, tree, self._operand(depth), modifiers)
        if not prefixes:
            return tree
        return replace(tree, prefixes=_few(prefixes + tree.prefixes))

    def _prefixes(self) -> tuple[Prefix, ...]:
        found: list[Prefix] = []
        while self._take_symbol(">"):
            first = _unescaped(self._text())
            if self._take_symbol("="):
                found.append(Prefix(first, _unescaped(self._text())))
            else:
                found.append(Prefix("", first))
        return _few(tuple(found))

    def _operand(self, depth: int) -> Tree:
        if self._take_symbol("("):
            if depth >= DEEPEST:
                raise CqlError(PARENTHESES, f"more than {DEEPEST} inside each other")
            tree = self._scoped(depth=depth + 1)
            if not self._take_symbol(")"):
                raise CqlError(PARENTHESES, self._next.text[:100] or "(")
            return tree
        return self._clause()

    def _clause(self) -> SearchClause:
        self._clauses += 1
        if self._clauses > MOST_CLAUSES:
            raise CqlError(TOO_MANY_BOOLEANS, str(MOST_CLAUSES - 1))
        first = self._text()
        relation = self._relation()
        if not relation:
            return SearchClause(SERVER_CHOICE, "=", (), _term(first))
        modifiers = self._modifiers()
        return SearchClause(_unescaped(first), relation, modifiers, _term(self._text()))

    def _relation(self) -> str:
        if symbol := self._take_symbol(*SYMBOLS):
            return symbol
        if self._next.kind == "word" and not self._next.is_keyword(*BOOLEANS, "sortby"):
            return _unescaped(self._take().text)
        return ""

    def _modifiers(self) -> tuple[Modifier, ...]:
        found: list[Modifier] = []
        while self._take_symbol("/"):
            name = _unescaped(self._text())
            comparison = self._take_symbol(*SYMBOLS)
            value = _unescaped(self._text()) if comparison else ""
            found.append(Modifier(name, comparison, value))
        return _few(tuple(found))

    def _sort_keys(self) -> tuple[SortKey, ...]:
        found: list[SortKey] = []
        while self._next.kind in {"word", "quoted"}:
            found.append(SortKey(_unescaped(self._text()), self._modifiers()))
        if not found:
            raise CqlError(SYNTAX, "sortBy")
        if len(found) > MOST_NAMES:
            raise CqlError(TOO_MANY_SORT_KEYS, str(MOST_NAMES))
        return tuple(found)

    def _text(self) -> str:
        """Return a word, or what stands between quotes."""
        if self._next.kind in {"word", "quoted"}:
            return self._take().text
        raise CqlError(SYNTAX, self._next.text[:100] or "the query ends too early")


def _few(found: tuple[T, ...]) -> tuple[T, ...]:
    if len(found) > MOST_NAMES:
        raise CqlError(SYNTAX, f"more than {MOST_NAMES} modifiers or prefixes in one place")
    return found


def _unescaped(name: str) -> str:
    """Return a name or value, in which nothing is a mask, without its backslashes."""
    return _ESCAPE.sub(r"\1", name)


def _term(written: str) -> str:
    """Return the term with backslashes before masks only."""
    if len(written) > LONGEST_TERM:
        raise CqlError(TERM_TOO_LONG, str(LONGEST_TERM))
    for found in _ESCAPE.finditer(written):
        if found[1] not in _SPECIAL:
            raise CqlError(WRONG_ESCAPE, found[0])
    return _ESCAPE.sub(lambda found: '"' if found[1] == '"' else found[0], written)

"""
A CQL query (protocols/sru) as a query of the index.

A word is looked for as it is written, folded; with the relation modifier `stem` by its stems too
(a title holds its words' stems, so dc.title = bok finds böcker in any case, but boken does not).
`=` and `adj` mean side by side, `==` the whole text of a title, name or subject.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tantivy import Occur, Order, Query

from hyllan.catalogue.engine.folding import folded_words
from hyllan.catalogue.engine.isbn import normalised
from hyllan.catalogue.engine.query import Part, compact
from hyllan.catalogue.search_index import questions
from hyllan.catalogue.search_index.entry import one_word
from hyllan.catalogue.search_index.questions import (
    Filters,
    any_of,
    by_score,
    key,
    narrowed,
    question,
)
from hyllan.catalogue.search_index.ranking import Ranked, Stage
from hyllan.catalogue.search_index.reader import opened
from hyllan.catalogue.search_index.schema import END, SCHEMA, START, TEXTS, Keys
from hyllan.protocols.sru import (
    Boolean,
    CqlError,
    CqlQuery,
    Mask,
    SearchClause,
    SortKey,
    Tree,
    clauses,
    is_masked,
    pieces,
    plain,
)

RELATION, MODIFIER, RELATION_AND_INDEX, EMPTY_TERM, NO_MASK, NO_ANCHOR = 19, 20, 22, 27, 28, 31
MASK_TOO_SHORT = 29
ANCHOR_PLACE, TERM_FORMAT, BOOLEAN, NO_PROXIMITY, BOOLEAN_MODIFIER, NO_SORT = 32, 36, 37, 39, 46, 80
_MODIFIERS = frozenset({"stem", "word", "relevant", "ignorecase", "masked"})
# Letters of scripts that no library here has stand for masks while words are cut
_MASKS = {Mask.ANY: "\ua66e", Mask.ONE: "\ua500"}
_PATTERNS = {"\ua66e": ".*", "\ua500": "."}
_YEAR = re.compile("[0-9]{1,4}", re.ASCII)
_NUMBER_LAST = re.compile(r"(?:^|[:/])([0-9]{1,18})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Term:
    """The words of a term, folded, with masks; and the ends of the text they must stand at."""

    words: tuple[str, ...]
    first: bool = False
    last: bool = False


def find_cql(home: Path, query: CqlQuery, *, start: int, count: int) -> tuple[int, tuple[int, ...]]:
    """
    Return how many editions a resolved query finds, and `count` of them from `start` (from 0).

    :raises CqlError: it asks for something that is not served
    """
    asked = tree_query(query.tree)
    stage = _stage(asked, query.sort)
    index = opened(home)
    if index is None:
        return 0, ()
    ranked = Ranked(index, asked, [stage])
    with patience(query.tree):
        found = ranked.editions(start + count)[start:] if count else []
        return ranked.total, tuple(edition for edition, _ in found)


def asked_query(asked: Sequence[Part] | Tree, filters: Filters) -> Query | None:
    """Return the query for what is asked within the filters; None: for nothing. Raises CqlError."""
    if isinstance(asked, (SearchClause, Boolean)):
        return narrowed(tree_query(asked), filters)
    return question(asked, filters)


def is_scored(asked: Sequence[Part] | Tree) -> bool:
    """Say whether what is asked tells which edition is better than another."""
    return isinstance(asked, (SearchClause, Boolean)) or by_score(asked)


@contextmanager
def patience(asked: object) -> Iterator[None]:
    """
    Turn Tantivy's refusal of a mask that too many words fit into a CqlError.

    :param asked: the tree that is searched for; anything else has no such masks
    """
    try:
        yield
    except ValueError as error:
        # Of a phrase: Tantivy tries so many words, no more
        if not isinstance(asked, (SearchClause, Boolean)) or "max expansions" not in str(error):
            raise
        masked = (clause.term for clause in clauses(asked) if is_masked(clause.term))
        raise CqlError(MASK_TOO_SHORT, next(masked, "")) from error


def _stage(query: Query, sort: tuple[SortKey, ...]) -> Stage:
    if not sort:
        return Stage(query)
    if len(sort) > 1 or sort[0].index != "dc.date":
        raise CqlError(NO_SORT, " ".join(each.index for each in sort))
    names = {modifier.name for modifier in sort[0].modifiers}
    if names - {"sort.ascending", "sort.descending"}:
        raise CqlError(NO_SORT, " ".join(sorted(names)))
    down = "sort.descending" in names
    return Stage(query, "year", Order.Desc if down else Order.Asc)


def tree_query(tree: Tree) -> Query:
    """Return the query of a tree whose names are resolved. Raises CqlError."""
    if isinstance(tree, SearchClause):
        return _clause(tree)
    if tree.operator == "prox":
        raise CqlError(NO_PROXIMITY, "prox")
    if tree.modifiers:
        raise CqlError(BOOLEAN_MODIFIER, tree.modifiers[0].name)
    left, right = tree_query(tree.left), tree_query(tree.right)
    return _joined(tree, left, right)


def _joined(tree: Boolean, left: Query, right: Query) -> Query:
    if tree.operator == "or":
        return any_of([left, right])
    second = {"and": Occur.Must, "not": Occur.MustNot}.get(tree.operator)
    if second is None:
        raise CqlError(BOOLEAN, tree.operator)
    return Query.boolean_query([(Occur.Must, left), (second, right)])


def _clause(clause: SearchClause) -> Query:
    for modifier in clause.modifiers:
        if modifier.name not in _MODIFIERS:
            raise CqlError(MODIFIER, modifier.name)
    return INDEXES[clause.index](clause)


# --- words


def _in(field: str) -> Callable[[SearchClause], Query]:
    """Return what serves an index of words; no field: anywhere."""

    def serve(clause: SearchClause) -> Query:
        term = _read(clause.term)
        stem = any(modifier.name == "stem" for modifier in clause.modifiers)
        if not term.words:
            raise CqlError(EMPTY_TERM, clause.term)
        if term.words == (_MASKS[Mask.ANY],):
            return Query.all_query()
        if clause.relation in {"any", "all"}:
            if term.first or term.last:
                raise CqlError(ANCHOR_PLACE, clause.term)
            found = [_word(word, field, stem=stem) for word in term.words]
            return any_of(found) if clause.relation == "any" else _all_of(found)
        if clause.relation == "==":
            return _in_a_row(_Term(term.words, first=True, last=True), field, clause)
        if clause.relation not in {"=", "adj"}:
            raise CqlError(RELATION, clause.relation)
        if len(term.words) == 1 and not (term.first or term.last):
            return _word(term.words[0], field, stem=stem)
        return _in_a_row(term, field, clause)

    return serve


def _read(written: str) -> _Term:
    """Return the words of a term. Raises CqlError where an anchor is inside it."""
    parts = list(pieces(written))
    first = bool(parts) and parts[0] is Mask.END
    last = len(parts) > 1 and parts[-1] is Mask.END
    inner = parts[1 if first else 0 : -1 if last else None]
    if Mask.END in inner:
        raise CqlError(ANCHOR_PLACE, written)
    text = "".join(part if isinstance(part, str) else _MASKS[part] for part in inner)
    return _Term(tuple(folded_words(text)), first, last)


def _pattern(word: str) -> str:
    return "".join(_PATTERNS.get(letter, letter) for letter in word)


def _is_masked(word: str) -> bool:
    return any(letter in _PATTERNS for letter in word)


def _word(word: str, field: str, *, stem: bool) -> Query:
    if _is_masked(word):
        return Query.regex_query(SCHEMA, field or "words", _pattern(word))
    return questions.word(word, field) if stem else questions.term(field or "words", word)


def _in_a_row(term: _Term, field: str, clause: SearchClause) -> Query:
    anchored = term.first or term.last
    if anchored and field == "series":
        raise CqlError(NO_ANCHOR, clause.term)
    fields = [field] if field else [each for each in TEXTS if not (anchored and each == "series")]
    words = [*([START] if term.first else []), *term.words, *([END] if term.last else [])]
    if any(map(_is_masked, words)):
        # A start and an end are no letters of a pattern
        patterns: list[str | tuple[int, str]] = [
            re.escape(w) if w in {START, END} else _pattern(w) for w in words
        ]
        return any_of([Query.regex_phrase_query(SCHEMA, each, patterns) for each in fields])
    return any_of([questions.side_by_side(each, words) for each in fields])


def _all_of(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


# --- keys and numbers


def _by_key(make: Callable[[str], str]) -> Callable[[SearchClause], Query]:
    """Return what serves an index whose terms are matched as a whole."""

    def serve(clause: SearchClause) -> Query:
        if any(part in {Mask.ANY, Mask.ONE} for part in pieces(clause.term)):
            raise CqlError(NO_MASK, clause.term)
        text = plain(clause.term).strip()
        if not text:
            raise CqlError(EMPTY_TERM, clause.term)
        if clause.relation in {"any", "all"}:
            found = [key(make(word)) for word in text.split()]
            return any_of(found) if clause.relation == "any" else _all_of(found)
        if clause.relation not in {"=", "==", "adj"}:
            raise CqlError(RELATION_AND_INDEX, f"{clause.relation} {clause.index}")
        return key(make(text))

    return serve


def _identifier(text: str) -> str:
    return Keys.IDENTIFIER + (normalised(text) or compact(text))


def _publisher(clause: SearchClause) -> Query:
    words = folded_words(plain(clause.term))
    if not words:
        raise CqlError(EMPTY_TERM, clause.term)
    if clause.relation not in {"=", "all", "any"}:
        raise CqlError(RELATION_AND_INDEX, f"{clause.relation} {clause.index}")
    found = [key(Keys.PUBLISHER + word) for word in words]
    return any_of(found) if clause.relation == "any" else _all_of(found)


def _record(clause: SearchClause) -> Query:
    """Serve rec.identifier: the number of an edition, or an address or name that ends with it."""
    if clause.relation not in {"=", "=="}:
        raise CqlError(RELATION_AND_INDEX, f"{clause.relation} {clause.index}")
    found = _NUMBER_LAST.search(plain(clause.term).strip())
    if not found:
        return Query.empty_query()
    return Query.term_query(SCHEMA, "id", int(found[1]))


def _date(clause: SearchClause) -> Query:
    given = plain(clause.term).split()
    if not given:
        raise CqlError(EMPTY_TERM, clause.term)
    if len(given) > 2 or not all(_YEAR.fullmatch(each) for each in given):
        raise CqlError(TERM_FORMAT, clause.term)
    first, last = int(given[0]), int(given[-1])
    if len(given) == 2 and clause.relation != "within":
        raise CqlError(TERM_FORMAT, clause.term)
    spans: dict[str, tuple[int | None, int | None]] = {
        "=": (first, first),
        "==": (first, first),
        "within": (first, last),
        "<": (None, first - 1),
        "<=": (None, first),
        ">": (first + 1, None),
        ">=": (first, None),
    }
    if clause.relation not in spans:
        raise CqlError(RELATION_AND_INDEX, f"{clause.relation} {clause.index}")
    return questions.years(*spans[clause.relation])


INDEXES: dict[str, Callable[[SearchClause], Query]] = {
    "cql.serverChoice": _in(""),
    "cql.anywhere": _in(""),
    "cql.allRecords": lambda clause: Query.all_query(),
    "dc.title": _in("title"),
    "dc.creator": _in("responsible"),
    "dc.subject": _in("subjects"),
    "dc.date": _date,
    "dc.language": _by_key(lambda text: Keys.LANGUAGE + text.casefold()),
    "dc.identifier": _by_key(_identifier),
    "dc.publisher": _publisher,
    "bath.isbn": _by_key(_identifier),
    "bath.issn": _by_key(_identifier),
    "rec.identifier": _record,
    "hyllan.library": _by_key(lambda text: Keys.LIBRARY + one_word(text)),
    "hyllan.material": _by_key(lambda text: Keys.MATERIAL + one_word(text.casefold())),
}

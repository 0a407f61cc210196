"""What a reader asks for, as Tantivy queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tantivy import FieldType, Occur, Query

from hyllan.catalogue.engine.folding import fold
from hyllan.catalogue.engine.query import Part
from hyllan.catalogue.search_index.entry import one_word, terms, title_key
from hyllan.catalogue.search_index.schema import END, SCHEMA, START, TEXTS, Keys

WHOLE_TITLE = 12.0  # what an edition gains whose whole title was written; a rare word gives some 10
YEARS = (0, 9999)
LATEST = (1 << 40) - 1  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are kept to. Within one of them any value will do; empty: all."""

    library: str = ""  # code
    organisation: str = ""  # code
    materials: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    audience: str = ""
    easy: bool = False
    available: bool = False  # in the library or the organisation, if one is chosen
    arrived_after: int | None = None  # seconds since 1970: came into the catalogue later than that


def question(parts: Sequence[Part], filters: Filters) -> Query | None:
    """Return the query that all parts and filters make; None: it asks for nothing."""
    asked = [part_query(part) for part in parts if not part.without]
    clauses = [(Occur.Must, query) for query in (*asked, *_kept(filters))]
    if not clauses:
        return None
    clauses += [(Occur.MustNot, part_query(part)) for part in parts if part.without]
    if title := _whole_title(parts):
        clauses.append((Occur.Should, Query.const_score_query(key(title), WHOLE_TITLE)))
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def narrowed(query: Query, filters: Filters) -> Query:
    """Return a query kept to the filters."""
    kept = _kept(filters)
    if not kept:
        return query
    return Query.boolean_query([(Occur.Must, each) for each in (query, *kept)])


def _kept(filters: Filters) -> list[Query]:
    return [Query.const_score_query(each, 0.0) for each in filter_queries(filters)]


def by_score(parts: Sequence[Part]) -> bool:
    """Say whether the words say which edition is better than another."""
    return any(part.written and not (part.begins or part.without) for part in parts)


def filter_queries(filters: Filters) -> list[Query]:
    """Return one query for each filter that is set."""
    held = [(Keys.LIBRARY, Keys.IN_LIBRARY, filters.library)]
    held.append((Keys.ORGANISATION, Keys.IN_ORGANISATION, filters.organisation))
    found = [
        key((available if filters.available else holds) + one_word(code))
        for holds, available, code in held
        if code
    ]
    if filters.available and not found:
        found.append(key(Keys.AVAILABLE))
    for kind, values in (
        (Keys.MATERIAL, filters.materials),
        (Keys.FORM, filters.forms),
        (Keys.LANGUAGE, filters.languages),
        (Keys.AUDIENCE, (filters.audience,) if filters.audience else ()),
    ):
        if values:
            found.append(any_of([key(kind + one_word(value)) for value in values]))
    if filters.easy:
        found.append(key(Keys.EASY))
    if filters.year_from is not None or filters.year_to is not None:
        found.append(years(filters.year_from, filters.year_to))
    if filters.arrived_after is not None:
        found.append(_arrived_after(filters.arrived_after))
    return found


def part_query(part: Part) -> Query:
    """Return the query of one part, without regard to its `without`."""
    if part.years:
        return years(*part.years)
    if part.isbn:
        return key(Keys.IDENTIFIER + part.isbn)
    choices = []
    if part.identifier:
        choices.append(key(Keys.IDENTIFIER + part.identifier))
    if part.written:
        choices.append(_words_query(part))
    return any_of(choices)


def _words_query(part: Part) -> Query:
    if len(part.written) > 1:
        fields = [part.field] if part.field else TEXTS
        return any_of([side_by_side(field, part.folded) for field in fields])
    if part.begins:
        return beginning(part.folded[0], part.field)
    if part.exact:
        return term(part.field or "words", part.folded[0])
    return word(part.written[0], part.field)


def word(written: str, field: str = "") -> Query:
    """Return the query for a word of `words`: as it is, or by its stems, anywhere or in a field."""
    found = terms(written, in_english=True)
    if field and field != "title":  # the others hold no stems
        found = found[:1]
    return any_of([term(field or "words", each) for each in found])


def side_by_side(field: str, folded: Sequence[str]) -> Query:
    """Return the query for folded words in a row."""
    if len(folded) == 1:
        return term(field, folded[0])
    return Query.phrase_query(SCHEMA, field, list(folded))


def whole(field: str, folded: Sequence[str]) -> Query:
    """Return the query for a text of these words and no more (title and subjects)."""
    return Query.phrase_query(SCHEMA, field, [START, *folded, END])


def beginning(start: str, field: str = "") -> Query:
    """Return the query for all words that begin so (folded)."""
    # A regular expression finds the same, and takes five times as long to make as to search with
    return Query.fuzzy_term_query(SCHEMA, field or "words", start, distance=0, prefix=True)


def years(first: int | None, last: int | None) -> Query:
    """Return the query for a span of years, both included; an unknown year is in none."""
    lower = max(1, YEARS[0] if first is None else first)
    upper = min(YEARS[1], YEARS[1] if last is None else last)
    if lower > upper:
        return Query.empty_query()
    return Query.range_query(SCHEMA, "year", FieldType.Unsigned, lower, upper)


def _arrived_after(moment: int) -> Query:
    first = max(0, moment) + 1
    return Query.range_query(SCHEMA, "arrived", FieldType.Unsigned, first, LATEST)


def key(name: str) -> Query:
    """Return the query for a key with its kind before it."""
    return Query.term_query(SCHEMA, "keys", name, "basic")


def term(field: str, text: str) -> Query:
    """Return the query for one term."""
    return Query.term_query(SCHEMA, field, text, "freq" if field == "words" else "position")


def any_of(queries: Sequence[Query]) -> Query:
    """Return the query for what any of these find; of none: nothing."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def available_in(libraries: Collection[str]) -> Query:
    """Return the query for what has an available item in any of these libraries (codes)."""
    # Not a term set: that would read all their editions first, however few the query finds
    found = [key(Keys.IN_LIBRARY + one_word(code)) for code in sorted(libraries)]
    return Query.const_score_query(any_of(found), 0.0)


def _whole_title(parts: Iterable[Part]) -> str:
    """Return the key of the title that the words as written would be."""
    plain = [part for part in parts if not part.without and not part.years]
    if not plain or any(
        part.isbn or part.begins or part.field not in {"", "title"} for part in plain
    ):
        return ""
    return title_key(fold(word) for part in plain for word in part.written)

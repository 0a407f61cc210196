import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.protocols.sru import (
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
    is_masked,
    names,
    parse_cql,
    pieces,
    plain,
    refuse_costly,
    resolved,
    to_cql,
)

DC = "info:srw/cql-context-set/1/dc-v1.1"
KNOWN = names(("cql.serverChoice", "dc.title", "dc.date", "bath.isbn"))


def clause(term: str, index: str = SERVER_CHOICE, relation: str = "=") -> SearchClause:
    return SearchClause(index, relation, (), term)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("cat", clause("cat")),
        ('"röda rummet"', clause("röda rummet")),
        ("title=cat", clause("cat", "title")),
        ('dc.title == "a \\"b\\" c"', clause('a "b" c', "dc.title", "==")),
        ("dc.title any fish*", clause("fish*", "dc.title", "any")),
        ('dc.date within "1990 2000"', clause("1990 2000", "dc.date", "within")),
        ("dc.date<>1990", clause("1990", "dc.date", "<>")),
        ('""', clause("")),
        ("and", clause("and")),  # where an operand stands, a keyword is a word
        ("title = or", clause("or", "title")),
        (
            "title =/stem/cql.locale=sv cat",
            SearchClause(
                "title", "=", (Modifier("stem"), Modifier("cql.locale", "=", "sv")), "cat"
            ),
        ),
        ("a AND b", Boolean("and", clause("a"), clause("b"))),
        (
            "a or b not c",
            Boolean("not", Boolean("or", clause("a"), clause("b")), clause("c")),
        ),
        (
            "a or (b not c)",
            Boolean("or", clause("a"), Boolean("not", clause("b"), clause("c"))),
        ),
        (
            "a prox/unit=word/distance<3 b",
            Boolean(
                "prox",
                clause("a"),
                clause("b"),
                (Modifier("unit", "=", "word"), Modifier("distance", "<", "3")),
            ),
        ),
    ],
)
def test_a_query_is_read_as_the_grammar_says(text: str, tree: Tree) -> None:
    assert parse_cql(text) == CqlQuery(tree)


def test_prefixes_belong_to_what_stands_behind_them() -> None:
    query = parse_cql(f'> x = "{DC}" x.title = a and (> "{DC}" title = b)')

    assert query.tree == Boolean(
        "and",
        clause("a", "x.title"),
        SearchClause("title", "=", (), "b", (Prefix("", DC),)),
        (),
        (Prefix("x", DC),),
    )


def test_sort_keys_come_last() -> None:
    assert parse_cql("cat sortBy dc.date/sort.descending dc.title").sort == (
        SortKey("dc.date", (Modifier("sort.descending"),)),
        SortKey("dc.title"),
    )


@pytest.mark.parametrize(
    ("text", "diagnostic", "details"),
    [
        ("", 10, "the query ends too early"),
        ("a and", 10, "the query ends too early"),
        ("and or", 10, "the query ends too early"),
        ("title =", 10, "the query ends too early"),
        ("= cat", 10, "="),
        ('cat "dog"', 10, "dog"),
        ("cat sortBy", 10, "sortBy"),
        ("cat\\", 10, "\\"),
        ("a" * 10_001, 12, "10000"),
        ("(a", 13, "("),
        ("a)", 13, ")"),
        ("(" * 31 + "a" + ")" * 31, 13, "more than 30 inside each other"),
        ('"abc', 14, '"abc'),
        (f'"{"a" * 1_001}"', 23, "1000"),
        ("title = a\\b", 26, "\\b"),
        (" or ".join("a" * 61), 38, "59"),
        ("a sortBy " + "b " * 21, 84, "20"),
        ("a =" + "/b" * 21 + " c", 10, "more than 20 modifiers or prefixes in one place"),
    ],
)
def test_what_is_no_query_is_refused_with_the_right_number(
    text: str, diagnostic: int, details: str
) -> None:
    with pytest.raises(CqlError) as refusal:
        parse_cql(text)

    assert (refusal.value.diagnostic, refusal.value.details) == (diagnostic, details)


def test_a_term_is_taken_apart_at_its_masks() -> None:
    assert pieces(r"^str?ndb* \*\^\\") == (
        Mask.END,
        "str",
        Mask.ONE,
        "ndb",
        Mask.ANY,
        r" *^\ "[:-1],
    )
    assert plain(r"str?ndb* \*\^") == "str?ndb* *^"
    assert is_masked("a*")
    assert not is_masked(r"a\*")


# --- names


def test_names_get_the_spelling_that_is_known() -> None:
    query = parse_cql(f'> x = "{DC}" X.Title cql.ANY/cql.Stem a and ISBN exact 1 sortBy Date')

    assert resolved(query, KNOWN) == CqlQuery(
        Boolean(
            "and",
            SearchClause("dc.title", "any", (Modifier("stem"),), "a"),
            SearchClause("bath.isbn", "==", (), "1"),
        ),
        (SortKey("dc.date"),),
    )


def test_the_innermost_prefix_of_a_name_counts() -> None:
    query = parse_cql(f'> x = "http://nobody.example/" (> x = "{DC}" x.title = a)')

    assert resolved(query, KNOWN) == CqlQuery(clause("a", "dc.title"))


@pytest.mark.parametrize(
    ("text", "diagnostic", "details"),
    [
        ("foo.title = a", 15, "foo"),
        ('> x = "http://nobody.example/" x.title = a', 15, "http://nobody.example/"),
        ('> "http://nobody.example/" title = a', 15, "http://nobody.example/"),
        ("dc.shoes = a", 16, "dc.shoes"),
        ("shoes = a", 16, "shoes"),
        ("a sortBy dc.shoes", 16, "dc.shoes"),
        ("title foo.any a", 15, "foo"),
        ("title =/foo.stem a", 15, "foo"),
    ],
)
def test_unknown_sets_and_indexes_are_refused(text: str, diagnostic: int, details: str) -> None:
    with pytest.raises(CqlError) as refusal:
        resolved(parse_cql(text), KNOWN)

    assert (refusal.value.diagnostic, refusal.value.details) == (diagnostic, details)


# --- cost


@pytest.mark.parametrize("text", ["a", "*", 'title = "str*dberg ?erom"', r"a\*", "^a"])
def test_what_costs_little_may_be_asked(text: str) -> None:
    refuse_costly(parse_cql(text))


@pytest.mark.parametrize(
    ("text", "diagnostic"),
    [
        ("a*", 29),
        ("**", 29),
        ("*a?b*", 29),
        ('"strindberg a*"', 29),
        ('title = "a* strindberg"', 29),
        ('"aaa* bbb* ccc* ddd* eee* fff*"', 30),
        (" or ".join(["aaa*"] * 6), 30),
    ],
)
def test_masks_that_fit_half_the_index_are_refused(text: str, diagnostic: int) -> None:
    with pytest.raises(CqlError) as refusal:
        refuse_costly(parse_cql(text))

    assert refusal.value.diagnostic == diagnostic


# --- properties

any_name = st.text("abcXY.åÄ ()=<>\"/\\*?^'andor", min_size=1, max_size=8)
terms = st.text("abc åÖ\"()=/^*?'", max_size=8) | st.sampled_from(
    ["and", "sortBy", r"\*", r"\\", r"a\^b", "a b", ""]
)
modifiers = st.lists(
    st.builds(Modifier, any_name)
    | st.builds(Modifier, any_name, st.sampled_from(["=", "<=", "<>"]), any_name),
    max_size=2,
).map(tuple)
prefixes = st.lists(st.builds(Prefix, any_name | st.just(""), any_name), max_size=2).map(tuple)
relations = st.sampled_from(["=", "==", "<", ">=", "any", "cql.all", "within", "a=b", "x(y"])
search_clauses = st.builds(SearchClause, any_name, relations, modifiers, terms, prefixes)
trees: st.SearchStrategy[Tree] = st.recursive(
    search_clauses
    | st.builds(SearchClause, st.just(SERVER_CHOICE), st.just("="), st.just(()), terms),
    lambda inner: st.builds(
        Boolean, st.sampled_from(["and", "or", "not", "prox"]), inner, inner, modifiers, prefixes
    ),
    max_leaves=6,
)
queries = st.builds(
    CqlQuery, trees, st.lists(st.builds(SortKey, any_name, modifiers), max_size=2).map(tuple)
)


@given(queries)
def test_a_query_that_is_written_reads_the_same(query: CqlQuery) -> None:
    assert parse_cql(to_cql(query)) == query


pieces_of_cql = st.lists(
    st.sampled_from(
        [*string.printable, "å", " and ", " or ", "sortBy ", '"', "\\", "> dc = ", "(("]
    )
).map("".join)


@given(pieces_of_cql | st.text())
def test_anything_is_read_or_refused_with_a_number(text: str) -> None:
    try:
        query = parse_cql(text)
    except CqlError as refusal:
        number = refusal.diagnostic
    else:
        number = 0
        assert parse_cql(to_cql(query)) == query

    assert number in {0, 10, 13, 14, 26}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, '"' + "\\" * 9_998, "a " * 5_000, "a=" * 5_000, "> a " * 2_500, "/" * 9_999],
)
def test_the_longest_nonsense_is_refused_at_once(text: str) -> None:
    with pytest.raises(CqlError):
        parse_cql(text)

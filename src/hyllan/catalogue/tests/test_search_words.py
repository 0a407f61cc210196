"""Words as they are compared: folding, stems, and what readers write as one word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.folding import fold, joined_words, words
from hyllan.catalogue.engine.stemming import english_term, swedish, swedish_term
from hyllan.catalogue.search_index.entry import terms


@pytest.mark.parametrize(
    "forms",
    [
        "bok böcker böckerna bokens böckers boken",
        "lärobok läroböcker läroboken",
        "man män männen mannen mannens",
        "sjöman sjömän",
        "hand händer händerna handen",
        "stad städer städerna staden",
        "natt nätter natten",
        "tand tänder tanden",
        "fot fötter foten",
        "son söner sonen",
        "dotter döttrar dottern",
        "mor mödrar",
        "bror bröder brödernas",
        "land länder länderna",
        "strand stränder",
        "rot rötter",
        "gås gäss",
        "mus möss musen",
        "bonde bönder bonden",
        "hus huset husen",
        "rum rummet rummen",
        "bibliotek biblioteket biblioteken",
        "flicka flickan flickor flickorna flickans",
        "skola skolan skolor",
        "roman romaner romanen",
        "barn barnet barnen",
        "universitet universitetet",
        "allmän allmänna",
        "strindberg strindbergs",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({swedish_term(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "different",
    [
        "bär bar",
        "får far",
        "hår har",
        "mål mal",
        "allmän man",
        "land and",
        "hans hansen",
        "poet po",
        "roman rom",
        "johan joh",
    ],
)
def test_other_words_have_other_stems(different: str) -> None:
    found = [swedish_term(word) for word in different.split()]

    assert len(set(found)) == len(found)


def test_english_words_have_english_stems() -> None:
    forms = {english_term(form) for form in ("computer", "computers", "computing")}

    assert (len(forms), english_term("women"), english_term("mice")) == (1, "woman", "mous")


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=20))
def test_a_plain_stem_term_stands_for_words_of_that_stem_only(word: str) -> None:
    for folded in map(fold, words(word)):
        term = swedish_term(folded)
        if not term.startswith("~"):
            assert swedish(term) == term


@given(st.text(max_size=40))
def test_composed_and_decomposed_letters_are_the_same_words(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert words(composed) == words(decomposed)


@given(st.text(max_size=40))
def test_no_term_is_cut_by_the_index(text: str) -> None:
    for word in words(text):
        for term in terms(word, in_english=True):
            assert term.split() == [term]
            assert term not in {"^", "$", "|"}


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Midnight's children", ["midnights"]),
        ("L'étranger och l\u2019enfant", ["létranger", "lenfant"]),
        ("Rowling, J. K.", ["jk"]),
        ("J.R.R. Tolkien", ["jrr"]),
        ("Kap. 3. Slut.", []),
        ("Ove", []),
    ],
)
def test_what_readers_write_as_one_word_is_one(text: str, joined: list[str]) -> None:
    assert joined_words(text) == joined

"""Golden pairs: what is one edition, what is not, and why."""

import numpy as np
import pytest
from hypothesis import given

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.matching import Profile
from hyllan.catalogue.engine.matching.blocking import CAP
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.tests.make_profiles import descriptions, room, together

POCKET = "9789100123456"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(room(), id="letter for letter"),
        pytest.param(room(title="Röda rummet"), id="without its subtitle"),
        pytest.param(room(title="Roda rummet", publisher="Norstedts förlag"), id="marks lost"),
        pytest.param(room(isbns=()), id="no ISBN, all else alike"),
        pytest.param(room(isbns=(), wrong_isbns=("9789129688331",)), id="ISBN with digits swapped"),
        pytest.param(room(isbns=(), title="Röda rumet : skildringar"), id="a letter lost"),
        pytest.param(room(main_entry="Strindberg, A."), id="initial only"),
        pytest.param(room(main_entry="", names=()), id="author in the statement only"),
        pytest.param(room(year=1991, edition_statement="2. tr."), id="a later printing, same ISBN"),
        pytest.param(room(language="", languages=(), extent="", publisher=""), id="brief"),
        pytest.param(room(isbns=("9789129688313", POCKET)), id="both bindings' ISBN"),
        pytest.param(room(extent="312, [4] sidor"), id="extent by newer rules"),
    ],
)
def test_one_edition_catalogued_twice_is_one(other: Description) -> None:
    assert together(room(), other)
    assert together(other, room())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(room(isbns=(POCKET,), year=2005, publisher="Bonnier"), id="a reprint"),
        pytest.param(
            room(isbns=(), year=2005, publisher="Bonnier", extent="280 s."), id="without its ISBN"
        ),
        pytest.param(
            room(isbns=("9789129688313",), year=2005, publisher="Bonnier", extent="280 s.",
                 edition_statement="[Ny utg.]"),
            id="a reprint with the ISBN of the record it was copied from",
        ),
        pytest.param(room(language="eng", languages=("eng",)), id="a translation, ISBN or not"),
        pytest.param(room(material="audiobook", extent="8 CD", form="cd"), id="a reading"),
        pytest.param(room(material="film", extent="1 DVD"), id="a film"),
        pytest.param(room(form="large_print", isbns=()), id="large print"),
        pytest.param(room(form="e_book", isbns=(), extent="1 onlineresurs"), id="an e-book"),
        pytest.param(
            room(edition_statement="2. uppl.", isbns=(POCKET,), year=1996), id="second edition"
        ),
        pytest.param(
            room(title="Röda rummet. Del 2", part_number="Del 2", extent="2 vol."), id="a part"
        ),
        pytest.param(room(title="Svarta fanor", isbns=()), id="another title of the author's"),
        pytest.param(room(title="Svarta fanor", extent="290 s."), id="an ISBN used twice"),
        pytest.param(
            room(main_entry="Ek, Eva", names=("Ek, Eva",), statement="Eva Ek", isbns=(POCKET,)),
            id="another author's of the same title and year",
        ),
    ],
)  # fmt: skip
def test_two_editions_stay_two(other: Description) -> None:
    assert not together(room(), other)
    assert not together(other, room())


def test_volumes_that_share_the_set_s_isbn_stay_apart() -> None:
    first, second = (
        room(title=f"Samlade skrifter. {n}", part_number=n) for n in ("Del 1", "Bd II")
    )

    assert not together(first, second)
    assert matching.explain(first, second).contradiction == "volume"


def test_a_number_in_the_title_is_the_volume_that_others_put_in_a_subfield() -> None:
    in_title = room(title="Skånes historia 2 : medeltiden", isbns=())
    apart = room(title="Skånes historia. Del 2. Medeltiden", part_number="Del 2",
                 part_name="Medeltiden", isbns=())  # fmt: skip

    assert together(in_title, apart)


def test_tracks_and_mp3_are_two_editions_and_a_long_disc_is_no_cd() -> None:
    spoken = {"material": "audiobook", "isbns": (), "publisher": "Bonnier Audio"}
    cd = room(**spoken, extent="8 CD (9 tim., 20 min.)", form="cd")
    mp3 = room(**spoken, extent="1 CD (MP3) (9 tim., 20 min.)", form="mp3")
    long = room(**spoken, extent="1 CD-R (9 tim.)")

    assert not together(cd, mp3)
    assert not together(cd, long)
    assert together(mp3, long)


def test_a_record_in_arabic_script_is_one_with_its_romanised_sister() -> None:
    told = {"year": 2017, "language": "ara", "languages": ("ara",), "extent": "175 s."}
    own = Description(title="ظل حدود برج", main_entry="الحداد, يوسف", **told)  # type: ignore[arg-type]
    romanised = Description(title="Ẓill ḥudūd burj", main_entry="al-Ḥaddād, Yūsuf", **told)  # type: ignore[arg-type]

    assert together(own, romanised)


def test_two_romanisations_are_one() -> None:
    one = room(title="Zhizn i schaste", main_entry="Zhukova, Li͡udmila", isbns=(), names=())
    other = room(title="Жизнь и счастье", main_entry="Жукова, Людмила", isbns=(), names=())

    assert together(one, other)


def test_explanation_tells_what_speaks_for_and_against() -> None:
    other = room(year=2005, isbns=())

    told = matching.explain(room(), other)

    said = {reason.what: (reason.outcome, reason.weight > 0) for reason in told.reasons}
    assert said["title"] == ("agree", True)
    assert said["year"] == ("differ", False)
    assert "isbn" not in said  # one of them has none
    assert told.contradiction == ""
    assert 0 < told.probability < 1
    weights = [abs(reason.weight) for reason in told.reasons]
    assert weights == sorted(weights, reverse=True)


def test_explanation_gives_what_the_records_say() -> None:
    told = matching.explain(room(), room(publisher="Bonnier"))

    publisher = next(reason for reason in told.reasons if reason.what == "publisher")
    assert (publisher.left, publisher.right, publisher.outcome) == ("Norstedt", "Bonnier", "differ")


@given(descriptions, descriptions)
def test_a_pair_is_scored_the_same_from_both_sides_and_as_explained(
    one: Description, other: Description
) -> None:
    table = matching.Table.of(map(matching.profile_of, (one, other)))

    there, back = matching.score(table, np.array([0, 1]), np.array([1, 0]))

    assert there == back
    assert there == pytest.approx(matching.explain(one, other).probability)


@given(descriptions)
def test_a_profile_survives_packing(described: Description) -> None:
    profile = matching.profile_of(described)

    assert matching.unpack(matching.pack(profile)) == profile


def test_keys_are_the_same_in_every_process() -> None:
    keys = matching.keys_of(matching.profile_of(Description(title="Pippi", year=1945)))

    assert sorted(keys) == [1247230090961827725, 3512507667602015976]


def test_a_record_that_says_nothing_has_no_keys_but_its_title() -> None:
    assert matching.keys_of(Profile()) == ()


def test_pairs_are_those_that_share_a_key_each_once() -> None:
    keys, rows = matching.flat([(1, 2), (2, 3), (3, 1), (4,), ()])

    left, right = matching.pairs(keys, rows)

    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_a_key_of_too_many_records_is_junk() -> None:
    many = matching.flat([(7,)] * (CAP + 1))
    as_many_as_may_be = matching.flat([(7,)] * CAP)

    assert len(matching.pairs(*many)[0]) == 0
    assert len(matching.pairs(*as_many_as_may_be)[0]) == CAP * (CAP - 1) // 2


def test_pairs_made_in_chunks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, rows = matching.flat([(at % 7, at % 5 + 10, at % 3 + 20) for at in range(60)])
    whole = matching.pairs(keys, rows)

    monkeypatch.setattr("hyllan.catalogue.engine.matching.blocking.PAIRS_AT_ONCE", 10)

    assert [side.tolist() for side in matching.pairs(keys, rows)] == [s.tolist() for s in whole]


def test_nothing_to_match_is_no_edition() -> None:
    table = matching.Table.of([])
    left, right = matching.pairs(*matching.flat([]))

    assert matching.editions([], table, left, right, matching.score(table, left, right)).size == 0

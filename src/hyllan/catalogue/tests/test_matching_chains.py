"""Shelves where a record in between could chain two things together: none may."""

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.tests import make_matched
from hyllan.catalogue.tests.make_profiles import labels_of, room

SET_ISBN = "9789100123456"
IN_FINNISH: dict[str, object] = {
    "title": "Punainen huone",
    "original_title": "Röda rummet",
    "language": "fin",
    "languages": ("fin",),
}
Shelf = dict[str, list[Description]]  # what a librarian calls one edition, and its records


def _bare(**changes: object) -> Description:
    return room(isbns=(), publisher="", extent="", **changes)


def _of_history(**changes: object) -> Description:
    told: dict[str, object] = {
        "main_entry": "Ek, Eva",
        "names": ("Ek, Eva",),
        "statement": "Eva Ek",
        "isbns": (SET_ISBN,),
    }
    return room(**(told | changes))


def _history(volume: str, title: str, pages: int, **changes: object) -> Description:
    whole = f"Skånes historia. {volume}. {title}"
    told = {"title": whole, "part_number": volume, "part_name": title, "extent": f"{pages} s."}
    return _of_history(**(told | changes))


def _record(performers: str, year: int, label: str, number: str, **changes: object) -> Description:
    told: dict[str, object] = {
        "title": "Symphony no. 5 in C minor, op. 67",
        "main_entry": "Beethoven, Ludwig van",
        "names": ("Beethoven, Ludwig van", *performers.split("; ")),
        "statement": "",
        "responsible": "Ludwig van Beethoven",
        "material": "music",
        "form": "cd",
        "isbns": (),
        "language": "",
        "languages": (),
        "publisher": label,
        "publisher_numbers": (number,) if number else (),
        "year": year,
        "extent": "1 CD",
    }
    return room(**(told | changes))


def _film(director: str, year: int, **changes: object) -> Description:
    told: dict[str, object] = {
        "title": "Röda rummet",
        "main_entry": "",
        "names": (director,),
        "statement": f"regi: {director}",
        "material": "film",
        "form": "dvd",
        "year": year,
        "isbns": (),
    }
    return room(**(told | changes))


def _yearbook(year: int, **changes: object) -> Description:
    told: dict[str, object] = {
        "title": f"Ales härads årsbok {year}",
        "main_entry": "",
        "names": ("Ales hembygdsförening",),
        "statement": "",
        "isbns": (),
        "publisher": "Ales hembygdsförening",
        "year": year,
        "extent": "120 s.",
    }
    return room(**(told | changes))


SHELVES: dict[str, Shelf] = {
    "volumes of a set that share its ISBN, and the set": {
        "first": [
            _history("Del 1", "Forntiden", 310),
            _history("Bd I", "Forntiden", 310, publisher=""),
            _history("1", "Forntiden", 312, isbns=()),
        ],
        "second": [
            _history("Del 2", "Medeltiden", 318),
            _history("Bd II", "Medeltiden", 318, isbns=()),
        ],
        "third": [_history("Del 3", "Nya tiden", 310)],
        "set": [_of_history(title="Skånes historia", extent="3 vol.")],
    },
    "editions of a novel, and brief records": {
        "of 1990": [room(), room(isbns=()), room(publisher="", extent=""), _bare(year=1990)],
        "of 2005": [
            room(year=2005, isbns=("9789100999995",), publisher="Bonnier", extent="280 s."),
            room(year=2005, isbns=(), publisher="Bonnier", extent="280 s."),
        ],
        "revised": [
            room(year=1996, isbns=("9789174990003",), edition_statement="2., rev. uppl."),
            room(year=1996, isbns=(), edition_statement="2. uppl."),
        ],
    },
    "one text in other forms": {
        "print": [room(), room(isbns=())],
        "large print": [room(form="large_print", isbns=()), room(form="large_print")],
        "e-book": [room(form="e_book", extent="1 onlineresurs"), room(form="e_book", isbns=())],
        "on CD": [room(material="audiobook", form="cd", extent="8 CD (9 tim.)")],
        "as MP3": [room(material="audiobook", form="mp3", extent="1 CD (9 tim.)")],
    },
    "a translation that carries the original's ISBN": {
        "Swedish": [room(), room(isbns=())],
        "Finnish": [room(**IN_FINNISH), room(**IN_FINNISH, isbns=())],
    },
    "the book and two films of it": {
        "book": [room(), room(isbns=(), extent="")],
        "film": [
            _film("Ek, Eva", 1970, extent="1 DVD (90 min.)"),
            _film("Ek, Eva", 1970, extent="1 DVD", publisher=""),
        ],
        "later film": [_film("Lund, Leo", 1990, extent="1 DVD (88 min.)")],
    },
    "recordings of a symphony": {
        "Berlin": [
            _record("Karajan, Herbert von; Berliner Philharmoniker", 1984, "DG", "413 932-2"),
            _record("Karajan, Herbert von; Berliner Philharmoniker", 1984, "DG", ""),
        ],
        "Vienna": [
            _record("Kleiber, Carlos; Wiener Philharmoniker", 1984, "DG", "415 861-2"),
            _record("Kleiber, Carlos; Wiener Philharmoniker", 1984, "DG", ""),
        ],
        "Berlin, later": [
            _record("Karajan, Herbert von; Berliner Philharmoniker", 1995, "DG", "439 004-2")
        ],
        "score": [
            _record("", 1984, "Eulenburg", "", material="book", form="score", extent="120 s.")
        ],
    },
    "yearbooks": {
        "1986": [_yearbook(1986), _yearbook(1986, publisher="")],
        "1987": [_yearbook(1987), _yearbook(1987, extent="")],
        "1988": [_yearbook(1988)],
        "the serial": [
            _yearbook(1986, title="Ales härads årsbok", serial=True, extent="", issns=("00000019",))
        ],
    },
    "titles a letter apart": {
        "ängen": [
            room(title="Maja och ängen", isbns=("9789133151544",), year=1978, extent="32 s."),
            room(title="Maja och ängen", isbns=("9789133151544",), year=1978, extent=""),
        ],
        "sången": [
            room(title="Maja och sången", isbns=("9789133151537",), year=1978, extent="32 s."),
            room(title="Maja och sången", isbns=("9789133151537",), year=1978, extent=""),
        ],
    },
    "an edition whose record names the other's number, misprinted": {
        "of 2014": [
            room(year=2014, isbns=("9789125813443",)),
            room(year=2014, isbns=("9789125813443",), extent=""),
        ],
        "of 2016": [
            room(year=2016, isbns=("9789125813450",), wrong_isbns=("9123813440",)),
            room(year=2016, isbns=("9789125813450",), edition_statement="2. uppl."),
        ],
    },
    "a film on disc again, some years later": {
        "of 2013": [
            _film("Ek, Eva", 2013, extent="1 DVD (77 min.)"),
            _film("Ek, Eva", 2013, extent="1 DVD (77 min.)", eans=("7391772123451",)),
        ],
        "of 2018": [
            _film("Ek, Eva", 2018, extent="1 DVD (77 min.)"),
        ],
    },
}  # fmt: skip
# Which of the editions above are one work with the first; all others are works of their own
SAME_WORK = {
    "editions of a novel, and brief records": {"of 1990", "of 2005", "revised"},
    "one text in other forms": {"print", "large print", "e-book", "on CD", "as MP3"},
    "a translation that carries the original's ISBN": {"Swedish", "Finnish"},
    "recordings of a symphony": {"Berlin", "Vienna", "Berlin, later", "score"},
    "an edition whose record names the other's number, misprinted": {"of 2014", "of 2016"},
    "a film on disc again, some years later": {"of 2013", "of 2018"},
}


def _flat(shelf: Shelf) -> list[tuple[str, Description]]:
    return [(name, each) for name, records in shelf.items() for each in records]


def _chained(names: Sequence[str], labels: Sequence[int]) -> list[set[str]]:
    together = defaultdict(set)
    for name, label in zip(names, labels, strict=True):
        together[label].add(name)
    return [each for each in together.values() if len(each) > 1]


@pytest.mark.parametrize("shelf", SHELVES.values(), ids=SHELVES)
@given(data=st.data())
def test_no_edition_chains_two(shelf: Shelf, data: st.DataObject) -> None:
    """Whatever the order, whatever stands twice, whatever is not there."""
    drawn = data.draw(st.lists(st.sampled_from(_flat(shelf)), max_size=12))

    labels = labels_of([described for _, described in drawn])

    assert _chained([name for name, _ in drawn], labels) == []


@pytest.mark.parametrize("shelf", SHELVES.values(), ids=SHELVES)
def test_records_of_one_edition_are_together_all_the_same(shelf: Shelf) -> None:
    records = _flat(shelf)
    labels = labels_of([described for _, described in records])

    found = defaultdict(set)
    for (name, _), label in zip(records, labels, strict=True):
        found[name].add(label)

    assert {name for name, its in found.items() if len(its) > 1} == set()


@pytest.mark.parametrize("what", SHELVES)
def test_no_work_chains_two(what: str) -> None:
    records = {(what, f"{at:02}"): each for at, each in enumerate(_flat(SHELVES[what]))}

    found = make_matched.matched({name: each for name, (_, each) in records.items()})

    one = SAME_WORK.get(what, set())
    works = ["one" if name in one else name for name, _ in records.values()]
    assert _chained(works, [found[name].work for name in records]) == []


def test_a_volume_is_not_the_set_because_one_record_lacks_its_number() -> None:
    volume = [_history("Del 1", "Forntiden", 310), _of_history(title="Skånes historia")]
    whole = [_of_history(title="Skånes historia", extent="3 vol.")]

    assert set(matching.work_keys(volume)).isdisjoint(matching.work_keys(whole))


def test_handbooks_without_author_are_one_work_by_title_and_subtitle() -> None:
    told: dict[str, object] = {"main_entry": "", "names": (), "responsible": "", "statement": ""}
    first = room(title="What is sculpture : theory and practice", **told)
    third = room(title="What is sculpture : theory and practice", year=2001, **told)
    other = room(title="What is sculpture : tools", year=2001, **told)

    keys = [set(matching.work_keys([each])) for each in (first, third, other)]

    assert keys[0] == keys[1]
    assert keys[0].isdisjoint(keys[2])

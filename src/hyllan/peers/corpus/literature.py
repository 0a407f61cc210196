"""Books and their editions: fiction, other literature, translations, other mother tongues."""

from dataclasses import replace
from itertools import accumulate

from . import distributions as shares
from . import titles
from .family import Family, draft, later, novel, reset
from .model import EMPTY, Edition, Person
from .names import place_name, publisher
from .numbers import ean
from .scripts import Text
from .words import TOPICS

_TONGUES = tuple(shares.LANGUAGES)
_TONGUE_WEIGHTS = tuple(accumulate(shares.LANGUAGES.values()))
_ORIGINALS = ("eng", "eng", "eng", "eng", "dan", "nor", "ger", "fre", "spa", "fin", "ita", "rus")


def fiction(it: Family) -> None:
    """Add a novel, or poems, and its editions: in the original, or as it was translated."""
    if it.chance(shares.ENGLISH):
        first = it.add(novel(it, "eng", titles.fiction(it.random, "eng")))
        literary_editions(it, first)
    elif it.chance(shares.TRANSLATED):
        language = it.random.choice(_ORIGINALS)
        original = novel(it, language, titles.fiction(it.random, language))
        _translation(it, it.add(original) if it.chance(shares.ORIGINAL_HELD) else original)
    else:
        first = it.add(novel(it, "swe", titles.fiction(it.random, "swe")))
        literary_editions(it, first)


def foreign(it: Family) -> None:
    """Add a book in another of the region's languages, and now and then its Swedish edition."""
    language = it.random.choices(_TONGUES, cum_weights=_TONGUE_WEIGHTS)[0]
    first = it.add(novel(it, language, titles.fiction(it.random, language)))
    if it.chance(shares.REPRINT) and first.year < shares.LAST_YEAR - 3:
        it.add(later(it, first, "book", publisher(it.random, language), (3, 20)))
    if it.chance(shares.OWN_SCRIPT_TRANSLATED):
        _translation(it, first)


def generic(it: Family) -> None:
    """Add a collection whose title says nothing: only its author tells it from others."""
    language = it.random.choice(("swe", "swe", "swe", "eng", "ger", "fin", "pol"))
    first = it.add(replace(novel(it, language, titles.generic(it.random, language)), form="p"))
    literary_editions(it, first)


def _translation(it: Family, original: Edition) -> None:
    """Add the Swedish edition of a foreign work, with its own later editions."""
    year = min(shares.LAST_YEAR, original.year + it.random.randrange(1, 6))
    swedish = replace(
        original,
        language="swe",
        title=titles.fiction(it.random, "swe"),
        subtitle=EMPTY,
        original=original.title,
        original_language=original.language,
        translator=it.author("swe", year),
        publisher=publisher(it.random, "swe"),
        isbns=(),
        year=year,
        copyright=0,
        pages=reset(it, original.pages),
    )
    literary_editions(it, it.add(swedish))


def literary_editions(it: Family, first: Edition) -> None:
    """Add what else there is of the text: pocket, reprint, to listen to, in large print, a film."""
    random = it.random
    if first.year >= shares.FIRST_POCKETS and it.chance(shares.POCKET):
        house = "pocket" if first.language == "swe" else first.language
        it.add(later(it, first, "book", publisher(random, house), (1, 3)))
    if first.year < shares.LAST_YEAR - 3 and it.chance(shares.REPRINT):
        it.add(later(it, first, "book", publisher(random, first.language), (3, 30)))
    if first.language == "swe":
        _spoken(it, first)
        if it.chance(shares.LARGE_PRINT):
            large = later(it, first, "large print", publisher(random, "large"), (0, 4))
            it.add(replace(large, pages=int(first.pages * 1.6)))
    _electronic(it, first)
    if first.year > shares.FIRST_FILMS and it.chance(shares.FILM_OF_THE_BOOK):
        _film_of(it, first)


def _spoken(it: Family, first: Edition) -> None:
    if first.year < shares.FIRST_DISCS:
        return
    for kind, share in shares.AUDIO.items():
        if it.chance(share):
            spoken = later(it, first, kind, publisher(it.random, "audio"), (0, 3))
            it.add(replace(spoken, pages=max(40, int(first.pages * 1.9)), front=0))


def _electronic(it: Family, first: Edition) -> None:
    if first.year > shares.FIRST_E_BOOKS and it.chance(shares.E_BOOK):
        it.add(later(it, first, "e-book", first.publisher, (0, 2)))


def _film_of(it: Family, book: Edition) -> None:
    """Add the film with the book's title: another work."""
    screened = later(it, book, "film", publisher(it.random, "film"), (2, 15))
    it.add(
        replace(
            screened,
            work=it.work(),
            creators=(it.author("swe", screened.year), *book.creators[:1]),
            translator=None,
            subtitle=EMPTY,
            original=EMPTY,
            original_language="",
            pages=it.random.randrange(75, 150),
            front=0,
            form="",
            code=ean(it.random),
            reissue=False,
        )
    )


def nonfiction(it: Family) -> None:
    """Add a book about something, and its later editions: revised, by the same publisher."""
    random = it.random
    language = "eng" if it.chance(shares.ENGLISH) else "swe"
    topic = random.choice(TOPICS)
    blank = draft(it, "book", language, titles.about(random, language, topic), it.work())
    named = it.chance(shares.SUBTITLE["nonfiction"])
    creators, body = _responsible(it, language, blank.year)
    count = sum(it.chance(share) for share in shares.FURTHER_SUBJECTS)
    edition = first = it.add(
        replace(
            blank,
            creators=creators,
            body=body,
            subtitle=titles.subtitle(random, language) if named else EMPTY,
            topics=(topic, *random.sample(TOPICS, count)),
            series=_series(it),
            series_number=str(random.randrange(1, 60)),
            impression=1 if it.chance(0.15) else 0,
            plot=titles.about(random, "swe", topic).first,
        )
    )
    while edition.year < shares.LAST_YEAR - 3 and it.chance(shares.SECOND_EDITION):
        revised = later(it, edition, "book", first.publisher, (2, 8))
        edition = it.add(replace(revised, impression=max(1, edition.impression) + 1))
    _electronic(it, first)


def _responsible(it: Family, language: str, year: int) -> tuple[tuple[Person, ...], str]:
    """Return the authors, or the body, or neither."""
    chance = it.random.random()
    if chance < shares.CORPORATE:
        return (), f"{place_name(it.random)}s kommun"
    if chance < shares.CORPORATE + shares.NO_MAIN_ENTRY:
        return (), ""
    count = 2 if it.chance(shares.TWO_AUTHORS) else 1
    return tuple(it.author(language, year) for _ in range(count)), ""


def _series(it: Family) -> Text:
    """Return a publisher's series, for some."""
    if not it.chance(shares.SERIES):
        return EMPTY
    topic = it.random.choice(TOPICS).swedish
    forms = (f"{topic} idag", f"Skrifter om {topic.lower()}", f"{topic}biblioteket", "Studier")
    return titles.plain(it.random.choice(forms))

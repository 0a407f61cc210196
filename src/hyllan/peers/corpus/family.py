"""What families are made with: their random numbers, their editions, how later ones differ."""

from dataclasses import replace

from . import distributions as shares
from . import titles
from .chance import drawn
from .model import EMPTY, Edition, Person, Publisher
from .names import person, publisher
from .numbers import isbn, unique
from .scripts import Text
from .words import FICTION, TONGUES

PUBLISHING = {"swe", "eng", *TONGUES}
_OTHERS = 1_000_003  # how far apart the people lie who are tried until one lived at the time


class Family:
    """What is drawn for one family: its random numbers, and the editions so far."""

    def __init__(self, seed: int, number: int) -> None:
        """Start with nothing."""
        self.seed, self.number = seed, number
        self.random = drawn(seed, "family", number)
        self.editions: list[Edition] = []
        self.works = 0
        self.liked = self.random.random()

    def chance(self, share: float) -> bool:
        """Return whether something of this share happens."""
        return self.random.random() < share

    def work(self) -> str:
        """Return the name of one more work."""
        self.works += 1
        return f"{self.number}.{self.works}"

    def year(self) -> int:
        """Return a year of publication."""
        first, most, last = shares.YEARS
        if self.chance(shares.OLD_STOCK):
            return self.random.randrange(first, most)
        return min(last, int(self.random.triangular(shares.OPEN_SHELVES, last + 1, most)))

    def author(self, tongue: str, year: int) -> Person:
        """Return somebody who can have written in that year: new, or of an earlier family."""
        number = self.number
        if not self.chance(shares.NEW_AUTHOR):
            number = int(number * self.random.random())
        for other in range(20):
            found = person(self.seed, number + other * _OTHERS, tongue)
            if found.born + 18 <= year <= (found.died or year) + 60:
                break
        return found

    def add(self, edition: Edition) -> Edition:
        """Give an edition its numbers and how liked it is, and keep it."""
        kept = replace(
            edition,
            key=f"{self.number}-{len(self.editions) + 1}",
            isbns=edition.isbns or self._isbns(edition),
            agency_number=1_000_000 + unique(self.seed, self.number, len(self.editions)),
            popularity=self.liked if self.chance(shares.ALIKE) else self.random.random(),
        )
        self.editions.append(kept)
        return kept

    def _isbns(self, edition: Edition) -> tuple[str, ...]:
        """Return its own number, and another binding's where that is printed too."""
        given = edition.year >= shares.FIRST_ISBN
        if not given or not self.chance(shares.ISBN_GIVEN[edition.kind]):
            return ()
        before = self.editions[-1].isbns if self.editions else ()
        if before and self.chance(shares.REUSED_ISBN):
            return before[:1]
        own = isbn(self.seed, self.number, len(self.editions), edition.language)
        same_work = before and self.editions[-1].work == edition.work
        if same_work and self.chance(shares.OTHER_BINDING_TOO):
            return own, before[0]
        return (own,)


def draft(it: Family, kind: str, language: str, title: Text, work: str) -> Edition:
    """Return an edition with everything that every kind has; nobody has written it yet."""
    year = it.year()
    house = language if language in PUBLISHING else "swe"
    return Edition(
        key="",
        work=work,
        kind=kind,
        language=language,
        title=title,
        subtitle=EMPTY,
        number="",
        part=EMPTY,
        creators=(),
        body="",
        translator=None,
        original=EMPTY,
        original_language="",
        publisher=publisher(it.random, house),
        year=year,
        copyright=year if it.chance(shares.COPYRIGHT_YEAR) else 0,
        pages=int(it.random.triangular(24, 720, 230)),
        front=it.random.choice((0, 0, 0, 3, 4, 5, 8, 12)),
        isbns=(),
        series=EMPTY,
        series_number="",
        impression=0,
        topics=(),
        audience="e",
        form="0",
        code="",
        popularity=0.0,
        plot="",
        contents="",
        agency_number=0,
    )


def novel(it: Family, language: str, title: Text) -> Edition:
    """Return the first edition of something literary."""
    child = it.chance(shares.CHILDREN)
    blank = draft(it, "book", language, title, it.work())
    named = it.chance(shares.SUBTITLE["fiction"])
    count = 1 + sum(it.chance(share) for share in shares.FURTHER_SUBJECTS)
    return replace(
        blank,
        creators=(it.author(language, blank.year),),
        subtitle=titles.subtitle(it.random, language) if named else EMPTY,
        topics=tuple(it.random.sample(FICTION, count)),
        audience="j" if child else "e",
        form="1" if it.chance(0.9) else "p",
        pages=blank.pages // 3 + 16 if child else blank.pages,
        plot=titles.fiction(it.random, "swe").first,
    )


def reset(it: Family, pages: int) -> int:
    """Return the page count of another setting of the text."""
    return max(16, int(pages * it.random.uniform(0.85, 1.2)) + it.random.choice((-3, 2, 5)))


def later(it: Family, first: Edition, kind: str, house: Publisher, gap: tuple[int, int]) -> Edition:
    """Return another edition of the same text, some years later."""
    same = it.chance(shares.SAME_SETTING)
    return replace(
        first,
        kind=kind,
        publisher=house,
        year=min(shares.LAST_YEAR, first.year + it.random.randrange(*gap)),
        copyright=0,
        isbns=(),
        pages=first.pages if same else reset(it, first.pages),
        series=EMPTY,
        series_number="",
        reissue=True,
    )

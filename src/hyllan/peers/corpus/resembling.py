"""Works that are nearly called the same and are not: volumes, sets, yearbooks, music, films."""

from dataclasses import replace

from . import distributions as shares
from . import titles
from .family import Family, draft, later, novel
from .literature import literary_editions
from .model import EMPTY, Edition
from .names import person, place_name, publisher
from .numbers import A_FAMILY, ean, isbn
from .words import FICTION, SWEDISH, TOPICS

COMPOSED = "m"  # begins the name of a work that several families have editions of
_NUMBERED = ("Symphony", "Concerto", "Sonata", "String quartet")


def series(it: Family) -> None:
    """Add volumes by one author with nearly the same titles: each a work of its own."""
    random = it.random
    hero = random.choice(SWEDISH.heroes)
    first = novel(it, "swe", EMPTY)
    manner = random.randrange(3)
    name = titles.plain(f"{hero} & {random.choice(SWEDISH.nouns)[1]}")
    for volume in range(1, random.randrange(3, 8)):
        noun = random.choice(SWEDISH.nouns)[1]
        called = (f"{hero} och {noun}", f"{hero} {volume}", f"{hero} i {place_name(random)}")
        tale = it.add(
            replace(
                first,
                work=it.work(),
                title=titles.plain(called[manner]),
                series=name,
                series_number=str(volume),
                year=min(shares.LAST_YEAR, first.year + volume - 1),
                copyright=0,
                pages=max(24, first.pages + random.choice((0, 0, 8, 16, -8))),
            )
        )
        if it.chance(0.25):
            literary_editions(it, tale)


def volumes(it: Family) -> None:
    """Add the volumes of a set, each its own, and often the record that describes all of them."""
    random = it.random
    topic = random.choice(TOPICS)
    blank = draft(it, "book", "swe", titles.whole(random, "swe", "sets", topic), it.work())
    author = (it.author("swe", blank.year),) if it.chance(0.7) else ()
    count = random.randrange(2, 7)
    shared: tuple[str, ...] = ()
    if blank.year >= shares.FIRST_ISBN and it.chance(shares.SET_HAS_ISBN):
        shared = (isbn(it.seed, it.number, A_FAMILY - 1, "swe"),)
    same = bool(shared) and it.chance(shares.SET_SHARES_ISBN)
    word = random.choice(("Del", "D.", "Bd", "Vol.", ""))
    named = it.chance(0.5)
    blank = replace(blank, creators=author, topics=(topic,))
    for volume in range(1, count + 1):
        one = it.add(
            replace(
                blank,
                work=it.work(),
                number=f"{word} {volume}".strip(),
                part=titles.fiction(random, "swe") if named else EMPTY,
                year=min(shares.LAST_YEAR, blank.year + (volume - 1) * random.randrange(2)),
                pages=int(random.triangular(80, 700, 320)),
                isbns=shared if same else (),
            )
        )
        if one.isbns and not same and it.chance(shares.SET_ISBN_TOO):
            it.editions[-1] = replace(one, isbns=one.isbns[:1] + shared)
    if it.chance(shares.WHOLE_SET):
        it.add(replace(blank, kind="set", work=it.work(), pages=count, isbns=shared))


def yearbook(it: Family) -> None:
    """Add issues of a yearbook, each with its year, and sometimes the serial's own record."""
    random = it.random
    topic = random.choice(TOPICS)
    language = "eng" if it.chance(0.1) else "swe"
    name = titles.whole(random, language, "yearbooks", topic)
    blank = draft(it, "yearbook", language, name, it.work())
    start = blank.year - random.randrange(3, 15)
    blank = replace(blank, topics=(topic,), copyright=0, body=_publishing_body(it))
    for issue in range(start, start + random.randrange(3, 12)):
        if issue <= shares.LAST_YEAR:
            one = replace(blank, work=it.work(), number=str(issue), year=issue)
            it.add(replace(one, pages=random.randrange(60, 240)))
    if it.chance(shares.SERIAL):
        it.add(replace(blank, kind="serial", work=it.work(), year=start))


def _publishing_body(it: Family) -> str:
    """Return the society that the yearbook is of: the title alone names no one yearbook."""
    return f"{place_name(it.random)}s {it.random.choice(('hembygdsförening', 'museum', 'kommun'))}"


def music(it: Family) -> None:
    """Add recordings and scores; what many are called, only composer and number tell apart."""
    if it.chance(shares.POPULAR_MUSIC):
        language = it.random.choice(("swe", "eng"))
        blank = draft(it, "music", language, titles.fiction(it.random, language), it.work())
        songs = [
            titles.fiction(it.random, language).first for _ in range(it.random.randrange(4, 12))
        ]
        author = it.author(language, blank.year)
        blank = replace(blank, creators=(author,), form="", contents=" -- ".join(songs))
        _recordings(it, blank)
        return
    composed = it.random.randrange(60 + it.number // 50)
    form = it.random.choice((*_NUMBERED, "Suite", "Requiem", "Songs", "Preludes"))
    name = f"{form} no. {it.random.randrange(1, 10)}" if form in _NUMBERED else form
    # Other families have other recordings of it: the work is named by what it is
    blank = draft(it, "music", "zxx", titles.plain(name), f"{COMPOSED}{composed}.{name}")
    blank = replace(blank, creators=(person(it.seed, composed, "ger"),), form="")
    _recordings(it, blank)
    if form in _NUMBERED and it.chance(0.3):
        house, pages = publisher(it.random, "music"), it.random.randrange(16, 120)
        it.add(replace(blank, kind="score", publisher=house, pages=pages, front=0))


def _recordings(it: Family, blank: Edition) -> None:
    random = it.random
    year = max(shares.FIRST_CD, blank.year)
    for _ in range(random.choice((1, 1, 2))):
        when = min(shares.LAST_YEAR, year + random.randrange(8))
        label = random.choice(("CD", "BIS-CD-", "CAP ", "8.55"))
        it.add(
            replace(
                blank,
                year=when,
                copyright=0,
                publisher=publisher(random, "music"),
                creators=(blank.creators[0], it.author("eng", when)),
                pages=random.randrange(34, 78),
                code=f"{label}{random.randrange(1000, 9999)}",
                front=0,
            )
        )


def film(it: Family) -> None:
    """Add a film, and now and then the same film released again by somebody else."""
    random = it.random
    language = random.choice(("swe", "eng", "eng", "dan", "fre"))
    blank = draft(it, "film", language, titles.fiction(random, language), it.work())
    year = max(shares.FIRST_DVD, blank.year)
    first = it.add(
        replace(
            blank,
            creators=(it.author(language, year),),
            publisher=publisher(random, "film"),
            year=year,
            copyright=0,
            pages=random.randrange(75, 160),
            code=ean(random),
            front=0,
            form="",
            topics=(random.choice(FICTION),),
        )
    )
    if it.chance(0.15) and first.year < shares.LAST_YEAR - 2:
        again = later(it, first, "film", publisher(random, "film"), (2, 9))
        it.add(replace(again, code=ean(random), pages=first.pages))

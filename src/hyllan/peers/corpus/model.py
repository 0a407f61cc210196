"""What there is, before anybody has catalogued it: people, works, their editions."""

from dataclasses import dataclass

from .scripts import Text
from .words import Topic

EMPTY = Text("", "", "")


@dataclass(frozen=True, slots=True)
class Person:
    family: Text
    given: Text
    born: int
    died: int  # 0: lives
    tongue: str

    def direct(self, way: int) -> str:
        """Return the name as it is said, in one of the three writings of a text."""
        return f"{self.given[way]} {self.family[way]}"

    def filed(self, way: int) -> str:
        """Return the name as it is filed: family name first."""
        return f"{self.family[way]}, {self.given[way]}"


@dataclass(frozen=True, slots=True)
class Publisher:
    names: tuple[str, ...]  # the first as on the title page, the others as it is also written
    place: Text
    own: str = ""  # its name in its own script
    country: str = "sw "


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: what every record in a true cluster describes."""

    key: str
    work: str
    kind: str  # kinds.py
    language: str
    title: Text
    subtitle: Text
    number: str  # of the part: "Del 2"; empty where it is not one
    part: Text  # the part's own title
    creators: tuple[Person, ...]
    body: str  # a corporate body it is filed under
    translator: Person | None
    original: Text  # title of what it was translated from
    original_language: str
    publisher: Publisher
    year: int
    copyright: int  # 0: not said
    pages: int  # of audio and film: minutes; of sets: volumes
    front: int  # pages before the first numbered one
    isbns: tuple[str, ...]  # its own; where it is printed, the set's or another binding's after it
    series: Text
    series_number: str
    impression: int  # of its own text: 2 for the second edition; 0 where nothing is printed
    topics: tuple[Topic, ...]
    audience: str  # 008/22
    form: str  # 008/33
    code: str  # number of the recording, score or film at its publisher, or EAN
    popularity: float  # in [0, 1): the share of libraries that would rather not have it
    plot: str  # words for the summary
    contents: str  # 505: tracks, parts
    agency_number: int  # in the national agency's files
    reissue: bool = False  # the text has appeared before: "[Ny utg.]"

"""What the API takes and gives, as its OpenAPI description tells it."""

from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from hyllan.catalogue.engine.forms import FORMS, MATERIALS
from hyllan.catalogue.engine.query import LONGEST
from hyllan.catalogue.engine.readers import AUDIENCES
from hyllan.catalogue.queries import LAST_PAGE

MOST_HITS = 100
DEEPEST = 10_000  # the last hit that is given: all before it are ranked to find it
LONGEST_CQL = 10_000
LARGEST = 2**63 - 1

Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{3}$")]
Material = Annotated[str, StringConstraints(pattern=f"^({'|'.join(MATERIALS)})$")]
Form = Annotated[str, StringConstraints(pattern=f"^({'|'.join(FORMS)})$")]
Audience = Annotated[str, StringConstraints(pattern=f"^({'|'.join(AUDIENCES)})?$")]


class Asked(Schema):
    """What a search asks for; the search page takes the same."""

    q: str = Field(
        "",
        max_length=LONGEST,
        description='Words, "a phrase", an ISBN or other number, `author:`, `title:`, `subject:`, '
        "`year:1990-1999`, `-without`. All must be found.",
    )
    cql: str = Field(
        "", max_length=LONGEST_CQL, description="A query in CQL, in place of `q`. Indexes: `/sru`."
    )
    organisation: Code = Field("", description="Code: only what its libraries have")
    library: Code = Field("", description="Code: only what this library has")
    material: list[Material] = Field([], description="Any of these")
    form: list[Form] = Field([], description="Any of these")
    language: list[Language] = Field([], max_length=20, description="Any of these; MARC codes")
    year_from: int | None = Field(None, alias="from", ge=0, le=9999, description="Year")
    year_to: int | None = Field(None, alias="to", ge=0, le=9999, description="Year")
    audience: Audience = Field("", description="Empty: anyone")
    easy: bool = Field(False, description="Only what is easy to read")
    available: bool = Field(
        False, description="Only what is in, in the place chosen if there is one"
    )
    sort: Literal["relevance", "newest", "oldest"] = Field("relevance", description="By year")
    page: int = Field(1, ge=1, le=LAST_PAGE)
    limit: int = Field(20, ge=1, le=MOST_HITS, description="Hits to a page")
    facets: bool = Field(False, description="Count the hits by organisation, material and so on")


class Edition(Schema):
    """One edition of a work, briefly."""

    id: int
    url: str = Field(description="Its page")
    title: str
    year: int | None
    language: str = Field(description="MARC code; empty: not known")
    material: str


class Hit(Edition):
    """A work, by the edition of it that fits best."""

    responsible: str
    libraries: list[str] = Field(description="Names of those that have it")
    call_number: str
    available: bool = Field(description="Some library's system calls a copy available")
    others: list[Edition] = Field(description="Other editions of the work that were found")


class Facets(Schema):
    """Numbers of editions by code, the most first."""

    organisations: dict[str, int]
    libraries: dict[str, int] = Field(description="Of the organisation chosen")
    materials: dict[str, int]
    languages: dict[str, int]
    years: dict[str, int]
    audiences: dict[str, int]
    easy: int
    available: int


class Found(Schema):
    """A page of hits."""

    total: int = Field(description="Editions found, on all pages")
    page: int
    pages: int
    limit: int
    milliseconds: float = Field(description="What the search took")
    corrected: str = Field(description="What was searched for instead, if nothing was as written")
    hits: list[Hit]
    facets: Facets | None


class Item(Schema):
    """A copy on a shelf."""

    barcode: str
    call_number: str
    status: Literal["available", "on_loan", "not_for_loan", "missing"]


class Holding(Schema):
    """A library with its items of an edition."""

    code: str
    name: str
    organisation: str = Field(description="Code")
    items: list[Item]


class Work(Schema):
    """What editions have in common."""

    id: int
    title: str
    responsible: str
    editions: list[Edition] = Field(description="The others, the newest first; at most 50")


class Record(Edition):
    """An edition, with its work and where it stands."""

    responsible: str
    names: list[str] = Field(description="Everybody named, as the libraries write them")
    languages: list[str]
    form: str = Field(description="Such as large_print or daisy; empty: as usual")
    audience: str
    easy: bool
    isbns: list[str]
    publisher: str
    extent: str
    series: str
    summary: str
    subjects: list[str]
    first_seen: str = Field(description="When it came into the catalogue, ISO 8601")
    changed: str = Field(description="When it last changed, ISO 8601")
    work: Work
    libraries: list[Holding]


class Suggestion(Schema):
    """What the words so far may be about to become."""

    kind: Literal["title", "name", "subject"]
    text: str


class Suggestions(Schema):
    """The most held first."""

    suggestions: list[Suggestion]


class Problem(Schema):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What is wrong, and what to do")

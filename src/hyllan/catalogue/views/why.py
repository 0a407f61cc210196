"""Why records are one edition, and staff's word on it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hyllan.catalogue import queries, services, why_words, wording
from hyllan.catalogue.engine.folding import folded_words
from hyllan.catalogue.engine.matching import Explanation
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.models import Edition
from hyllan.catalogue.queries import Link, Member, NearMiss, Told, Word
from hyllan.region import clock
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused

PAGE_SIZE = 20
LONGEST_REASON = 300
DECIDERS = (*services.WHO, Role.ADMINISTRATOR)
_NUMBER = re.compile(r"\d{1,15}")


@dataclass(frozen=True, slots=True)
class Cell:
    column: str
    text: str
    differs: bool  # from what most of the edition's records say


@dataclass(frozen=True, slots=True)
class Because:
    """One thing that was compared, in words."""

    question: str
    left: str
    right: str
    outcome: str
    weight: str
    colour: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Two records, and how the model sees them."""

    one: Told
    other: Told
    percent: str
    joined: bool  # the model alone would have joined them
    contradiction: str
    speaks_for: str
    speaks_against: str
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Row:
    told: Told
    cells: tuple[Cell, ...]
    nearest: Beside | None
    farthest: Beside | None


@dataclass(frozen=True, slots=True)
class Near:
    beside: Beside
    material: str
    said_apart: bool


@require_safe
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Show why records are one edition, why editions are one work, and what staff have said."""
    edition = _edition(pk)
    if edition.merged_into_id:
        return redirect("catalogue:why", pk=edition.merged_into_id)
    actor = actor_of(request)
    among = queries.records_of(pk)
    page = Paginator(among, PAGE_SIZE).get_page(request.GET.get("page"))
    said = queries.words(pk)
    context = {
        "edition": edition,
        "number": queries.number_of_records(pk),
        "most": queries.MOST_COMPARED,
        "page": page,
        "columns": [column for column, _read in _columns()],
        "rows": _rows(queries.members(list(page.object_list), among), among),
        "near": [_near(each, said) for each in queries.near_misses(pk, among)],
        "siblings": [
            (each.edition, _edition_words(each.edition), [why_words.clue(it) for it in each.clues])
            for each in queries.siblings(edition, among)
        ],
        "words": said,
        "waits": queries.is_waiting(pk),
        "is_staff": decides(actor),
        "may_decide": services.may_decide(by=actor, edition_ids=[pk]),
        "longest_reason": LONGEST_REASON,
        "now": clock.now(),
    }
    return render(request, "catalogue/why.html", context)


def decides(actor: Actor) -> bool:
    """Return whether the actor may have a word on records somewhere."""
    return any(actor.holds(role) for role in DECIDERS)


def _edition(pk: int) -> Edition:
    try:
        edition = queries.edition(pk)
    except Edition.DoesNotExist:
        raise Http404 from None
    if edition.gone:
        raise Http404
    return edition


def _edition_words(edition: Edition) -> str:
    parts = (
        wording.material(edition.material),
        edition.publisher,
        edition.year,
        wording.language(edition.language),
    )
    return ", ".join(str(part) for part in parts if part)


def _columns() -> list[tuple[str, Callable[[Description], str]]]:
    return [
        (_("Title"), lambda says: says.title),
        (_("Year"), lambda says: str(says.year or "")),
        (_("Publisher"), lambda says: says.publisher),
        (_("ISBN"), lambda says: ", ".join((*says.isbns, *says.wrong_isbns))),
        (_("Extent"), lambda says: says.extent),
    ]


def _rows(members: Sequence[Member], among: Sequence[Told]) -> list[Row]:
    columns = [
        (name, read, _usual([read(told.says) for told in among])) for name, read in _columns()
    ]
    return [
        Row(
            told=each.told,
            cells=tuple(_cell(name, read(each.told.says), most) for name, read, most in columns),
            nearest=_beside(each.told, each.nearest),
            farthest=_beside(each.told, each.farthest),
        )
        for each in members
    ]


def _usual(texts: Sequence[str]) -> tuple[str, ...]:
    """Return what most of the records say, folded; of several, the first."""
    said = Counter(words for text in texts if (words := tuple(folded_words(text))))
    return max(said, key=said.__getitem__, default=())


def _cell(column: str, text: str, usual: tuple[str, ...]) -> Cell:
    return Cell(column, text, bool(text) and tuple(folded_words(text)) != usual)


def _beside(told: Told, link: Link | None) -> Beside | None:
    return _in_words(told, link.other, link.why) if link else None


def _in_words(one: Told, other: Told, found: Explanation) -> Beside:
    return Beside(
        one=one,
        other=other,
        percent=why_words.percent(found.probability),
        joined=queries.would_join(found),
        contradiction=why_words.contradiction(found),
        speaks_for=why_words.in_short(found.reasons),
        speaks_against=why_words.against_in_short(found.reasons),
        reasons=tuple(
            Because(
                question=why_words.question(each.what),
                left=why_words.said(each.what, each.left),
                right=why_words.said(each.what, each.right),
                outcome=why_words.outcome(each),
                weight=why_words.weight(each, found.contradiction),
                colour=why_words.colour(each, found.contradiction),
            )
            for each in found.reasons
        ),
    )


def _near(miss: NearMiss, said: Sequence[Word]) -> Near:
    apart = any(
        not word.together and word.level == "edition" and miss.theirs.record_id in _records(word)
        for word in said
    )
    return Near(
        beside=_in_words(miss.ours, miss.theirs, miss.why),
        material=wording.material(miss.theirs.says.material),
        said_apart=apart,
    )


def _records(word: Word) -> set[int]:
    return {named.record_id for named in (*word.ones, *word.others)}


@require_POST
@needs_role(*DECIDERS)
def split_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one record is not of this edition."""
    record = _number(request.POST.get("record", ""))

    def say() -> None:
        services.split_record(
            record_id=record, reason=_reason(request), by=actor_of(request), now=clock.now()
        )

    return _said(request, pk, say)


@require_POST
@needs_role(*DECIDERS)
def split_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that this edition is not of the work it is in."""

    def say() -> None:
        services.split_edition(
            edition_id=pk, reason=_reason(request), by=actor_of(request), now=clock.now()
        )

    return _said(request, pk, say)


@require_POST
@needs_role(*DECIDERS)
def join_editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that another edition is this one."""

    def say() -> None:
        services.join_editions(
            edition_id=pk,
            other_id=_number(request.POST.get("other", "")),
            reason=_reason(request),
            by=actor_of(request),
            now=clock.now(),
        )

    return _said(request, pk, say)


@require_POST
@needs_role(*DECIDERS)
def join_works(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that another edition is of the same work as this."""

    def say() -> None:
        services.join_works(
            edition_id=pk,
            other_id=_number(request.POST.get("other", "")),
            reason=_reason(request),
            by=actor_of(request),
            now=clock.now(),
        )

    return _said(request, pk, say)


@require_POST
@needs_role(*DECIDERS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what staff said; `pk` is the edition on whose page it stands."""
    decision = _number(request.POST.get("decision", ""))

    def say() -> None:
        services.take_back(decision_id=decision, by=actor_of(request), now=clock.now())

    return _said(request, pk, say)


def _said(request: HttpRequest, pk: int, say: Callable[[], None]) -> HttpResponse:
    try:
        say()
        messages.success(request, _("Saved. The catalogue follows within a minute."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:why", pk=pk)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:LONGEST_REASON]


def _number(text: str) -> int:
    """Return the number of an edition, a record or a word: the last in an address."""
    found = _NUMBER.findall(text[-300:])
    return int(found[-1]) if found else 0

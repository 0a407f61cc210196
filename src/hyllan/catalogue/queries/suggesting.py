"""What a reader may be about to write: titles, names and subjects with the words so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.conf import settings

from hyllan.catalogue import search_index
from hyllan.catalogue.engine.folding import folded_words
from hyllan.catalogue.models import Edition

FEWEST_LETTERS, MOST_WORDS = 2, 8
_LOOKED_AT = 30  # editions of each kind: those that most libraries have


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: str  # title, name, subject
    text: str


def suggest(text: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """
    Return what can be meant by the beginning of a query, the most held first, kinds in turn.

    All words must be there, the last as a beginning; what starts as written comes first.
    """
    typed = folded_words(text[:100])[:MOST_WORDS]
    if not typed or len("".join(typed)) < FEWEST_LETTERS:
        return ()
    found = search_index.begun(settings.HYLLAN_HOME, typed, number=_LOOKED_AT)
    wanted = set(chain.from_iterable(found.values()))
    rows = Edition.objects.filter(pk__in=wanted).values_list(
        "pk", "title", "responsible", "details__names", "subjects"
    )
    titles, names, subjects = {}, {}, {}
    for pk, title, responsible, its_names, its_subjects in rows:
        titles[pk] = [title]
        names[pk] = its_names or [responsible]
        subjects[pk] = its_subjects or []
    kinds = [
        _of_kind("title", typed, [titles.get(pk, []) for pk in found["title"]]),
        _of_kind("name", typed, [names.get(pk, []) for pk in found["responsible"]]),
        _of_kind("subject", typed, [subjects.get(pk, []) for pk in found["subjects"]]),
    ]
    in_turn = [each for group in zip_longest(*kinds) for each in group if each is not None]
    return tuple(in_turn[:limit])


def _of_kind(kind: str, typed: list[str], texts: Sequence[Iterable[str]]) -> list[Suggestion]:
    """Return those of the texts that have the words, each once, what starts so first."""
    found: dict[str, tuple[bool, str]] = {}
    for text in chain.from_iterable(texts):
        there = folded_words(text)
        if _begins(typed, there):
            found.setdefault(" ".join(there), (not _starts(typed, there), text))
    return [Suggestion(kind, text) for _, text in sorted(found.values(), key=lambda each: each[0])]


def _begins(typed: Sequence[str], there: Sequence[str]) -> bool:
    *whole, last = typed
    return set(whole) <= set(there) and any(word.startswith(last) for word in there)


def _starts(typed: Sequence[str], there: Sequence[str]) -> bool:
    return " ".join(there).startswith(" ".join(typed))

"""Matching in words for people: what was compared, what came of it, and how much it weighs."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hyllan.catalogue import wording
from hyllan.catalogue.engine.matching import Clue, Explanation, Reason

QUESTIONS = {
    "isbn": _("ISBN"),
    "number": _("Other numbers"),
    "libris": _("Libris number"),
    "title": _("Title"),
    "rest": _("Subtitle"),
    "figures": _("Numbers in the title"),
    "volume": _("Volume"),
    "name": _("Author"),
    "company": _("Others who made it"),
    "year": _("Year"),
    "extent": _("Extent"),
    "units": _("Number of parts"),
    "publisher": _("Publisher"),
    "edition": _("Edition statement"),
    "language": _("Language"),
    "material": _("Material"),
    "form": _("How it is read or played"),
}
# By question and outcome where the usual words do not fit, else by outcome
_OUTCOMES = {
    "agree": pgettext_lazy("compared", "the same"),
    "differ": pgettext_lazy("compared", "different"),
    "alike": pgettext_lazy("compared", "alike"),
    "share": pgettext_lazy("compared", "the same in part"),
    "one_has": pgettext_lazy("compared", "only one says"),
    "agree_in_part": pgettext_lazy("compared", "the same, but one has more"),
    "share_one": pgettext_lazy("compared", "one the same, and each has others"),
    "wrong_alike": pgettext_lazy("compared", "the same wrong number"),
    "wrong_close": pgettext_lazy("compared", "the same but for a slip"),
    "same_words": pgettext_lazy("compared", "the same words"),
    "begins": pgettext_lazy("compared", "one begins like the other"),
    "nearly": pgettext_lazy("compared", "the same but for a slip"),
    "nearly_not_isbn": pgettext_lazy("compared", "a letter apart, with different ISBNs"),
    "other_title": pgettext_lazy("compared", "one is a further title of the other"),
    "loosely": pgettext_lazy("compared", "somewhat alike"),
    "given_differs": pgettext_lazy("compared", "the same family name, another first name"),
    "mentioned": pgettext_lazy("compared", "named in both"),
    "next": pgettext_lazy("compared", "a year apart"),
    "near": pgettext_lazy("compared", "a few years apart"),
    "close": pgettext_lazy("compared", "nearly the same"),
    "set_and_part": pgettext_lazy("compared", "a whole set and a part of it"),
    "one_is_first": pgettext_lazy("compared", "one says the first edition, the other nothing"),
    "new_or_number": pgettext_lazy("compared", "one says new, the other a number"),
    "label_differs": pgettext_lazy("compared", "different"),
    ("extent", "near"): pgettext_lazy("compared", "not far apart"),
}
CONTRADICTIONS = {
    "volume": _("They are different volumes."),
    "language": _("They are in different languages."),
    "material": _("They are of different kinds of material."),
    "form": _("They are read or played in different ways."),
    "edition": _("They name different editions."),
}
LEAST = 0.5  # weight (log-odds) worth a word
# From which weight on: for and against
_FOR = (
    (5.0, _("speaks very strongly for")),
    (2.5, _("speaks strongly for")),
    (LEAST, _("speaks for")),
)
_AGAINST = (
    (5.0, _("speaks very strongly against")),
    (2.5, _("speaks strongly against")),
    (LEAST, _("speaks against")),
)
_CLUES = {
    "title": _("the title %(title)s"),
    "other": _("the further title %(title)s"),
    "original": _("the original title %(title)s"),
}


def question(what: str) -> str:
    """Return what was compared."""
    return str(QUESTIONS[what])


def said(what: str, text: str) -> str:
    """Return what a record says, without codes."""
    if what == "material":
        return wording.material(text)
    if what == "form":
        return wording.form(text)
    if what == "language":
        return ", ".join(wording.language(code) for code in text.split(", ") if code)
    return text


def outcome(reason: Reason) -> str:
    """Return what came of it: "the same but for a slip"."""
    return str(_OUTCOMES.get((reason.what, reason.outcome)) or _OUTCOMES[reason.outcome])


def weight(reason: Reason, against: str) -> str:
    """Return how much it weighs: "speaks strongly for"; `against`: what makes it impossible."""
    if reason.what == against:
        return gettext("makes it impossible")
    steps = _FOR if reason.weight > 0 else _AGAINST
    found = next((words for least, words in steps if abs(reason.weight) >= least), None)
    return str(found) if found else gettext("weighs next to nothing")


def colour(reason: Reason, against: str) -> str:
    """Return the colour beside the words that say the same."""
    if reason.what == against or reason.weight <= -LEAST:
        return "err"
    return "ok" if reason.weight >= LEAST else ""


def contradiction(why: Explanation) -> str:
    """Return what makes it impossible that they are one edition; empty: nothing does."""
    return str(CONTRADICTIONS[why.contradiction]) if why.contradiction else ""


def percent(probability: float) -> str:
    """Return a probability for people; no model is wholly sure."""
    if probability > 0.999:
        return gettext("over %(number)s %%") % {"number": number_format(99.9, 1)}
    if probability < 0.001:
        return gettext("under %(number)s %%") % {"number": number_format(0.1, 1)}
    places = 0 if 0.01 <= probability <= 0.99 else 1
    return gettext("%(number)s %%") % {"number": number_format(100 * probability, places)}


def in_short(reasons: Sequence[Reason], *, most: int = 3) -> str:
    """Return the weightiest reasons for the pair: "ISBN: the same · Year: the same"."""
    return _in_short([each for each in reasons if each.weight >= LEAST][:most])


def against_in_short(reasons: Sequence[Reason], *, most: int = 3) -> str:
    """Return the weightiest reasons against the pair."""
    return _in_short([each for each in reasons if each.weight <= -LEAST][:most])


def _in_short(reasons: Sequence[Reason]) -> str:
    return " · ".join(f"{question(each.what)}: {outcome(each)}" for each in reasons)


def clue(found: Clue) -> str:
    """Return what two editions of a work have in common: "the title Emil, Astrid Lindgren"."""
    parts = [str(_CLUES[found.kind]) % {"title": found.title}]
    if found.volume:
        parts.append(gettext("volume %(volume)s") % {"volume": found.volume})
    if found.name:
        parts.append(gettext("by %(name)s") % {"name": found.name})
    if found.more:
        parts.append(gettext("with the same subtitle, year or publisher"))
    return ", ".join(parts)

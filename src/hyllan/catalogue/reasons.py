"""
Why something stands aside, or a harvest failed, in the reader's language.

Reasons are kept as the English sentences that engines and codecs give. Here stands each of them as
a pattern: what is found in it comes back in the translated sentence. One that is not here is shown
as it was kept.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_noop as _

REASONS = (
    # records and items
    _("the record has no title (245)"),
    _("the record has no title"),
    _("the record has no fields"),
    _("the record has no header"),
    _("the record has no identifier"),
    _("the record has no metadata and is not deleted"),
    _("the identifier %(identifier)s is longer than 200 characters"),
    _("there is neither MARC nor Dublin Core in it"),
    _("there is no Dublin Core in it"),
    _("it is empty"),
    _("no code is no library of this organisation (item %(item)s)"),
    _("%(code)s is no library of this organisation (item %(item)s)"),
    _("an item at %(library)s has no barcode"),
    _("the barcode %(barcode)s stands twice"),
    _("the barcode %(barcode)s is longer than 60 characters"),
    _("where the item %(barcode)s stands is not said"),
    _("%(word)s of %(barcode)s is not a status we know"),
    # MARC
    _("the record ends before its record terminator"),
    _("the record is shorter than a leader"),
    _("the directory is not made of entries of 12 characters"),
    _("the directory holds something else than tags and numbers"),
    _("the directory names %(named)s fields, %(there)s are there"),
    _("a field is neither a control field nor a data field"),
    _("a subfield has no code"),
    _("a %(element)s has no %(attribute)s"),
    _("the text is not JSON"),
    _("what stands between the records is no record"),
    # XML
    _("a DOCTYPE is not allowed"),
    _("the bytes are not %(encoding)s"),
    _("the encoding %(encoding)s is not read here"),
    # the way to a system
    _("the answer ends in the middle"),
    _("the answer holds neither records nor errors"),
    _("a %(element)s element is not an answer of OAI-PMH"),
    _("the answer is longer than %(number)s bytes"),
    _("the answer is not whole after %(number)s seconds"),
    _("it asks us to come back in %(number)s seconds"),
    _("it asks us to wait again and again"),
    _("a page came twice: the list would never end"),
    _("page after page holds no record: the list would never end"),
    _("the same resumptionToken was given twice: the list never ends"),
    _("its resumptionToken expires before the list is at its end"),
    _("ConnectError: %(detail)s"),
    _("ConnectTimeout: %(detail)s"),
    _("ReadTimeout: %(detail)s"),
    _("HTTP %(status)s"),
)
_FIELD = re.compile(r"%\\\((\w+)\\\)s|%\((\w+)\)s")

REMARKS = {  # what a harvest lived with: services/lists.py, runs.py
    "no_earliest": _("It does not say from when its records are."),
    "named_twice": _("It gives its name twice."),
    "no_granularity": _("It does not say how fine its dates are."),
    "no_word_on_deletes": _("It does not say whether it tells what was deleted."),
    "deletes_not_told": _(
        "It does not keep telling what was deleted: once a week everything is fetched anew."
    ),
    "tells_no_changes": _("SRU tells no changes: once a day everything is fetched anew."),
    "no_identify": _("It cannot say who it is (Identify)."),
    "no_formats": _("It cannot say which formats it has."),
    "clock_ahead": _("Its clock runs ahead, or tells local time as UTC."),
}
COUNTED = {
    "no_datestamp": ngettext_lazy(
        "%(number)d record has no date.", "%(number)d records have no date.", "number"
    ),
    "mended": ngettext_lazy(
        "%(number)d record came as broken XML and was mended.",
        "%(number)d records came as broken XML and were mended.",
        "number",
    ),
    "token_expired": ngettext_lazy(
        "Its list was cut off %(number)d time and begun anew.",
        "Its list was cut off %(number)d times and begun anew.",
        "number",
    ),
    "vanished": ngettext_lazy(
        "%(number)d record was no longer there and was taken away.",
        "%(number)d records were no longer there and were taken away.",
        "number",
    ),
    "too_many_vanished": ngettext_lazy(
        "%(number)d record was missing in its list, more than half. It was kept: fetch everything"
        " anew if that is right.",
        "%(number)d records were missing in its list, more than half. They were kept: fetch"
        " everything anew if that is right.",
        "number",
    ),
}


def in_words(reason: str) -> str:
    """Return the reasons, which stand one after the other, in the reader's language."""
    return "; ".join(_one(part) for part in reason.split("; "))


def _one(reason: str) -> str:
    for pattern, text in _patterns():
        if found := pattern.fullmatch(reason):
            return gettext(text) % found.groupdict()
    return reason


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each reason as a pattern: what is written %(so)s matches anything."""
    return tuple(
        (re.compile(_FIELD.sub(_group, re.escape(text)), re.DOTALL), text) for text in REASONS
    )


def _group(found: re.Match[str]) -> str:
    return f"(?P<{found[1] or found[2]}>.+?)"


def remarks_in_words(remarks: Mapping[str, int]) -> list[str]:
    """Return a sentence for each thing that a harvest lived with."""
    return [_remark(name, number) for name, number in remarks.items()]


def _remark(name: str, number: int) -> str:
    if name in COUNTED:
        return str(COUNTED[name] % {"number": number})
    return gettext(REMARKS[name]) if name in REMARKS else name


def faults_in_words(faults: list[tuple[str, dict[str, str]]]) -> list[str]:
    """Return a sentence for each fault of an item map (engine/item_map.py)."""
    return [gettext(text) % parameters for text, parameters in faults]


# What engine/item_map.py says of a map, here for the message catalogue
FAULTS = (
    _("A map is an object: {…}."),
    _("%(key)s is no part of a map. There are: %(known)s."),
    _("%(key)s is needed, since %(because)s is given."),
    _("%(key)s must be a tag of three digits, such as 952."),
    _("%(key)s must be subfield codes, such as p or hi."),
    _("%(key)s must be an object of texts."),
    _("%(word)s is no status. There are: %(known)s."),
    _("A rule of status is an object with subfield, and either is or words."),
)


def how_many(number: int) -> str:
    """Return what was done to so many records that stood aside."""
    return ngettext(
        "%(number)d record was loaded again.", "%(number)d records were loaded again.", number
    ) % {"number": number}

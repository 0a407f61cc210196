"""The catalogue's codes in words for people: materials, statuses, languages, colours."""

from datetime import datetime

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hyllan.look.dates import day_time_words, full_day_words, local_day, time_words

MATERIALS = {
    "book": _("Book"),
    "audiobook": _("Audiobook"),
    "film": _("Film"),
    "music": _("Music"),
    "game": _("Game"),
    "other": _("Other material"),
}
# The same material has the same back everywhere; the word stands beside it.
COLOURS = {
    "book": "lov",
    "audiobook": "skymning",
    "film": "blodbok",
    "music": "hav",
    "game": "raps",
    "other": "lera",
}
LANGUAGES = {  # ISO 639-2/B, as in MARC
    "ara": pgettext_lazy("language", "Arabic"),
    "bos": pgettext_lazy("language", "Bosnian"),
    "chi": pgettext_lazy("language", "Chinese"),
    "dan": pgettext_lazy("language", "Danish"),
    "dut": pgettext_lazy("language", "Dutch"),
    "eng": pgettext_lazy("language", "English"),
    "est": pgettext_lazy("language", "Estonian"),
    "fin": pgettext_lazy("language", "Finnish"),
    "fre": pgettext_lazy("language", "French"),
    "ger": pgettext_lazy("language", "German"),
    "gre": pgettext_lazy("language", "Greek"),
    "hrv": pgettext_lazy("language", "Croatian"),
    "hun": pgettext_lazy("language", "Hungarian"),
    "ice": pgettext_lazy("language", "Icelandic"),
    "ita": pgettext_lazy("language", "Italian"),
    "jpn": pgettext_lazy("language", "Japanese"),
    "kur": pgettext_lazy("language", "Kurdish"),
    "lat": pgettext_lazy("language", "Latin"),
    "lav": pgettext_lazy("language", "Latvian"),
    "lit": pgettext_lazy("language", "Lithuanian"),
    "nep": pgettext_lazy("language", "Nepali"),
    "nor": pgettext_lazy("language", "Norwegian"),
    "per": pgettext_lazy("language", "Persian"),
    "pol": pgettext_lazy("language", "Polish"),
    "por": pgettext_lazy("language", "Portuguese"),
    "pus": pgettext_lazy("language", "Pashto"),
    "rum": pgettext_lazy("language", "Romanian"),
    "rus": pgettext_lazy("language", "Russian"),
    "som": pgettext_lazy("language", "Somali"),
    "spa": pgettext_lazy("language", "Spanish"),
    "srp": pgettext_lazy("language", "Serbian"),
    "swe": pgettext_lazy("language", "Swedish"),
    "tha": pgettext_lazy("language", "Thai"),
    "tir": pgettext_lazy("language", "Tigrinya"),
    "tur": pgettext_lazy("language", "Turkish"),
    "ukr": pgettext_lazy("language", "Ukrainian"),
    "vie": pgettext_lazy("language", "Vietnamese"),
    "yid": pgettext_lazy("language", "Yiddish"),
}


def material(code: str) -> str:
    """Return a material in words."""
    return str(MATERIALS.get(code, MATERIALS["other"]))


def colour(code: str) -> str:
    """Return the colour of a material's back."""
    return COLOURS.get(code, COLOURS["other"])


def language(code: str) -> str:
    """Return a language by name; one we have no name for, by its code."""
    return str(LANGUAGES.get(code, code))


def holding_libraries(number: int) -> str:
    """Return at how many libraries a title stands."""
    if number == 0:
        return gettext("No copies in the region")
    return ngettext("At %(number)d library", "At %(number)d libraries", number) % {"number": number}


def state(status: str, number: int) -> str:
    """Return how many items are in a state: "2 available"."""
    texts = {
        "available": gettext("%(number)d available"),
        "on_loan": ngettext("%(number)d on loan", "%(number)d on loan", number),
        "away": ngettext(
            "%(number)d reserved or on its way", "%(number)d reserved or on their way", number
        ),
        "not_for_loan": gettext("%(number)d only to read at the library"),
        "missing": gettext("%(number)d missing"),
    }
    return texts.get(status, "%(number)d") % {"number": number}


def back(due: datetime, number: int) -> str:
    """Return when the next of so many items on loan is back: "Back Thursday 3 December"."""
    texts = ngettext("Back %(day)s", "The next one is back %(day)s", number)
    return texts % {"day": full_day_words(due)}


def known(said_at: datetime, silent_at: datetime | None, *, now: datetime) -> str:
    """Return when the library said so, and when its system was last asked in vain."""
    if silent_at is None:
        return gettext("As the library said %(when)s") % {"when": _moment(said_at, now=now)}
    return gettext("Asked %(asked)s, no answer. Last known %(when)s") % {
        "asked": _moment(silent_at, now=now),
        "when": _moment(said_at, now=now),
    }


def asked(at: datetime, silent: int, *, now: datetime) -> str:
    """Return when the libraries were asked last, and how many systems did not answer."""
    sentence = gettext("The libraries were asked %(when)s.") % {"when": _moment(at, now=now)}
    if not silent:
        return sentence
    unanswered = ngettext(
        "%(number)d library system did not answer: you see what was last known.",
        "%(number)d library systems did not answer: you see what was last known.",
        silent,
    )
    return f"{sentence} {unanswered % {'number': silent}}"


def _moment(when: datetime, *, now: datetime) -> str:
    is_today = local_day(when) == local_day(now)
    return time_words(when) if is_today else day_time_words(when, now=now)


def shelf_mark(call_number: str, responsible: str) -> tuple[str, str]:
    """Return the two lines on a book's back: the shelf, and three letters of the name."""
    name = responsible.split()
    first = call_number.split(maxsplit=1)[0] if call_number else ""
    return first[:6], name[-1][:3].upper() if name else ""

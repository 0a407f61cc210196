"""The catalogue's codes in words for people: materials, forms, languages, statuses, colours."""

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
FORMS = {
    "large_print": _("Large print"),
    "braille": _("Braille"),
    "e_book": _("E-book"),
    "cd": _("CD"),
    "mp3": _("MP3"),
    "daisy": _("Talking book (DAISY)"),
    "cassette": _("Cassette"),
    "lp": _("LP"),
    "player": _("Player with the book in it"),
    "file": _("Audio file"),
    "dvd": _("DVD"),
    "blu_ray": _("Blu-ray"),
    "vhs": _("VHS"),
    "stream": _("Streaming"),
    "score": _("Sheet music"),
}
AUDIENCES = {"children": _("For children"), "young": _("For young people")}
SORTS = {
    "relevance": _("Best match"),
    "newest": _("Newest"),
    "oldest": _("Oldest"),
    "soonest": _("Soonest with you"),
}
# The five of Swedish law, by the codes that records of them have
MINORITY_LANGUAGES = (
    (_("Finnish"), ("fin",)),
    (_("Yiddish"), ("yid",)),
    (_("Meänkieli"), ("fit",)),
    (_("Romani"), ("rom",)),
    (_("Sámi"), ("sma", "sme", "smi", "smj", "smn", "sms")),
)
SUGGESTED = {"title": _("title"), "name": _("name"), "subject": _("subject")}
CQL_INDEXES = {  # those that people ask; `hyllan.catalogue.sru` explains all of them to programs
    "dc.title": _("title"),
    "dc.creator": _("everybody named: authors, translators, performers"),
    "dc.subject": _("subject"),
    "dc.date": _("year of publication"),
    "dc.language": _("language as a MARC code: swe, ara, fin"),
    "dc.publisher": _("publisher"),
    "dc.identifier": _("ISBN, ISSN or another number"),
    "hyllan.library": _("code of a library"),
    "hyllan.material": _("material: book, audiobook, film, music, game"),
}
NO_MOTHER_TONGUES = frozenset({"swe", "eng", "mul", "und", "zxx", "lat", "mis"})
LANGUAGES = {  # ISO 639-2/B, as in MARC; Meänkieli has a code in ISO 639-3 alone
    "alb": pgettext_lazy("language", "Albanian"),
    "amh": pgettext_lazy("language", "Amharic"),
    "ara": pgettext_lazy("language", "Arabic"),
    "arc": pgettext_lazy("language", "Aramaic"),
    "arm": pgettext_lazy("language", "Armenian"),
    "ben": pgettext_lazy("language", "Bengali"),
    "bos": pgettext_lazy("language", "Bosnian"),
    "bul": pgettext_lazy("language", "Bulgarian"),
    "chi": pgettext_lazy("language", "Chinese"),
    "cze": pgettext_lazy("language", "Czech"),
    "dan": pgettext_lazy("language", "Danish"),
    "dut": pgettext_lazy("language", "Dutch"),
    "eng": pgettext_lazy("language", "English"),
    "est": pgettext_lazy("language", "Estonian"),
    "fin": pgettext_lazy("language", "Finnish"),
    "fit": pgettext_lazy("language", "Meänkieli"),
    "fre": pgettext_lazy("language", "French"),
    "geo": pgettext_lazy("language", "Georgian"),
    "ger": pgettext_lazy("language", "German"),
    "gre": pgettext_lazy("language", "Greek"),
    "heb": pgettext_lazy("language", "Hebrew"),
    "hin": pgettext_lazy("language", "Hindi"),
    "hrv": pgettext_lazy("language", "Croatian"),
    "hun": pgettext_lazy("language", "Hungarian"),
    "ice": pgettext_lazy("language", "Icelandic"),
    "ita": pgettext_lazy("language", "Italian"),
    "jpn": pgettext_lazy("language", "Japanese"),
    "kor": pgettext_lazy("language", "Korean"),
    "kur": pgettext_lazy("language", "Kurdish"),
    "lat": pgettext_lazy("language", "Latin"),
    "lav": pgettext_lazy("language", "Latvian"),
    "lit": pgettext_lazy("language", "Lithuanian"),
    "mac": pgettext_lazy("language", "Macedonian"),
    "mul": pgettext_lazy("language", "Several languages"),
    "nep": pgettext_lazy("language", "Nepali"),
    "nor": pgettext_lazy("language", "Norwegian"),
    "per": pgettext_lazy("language", "Persian"),
    "pol": pgettext_lazy("language", "Polish"),
    "por": pgettext_lazy("language", "Portuguese"),
    "pus": pgettext_lazy("language", "Pashto"),
    "rom": pgettext_lazy("language", "Romani"),
    "rum": pgettext_lazy("language", "Romanian"),
    "rus": pgettext_lazy("language", "Russian"),
    "slo": pgettext_lazy("language", "Slovak"),
    "slv": pgettext_lazy("language", "Slovenian"),
    "sma": pgettext_lazy("language", "Southern Sámi"),
    "sme": pgettext_lazy("language", "Northern Sámi"),
    "smi": pgettext_lazy("language", "Sámi"),
    "smj": pgettext_lazy("language", "Lule Sámi"),
    "smn": pgettext_lazy("language", "Inari Sámi"),
    "sms": pgettext_lazy("language", "Skolt Sámi"),
    "som": pgettext_lazy("language", "Somali"),
    "spa": pgettext_lazy("language", "Spanish"),
    "srp": pgettext_lazy("language", "Serbian"),
    "swa": pgettext_lazy("language", "Swahili"),
    "swe": pgettext_lazy("language", "Swedish"),
    "syr": pgettext_lazy("language", "Syriac"),
    "tam": pgettext_lazy("language", "Tamil"),
    "tgl": pgettext_lazy("language", "Tagalog"),
    "tha": pgettext_lazy("language", "Thai"),
    "tir": pgettext_lazy("language", "Tigrinya"),
    "tur": pgettext_lazy("language", "Turkish"),
    "ukr": pgettext_lazy("language", "Ukrainian"),
    "und": pgettext_lazy("language", "Language not known"),
    "urd": pgettext_lazy("language", "Urdu"),
    "vie": pgettext_lazy("language", "Vietnamese"),
    "yid": pgettext_lazy("language", "Yiddish"),
    "zxx": pgettext_lazy("language", "No words"),
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


def form(code: str) -> str:
    """Return a form in words; the usual one of a material is not said."""
    return str(FORMS.get(code, ""))


def audience(code: str) -> str:
    """Return for whom a title is; for anyone: nothing."""
    return str(AUDIENCES.get(code, ""))


def edition_line(material_code: str, form_code: str, language_code: str, year: int | None) -> str:
    """Return what tells an edition from the work's others: "Audiobook, MP3, English, 1999"."""
    said = (material(material_code), form(form_code), language(language_code), str(year or ""))
    return ", ".join(filter(None, said))


def years(first: int | None, last: int | None) -> str:
    """Return a span of years in words."""
    if first is not None and last is not None:
        return str(first) if first == last else f"{first}\u2013{last}"
    if first is not None:
        return gettext("From %(year)d") % {"year": first}
    return gettext("Until %(year)d") % {"year": last or 0}


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

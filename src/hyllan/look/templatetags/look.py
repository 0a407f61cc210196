"""The look's components as template tags. The style guide at /look/ shows each of them."""

from datetime import date, datetime
from typing import Any

from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hyllan.look.dates import day_time_words, day_words, full_day_words, time_words

register = Library()

ICONS = {"ok", "stop", "search", "warn", "van", "globe", "scan", "person", "clock", "crate"}
COLOURS = {"hav", "raps", "blodbok", "lov", "tegel", "skymning", "lera", "natt"}
A_THOUSAND = 1_000
BREAK, DOT = SafeString("<br>"), SafeString(' <span aria-hidden="true">·</span> ')
NOTES = {"success": "ok", "error": "err", "warning": "warn", "info": "info", "debug": "info"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon beside the words that say the same; it is hidden from screen readers."""
    if name not in ICONS:
        raise ValueError(f"no icon is called {name!r}: {', '.join(sorted(ICONS))}")
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


# These two stand in every hit. A template of their own would take some ten times as long


@register.simple_tag
def spine(colour: str, top: str = "", bottom: str = "", *, tall: bool = False) -> SafeString:
    """Draw a book's back with its shelf mark; colour repeats what the words beside it say."""
    lines = format_html_join(BREAK, "{}", ((line,) for line in (top, bottom) if line))
    return format_html(
        '<div class="spine{} {}" aria-hidden="true">{}</div>',
        " tall" if tall else "",
        colour if colour in COLOURS else "natt",
        format_html("<b>{}</b>", lines) if lines else "",
    )


@register.simple_tag
def arrive(sentence: str, *, ready: bool = True, lead: bool = False) -> SafeString:
    """Say where it is and when it comes: "På Eslöv i dag · hos dig torsdag"."""
    parts = [part.strip() for part in str(sentence or "").split("·") if part.strip()]
    if not parts:
        return SafeString("")
    return format_html(
        '<p class="arrive{}">{}{}</p>',
        " lead" if lead else "",
        icon("ok") if ready else "",
        format_html_join(DOT, "<span>{}</span>", ((part,) for part in parts)),
    )


def _now(context: Context, now: datetime | None) -> datetime:
    found = now or context.get("now")
    if not isinstance(found, datetime):
        raise ValueError(
            "`day` needs the moment: give it as second argument or as `now` in context"
        )
    return found


@register.simple_tag(takes_context=True)
def day(context: Context, when: date | datetime | None, now: datetime | None = None) -> str:
    """Say a day: "i dag", "torsdag" or "torsdag 26 november"."""
    return day_words(when, now=_now(context, now)) if when else ""


@register.simple_tag(takes_context=True)
def day_time(context: Context, when: datetime | None, now: datetime | None = None) -> str:
    """Say a day and a time: "torsdag 13.20"."""
    return day_time_words(when, now=_now(context, now)) if when else ""


@register.filter
def full_day(when: date | datetime | None) -> str:
    """Say a day in full: "torsdag 26 november"."""
    return full_day_words(when) if when else ""


@register.filter
def clock_time(when: datetime | None) -> str:
    """Say a time of day: 13.20 in Swedish, 13:20 in English."""
    return time_words(when) if when else ""


@register.filter
def grouped(number: int) -> str:
    """Write a number as people read it: 12 345 in Swedish, 12,345 in English."""
    return number_format(number, force_grouping=True) if number >= A_THOUSAND else str(number)


@register.simple_tag
def note_class(message: Message) -> str:
    """Return the look's word for a message's level."""
    return NOTES.get(message.level_tag, "info")


@register.inclusion_tag("look/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Draw the way to the other pages of a list; other query arguments are kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "numbers": list(numbers),
        "gap": page.paginator.ELLIPSIS,
        "request": context["request"],
    }


def _target(field: BoundField) -> str:
    """Return the id the summary links to: the control, or the first of several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("look/forms/summary.html")
def error_summary(form: BaseForm, *, once: bool = False) -> dict[str, Any]:
    """
    List a form's errors on top of the page, each linked to its field.

    `{{ form }}` brings its own; call this first where the page wants it elsewhere.
    """
    if once and getattr(form, "summary_is_shown", False):
        return {"rows": []}
    form.summary_is_shown = True  # type: ignore[attr-defined]
    rows = [("", str(text)) for text in form.non_field_errors()]
    rows += [
        (_target(field) if not field.is_hidden else "", str(text))
        for field in form
        for text in field.errors
    ]
    title = ngettext("One thing needs mending", "%(count)s things need mending", len(rows))
    return {"rows": rows, "title": title % {"count": len(rows)}, "form": form, "error": _("Error:")}

"""The style guide: every component in every state, for page builders. Demo and debug only."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHOWN_AT = datetime(2026, 11, 24, 12, 20, tzinfo=UTC)  # the guide's own day: it always looks alike
COLOURS = ("hav", "raps", "blodbok", "lov", "tegel", "skymning", "lera", "natt")
ICONS = ("ok", "stop", "search", "warn", "van", "globe", "scan", "person", "clock", "crate")


class ShownForm(forms.Form):
    name = forms.CharField(label="Text", help_text="A hint stands above the field.")
    kind = forms.ChoiceField(
        label="One of several",
        choices=[("book", "Book"), ("film", "Film")],
        widget=forms.RadioSelect,
    )
    places = forms.MultipleChoiceField(
        label="Some of several",
        choices=[("a", "Eslöv"), ("b", "Höör")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    library = forms.ChoiceField(label="A list", choices=[("a", "Eslöv"), ("b", "Höör")])
    day = forms.DateField(label="A day", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="More text", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="A box to tick")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(
        request,
        "look/guide.html",
        {
            "colours": COLOURS,
            "icons": ICONS,
            "shown_at": SHOWN_AT,
            "days": [SHOWN_AT + timedelta(days=ahead) for ahead in (-30, -1, 0, 1, 2, 6, 7)],
            "fresh": ShownForm(prefix="fresh"),
            "refused": ShownForm({"refused-library": "x"}, prefix="refused"),
            "page": Paginator(range(400), 20).page(7),
        },
    )

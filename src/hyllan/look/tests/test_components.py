"""Components and forms as the browser gets them."""

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from hyllan.look.templatetags.look import note_class
from hyllan.look.views import COLOURS as SHOWN_COLOURS
from hyllan.look.views import ICONS as SHOWN_ICONS


class WishForm(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som på kortet.")
    note = forms.CharField(label="Övrigt", required=False)
    kind = forms.ChoiceField(
        label="Slag", choices=[("b", "Bok"), ("f", "Film")], widget=forms.RadioSelect
    )

    def clean(self) -> None:
        self.add_error(None, "Kortet gäller inte.")


def render(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_a_field_ties_label_hint_and_error_to_the_control() -> None:
    html = str(WishForm({"kind": "b"}))

    label, control = re.search(r'<label for="([^"]+)">', html), re.search(r"<input[^>]+>", html)
    assert label is not None
    assert control is not None
    assert f'id="{label[1]}"' in control[0]
    described = re.search(r'aria-describedby="([^"]+)"', control[0])
    assert described is not None
    assert [f'id="{name}"' in html for name in described[1].split()] == [True, True]
    assert 'aria-invalid="true"' in control[0]


def test_the_summary_stands_once_and_links_to_each_field() -> None:
    form = WishForm({})

    html = render("{% error_summary form %}<h1>Rubrik</h1>{{ form }}", form=form)

    assert html.count('class="summary"') == 1
    assert html.index('class="summary"') < html.index("<h1>")
    assert re.findall(r'href="#([^"]+)"', html) == ["id_name", "id_kind_0"]
    assert "Kortet gäller inte." in html
    for target in ("id_name", "id_kind_0"):
        assert f'id="{target}"' in html


def test_a_form_brings_its_own_summary_and_a_fresh_one_brings_none() -> None:
    assert 'class="summary"' in str(WishForm({}))
    assert 'class="summary"' not in str(WishForm())


def test_radio_buttons_have_a_legend_and_a_label_each() -> None:
    html = str(WishForm())

    assert html.count("<legend>Slag</legend>") == 1
    assert re.findall(r'<label class="opt" for="(\w+)">', html) == ["id_kind_0", "id_kind_1"]


def test_what_people_wrote_is_shown_as_words() -> None:
    html = str(WishForm({"name": '"><script>alert(1)</script>', "kind": "<b>"}))

    assert "<script>" not in html
    assert "<b>" not in html


def test_arrive_splits_its_sentence_and_is_silent_without_one() -> None:
    html = render('{% arrive "På Eslöv i dag · hos dig torsdag" %}')

    assert re.findall(r"<span>(.*?)</span>", html) == ["På Eslöv i dag", "hos dig torsdag"]
    assert render('{% arrive "" %}').strip() == ""


def test_a_long_number_is_grouped_as_its_language_groups_it() -> None:
    written = "{{ number|grouped }}"

    assert render(written, number=999) == "999"
    assert render(written, number=12345) == "12\N{NO-BREAK SPACE}345"
    with translation.override("en"):
        assert render(written, number=12345) == "12,345"


def test_a_spine_shows_its_mark_as_text_and_never_as_markup() -> None:
    html = render('{% spine "lov" top bottom tall=True %}', top="<b>", bottom="LIN")

    assert html == ('<div class="spine tall lov" aria-hidden="true"><b>&lt;b&gt;<br>LIN</b></div>')


def test_an_unknown_icon_stops_the_page_while_it_is_built() -> None:
    with pytest.raises(ValueError, match="no icon is called"):
        render('{% icon "unicorn" %}')


def test_every_icon_and_colour_of_the_guide_exists() -> None:
    sprite = render_to_string("look/icons.html")

    assert set(re.findall(r'id="i-(\w+)"', sprite)) == set(SHOWN_ICONS)
    for colour in SHOWN_COLOURS:
        assert f"spine {colour}" in render(f'{{% spine "{colour}" %}}')
    assert "spine natt" in render('{% spine "pink" %}')


def test_day_needs_to_know_what_day_it_is() -> None:
    when = datetime(2026, 11, 24, 12, 20, tzinfo=UTC)

    assert render("{% day when now %}", when=when, now=when) == "i dag"
    assert render("{% day when %}", when=when, now=when) == "i dag"
    with pytest.raises(ValueError, match="needs the moment"):
        render("{% day when %}", when=when)


def test_the_way_to_other_pages_keeps_what_was_asked() -> None:
    request = RequestFactory().get("/search/", {"q": "svamp", "page": "2"})
    page = Paginator(range(100), 20).page(2)

    html = render("{% pages page %}", page=page, request=request)

    assert 'href="?q=svamp&amp;page=3"' in html
    assert re.findall(r'aria-current="page"><span class="vh">\w+ </span>(\d+)', html) == ["2"]
    single = Paginator(range(3), 20).page(1)
    assert render("{% pages page %}", page=single, request=request).strip() == ""


@pytest.mark.parametrize(
    ("level", "word"), [(25, "ok"), (40, "err"), (30, "warn"), (20, "info"), (10, "info")]
)
def test_a_message_looks_like_its_level(level: int, word: str) -> None:
    assert note_class(Message(level, "Sparat.")) == word


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_request_and_no_database(name: str) -> None:
    html = render_to_string(name)

    assert len(re.findall("<h1>", html)) == 1
    assert 'href="/"' in html

"""The pages a new site begins with. What exists is left alone: editors own it."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from hyllan.website.models import ContentPage, StartPage

FOLDER = Path(__file__).parents[1] / "first_pages"


def _locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]


def _add(parent: Page, page: Page) -> Page:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _twin(page: Page, language: str) -> Page | None:
    """Return the page's translation if there is one."""
    found: Page | None = page.get_translation_or_none(_locale(language))
    return found.specific if found else None


def _start_page(texts: dict[str, Any]) -> tuple[StartPage, int]:
    """Return the start page in the main language, made as the site's root where it is missing."""
    main = settings.LANGUAGE_CODE
    start = StartPage.objects.filter(locale=_locale(main)).first()
    if start:
        return start, 0
    root = Page.get_first_root_node()
    start = _add(root, StartPage(locale=_locale(main), **texts[main]))
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.root_page_id else None
    site.root_page, site.hostname, site.site_name = start, "localhost", "hyllan"
    site.save()
    if welcome and welcome.specific_class is Page and not welcome.is_root():
        Page.objects.get(pk=welcome.pk).delete()  # Wagtail's own "Welcome" page
    return start, 1


def _translate_start(start: StartPage, texts: dict[str, Any], language: str) -> tuple[Page, int]:
    found = _twin(start, language)
    if found:
        return found, 0
    twin = StartPage(
        locale=_locale(language), translation_key=start.translation_key, **texts[language]
    )
    return _add(Page.get_first_root_node(), twin), 1


def _content(key: str, language: str, texts: dict[str, str]) -> ContentPage:
    body = (FOLDER / language / f"{key}.html").read_text(encoding="utf-8")
    return ContentPage(locale=_locale(language), body=body, show_in_menus=True, **texts)


@transaction.atomic
def seed_pages() -> int:
    """Make the start page and the first texts in every language; return how many were made."""
    first = tomllib.loads((FOLDER / "pages.toml").read_text(encoding="utf-8"))
    main, *others = (code for code, _name in settings.LANGUAGES)
    start, made = _start_page(first["start"])
    starts: dict[str, Page] = {main: start}
    for language in others:
        starts[language], more = _translate_start(start, first["start"], language)
        made += more
    for entry in first["pages"]:
        page = ContentPage.objects.child_of(start).filter(slug=entry[main]["slug"]).first()
        if page is None:
            page = _add(start, _content(entry["key"], main, entry[main]))
            made += 1
        for language in others:
            if _twin(page, language) is None:
                twin = _content(entry["key"], language, entry[language])
                twin.translation_key = page.translation_key
                _add(starts[language], twin)
                made += 1
    return made

"""
Extract and compile the interface's messages without gettext: `messages.py extract [ROOM...]`.

Python files are read by Babel; templates are first turned into Python-like text by Django's own
`templatize`. One catalogue a room and language: src/hyllan/<room>/locale/<language>/LC_MESSAGES.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SRC = Path(__file__).parents[1] / "src" / "hyllan"
LANGUAGES = ("sv",)  # English is the source
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def _python_of(path: Path) -> bytes:
    if path.suffix == ".py":
        return path.read_bytes()
    from django.conf import settings  # noqa: PLC0415 - slow import, only for templates
    from django.utils.translation.template import templatize  # noqa: PLC0415 - slow import

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return templatize(path.read_text(), origin=str(path)).encode()


def _messages(room: Path) -> Iterator[tuple[str | tuple[str, str], str, int, str | None]]:
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        found = extract_python(io.BytesIO(_python_of(path)), KEYWORDS, [], {"encoding": "utf-8"})
        for line, function, given, _comments in found:
            texts = list(given) if isinstance(given, tuple | list) else [given]
            name = str(function or "")
            context = str(texts.pop(0)) if name.startswith("pgettext") else None
            texts = [text for text in texts if isinstance(text, str) and text]
            if not texts:
                continue
            plural = name.startswith("ngettext") and len(texts) > 1
            message = (texts[0], texts[1]) if plural else texts[0]
            yield message, str(path.relative_to(SRC)), line, context


def catalogue(room: str, language: str) -> Path:
    return SRC / room / "locale" / language / "LC_MESSAGES" / "django.po"


def extract(room: str, language: str) -> None:
    """Bring the room's catalogue up to date; translations that still fit are kept."""
    fresh = Catalog(charset="utf-8")
    for message, path, _line, context in _messages(SRC / room):
        flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", str(message)) else []
        fresh.add(message, locations=[(path, 0)], context=context, flags=flags)
    target = catalogue(room, language)
    if not fresh._messages and not target.exists():
        return
    if target.exists():
        with target.open("rb") as file:
            known = read_po(file, locale=language)
    else:
        known = Catalog(locale=language, charset="utf-8", fuzzy=False)
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    for entry in known:
        entry.flags.discard("fuzzy")  # what is not translated is empty, and a test says so
    target.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, known, sort_output=True, include_lineno=False, omit_header=True, width=100)
    header = (
        'msgid ""\nmsgstr ""\n"Language: ' + language + '\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    target.write_text(header + written.getvalue().decode().lstrip())


def compile_all() -> None:
    """Write the binary catalogue beside every text catalogue."""
    for po in sorted(SRC.glob("*/locale/*/LC_MESSAGES/django.po")):
        with po.open("rb") as file:
            known = read_po(file, locale=po.parts[-3])
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, known)


def main(words: list[str]) -> None:
    if words[:1] == ["compile"]:
        compile_all()
        return
    rooms = words[1:] or sorted(path.parent.name for path in SRC.glob("*/__init__.py"))
    for room in rooms:
        for language in LANGUAGES:
            extract(room, language)
    compile_all()


if __name__ == "__main__":
    main(sys.argv[1:])

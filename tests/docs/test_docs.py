"""The documents say what there is: commands, settings, words, texts, links and the version."""

import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hyllan.config.environment import VARIABLES

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "hyllan"
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "regions").rglob("*.md")])
ROOMS = sorted(path.parent.name for path in SRC.glob("*/__init__.py"))
DJANGO = {"check", "help", "makemigrations", "migrate"}


def commands() -> set[str]:
    """Return the names of our management commands."""
    files = SRC.glob("*/management/commands/*.py")
    return {path.stem for path in files if not path.stem.startswith("_")}


def first_cells(document: str) -> list[list[str]]:
    """Return the rows of a document's tables, their headings left out."""
    lines = (DOCS / document).read_text().splitlines()
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if line.startswith("|")
    ]
    rules = [number for number, row in enumerate(rows) if set("".join(row)) <= set("-:")]
    headings = {number - 1 for number in rules}
    return [row for number, row in enumerate(rows) if number not in {*rules, *headings}]


def code_of(room: str) -> str:
    """Return the source of a room without its tests."""
    files = (path for path in sorted((SRC / room).rglob("*.py")) if "tests" not in path.parts)
    return "\n".join(f"{path.stem}\n{path.read_text()}" for path in files)


def catalogue(room: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the Swedish texts of a room by the English ones: one, or singular and plural."""
    path = SRC / room / "locale" / "sv" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="sv") if message.id]
    return {several(message.id): several(message.string) for message in messages}


def several(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def texts_in_source(room: str) -> list[tuple[str, ...]]:
    """Return the texts that tools/messages.py finds in a room."""
    spec = spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec
    assert spec.loader
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    return [several(found[0]) for found in tool._messages(SRC / room)]


def values(*texts: str) -> set[str]:
    """Return the named values that texts have room for."""
    return {value for text in texts for value in re.findall(r"%\(\w+\)[sd]", text)}


def test_every_command_is_documented_and_no_other() -> None:
    documented = {re.findall(r"`hyllan ([\w-]+)", row[0])[0] for row in first_cells("commands.md")}

    assert documented == commands()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_no_command_that_is_not_there(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return
    named = set(re.findall(r"`hyllan ([a-z][\w-]+)", path.read_text()))

    assert named - commands() - DJANGO == set()


def test_every_documented_option_is_one_of_the_command() -> None:
    unknown = []
    for usage, *_ in first_cells("commands.md"):
        name = re.findall(r"`hyllan ([\w-]+)", usage)[0]
        (file,) = SRC.glob(f"*/management/commands/{name}.py")
        declared = file.read_text() + code_of(file.relative_to(SRC).parts[0])
        unknown += [
            (name, option)
            for option in re.findall(r"--[\w-]+", usage)
            if f'"{option}"' not in declared
        ]

    assert unknown == []


def test_every_setting_is_documented_with_its_meaning_and_no_other() -> None:
    documented = {
        row[0].strip("`"): f"{row[1]} (default: {row[2]})" for row in first_cells("settings.md")
    }

    assert documented == VARIABLES


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_no_setting_that_is_not_there(path: Path) -> None:
    named = set(re.findall(r"\bHYLLAN_[A-Z_]+\b", path.read_text()))
    internal = set(re.findall(r"^(HYLLAN_[A-Z_]+) =", code_of("config"), re.MULTILINE))

    assert named - set(VARIABLES) - internal == set()


def test_every_word_of_the_glossary_stands_in_its_room() -> None:
    missing = []
    for row in first_cells("glossary.md"):
        _, english, code, room, _ = row
        source = code_of(room)
        names = re.findall(r"`(\w+)`", code)
        missing += [
            f"{english}: {name} is not in {room}"
            for name in names
            if not re.search(rf"\b{name}\b", source)
        ]
        missing += [] if names else [f"{english}: no code name"]

    assert missing == []


def test_the_glossary_has_words_for_every_room() -> None:
    assert {row[3] for row in first_cells("glossary.md")} == set(ROOMS) - {"config"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_of_a_room_is_translated(room: str) -> None:
    """Run tools/messages.py extract ROOM, fill in, then tools/messages.py compile."""
    translated = {key for key, strings in catalogue(room).items() if all(strings)}

    missing = [text[0] for text in texts_in_source(room) if text not in translated]
    assert missing == [], "\n".join(f"{room}: {text}" for text in missing)


@pytest.mark.parametrize("room", ROOMS)
def test_a_catalogue_holds_no_text_without_translation(room: str) -> None:
    assert [key for key, strings in catalogue(room).items() if not all(strings)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_names_the_values_of_its_text(room: str) -> None:
    """A value named wrongly would stop the page that shows it."""
    wrong = [
        key
        for key, strings in catalogue(room).items()
        if all(strings)  # that there is one is another test's
        and (values(*strings) - values(*key) or values(strings[-1]) != values(key[-1]))
    ]

    assert wrong == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text())
    inside = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]

    assert [link for link in inside if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_document_named_in_words_is_there(path: Path) -> None:
    named = re.findall(r"(?<![\w/.])(docs/[\w/-]+\.md)\b", path.read_text())

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_document_named_in_the_source_is_there() -> None:
    sources = [*SRC.rglob("*.py"), *SRC.rglob("*.html"), *ROOT.glob("tools/*.py")]
    dangling = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources
        for name in re.findall(r"\bdocs/[\w/-]+(?:\.md)?\b", path.read_text())
        if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*.md"))
    ]

    assert dangling == []


def test_the_changelog_begins_with_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(
        r"^## v(\S+) - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )

    assert headings[:1] == [version]

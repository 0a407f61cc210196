"""How an edition is described: the fields that an agency or a library writes for it."""

from operator import itemgetter
from random import Random

from . import distributions as shares
from .classes import class_fields, subject_fields
from .habits import Habits
from .kinds import KINDS, PAGED
from .model import Edition, Person
from .numbers import hyphenated, mistyped, short
from .published import edition_fields, extent, publication
from .titling import title_fields, written

Field = tuple[str, str]  # tag; indicators and subfields as they stand in ISO 2709
A, B, C, D, E, H, T = (f"\x1f{code}" for code in "abcdeht")
_QUALIFIERS = {
    "book": ("(inb.)", "(inb)", "(hft.)", "(kart.)", "inb."),
    "audio cd": ("(CD)", "(ljudbok)"),
    "audio mp3": ("(mp3)", "(MP3-CD)"),
    "large print": ("(storstil)", "(inb.)"),
    "e-book": ("(e-bok)", "(PDF)", "(EPUB)"),
}
_ROLES = {"film": ("drt", "regissör"), "music": ("cmp", "tonsättare")}


def described(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return the fields of a record, from 008 on, in the order of their tags."""
    fields = [("008", _fixed(it, by, random))]
    if fixed := KINDS[it.kind].fixed:
        fields.insert(0, ("007", fixed))
    fields += isbn_fields(it, by, random)
    if it.code and random.random() < shares.DISC_NUMBER:
        tag, first = ("024", "3 ") if it.code.isdigit() and len(it.code) == 13 else ("028", "01")
        fields.append((tag, f"{first}{A}{it.code}"))
    fields.append(("040", f"  {A}{by.agency}"))
    if it.original_language and random.random() < 0.85:
        fields.append(("041", f"1 {A}{it.language}{H}{it.original_language}"))
    fields += class_fields(it, by)
    main, others = _names(it, by, random)
    fields += main
    fields += title_fields(it, by, random, main=bool(main))
    fields += edition_fields(it, by, random)
    fields += publication(it, by, random)
    fields += extent(it, by, random)
    fields += _notes(it, by, random)
    fields += subject_fields(it, by, random)
    fields += others
    return sorted(fields, key=itemgetter(0))


def _fixed(it: Edition, by: Habits, random: Random) -> str:
    """Return 008: 40 characters, each with its meaning by its place."""
    kind = it.kind
    year = it.year
    dates = f"s{year}    "
    if kind in {"set", "serial"}:
        dates = f"{'c' if kind == 'serial' else 'm'}{year}{'9999' if kind == 'serial' else 'uuuu'}"
    elif it.copyright:
        dates = f"t{year}{it.copyright}"
    language = it.language
    if random.random() < by.leaves["language"]:
        language = random.choice(("   ", "und", "|||"))
    form = {"large print": "d", "e-book": "o"}.get(kind, " ")
    about = f"    {it.audience}{form}     000 {it.form or ' '} "  # 18 to 34, of books
    if kind == "film":
        about = f"{it.pages:03} {it.audience}          vl"
    return f"{year % 100:02}0612{dates}{it.publisher.country}{about}{language} d"


def isbn_fields(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return 020: the edition's number, in one or both lengths, and sometimes another's."""
    if not it.isbns or random.random() < by.leaves["isbn"]:
        return []
    fields = []
    for place, number in enumerate(it.isbns):
        forms = [short(number) if by.old_numbers and it.year < 2007 else number]
        if random.random() < shares.BOTH_LENGTHS and number.startswith("978"):
            forms = [number, short(number)]
        for form in forms:
            said = form
            if random.random() < shares.WRONG_CHECK * (1.6 - by.care):
                said = mistyped(form, random)
            if by.hyphens:
                said = hyphenated(said)
            words = _QUALIFIERS.get(it.kind, ())
            if place:
                said += " (set)" if it.number else " (pocket)"
            elif words and random.random() < shares.QUALIFIER:
                said += " " + (words[0] if by.care > 0.5 else random.choice(words))
            fields.append(("020", f"  {A}{said}"))
    return fields


def _names(it: Edition, by: Habits, random: Random) -> tuple[list[Field], list[Field]]:
    """Return who the record is filed under, and who else has a part in it."""
    dated = random.random() >= by.leaves["dates"]
    people = [
        _name(person, it, by, _role(it.kind, place), dated)
        for place, person in enumerate(it.creators)
    ]
    leading = 0 if it.kind == "film" else 1
    main = [("100", name) for name in people[:leading]]
    others = [("700", name) for name in people[leading:]]
    if it.translator:
        others.append(("700", _name(it.translator, it, by, ("trl", "översättare"), dated)))
    if it.body and random.random() >= by.leaves["body"]:
        tag = "710" if main or it.kind in {"yearbook", "serial"} else "110"
        (others if tag == "710" else main).append((tag, f"2 {A}{it.body}"))
    if by.source in {"own", "supplier"} and random.random() < 0.5:
        others = others[:1]
    return main, others


def _role(kind: str, place: int) -> tuple[str, str]:
    """Return as what the person at that place among the creators is named: code and word."""
    if kind == "music" and place:
        return ("prf", "artist")
    return _ROLES[kind] if kind in _ROLES and not place else ("aut", "författare")


def _name(person: Person, it: Edition, by: Habits, role: tuple[str, str], dated: bool) -> str:
    own_script = by.scripts == "own script only" and person.tongue == it.language
    name = (
        written(person.family, by, own=own_script)
        + ", "
        + written(person.given, by, own=own_script)
    )
    comma = "," if by.punctuation == "isbd" else ""
    value = f"1 {A}{name}"
    if dated:
        value += f"{comma}{D}{person.born}-{person.died or ''}"
    if by.relators:
        value += f"{comma if by.relators == 'e' else ''}\x1f{by.relators}{role[by.relators == 'e']}"
    return value


def _notes(it: Edition, by: Habits, random: Random) -> list[Field]:
    fields: list[Field] = []
    if random.random() < shares.NOTE:
        fields.append(("500", f"  {A}{random.choice(_NOTES)}"))
    if it.original.first and by.original == "500" and random.random() >= by.leaves["uniform"]:
        fields.append(("500", f"  {A}Originaltitel: {written(it.original, by)}"))
    if it.kind in PAGED and it.form == "0" and random.random() < 0.2:
        fields.append(("504", f"  {A}Litteraturförteckning"))
    if it.contents and by.source != "own":
        fields.append(("505", f"0 {A}{it.contents}"))
    if it.kind == "music":
        fields.append(("511", f"0 {A}{it.creators[-1].direct(1)}"))
    if random.random() < shares.SUMMARY[by.source] and it.plot:
        fields.append(("520", f"  {A}{_summary(it, random)}"))
    if it.kind == "e-book" or (by.source == "national" and random.random() < shares.LINK):
        address = f"https://www.example.org/{random.randrange(10**7)}"
        fields.append(("856", f"42\x1fu{address}"))
    return fields


_NOTES = (
    "Med litteraturförteckning",
    "Inbunden",
    "Omslagstitel",
    "Även utgiven som e-bok",
    "Rikt illustrerad",
    "Includes index.",
    "Includes bibliographical references.",
    "Med register",
    "Förlagets text på omslaget",
    "Cover title.",
    "Parallelltext",
)


def _summary(it: Edition, random: Random) -> str:
    """Return some sentences in Swedish, as suppliers write them."""
    what = it.plot.lower()
    topic = it.topics[0].swedish.lower() if it.topics else "livet"
    return random.choice(_SUMMARIES).format(what=what, topic=topic, year=it.year - 20)


_SUMMARIES = (
    "En berättelse om {what}, om {topic} och det som inte blir sagt. Året är {year} och ingenting"
    " är längre som förut. En vacker och skrämmande bok som stannar kvar länge efter sista sidan.",
    "Handlar om {topic}. Boken ger en bakgrund och berättar om {what}. Varje kapitel avslutas med"
    " frågor att tänka vidare kring. Med bilder och register.",
    "Här möter vi {what}. En bok om {topic} för den som vill veta mer, utan att kunna något innan.",
)

"""What works are called, in the words of their language."""

from random import Random

from .names import place_name
from .scripts import Text, capitalised, joined, text
from .words import ENGLISH, SWEDISH, TONGUES, Topic, Words

_OWN = {"swe": SWEDISH, "eng": ENGLISH}


class _Blanks(dict[str, str]):
    """Fills a pattern: {noun} and {the} are the same noun, {noun2} and {the2} another."""

    def __init__(self, random: Random, words: Words, topic: str = "") -> None:
        """Start with the topic."""
        super().__init__({"topic": topic} if topic else {})
        self.random, self.words = random, words
        self.nouns: dict[str, tuple[str, str]] = {}

    def __missing__(self, key: str) -> str:
        """Draw the word, once."""
        name = key.rstrip("23")
        number = key[len(name) :]
        if name in {"noun", "the"}:
            word = self._noun(number)[name == "the"]
        elif name == "article":
            word = "Det" if self._noun(number)[1].endswith("t") else "Den"
        elif name == "place":
            word = place_name(self.random)
        elif name == "topic":
            word = self._noun("3")[1]
        else:
            word = self.random.choice(self._list(name))
        self[key] = word
        return word

    def _noun(self, number: str) -> tuple[str, str]:
        if number not in self.nouns:
            self.nouns[number] = self.random.choice(self.words.nouns)
        return self.nouns[number]

    def _list(self, name: str) -> tuple[str, ...]:
        words = self.words
        return {"adjective": words.adjectives, "verb": words.verbs, "first": words.first_parts}[
            name
        ]


def filled(random: Random, language: str, patterns: tuple[str, ...], topic: str = "") -> Text:
    """Return one of the patterns with words in its blanks."""
    template = random.choice(patterns)
    if "{" not in template:
        return plain(template)
    blanks = _Blanks(random, _OWN[language], topic.lower())
    if "{year}" in template:
        earlier = random.randrange(1850, 1960)
        blanks |= {"year": str(earlier), "later": str(earlier + random.randrange(1, 9))}
    return capitalised(plain(template.format_map(blanks)))


def plain(words: str) -> Text:
    """Return Latin text."""
    return Text("", words, words)


def fiction(random: Random, language: str) -> Text:
    """Return the title of a novel or a collection."""
    if words := _OWN.get(language):
        return filled(random, language, words.titles)
    return _other(random, language)


def _other(random: Random, language: str) -> Text:
    """Return some words of another language, with its word for "and" between."""
    tongue = TONGUES[language]
    words = [text(random.choice(tongue.words), tongue.script) for _ in range(4)]
    joint = text(tongue.joint, tongue.script)
    chance = random.random()
    if chance < 0.12:
        return capitalised(words[0])
    if chance < 0.5:
        return capitalised(joined(" ", words[0], joint, words[1]))
    if chance < 0.8:
        return capitalised(joined(" ", words[0], words[1], words[2]))
    return capitalised(joined(" ", words[0], words[1], joint, words[2], words[3]))


def about(random: Random, language: str, topic: Topic) -> Text:
    """Return the title of a book on a topic."""
    words = _OWN[language]
    name = topic.swedish if language == "swe" else topic.english
    chance = random.random()
    if chance < 0.22:
        return filled(random, language, words.primers, name)
    if chance < 0.65:
        return filled(random, language, words.about, name)
    return fiction(random, language)


def subtitle(random: Random, language: str) -> Text:
    """Return what stands after the title."""
    if words := _OWN.get(language):
        found = filled(random, language, words.subtitles)
        return Text(*(part[:1].lower() + part[1:] for part in found))
    return _other(random, language)


def generic(random: Random, language: str) -> Text:
    """Return a title that many authors have used."""
    if words := _OWN.get(language):
        return plain(random.choice(words.generic))
    tongue = TONGUES[language]
    return text(random.choice(tongue.generic), tongue.script)


def whole(random: Random, language: str, patterns: str, topic: Topic) -> Text:
    """Return the name of a set or a yearbook."""
    words = _OWN[language]
    name = topic.swedish if language == "swe" else topic.english
    return filled(
        random, language, words.yearbooks if patterns == "yearbooks" else words.sets, name
    )

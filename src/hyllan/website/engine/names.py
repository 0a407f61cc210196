"""Names of libraries: in the order of the Swedish alphabet, and short for the wall of books."""

from collections.abc import Sequence

AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "ü": "y"})


def alphabetical(name: str) -> str:
    """Return a sort key: å, ä and ö stand last, in that order."""
    return name.casefold().translate(AFTER_Z)


def short_names(names: Sequence[str]) -> list[str]:
    """Return the names without the words they all begin with; each keeps its last word at least."""
    split = [name.split() for name in names]
    common = 0
    while all(len(words) > common + 1 for words in split) and (
        len({words[common] for words in split}) == 1
    ):
        common += 1
    return [" ".join(words[common:]) for words in split] if len(names) > 1 else list(names)

"""Subjects and classes, each in the system of who writes them."""

from random import Random

from .habits import Habits
from .model import Edition

Field = tuple[str, str]
_LITERATURES = {"swe": "Hc", "eng": "He", "ger": "Hf", "fre": "Hj"}
SAB_MATERIALS = {"film": "Imdb", "music": "Y", "score": "Xz"}


def sab(it: Edition) -> str:
    """Return the class of the SAB system."""
    if it.kind in SAB_MATERIALS:
        return SAB_MATERIALS[it.kind]
    found = it.topics[0].sab if it.topics else "B"
    if it.form in {"1", "p"}:
        found = _LITERATURES.get(it.language, "H")
        found += "e" if it.original_language and it.language == "swe" else ""
    return f"u{found}" if it.audience == "j" and not found.startswith("u") else found


def dewey(it: Edition) -> str:
    """Return the class of Dewey."""
    if it.kind in SAB_MATERIALS:
        return {"film": "791.4372", "music": "781", "score": "780"}[it.kind]
    return it.topics[0].dewey if it.topics else "030"


def class_fields(it: Edition, by: Habits) -> list[Field]:
    """Return 082 and 084."""
    fields = []
    if by.classes in {"ddc", "both"}:
        fields.append(("082", f"04\x1fa{dewey(it)}\x1f223/swe"))
    if by.classes in {"sab", "both"}:
        fields.append(("084", f"  \x1fa{sab(it)}\x1f2kssb/8"))
    return fields


def subject_fields(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return 650 or 653, and 655 of literature at the national agency."""
    if by.subjects == "none" or not it.topics:
        return []
    fields = []
    for topic in it.topics:
        if by.subjects == "lcsh":
            fields.append(("650", f" 0\x1fa{topic.english}."))
        elif by.subjects == "sao":
            fields.append(("650", f" 7\x1fa{topic.swedish}\x1f2sao"))
        else:
            fields.append(("653", f"  \x1fa{topic.swedish.lower()}"))
    if by.source == "own":
        fields = fields[: random.randrange(1, len(fields) + 1)]
    elif by.subjects == "lcsh" and it.form == "0" and random.random() < 0.5:
        fields.append(("650", f" 0\x1fa{it.topics[0].english}\x1fxHistory."))
    if it.form == "1" and by.subjects == "sao":
        fields.append(("655", " 7\x1faSkönlitteratur\x1f2saogf"))
    return fields

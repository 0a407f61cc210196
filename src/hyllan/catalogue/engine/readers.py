"""Whom a title is for: children, the young, those who need it easy to read."""

import re
from collections.abc import Mapping, Sequence

from hyllan.protocols.marc import DataField

AUDIENCES = ("children", "young")
_BY_CODE = {"a": "children", "b": "children", "c": "children", "j": "children", "d": "young"}
_TYPES = "acdgijmt"  # leader/06 of what has its audience in 008/22
_EASY = re.compile(
    r"l[aä]ttl[aä]s|\bLL-b|easy.to.read|easy read|lettlest|l[eæ]tl[aæ]s|selkokiel|selkokirj",
    re.IGNORECASE,
)
_YOUNG = re.compile(r"\bungdom|\bunga\b|young adult|tonår|teenage|\byoung\b", re.IGNORECASE)
_CHILDREN = re.compile(r"\bbarn|\bchild|\bjuvenile|\bkids|småbarn|förskol", re.IGNORECASE)


def audience_of(leader: str, fixed: str, by_tag: Mapping[str, Sequence[DataField]]) -> str:
    """Return one of AUDIENCES, or an empty text: 008/22, else the words of 521, else class u."""
    if leader[6:7] in _TYPES and leader[7:8] != "s" and (found := _BY_CODE.get(fixed[22:23])):
        return found
    for field in by_tag.get("521", ()):
        text = field.first("a")
        if _YOUNG.search(text):
            return "young"
        if _CHILDREN.search(text):
            return "children"
    for field in by_tag.get("084", ()):
        text = field.first("a")
        if text[:1] == "u" and text[1:2].isupper():  # the Swedish SAB system
            return "children"
    return ""


def is_easy(by_tag: Mapping[str, Sequence[DataField]]) -> bool:
    """Return whether a record says that it is easy to read (250, 521, 650, 655)."""
    return any(
        _EASY.search(field.first("a"))
        for tag in ("250", "521", "650", "655")
        for field in by_tag.get(tag, ())
    )

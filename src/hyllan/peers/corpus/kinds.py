"""Kinds of things: how MARC codes them and what their extent is called (words/kinds.toml)."""

from typing import NamedTuple

from .words import table


class Kind(NamedTuple):
    """What every edition of a kind has in its record."""

    leader: str  # 06 and 07
    rda: str  # 336, 337 and 338: content, medium, carrier
    gmd: str  # 245 $h of older rules
    extents: tuple[str, ...]  # 300 $a, the usual one first
    size: str  # 300 $c
    fixed: str  # 007


KINDS = {
    name: Kind(**{**found, "extents": tuple(found["extents"])})
    for name, found in table("kinds.toml").items()
}
PAGED = {name for name, kind in KINDS.items() if not kind.extents}

"""
Which records describe one edition, and which editions are one work.

Start at: `profile.py` for what of a record is compared, `blocking.py` for which pairs are looked
at, `model.py` for how a pair is judged, `clusters.py` for what becomes of the pairs. In prose:
docs/algorithms/matching.md.
"""

from .blocking import CAP, flat, keys_of, pairs
from .clusters import editions
from .crosswise import Crosswise, crosswise
from .explain import Explanation, Reason, explain
from .fingerprint import (
    NOTHING,
    VERSION,
    Fingerprint,
    fingerprint,
    packed_keys,
    unpacked_keys,
)
from .keeping import Kept, kept
from .model import is_match, score
from .neighbourhood import Neighbourhood, Shelf, affected
from .profile import Profile, pack, profile_of, unpack
from .table import Table
from .works import Clue, work_clues, work_keys, works

__all__ = [
    "CAP",
    "NOTHING",
    "VERSION",
    "Clue",
    "Crosswise",
    "Explanation",
    "Fingerprint",
    "Kept",
    "Neighbourhood",
    "Profile",
    "Reason",
    "Shelf",
    "Table",
    "affected",
    "crosswise",
    "editions",
    "explain",
    "fingerprint",
    "flat",
    "is_match",
    "kept",
    "keys_of",
    "pack",
    "packed_keys",
    "pairs",
    "profile_of",
    "score",
    "unpack",
    "unpacked_keys",
    "work_clues",
    "work_keys",
    "works",
]

"""What matching keeps of a record: all that it needs of it, as bytes."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.blocking import keys_of
from hyllan.catalogue.engine.matching.profile import pack, profile_of
from hyllan.catalogue.engine.matching.text import long_code
from hyllan.catalogue.engine.matching.works import work_keys_of
from hyllan.catalogue.engine.normalise import Description

# Count on when profiles or keys change: what older versions kept is then made anew
VERSION = 3
_KEYS = np.dtype("<i8")


class Fingerprint(NamedTuple):
    """A record's profile, its keys, and the keys of its work, as bytes."""

    profile: bytes
    keys: bytes
    work_keys: bytes
    mark: int  # of the profile, so that it is seen whether it is another


NOTHING = Fingerprint(b"", b"", b"", 0)  # of a record that is deleted


def fingerprint(described: Description) -> Fingerprint:
    """Return what is kept of a record with this description."""
    profile = profile_of(described)
    packed = pack(profile)
    return Fingerprint(
        profile=packed,
        keys=packed_keys(keys_of(profile)),
        work_keys=packed_keys(work_keys_of(described, profile)),
        mark=long_code(packed.decode()),
    )


def packed_keys(keys: Iterable[int]) -> bytes:
    """Return keys as bytes."""
    return np.array([*keys], _KEYS).tobytes()


def unpacked_keys(packed: bytes) -> npt.NDArray[np.int64]:
    """Return the keys that `packed_keys` made this of, or of several such one after another."""
    return np.frombuffer(packed, _KEYS).astype(np.int64, copy=False)

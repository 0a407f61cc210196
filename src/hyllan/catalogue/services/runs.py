"""How far a harvest has come: kept with its source, so that a broken one goes on where it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from hyllan.catalogue.models import Source
from hyllan.catalogue.services.lists import About, Step
from hyllan.protocols.errors import Malformed
from hyllan.protocols.oai_pmh import Granularity

LONGEST_ERROR = 300  # characters of Source.last_error
WALK_EVERY = timedelta(days=7)  # where a system does not tell for good what was deleted
SRU_EVERY = timedelta(days=1)
FROM_THE_BEGINNING = 2  # so often a list is begun anew when its token runs out
MOST_EMPTY = 1_000  # pages without a record, one after the other
_COUNTS = ("read", "loaded", "deleted", "quarantined")


def walk_is_due(source: Source, about: About, *, now: datetime) -> bool:
    """Return whether everything must be fetched anew, to see what has vanished."""
    if source.harvested_until is None or source.protocol == Source.Protocol.SRU:
        return True
    if about.tells_deletes:
        return False
    return source.walked_at is None or now - source.walked_at >= WALK_EVERY


def is_due(source: Source, *, now: datetime) -> bool:
    """Return whether a source is harvested with all others now; SRU, which walks, once a day."""
    if source.protocol != Source.Protocol.SRU or source.run or source.walked_at is None:
        return True
    return now - source.walked_at >= SRU_EVERY


@dataclass(frozen=True, slots=True)
class Run:
    """A harvest under way. JSON holds it between pages."""

    began: datetime | None = None  # None: none is under way
    full: bool = False  # a walk
    asked: bool = False  # by a person, who wants it whatever vanishes
    lists: bool = True  # pages are left
    whole: bool = True  # each record of the walk was known by its name
    sweeping: bool = False  # what vanished is being taken away
    record_format: str = ""
    granularity: Granularity = Granularity.SECOND
    restarts: int = 0
    stalled_at: datetime | None = None  # how far the list had come at the last restart
    ordered: bool = True  # by datestamp, as far as was seen
    reached: datetime | None = None  # the latest datestamp, where the list is ordered
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTS, 0))
    remarks: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begun(cls, about: About, *, full: bool, asked: bool, now: datetime) -> "Run":
        """Return a run that has read nothing yet."""
        return cls(
            began=now,
            full=full,
            asked=asked,
            record_format=about.record_format,
            granularity=about.granularity,
            remarks=dict(about.remarks),
        )

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Run":
        """Return what `to_json` made this of; what nobody knows any more is left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        for name in ("began", "stalled_at", "reached"):
            if values.get(name):
                values[name] = datetime.fromisoformat(values[name])
        if "granularity" in values:
            values["granularity"] = Granularity(values["granularity"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON has it; one that is at its end is empty."""
        if self.began is None:
            return {}
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("began", "stalled_at", "reached"):
            told[name] = told[name].isoformat() if told[name] else None
        return told | {"granularity": self.granularity.value}

    @property
    def about(self) -> About:
        """Return what the system said of itself when the run began."""
        return About(granularity=self.granularity, record_format=self.record_format)

    def after(self, step: Step, counted: Mapping[str, int], seconds: float) -> "Run":
        """Return the run after one more page was stored."""
        ordered = self.ordered and self._goes_on_in(step)
        return replace(
            self._counting(counted, dict(step.remarks)),
            lists=bool(step.token),
            whole=self.whole and all(arrival.identifier for arrival in step.arrivals),
            ordered=ordered,
            reached=(step.highest or self.reached) if ordered else None,
            seconds=round(self.seconds + seconds, 3),
        )

    def _goes_on_in(self, step: Step) -> bool:
        if not step.arrivals:
            return True
        return step.lowest is not None and (self.reached is None or step.lowest >= self.reached)

    def _counting(self, counted: Mapping[str, int], remarks: Mapping[str, int]) -> "Run":
        known = self.remarks | {
            name: self.remarks.get(name, 0) + number for name, number in remarks.items()
        }
        counts = {name: self.counts.get(name, 0) + counted.get(name, 0) for name in _COUNTS}
        return replace(self, counts=counts, remarks=known)

    def restarted(self) -> "Run":
        """
        Return the run with its list begun anew, since the token has run out.

        Twice from the beginning, for nothing is surer. Then from the last datestamp that was
        read, as long as the list goes by datestamps and comes further each time.

        :raises Malformed: it comes no further
        """
        cut = self.restarts >= FROM_THE_BEGINNING
        stalled = self.restarts > FROM_THE_BEGINNING and self.reached == self.stalled_at
        if cut and (stalled or not self.reached):
            raise Malformed("its resumptionToken expires before the list is at its end")
        return replace(
            self._counting({}, {"token_expired": 1}),
            restarts=self.restarts + 1,
            stalled_at=self.reached,
            whole=self.whole and not cut,  # what nobody saw need not have vanished
            reached=self.reached if cut else None,
            ordered=cut or self.reached is None or self.ordered,
        )

    def remarked(self, remark: str, number: int = 1) -> "Run":
        """Return the run with one more thing to tell about it."""
        return self._counting({}, {remark: number})

    @property
    def goes_on_from(self) -> datetime | None:
        """Return the datestamp from which a list that was cut twice is asked for."""
        return self.stalled_at if self.restarts > FROM_THE_BEGINNING else None

    def swept(self, number: int) -> "Run":
        """Return the run after records that vanished were taken away."""
        return replace(self._counting({"deleted": number}, {"vanished": number}), sweeping=True)

    def result(self) -> dict[str, Any]:
        """Return what the page of the source tells about the run."""
        return {
            **self.counts,
            "seconds": round(self.seconds, 1),
            "full": self.full,
            "remarks": self.remarks,
        }


class Pages:
    """The pages of one list that were seen: a list that repeats itself would never end."""

    def __init__(self) -> None:
        """Begin with none."""
        self._seen: set[bytes] = set()
        self._empty = 0

    def check(self, step: Step) -> None:
        """
        Remember a page.

        :raises Malformed: the list goes round, or is empty without end
        """
        self._empty = 0 if step.arrivals else self._empty + 1
        if self._empty > MOST_EMPTY:
            raise Malformed("page after page holds no record: the list would never end")
        if not step.arrivals:
            return
        mark = blake2b(digest_size=12)
        for arrival in step.arrivals:
            mark.update(f"{arrival.identifier}\0{arrival.datestamp.isoformat()}\0".encode())
        page = mark.digest()
        if step.token and page in self._seen:
            raise Malformed("a page came twice: the list would never end")
        self._seen.add(page)

    def forget(self) -> None:
        """Begin with none again: the list is begun anew."""
        self._seen.clear()

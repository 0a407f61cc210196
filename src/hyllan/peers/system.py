"""One pretend library system: its store, its clock, its manners, and the doors to them."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hyllan.peers import circulation, repository
from hyllan.peers.known import hold_of, loan_of
from hyllan.peers.store import Store, load
from hyllan.protocols import ncip
from hyllan.protocols.errors import Malformed
from hyllan.protocols.ncip import ProblemType

SCENARIOS = {
    "": "answers at once",
    "slow": "answers after three seconds",
    "fail": "answers HTTP 500 and does nothing",
    "down": "closes the connection and does nothing",
    "twice": "does what is asked and closes the connection without a word",
}
PREFIXES = {"SLOW-": "slow", "FAIL-": "fail", "TWICE-": "twice"}
"""Barcodes that bring a scenario for messages about them. MISSING- is the crew's: no copy there."""
SLOW_SECONDS = 3.0
LONGEST_MESSAGE = 1024 * 1024


class Failing(Exception):  # noqa: N818 - the scenario says so
    """Answer HTTP 500."""


class Silent(Exception):  # noqa: N818 - the scenario says so
    """Close the connection without an answer."""


class PretendSystem:
    """The library system of one organisation."""

    def __init__(
        self,
        *,
        organisation: str,
        database: Path,
        clock: Callable[[], datetime],
        stock: Callable[[], bytes],
        scenario: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open the file; fill a new one with the stock (MARC 21)."""
        self.organisation = organisation
        self._store = Store(database)
        self._clock = clock
        self._sleep = sleep
        self.scenario = scenario
        if not self._store.setting("organisation"):
            load(self._store, organisation=organisation, marc=stock(), at=self.now())

    def close(self) -> None:
        self._store.close()

    def now(self) -> datetime:
        """Return the system's time; it runs on from the moment it was set to."""
        offset = self._store.setting("clock_offset_seconds")
        return self._clock() + timedelta(seconds=float(offset or 0))

    def oai(self, arguments: Iterable[tuple[str, str]], *, base_url: str) -> bytes:
        """Answer an OAI-PMH request."""
        self._behave(self.scenario)
        return repository.respond(self._store, arguments, base_url=base_url, now=self.now())

    def ncip(self, body: bytes) -> bytes:
        """Answer an NCIP message; what it changes is one transaction."""
        try:
            message = ncip.decode(body, max_bytes=LONGEST_MESSAGE)
        except Malformed as fault:
            self._behave(self.scenario)
            return ncip.encode(_misunderstood(fault))
        if not isinstance(message, ncip.Initiation):
            self._behave(self.scenario)
            return ncip.encode(_problem(ProblemType.INVALID_MESSAGE_SYNTAX, "A response came."))
        scenario = self.scenario or _scenario_of(message)
        self._behave(scenario)
        with self._store.transaction():
            response = circulation.answer(self._store, message, now=self.now())
        changed = type(message).__name__ in circulation.CHANGING and not response.problems
        if scenario == "twice" and changed:
            raise Silent
        return ncip.encode(response)

    def _behave(self, scenario: str) -> None:
        if scenario == "slow":
            self._sleep(SLOW_SECONDS)
        if scenario == "fail":
            raise Failing
        if scenario == "down":
            raise Silent

    def control(self, body: bytes) -> dict[str, Any]:
        """
        Set scenario and clock, or withdraw items, as an integrator's test wants it.

        :raises ValueError: with a sentence that says what is wrong
        """
        try:
            wishes = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ValueError("The body is not JSON.") from error
        known = {"scenario", "clock", "withdraw"}
        if not isinstance(wishes, dict) or not wishes or wishes.keys() - known:
            raise ValueError(f"Send an object with some of {', '.join(sorted(known))}.")
        scenario = wishes.get("scenario", self.scenario)
        if not isinstance(scenario, str) or scenario not in SCENARIOS:
            raise ValueError(f"There is no scenario {scenario}; there are: {_scenario_names()}.")
        offset = self._offset(wishes["clock"]) if "clock" in wishes else None
        withdrawn = wishes.get("withdraw", [])
        if not isinstance(withdrawn, list) or not all(isinstance(each, str) for each in withdrawn):
            raise ValueError("withdraw is a list of barcodes.")
        with self._store.transaction():
            if offset is not None:
                self._store.set_setting("clock_offset_seconds", str(offset))
            for barcode in withdrawn:
                self._withdraw(barcode)
        self.scenario = scenario
        return {"scenario": self.scenario, "clock": self.now().isoformat()}

    def _offset(self, clock: object) -> float:
        if clock is None:
            return 0
        try:
            wanted = datetime.fromisoformat(str(clock))
        except ValueError as error:
            raise ValueError("clock is an ISO 8601 moment with offset, or null.") from error
        if wanted.tzinfo is None:
            raise ValueError("clock is an ISO 8601 moment with offset, or null.")
        return (wanted.astimezone(UTC) - self._clock()).total_seconds()

    def _withdraw(self, barcode: str) -> None:
        """Take an item out of the stock; the last one takes the record with it."""
        row = self._store.row("SELECT record FROM items WHERE barcode = ?", barcode)
        if row is None or row["record"] is None:
            raise ValueError(f"{barcode} is no item of this library.")
        if loan_of(self._store, barcode) or hold_of(self._store, barcode):
            raise ValueError(f"{barcode} is on loan or on hold.")
        self._store.touch(barcode, at=self.now())
        self._store.run("DELETE FROM items WHERE barcode = ?", barcode)
        self._store.run(
            "UPDATE records SET deleted = 1"
            " WHERE id = ? AND NOT EXISTS (SELECT 1 FROM items WHERE record = records.id)",
            row["record"],
        )

    def state(self) -> dict[str, Any]:
        """Return what the system holds, in numbers and by barcode: what a test counts."""
        store = self._store
        with store.transaction():
            loans = store.rows("SELECT barcode, card FROM loans ORDER BY barcode")
            holds = store.rows(
                "SELECT barcode, card FROM requests WHERE state = 'open' ORDER BY barcode"
            )
            return {
                "organisation": self.organisation,
                "scenario": self.scenario,
                "clock": self.now().isoformat(),
                "records": store.number("SELECT count(*) FROM records WHERE deleted = 0"),
                "items": store.number("SELECT count(*) FROM items WHERE record IS NOT NULL"),
                "temporary_items": store.number("SELECT count(*) FROM items WHERE record IS NULL"),
                "loans": len(loans),
                "holds": len(holds),
                "lent": {row["barcode"]: row["card"] for row in loans},
                "held": {row["barcode"]: row["card"] for row in holds},
                "messages": self._counted("type"),
                "results": self._counted("result"),
                "effects": [
                    dict(row)
                    for row in store.rows(
                        "SELECT type, request, item, user, sum(effect) AS times FROM messages"
                        " GROUP BY type, request, item, user HAVING times > 0"
                        " ORDER BY type, request, item, user"
                    )
                ],
            }

    def _counted(self, column: str) -> dict[str, int]:
        statements = {
            "type": "SELECT type, count(*) FROM messages GROUP BY type ORDER BY type",
            "result": "SELECT result, count(*) FROM messages GROUP BY result ORDER BY result",
        }
        return {row[0]: row[1] for row in self._store.rows(statements[column])}


def _scenario_names() -> str:
    return ", ".join(name for name in SCENARIOS if name)


def _scenario_of(message: ncip.Initiation) -> str:
    barcode = getattr(message, "item_id", "")
    return next(
        (scenario for prefix, scenario in PREFIXES.items() if barcode.startswith(prefix)), ""
    )


def _problem(kind: ProblemType, detail: str, element: str = "") -> ncip.ProblemResponse:
    problem = ncip.Problem(type=kind, detail=detail, element=element)
    return ncip.ProblemResponse(problems=(problem,))


def _misunderstood(fault: Malformed) -> ncip.Response | ncip.ProblemResponse:
    if isinstance(fault, ncip.UnsupportedService):
        return _problem(ProblemType.UNSUPPORTED_SERVICE, fault.message)
    if isinstance(fault, ncip.Incomplete):
        return _problem(ProblemType.NEEDED_DATA_MISSING, fault.message, fault.element)
    return _problem(ProblemType.INVALID_MESSAGE_SYNTAX, _printable(fault.message))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text)

"""What one pretend system keeps, in one SQLite file: stock, patrons, loans, holds, messages."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from hyllan.peers.cards import blocked_card, cards, somebodys_card
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import (
    BadRecord,
    MarcRecord,
    read_marc,
    read_marcxml,
    to_marcxml,
    write_marc,
)

LOAN = timedelta(days=28)
SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE,
    marc BLOB NOT NULL,
    datestamp TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS records_by_datestamp ON records (datestamp);
CREATE TABLE IF NOT EXISTS items (
    barcode TEXT PRIMARY KEY,
    record INTEGER REFERENCES records (id),  -- none: a temporary item, another library's
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    call_number TEXT NOT NULL,
    for_loan INTEGER NOT NULL DEFAULT 1,
    missing INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS items_by_record ON items (record);
CREATE TABLE IF NOT EXISTS patrons (
    card TEXT PRIMARY KEY,
    pin TEXT NOT NULL,  -- empty: an institution's card, no PIN is asked
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    blocked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS loans (
    barcode TEXT PRIMARY KEY REFERENCES items (barcode),  -- an item is lent once at a time
    card TEXT NOT NULL REFERENCES patrons (card),
    due TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,
    barcode TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES patrons (card),
    type TEXT NOT NULL,
    scope TEXT NOT NULL,
    pickup TEXT NOT NULL,
    placed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'fulfilled', 'cancelled'))
);
CREATE UNIQUE INDEX IF NOT EXISTS an_item_is_held_for_one
    ON requests (barcode) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    request TEXT NOT NULL,
    item TEXT NOT NULL,
    user TEXT NOT NULL,
    result TEXT NOT NULL,  -- ok, or the problem's type
    effect INTEGER NOT NULL  -- 1: something changed
);
"""


class Store:
    """One SQLite file. Threads take turns; a change is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=20)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA foreign_keys=ON")
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'messages'"):
            self._db.executescript(f"BEGIN IMMEDIATE;{SCHEMA}COMMIT;")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the file for one change: all of it, or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def run(self, sql: str, *values: object) -> int:
        """Change rows; return how many."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self.rows(sql, *values)), None)

    def number(self, sql: str, *values: object) -> int:
        return int(self.rows(sql, *values)[0][0] or 0)

    def setting(self, name: str) -> str:
        row = self.row("SELECT value FROM settings WHERE name = ?", name)
        return row["value"] if row else ""

    def set_setting(self, name: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, value)

    def touch(self, barcode: str, *, at: datetime) -> None:
        """Stamp the item's record, so that the next harvest sees that it stands otherwise."""
        self.run(
            "UPDATE records SET datestamp = ?"
            " WHERE id = (SELECT record FROM items WHERE barcode = ?)",
            stamp(self.latest(at)),
            barcode,
        )

    def latest(self, now: datetime) -> datetime:
        """Return now, or the last datestamp if the clock was set back: stamps never go back."""
        newest = self.rows("SELECT max(datestamp) FROM records")[0][0]
        return max(now, moment(newest)) if newest else now


def stamp(at: datetime) -> str:
    """Return the moment to the second, in UTC: these sort as they follow each other."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# What records say of an item, in 876 $j and $h, in small letters
IN = {"", "available", "inne", "tillgänglig"}
OUT = {"on loan", "on_loan", "checked out", "utlånad"}
MISSING = {"missing", "lost", "saknas", "förkommen"}


def load(store: Store, *, organisation: str, marc: bytes, at: datetime) -> None:
    """Fill an empty store with the organisation's cards and stock; a filled one stays as it is."""
    with store.transaction():
        if store.setting("organisation"):
            return
        for card in (
            *cards(organisation),
            blocked_card(organisation),
            somebodys_card(organisation),
        ):
            store.run(
                "INSERT INTO patrons VALUES (?, ?, ?, ?, ?)",
                card.number,
                card.pin,
                card.name,
                card.email,
                card.blocked,
            )
        store.set_setting("organisation", organisation)
        known: set[str] = set()
        for number, record in enumerate(_records(marc), start=1):
            if record is None:
                continue  # as real systems do, it holds no record that it could not read
            identifier = _identifier(organisation, number, record, known)
            store.run(
                "INSERT INTO records (id, identifier, marc, datestamp) VALUES (?, ?, ?, ?)",
                number,
                identifier,
                write_marc(record),
                stamp(at),
            )
            _add_items(store, number, record, at)


def _records(marc: bytes) -> Iterator[MarcRecord | None]:
    """Yield the records of a file, ISO 2709 or MARCXML; None for one that cannot be served."""
    reader = read_marcxml if marc.lstrip()[:1] == b"<" else read_marc
    for record in reader(marc):
        try:
            yield None if isinstance(record, BadRecord) or not to_marcxml(record) else record
        except Malformed:
            yield None


def _identifier(organisation: str, number: int, record: MarcRecord, known: set[str]) -> str:
    name = "".join(record.control("001").split()) or f"r{number}"
    identifier = f"oai:{organisation.lower()}.pretend:{name}"
    if identifier in known:
        identifier += f"-{number}"
    known.add(identifier)
    return identifier


def _add_items(store: Store, number: int, record: MarcRecord, at: datetime) -> None:
    """Add a record's items. Two records that claim one barcode are a fault: the first has it."""
    circulation = {field.first("p").strip(): field for field in record.fields("876")}
    for holding in record.fields("852"):
        barcode = holding.first("p").strip()
        told = circulation.get(barcode)
        status, use = (told.first("j").lower(), told.first("h").lower()) if told else ("", "")
        added = barcode and store.run(
            "INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?, ?, ?, ?)",
            barcode,
            number,
            record.first("245", "a").rstrip(" /:=."),
            record.first("100", "a").rstrip(" ,."),
            holding.first("h"),
            use in IN and status in IN | OUT | MISSING,
            status in MISSING,
        )
        if added and status in OUT:
            organisation = store.setting("organisation")
            store.run(
                "INSERT INTO loans VALUES (?, ?, ?)",
                barcode,
                somebodys_card(organisation).number,
                stamp(at + LOAN),
            )

"""What the sandbox remembers: one SQLite file, or memory. For one process.

A change is with the operating system before the answer goes out, so killing the process loses nothing. It is not forced
to the disk: a sandbox need not survive a power cut.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from sandbox.digital_id.person import Person
from shared.kernel import clock

FILE_NAME: Final = "digital-id.sqlite3"
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS people (
    person_id TEXT PRIMARY KEY, citizen_number TEXT NOT NULL UNIQUE, user_name TEXT NOT NULL UNIQUE, email TEXT UNIQUE,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shelves (
    shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, expires_at REAL NOT NULL, PRIMARY KEY (shelf, key)
);
CREATE TABLE IF NOT EXISTS signing_keys (
    number INTEGER PRIMARY KEY, flavour TEXT NOT NULL, purpose TEXT NOT NULL, jwk TEXT NOT NULL
);
"""
Thing = TypeVar("Thing", bound=BaseModel)


class AlreadyThere(Exception):
    """Somebody has that `field` already: citizen_number, user_name or email."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def opened(folder: Path | None) -> sqlite3.Connection:
    """The database in the folder, made when it is not there; without a folder in memory."""
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / FILE_NAME).touch(mode=0o600)  # SQLite gives the files beside it the same mode
    # The application may be built in one thread and served in another, but never used by two at once.
    database = sqlite3.connect(
        folder / FILE_NAME if folder else ":memory:", isolation_level=None, check_same_thread=False
    )
    database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")
    return database


class People:
    """Everybody who has a Digital ID here."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, person: Person) -> None:
        """Raises AlreadyThere."""
        values = (person.person_id, *_looked_up(person), person.model_dump_json())
        try:
            self._database.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise AlreadyThere(str(error).rpartition(".")[2]) from None

    def get(self, person_id: str) -> Person | None:
        return self._one("person_id", person_id)

    def having(self, field: str, value: str) -> Person | None:
        """By `citizen_number`, `user_name` or `email`, however the letters are cased."""
        return self._one(field, value.casefold())

    def named(self, typed: str) -> Person | None:
        """By what people type to log in: user name, citizen number or e-mail."""
        number = typed.replace("-", "").replace(" ", "")
        found = (self.having(field, typed.strip()) for field in ("user_name", "email"))
        return next(filter(None, found), None) or self.having("citizen_number", number)

    def everybody(self) -> list[Person]:
        rows = self._database.execute("SELECT body FROM people ORDER BY rowid")
        return [Person.model_validate_json(body) for (body,) in rows]

    def _one(self, column: str, value: str) -> Person | None:
        row = self._database.execute(f"SELECT body FROM people WHERE {column} = ?", (value,)).fetchone()
        return Person.model_validate_json(row[0]) if row else None


def _looked_up(person: Person) -> tuple[str, str, str | None]:
    return person.citizen_number, person.user_name.casefold(), person.email.casefold() if person.email else None


class Shelf(Generic[Thing]):
    """Things of one kind that are kept for a while under a secret key, of which only a hash is stored."""

    def __init__(self, database: sqlite3.Connection, name: str, kind: type[Thing], lifetime: timedelta) -> None:
        self._database = database
        self._name = name
        self._kind = kind
        self._seconds = lifetime.total_seconds()

    def put(self, key: str, thing: Thing) -> None:
        """Keep it from now on; what stood there is replaced."""
        now = clock.now().timestamp()
        self._database.execute("DELETE FROM shelves WHERE expires_at <= ?", (now,))
        row = (self._name, _hashed(key), thing.model_dump_json(), now + self._seconds)
        self._database.execute("INSERT OR REPLACE INTO shelves VALUES (?, ?, ?, ?)", row)

    def get(self, key: str) -> Thing | None:
        """None when it was never there, is taken away, or has expired."""
        row = self._database.execute(
            "SELECT body FROM shelves WHERE shelf = ? AND key = ? AND expires_at > ?",
            (self._name, _hashed(key), clock.now().timestamp()),
        ).fetchone()
        return self._kind.model_validate_json(row[0]) if row else None

    def remove(self, key: str) -> None:
        self._database.execute("DELETE FROM shelves WHERE shelf = ? AND key = ?", (self._name, _hashed(key)))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

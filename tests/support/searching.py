"""Where a text can be read in an installation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from khamrong.environment import read
from khamrong.installation import DATABASE_SETTINGS
from shared.kernel.database import connect
from tests.support.embedded import Embedded

OUTSIDE = ("sandbox-sms", "sandbox-digital-id")
"""They stand for the telephone network and for the providers, who know their people themselves."""
DATABASE_FILES = "postgres/cluster/data"
_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


def readable(running: Embedded, texts: Sequence[str]) -> list[str]:
    """Tables, files and output in which one of the texts stands in clear, as UTF-8 or escaped as in JSON.

    Left out: the sandboxes' own folders, and the files of PostgreSQL, whose tables are read through it: its
    write-ahead log and the room of rows that were deleted keep what they had until they are used again.
    """
    wanted = [form.encode() for text in texts for form in {text, json.dumps(text)[1:-1]}]
    found = {place for place, content in _contents(running) if any(each in content for each in wanted)}
    return sorted(found)


def contents_of(folder: Path, *without: str) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file."""
    left_out = [folder / name for name in without]
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(each) for each in left_out):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _contents(running: Embedded) -> Iterator[tuple[str, bytes]]:
    yield "output", running.output.read_bytes()
    yield from contents_of(running.folder, *OUTSIDE, DATABASE_FILES)
    settings = read(running.folder)
    for name in sorted(DATABASE_SETTINGS):
        yield from _rows(name, settings[name])


def _rows(database: str, url: str) -> Iterator[tuple[str, bytes]]:
    engine = connect(url, size=1, role=None)
    with engine.connect() as connection:
        for table in connection.execute(sa.text(_TABLES)).scalars().all():
            for row in connection.execute(sa.text(f"SELECT t::text FROM {table} AS t")).scalars():
                yield f"{database} {table}", row.encode()
    engine.dispose()

"""Where a text can be read in an installation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import sqlalchemy as sa

from khamrong.environment import read
from khamrong.installation import DATABASE_SETTINGS
from shared.kernel.database import connect

OUTSIDE = ("sandbox-sms", "sandbox-digital-id")
"""They stand for the telephone network and for the providers, who know their people themselves."""
DATABASE_FILES = "postgres/cluster/data"
_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


def readable(folder: Path, texts: Sequence[str], beside: Iterable[tuple[str, bytes]] = ()) -> list[str]:
    """Tables, files and whatever is named `beside` in which one of the texts stands in clear, as UTF-8 or as in JSON.

    Left out: the sandboxes' own folders, and the files of PostgreSQL, whose tables are read through it: its
    write-ahead log and the room of rows that were deleted keep what they had until they are used again.
    """
    wanted = [form.encode() for text in texts for form in {text, json.dumps(text)[1:-1]}]
    contents = chain(beside, _contents(folder))
    return sorted({place for place, content in contents if any(each in content for each in wanted)})


def contents_of(folder: Path, *without: str) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file."""
    left_out = [folder / name for name in without]
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(each) for each in left_out):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    yield from contents_of(folder, *OUTSIDE, DATABASE_FILES)
    settings = read(folder)
    for name in sorted(DATABASE_SETTINGS):
        yield from _rows(name, settings[name])


def _rows(database: str, url: str) -> Iterator[tuple[str, bytes]]:
    engine = connect(url, size=1, role=None)
    with engine.connect() as connection:
        for table in connection.execute(sa.text(_TABLES)).scalars().all():
            for row in connection.execute(sa.text(f"SELECT t::text FROM {table} AS t")).scalars():
                yield f"{database} {table}", row.encode()
    engine.dispose()

"""The settings of an installation in a folder, as the environment variables that services and commands read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.kernel.settings import PREFIX

FILE: Final = "environment.json"
USUAL: Final = (Path(".data"), Path(".stack"))
MARK: Final = f"{PREFIX}KEYRING_DATABASE_URL"


def enter(folder: Path | None) -> None:
    """Take the installation's settings, below what the environment says already."""
    for candidate in (folder,) if folder else USUAL:
        if candidate and (candidate / FILE).exists() and (folder or MARK not in os.environ):
            for name, value in read(candidate).items():
                os.environ.setdefault(name, value)
            return


def read(folder: Path) -> dict[str, str]:
    """The installation's settings."""
    return dict(json.loads((folder / FILE).read_text()))


def write(folder: Path, settings: Mapping[str, str]) -> None:
    """Keep the settings for commands; only the owner may read them."""
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(dict(settings), indent=2) + "\n")


def given() -> dict[str, str]:
    """The settings that this process was started with."""
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}


@contextmanager
def replaced(settings: Mapping[str, str]) -> Iterator[None]:
    """Make these the settings of this process, and no others, until the end of the block."""
    before = given()
    _exchange(before, settings)
    try:
        yield
    finally:
        _exchange(given(), before)


def _exchange(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name in old:
        os.environ.pop(name, None)
    os.environ.update(new)

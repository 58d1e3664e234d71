"""Where files are kept: the port."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

LONGEST_KEY: Final = 255
KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class NotInVault(Exception):
    """Nothing is kept under this key."""


class VaultUnavailable(Exception):
    """The vault could not do it now: it is down, slow, full, or refuses us. Trying later may help."""


class Vault(Protocol):
    """Keeps content under a key. Whole or not at all: no reader ever sees half of a content.

    A key is made of ids, never of a person's data: letters, digits, `.`, `_`, `-`, in parts between slashes, no part
    beginning with a dot, and no key continuing another one with a slash. Other keys are a `ValueError`. Every method
    may raise `VaultUnavailable`; `ready` never does.
    """

    def put(self, key: str, content: bytes, media_type: str) -> None:
        """Keep the content, durably once this returns. The same again changes nothing."""

    def get(self, key: str) -> bytes:
        """The content, exactly. Raises `NotInVault`."""

    def delete(self, key: str) -> None:
        """Keep nothing under this key any more, older versions included. Deleting what is not there is fine."""

    def exists(self, key: str) -> bool:
        """Whether something is kept under this key."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with the prefix, in order."""

    def ready(self) -> bool:
        """Whether files can be kept and read now; prepares the vault when it is new."""


def checked_key(key: str) -> str:
    """The key itself. Raises `ValueError` for one that `Vault` does not allow."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise ValueError("not a key of the vault")
    return key

"""The keys that sign tokens: ES256 (RFC 7518 §3.4), as PEM files in a folder that only identity may read."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from joserfc.jwk import ECKey, KeySet

_PATTERN: Final = "*.pem"


class SigningKeys:
    """Rotation: put a new key with a later name beside the old one; remove the old one when its tokens have ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ensure(self) -> None:
        """Make a first key where there is none."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(self._folder.glob(_PATTERN)):
            self._make(self._folder / "0001.pem")

    def _make(self, path: Path) -> None:
        """The file appears whole; of several processes that start at once, one key stands."""
        descriptor, draft = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(ECKey.generate_key("P-256").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()

    def signing(self) -> ECKey:
        """The key that signs now. Raises LookupError when the folder has none."""
        keys = self._load()
        if not keys:
            raise LookupError(f"no signing key in {self._folder}")
        return keys[-1]

    def public(self) -> KeySet:
        """All keys, without their secrets."""
        return KeySet.import_key_set({"keys": [key.as_dict(private=False) for key in self._load()]})

    def _load(self) -> list[ECKey]:
        return [_with_id(path) for path in sorted(self._folder.glob(_PATTERN))]


def _with_id(path: Path) -> ECKey:
    key = ECKey.import_key(path.read_bytes())
    return ECKey.import_key(path.read_bytes(), {"kid": key.thumbprint(), "use": "sig", "alg": "ES256"})

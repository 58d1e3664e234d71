"""Writes .env from env.example with a random secret for every empty name: `python3 deploy/compose/make_env.py`.

Standard library only, so that it runs before anything is installed. An existing .env is never touched: other secrets
would lock the databases and make everything personal unreadable.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
EXAMPLE = FOLDER / "env.example"
TARGET = FOLDER.parents[1] / ".env"
KEYS = frozenset({"KEYRING_KEK", "PEPPER", "CAPABILITY_KEY", "PORTAL_KEY"})
_EMPTY = re.compile(r"^([A-Z0-9_]+)=$", re.MULTILINE)


def filled(example: str) -> str:
    """The text with a secret after each empty name: 32 octets in base64 for keys, else 48 hexadecimal digits."""
    return _EMPTY.sub(lambda found: found.group() + secret(found.group(1)), example)


def secret(name: str) -> str:
    """A random value that needs no quoting, neither in .env nor in a URL when it is a password."""
    if name in KEYS:
        return base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_hex(24)


def main(target: Path = TARGET) -> int:
    """Write the file, readable for its owner only. Exit code 1 when it is there already."""
    text = filled(EXAMPLE.read_text(encoding="utf-8"))
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{target} is there already and stays as it is\n")
        return 1
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    sys.stdout.write(f"{target} written; keep it secret, and keep a copy\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m services.portal.texts`: which messages have no English, and which English has no message; exit code 1."""

from __future__ import annotations

import sys

from services.portal.texts.extraction import missing, unused


def main() -> int:
    """Tell what is not in step."""
    for label, messages in (("no English", missing()), ("not used", unused())):
        for message in messages:
            sys.stdout.write(f"{label}: {message}\n")
    return 1 if missing() or unused() else 0


if __name__ == "__main__":
    sys.exit(main())

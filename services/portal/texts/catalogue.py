"""The catalogues as the portal uses them: Thai is what the code says, English is read from `en/*.po` at the start."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

Language = Literal["th", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("th", "en")
FOLDER: Final = Path(__file__).parent / "en"


class English(NullTranslations):
    """Looks messages up; what has no translation stays Thai."""

    def __init__(self, catalogues: Iterable[Catalog]) -> None:
        super().__init__()
        self._texts = {str(each.id): str(each.string) for catalogue in catalogues for each in catalogue if each.string}

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "to be translated, but not here"
    """Marks a message for translation where it is a constant; it is translated where it is shown."""
    return message


@cache
def translations(language: Language) -> NullTranslations:
    """The texts in a language."""
    return NullTranslations() if language == "th" else English(catalogues())


def catalogues() -> list[Catalog]:
    """The English catalogues as they are written."""
    return [_read(path) for path in sorted(FOLDER.glob("*.po"))]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")

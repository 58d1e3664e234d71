"""The messages that stand in the portal's code and templates, held against the catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from babel.messages.extract import extract_from_dir

from services.portal.texts.catalogue import catalogues

PORTAL: Final = Path(__file__).parents[1]
METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS: Final = {"_": None, "gettext": None, "N_": None}
OPTIONS: Final = {
    "templates/**.html": {
        "trimmed": "true",
        "newstyle_gettext": "true",
        "silent": "false",
        "extensions": "jinja2.ext.do",
    }
}


def messages() -> set[str]:
    """Every message of the portal, as the code says it: in Thai."""
    found = extract_from_dir(str(PORTAL), METHODS, OPTIONS, KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def translated() -> set[str]:
    """What has an English text."""
    return {str(each.id) for catalogue in catalogues() for each in catalogue if each.id and each.string}


def missing() -> list[str]:
    """Messages without an English text."""
    return sorted(messages() - translated())


def unused() -> list[str]:
    """English texts of messages that nobody says any more."""
    return sorted({str(each.id) for catalogue in catalogues() for each in catalogue if each.id} - messages())

"""The one press of a process, made when something is printed for the first time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.documents.form.press import Press
    from services.documents.form.printer import Printer


@cache
def press() -> Press:
    """It weighs 40 MB, and most processes never print."""
    from services.documents.form.press import Press

    return Press()


@cache
def printer() -> Printer:
    """Of forms, at that press."""
    from services.documents.form.printer import Printer

    return Printer(press())

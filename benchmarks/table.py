"""Figures, each with its reference, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its reference from the same run, or beside its budget."""

    what: str
    value: float
    unit: str
    against: str
    reference: float | None
    """The reference's value in the same unit; None where there is none."""
    budget: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> str:
        """Value over reference."""
        return "" if not self.reference else f"{self.value / self.reference:.2f}"


HEAD: Final = "| what | value | reference | ratio | to reach | reached |\n|---|---|---|---|---|---|"


def markdown(figures: Iterable[Figure]) -> str:
    """The table as Markdown."""
    return "\n".join([HEAD, *(row(figure) for figure in figures)])


def row(figure: Figure) -> str:
    """One line of the table."""
    reference = f"{figure.against}: {number(figure.reference)} {figure.unit}" if figure.reference else figure.against
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    value = f"{number(figure.value)} {figure.unit}"
    return f"| {figure.what} | {value} | {reference} | {figure.ratio} | {figure.budget} | {met} |"


def number(value: float | None) -> str:
    """Three figures that matter."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

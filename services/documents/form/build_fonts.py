"""Builds the form's fonts from Sarabun: one height for each kind of mark, and a sign for what cannot be drawn.

Sarabun raises or lowers a mark by 32-46 thousandths of the size depending on the letter below it. The typesetter ends
a text item at every such step and repeats the cluster, so ปั๊ ตั้ ทั่ are copied twice. Snapping each anchor to the
nearest common height removes the steps; at 12 pt a mark moves by 0.55 pt at most. U+25A1 WHITE SQUARE is added: it
stands for characters the font lacks.

Sarabun is under the SIL Open Font License 1.1 and declares no Reserved Font Name; the result is called "Sarabun Form",
so that the two are never confused. Equal input gives equal files. To build anew:

    npm pack @expo-google-fonts/sarabun@0.4.1
    tar xzf expo-google-fonts-sarabun-0.4.1.tgz
    python -m services.documents.form.build_fonts package
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FAMILY: Final = "Sarabun Form"
SOURCES: Final = {"Regular": "400Regular/Sarabun_400Regular.ttf", "Bold": "700Bold/Sarabun_700Bold.ttf"}
LICENCE: Final = "LICENSE_FONT"
FONTS: Final = Path(__file__).with_name("fonts")

SAME_HEIGHT: Final = 90
"""Font units (of 1000 an em) within which two heights are one."""

MARK_TO_BASE: Final = 4
MARK_TO_MARK: Final = 6
EXTENSION: Final = 9
FAMILY_NAMES: Final = (1, 16)
FULL_NAME: Final = 4
POSTSCRIPT_NAME: Final = 6
WHITE_SQUARE: Final = 0x25A1


def common_heights(heights: list[int]) -> list[int]:
    """The fewest heights, most frequent first, that are further apart than `SAME_HEIGHT`."""
    kept: list[int] = []
    for height, _ in Counter(heights).most_common():
        if all(abs(height - other) > SAME_HEIGHT for other in kept):
            kept.append(height)
    return kept


def snap(anchor: Any, heights: list[int], limit: int | None = None) -> bool:
    """Moves the anchor to the nearest height, unless that is further than the limit; True when it moved."""
    nearest = min(heights, key=lambda height: abs(height - anchor.YCoordinate))
    distance = abs(nearest - anchor.YCoordinate)
    if distance == 0 or (limit is not None and distance > limit):
        return False
    anchor.YCoordinate = nearest
    return True


def flatten_subtable(subtable: Any) -> int:
    to_base = subtable.LookupType == MARK_TO_BASE
    marks = (subtable.MarkArray if to_base else subtable.Mark1Array).MarkRecord
    by_class: dict[int, list[int]] = {}
    for record in marks:
        by_class.setdefault(record.Class, []).append(record.MarkAnchor.YCoordinate)
    heights = {mark_class: common_heights(values) for mark_class, values in by_class.items()}
    moved = sum(snap(record.MarkAnchor, heights[record.Class]) for record in marks)
    bases = subtable.BaseArray.BaseRecord if to_base else subtable.Mark2Array.Mark2Record
    for record in bases:
        anchors = record.BaseAnchor if to_base else record.Mark2Anchor
        for mark_class, anchor in enumerate(anchors):
            if anchor is not None and mark_class in heights:
                moved += snap(anchor, heights[mark_class], SAME_HEIGHT)
    return moved


def flatten(font: Any) -> int:
    """Flattens every mark-to-base and mark-to-mark anchor; the number of anchors moved."""
    moved = 0
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            actual = subtable.ExtSubTable if subtable.LookupType == EXTENSION else subtable
            if actual.LookupType in (MARK_TO_BASE, MARK_TO_MARK):
                moved += flatten_subtable(actual)
    return moved


def add_white_square(font: Any) -> None:
    """Draws U+25A1 from the base line to the height of a capital, 40 units thick."""
    width, side, thick = 720, 640, 40
    pen = TTGlyphPen(font.getGlyphSet())
    outer = [(40, 0), (40, side), (40 + side, side), (40 + side, 0)]
    inner = [
        (40 + thick, thick),
        (side + 40 - thick, thick),
        (side + 40 - thick, side - thick),
        (40 + thick, side - thick),
    ]
    for contour in (outer, inner):
        pen.moveTo(contour[0])
        for point in contour[1:]:
            pen.lineTo(point)
        pen.closePath()
    name = "uni25A1"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = pen.glyph()
    font["hmtx"][name] = (width, 40)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[WHITE_SQUARE] = name


def rename(font: Any, style: str) -> None:
    for record in font["name"].names:
        if record.nameID in FAMILY_NAMES:
            record.string = FAMILY
        elif record.nameID == FULL_NAME:
            record.string = f"{FAMILY} {style}"
        elif record.nameID == POSTSCRIPT_NAME:
            record.string = f"{FAMILY.replace(' ', '')}-{style}"


def build(package: Path, destination: Path = FONTS) -> dict[str, int]:
    """Writes the fonts and their licence; the number of anchors moved by file name."""
    destination.mkdir(parents=True, exist_ok=True)
    moved: dict[str, int] = {}
    for style, source in SOURCES.items():
        font = TTFont(package / source, recalcTimestamp=False)
        name = f"{FAMILY.replace(' ', '')}-{style}.ttf"
        moved[name] = flatten(font)
        add_white_square(font)
        rename(font, style)
        font.save(destination / name)
    shutil.copyfile(package / LICENCE, destination / "OFL.txt")
    return moved


def main(package: Annotated[Path, typer.Argument(help="the unpacked npm package @expo-google-fonts/sarabun")]) -> None:
    """Build the fonts of the petition form."""
    for name, moved in build(package).items():
        typer.echo(f"{name}: {moved} anchors moved")


if __name__ == "__main__":
    typer.run(main)

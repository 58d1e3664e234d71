"""Makes the Thai text of a typst PDF copy correctly in every reader, after it was compiled.

Typst gives one string to a whole Thai cluster and leans on /ActualText. Chrome and poppler honour that; Firefox and
pypdf do not and copy garbage. Every /ActualText span is read to work out which glyph carries which character, and each
font's ToUnicode table (ISO 32000-1 §9.10.3) is rewritten glyph by glyph. PDF/A-3a and PDF/UA-1 stay valid.

SARA AM comes out as NIKHAHIT (+ tone mark) + SARA AA in readers that go glyph by glyph.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter, defaultdict
from typing import Any, Final

import pikepdf

SARA_AM: Final = "\u0e33"
NIKHAHIT: Final = "\u0e4d"
SARA_AA: Final = "\u0e32"
ENTRIES_PER_BLOCK: Final = 100
GLYPH_CODE_BYTES: Final = 2

FontId = tuple[int, int]
Glyph = tuple[FontId, bytes]
Votes = dict[FontId, dict[bytes, Counter[str]]]


def repaired(document: bytes) -> bytes:
    """The same document with glyph-wise ToUnicode tables and a document id that depends on its content alone."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for font_id, meanings in votes_of(pdf).items():
            font = pdf.get_object(font_id)
            table = font.ToUnicode.read_bytes().decode("latin-1")
            font.ToUnicode.write(not_ending_in_carriage_return(rewritten(table, meanings).encode("latin-1")))
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True, preserve_pdfa=True)
    return saved.getvalue()


def votes_of(pdf: pikepdf.Pdf) -> Votes:
    """Every /ActualText span votes for what its glyphs mean."""
    votes: Votes = defaultdict(lambda: defaultdict(Counter))
    for page in pdf.pages:
        fonts = {str(name): font.objgen for name, font in page.Resources.get("/Font", {}).items()}
        for text, glyphs in spans(page, fonts):
            meaning = characters_per_glyph(text, len(glyphs))
            for (font, code), characters in zip(glyphs, meaning, strict=False):
                votes[font][code][characters] += 1
    return votes


def spans(page: pikepdf.Page, fonts: dict[str, FontId]) -> list[tuple[str, list[Glyph]]]:
    """The /ActualText of each marked span of the page, with the glyphs shown in it."""
    found: list[tuple[str, list[Glyph]]] = []
    font: FontId | None = None
    open_span: tuple[str, list[Glyph]] | None = None
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj TJ BDC EMC"):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "Tf":
            font = fonts[str(operands[0])]
        elif operator == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/ActualText" in operands[1]:
            open_span = (str(operands[1]["/ActualText"]), [])
        elif operator in ("Tj", "TJ") and open_span is not None and font is not None:
            open_span[1].extend((font, code) for code in glyph_codes(operator, operands))
        elif operator == "EMC" and open_span is not None:
            found.append(open_span)
            open_span = None
    return found


def characters_per_glyph(text: str, glyph_count: int) -> list[str]:
    """Which characters each glyph of a cluster stands for; empty when that is not certain."""
    if text.endswith(SARA_AM) and glyph_count >= 3:
        base, marks = text[0], list(text[1:-1])
        if glyph_count == len(text) + 1:
            return [base, NIKHAHIT, *marks, SARA_AA]
        if glyph_count == len(text) and marks:  # NIKHAHIT and the tone mark are one glyph
            return [base, *marks[:-1], NIKHAHIT + marks[-1], SARA_AA]
        return []
    return list(text) if glyph_count == len(text) else []


def glyph_codes(operator: str, operands: Any) -> list[bytes]:
    shown = operands[0] if operator == "TJ" else [operands[0]]
    codes = b"".join(bytes(item) for item in shown if isinstance(item, pikepdf.String))
    return [codes[at : at + GLYPH_CODE_BYTES] for at in range(0, len(codes), GLYPH_CODE_BYTES)]


def rewritten(table: str, meanings: dict[bytes, Counter[str]]) -> str:
    """The ToUnicode table with the winners of the vote in place of the old entries."""
    head, rest = table.split("endcodespacerange", 1)
    tail = rest.split("endcmap", 1)[1]
    entries = dict(re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", rest))
    for code, counted in meanings.items():
        winner = counted.most_common(1)[0][0]
        entries[code.hex().upper()] = winner.encode("utf-16-be").hex().upper()
    ordered = sorted(entries.items())
    blocks = ""
    for start in range(0, len(ordered), ENTRIES_PER_BLOCK):
        block = ordered[start : start + ENTRIES_PER_BLOCK]
        lines = "".join(f"<{code}> <{characters}>\n" for code, characters in block)
        blocks += f"{len(block)} beginbfchar\n{lines}endbfchar\n"
    return f"{head}endcodespacerange\n{blocks}endcmap{tail}"


def not_ending_in_carriage_return(table: bytes) -> bytes:
    """Padded so that its compressed form does not end in CR.

    A compressed stream ends with the low byte of the Adler-32 sum of its content (RFC 1950 §2.2). When that is CR, the
    LF before `endstream` makes CR LF, which some validators take for one line end and then call /Length wrong.
    """
    while zlib.adler32(table) & 0xFF == ord("\r"):
        table += b"\n"
    return table

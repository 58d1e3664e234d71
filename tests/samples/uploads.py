"""Files to upload, made on the spot: right ones, and ones that only look right."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import docx
import openpyxl
import pikepdf
import xlwt
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"


def picture(image_format: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    saved = io.BytesIO()
    Image.new("RGB", size, "red").save(saved, image_format, **options)
    return saved.getvalue()


def picture_of_two() -> bytes:
    """As many phones write: a JPEG with a second picture behind it (MPO)."""
    return picture("MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])


def word_document() -> bytes:
    saved = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("สวัสดี")
    document.save(saved)
    return saved.getvalue()


def workbook() -> bytes:
    saved = io.BytesIO()
    openpyxl.Workbook().save(saved)
    return saved.getvalue()


def old_workbook() -> bytes:
    saved = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "x")
    book.save(saved)
    return saved.getvalue()


def old_workbook_with_macro_sheet() -> bytes:
    """The sheet's type in its BoundSheet8 record is turned from worksheet to Excel 4 macro sheet."""
    content = old_workbook()
    at = content.index(struct.pack("<H", 0x0085), 512)
    return content[: at + 9] + b"\x01" + content[at + 10 :]


def old_word_document(*streams: str) -> bytes:
    """A compound file with one sector for each stream; version 3, 512-byte sectors ([MS-CFB])."""
    names = ["WordDocument", *streams]
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    directory_sectors = (len(names) + 1 + 3) // 4
    chain = [fat_sector, *range(2, directory_sectors + 1), end]
    starts = []
    for _ in names:
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + 8), end]
    entries = [entry("Root Entry", 5, 1, end, 0)]
    entries += [
        entry(name, 2, index + 2 if index + 1 < len(names) else free, start, 4096, right=True)
        for index, (name, start) in enumerate(zip(names, starts, strict=True))
    ]
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    directory = b"".join(entries).ljust(directory_sectors * 512, b"\0")
    word = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x041E, 0, 0).ljust(4096, b"\0")
    return header + fat + directory + word + bytes(4096) * len(streams)


def entry(name: str, kind: int, next_entry: int, start: int, size: int, *, right: bool = False) -> bytes:
    """A directory entry; streams hang on one another to the right, below the root."""
    free = 0xFFFFFFFF
    encoded = name.encode("utf-16-le")
    siblings = (free, next_entry, free) if right else (free, free, next_entry)
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return head + struct.pack("<III", *siblings) + bytes(36) + struct.pack("<IQ", start, size)


def packed(entries: Mapping[str, bytes]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return saved.getvalue()


def unpacked(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(document: bytes, name: str, content: bytes = b"x") -> bytes:
    return packed(unpacked(document) | {name: content})


def with_replaced(document: bytes, part: str, old: bytes, new: bytes) -> bytes:
    parts = unpacked(document)
    return packed(parts | {part: parts[part].replace(old, new)})


def in_another_order(document: bytes) -> bytes:
    return packed(dict(sorted(unpacked(document).items(), key=lambda part: (part[0] == CONTENT_TYPES, part[0]))))


def pdf(root: pikepdf.Dictionary | None = None, **options: Any) -> bytes:
    saved = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, value in (root or pikepdf.Dictionary()).items():
            document.Root[name] = value
        document.save(saved, **options)
    return saved.getvalue()


def action(kind: str, **more: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def pdf_with_object_stream(padding: int) -> bytes:
    """One page, all of it in a compressed object stream that unpacks to `padding` bytes more."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    places = [sum(len(item) + 1 for item in objects[:index]) for index in range(len(objects))]
    head = b" ".join(b"%d %d" % (number, place) for number, place in enumerate(places, start=1)) + b" "
    packed_objects = zlib.compress(head + b" ".join(objects) + b" " * padding, 9)
    start = b"%PDF-1.5\n"
    stream = b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (
        len(head),
        len(packed_objects),
    )
    body = start + stream + packed_objects + b"\nendstream endobj\n"
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(start), 0), (1, len(body), 0)]
    table = b"".join(struct.pack("!BIB", *row) for row in rows)
    listing = b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + listing + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)

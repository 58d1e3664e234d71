"""Word and Excel documents: what they are, and whether they carry anything that runs.

OOXML (ECMA-376) is a zip with a list of content types; the older formats are compound files ([MS-CFB]).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

import olefile

from services.documents.uploads.rules import Kind, Refusal, Refused

MOST_ENTRIES: Final = 2_000
MOST_UNPACKED_BYTES: Final = 100 * 1024 * 1024
MOST_BYTES_OF_A_LIST: Final = 4 * 1024 * 1024
CONTENT_TYPES: Final = "[Content_Types].xml"
MOST_NESTED: Final = 2
MAIN_TYPES: Final = {
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
MACRO_WORDS: Final = ("macroenabled", "macrosheet", "vbaproject", "vbadata")
FETCHED_WHEN_OPENED: Final = frozenset({"attachedTemplate", "oleObject", "frame"})
COMPOUND: Final = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED_ENTRY: Final = 0x1

WORD_ENCRYPTED: Final = 0x0100
"""FibBase.fEncrypted, [MS-DOC] 2.5.2: bit 8 of the flags at byte 10."""

BOUND_SHEET: Final = 0x0085
FILE_PASS: Final = 0x002F
SHEET_TYPE_AT: Final = 5
MACRO_SHEET: Final = 1
"""BoundSheet8 and FilePass, [MS-XLS] 2.4.28 and 2.4.117."""


def ooxml_kind(content: bytes) -> Kind:
    """docx or xlsx. Raises `Refused`, and what zipfile raises for a damaged archive."""
    types = checked_package(content)
    for kind, main_type in MAIN_TYPES.items():
        if main_type in types:
            return kind
    raise Refused(Refusal.NOT_WHAT_IT_SAYS)


def checked_package(content: bytes, depth: int = 0) -> set[str]:
    """The content types of a package in which nothing runs. Raises `Refused`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_bounds(archive.infolist(), depth)
        if CONTENT_TYPES not in archive.namelist():
            raise Refused(Refusal.NOT_WHAT_IT_SAYS)
        if archive.testzip() is not None:
            raise Refused(Refusal.DAMAGED)
        types = {element.get("ContentType", "") for element in elements(archive, CONTENT_TYPES)}
        check_inactive(archive, types)
        for name in archive.namelist():
            if "/embeddings/" in name.lower():
                check_embedded(archive.read(name), depth + 1)
    return types


def check_bounds(entries: list[zipfile.ZipInfo], depth: int) -> None:
    """Refuses what unpacks to too much, by what the archive declares; reading stops at the declared size."""
    unpacked = sum(entry.file_size for entry in entries)
    if depth > MOST_NESTED or len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES:
        raise Refused(Refusal.UNPACKS_TOO_LARGE)
    if any(entry.flag_bits & ENCRYPTED_ENTRY for entry in entries):
        raise Refused(Refusal.PASSWORD)


def elements(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """The attributes of each entry in a list of content types or relationships.

    A document type is refused, as ECMA-376-2 demands: so no entity can grow.
    """
    if archive.getinfo(name).file_size > MOST_BYTES_OF_A_LIST:
        raise Refused(Refusal.UNPACKS_TOO_LARGE)
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.Parse(archive.read(name), True)
    return found


def refuse_document_type(*_: object) -> None:
    raise Refused(Refusal.DAMAGED)


def check_inactive(archive: zipfile.ZipFile, types: set[str]) -> None:
    """Refuses macros by content type, relationship and name; controls, and templates or objects from elsewhere."""
    lists = [name for name in archive.namelist() if name.lower().endswith(".rels")]
    links = [element for name in lists for element in elements(archive, name)]
    names = [name.lower() for name in archive.namelist()]
    told = [*names, *types, *(link.get("Type", "") for link in links)]
    if any(word in text.lower() for word in MACRO_WORDS for text in told):
        raise Refused(Refusal.MACROS)
    if any("/activex/" in name for name in names) or any(remote(link) for link in links):
        raise Refused(Refusal.ACTIVE_CONTENT)


def remote(link: dict[str, str]) -> bool:
    """Whether the relationship fetches a template or an object from outside when the document is opened."""
    return link.get("TargetMode") == "External" and link.get("Type", "").rpartition("/")[2] in FETCHED_WHEN_OPENED


def check_embedded(content: bytes, depth: int) -> None:
    """A document inside a document is held to the same rules."""
    if content.startswith(COMPOUND):
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            check_streams(stream_names(compound))
    elif content.startswith(b"PK"):
        checked_package(content, depth)


def compound_kind(content: bytes) -> Kind:
    """doc or xls. Raises `Refused`, and what olefile raises for a damaged file."""
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        streams = stream_names(compound)
        check_streams(streams)
        if "worddocument" in streams:
            head = compound.openstream("WordDocument").read(12)
            if struct.unpack_from("<H", head, 10)[0] & WORD_ENCRYPTED:
                raise Refused(Refusal.PASSWORD)
            return Kind.DOC
        for name in ("Workbook", "Book"):
            if name.lower() in streams:
                check_workbook(compound.openstream(name).read())
                return Kind.XLS
    raise Refused(Refusal.NOT_WHAT_IT_SAYS)


def stream_names(compound: olefile.OleFileIO[Any]) -> set[str]:
    """Each part of each path, in lower case."""
    return {part.lower() for path in compound.listdir(streams=True, storages=True) for part in path}


def check_streams(streams: set[str]) -> None:
    if streams & {"macros", "_vba_project_cur", "_vba_project", "vba"}:
        raise Refused(Refusal.MACROS)
    if "encryptedpackage" in streams:
        raise Refused(Refusal.PASSWORD)
    if "\x01ole10native" in streams:
        raise Refused(Refusal.ACTIVE_CONTENT)


def check_workbook(stream: bytes) -> None:
    """Refuses Excel 4 macro sheets and workbooks with a password."""
    for kind, body in records(stream):
        if kind == FILE_PASS:
            raise Refused(Refusal.PASSWORD)
        if kind == BOUND_SHEET and body[SHEET_TYPE_AT : SHEET_TYPE_AT + 1] == bytes([MACRO_SHEET]):
            raise Refused(Refusal.MACROS)


def records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook stream: type and body."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length

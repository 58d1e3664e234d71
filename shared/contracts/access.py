"""What tracking tells about staff who look at people: who saw, searched or took along what, and who was refused.

The envelope's actor is the member of staff. Each of these facts is committed before the answer that it tells of.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact, Value


class AccessRevealed(Fact):
    """A member of staff saw the petitioner in clear; `reason` is theirs and is sealed with the petitioner's key."""

    TYPE: ClassVar[str] = "access.revealed"
    access_id: UUID
    petition_id: UUID
    number: str
    authority: str
    subject_id: UUID
    role: str
    reason: Annotated[str, PERSONAL]


class AccessSearched(Fact):
    """A member of staff looked for a person. `digest` is a keyed hash of what was asked for: the same question has the
    same digest, and the question cannot be read from it. `hits` counts what was shown."""

    TYPE: ClassVar[str] = "access.searched"
    access_id: UUID
    authority: str
    role: str
    kind: Literal["phone", "name"]
    digest: str
    hits: int


class ExportFilter(Value):
    """Which petitions were asked for. `searched`: also by words, which may be personal and are not told."""

    status: tuple[str, ...] = ()
    category: str | None = None
    department: str | None = None
    officer: str | None = None
    overdue: bool | None = None
    filed_from: str | None = None
    filed_to: str | None = None
    searched: bool = False


class AccessExported(Fact):
    """A member of staff took petitioners along in a file; `rows` is how many petitions the filter had at the start."""

    TYPE: ClassVar[str] = "access.exported"
    access_id: UUID
    authority: str
    role: str
    format: Literal["csv", "xlsx"]
    filter: ExportFilter
    rows: int


class AccessRefused(Fact):
    """A member of staff asked for what is another's: a petition, or (without a number) the list of a department.

    `authority` and `department` are whose it is; `from_authority` and `from_department` are the caller's own.
    """

    TYPE: ClassVar[str] = "access.refused"
    access_id: UUID
    authority: str
    department: str | None = None
    petition_id: UUID | None = None
    number: str | None = None
    role: str
    from_authority: str
    from_department: str | None = None

"""Who may give which role to whom. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shared.contracts.staff import StaffRole

EVERYWHERE: Final = "*"
CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


class StaffRefused(Exception):
    """A change of staff that cannot be made. `str()` is Thai and may be shown."""


class NotTheirs(StaffRefused):
    """Only an admin of that authority, or of the platform, may do this."""

    def __init__(self) -> None:
        super().__init__("คุณไม่มีสิทธิ์จัดการเจ้าหน้าที่ของหน่วยงานนี้")


class PositionInvalid(StaffRefused):
    """A role that does not go with the authority or the department. `field` is its name in the body."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Position:
    """A role at an authority, or in one of its departments alone. `platform_admin` is of all authorities (`*`)."""

    authority: str
    role: StaffRole
    department: str | None = None


def valid(position: Position) -> Position:
    """The position, when it can be. Raises PositionInvalid."""
    of_platform = position.role is StaffRole.PLATFORM_ADMIN
    if of_platform != (position.authority == EVERYWHERE):
        raise PositionInvalid("authority", "บทบาทผู้ดูแลแพลตฟอร์มใช้กับทุกหน่วยงาน (*) เท่านั้น บทบาทอื่นต้องระบุหน่วยงาน")
    if not of_platform and not CODE.fullmatch(position.authority):
        raise PositionInvalid("authority", "รหัสหน่วยงานไม่ถูกต้อง")
    if position.department is not None and (of_platform or not CODE.fullmatch(position.department)):
        raise PositionInvalid("department", "รหัสหน่วยงานย่อยไม่ถูกต้อง")
    return position


def require_manager(manager: Position, authority: str, role: StaffRole) -> None:
    """An admin manages all roles of the authority, a platform admin those of all. Raises NotTheirs."""
    if manager.role is StaffRole.PLATFORM_ADMIN:
        return
    own = manager.authority in (EVERYWHERE, authority)
    if manager.role is not StaffRole.ADMIN or not own or role is StaffRole.PLATFORM_ADMIN:
        raise NotTheirs

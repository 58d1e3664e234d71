"""What callers are, and what services among them may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a caller is. `service` and `auditor` read feeds; `member` is a citizen with an account, `newcomer` one who
    has logged in and has none yet; the rest is staff of one authority, `platform_admin` of all."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    EXECUTIVE = "executive"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PLATFORM_ADMIN = "platform_admin"
    SERVICE = "service"
    MEMBER = "member"
    NEWCOMER = "newcomer"


REVEALERS: Final = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.ADMIN, Role.AUDITOR})
"""Staff who may see a petitioner in clear. Executives see how the town does, not who lives in it."""


class Scope(StrEnum):
    """What a service or a tool may do with a token of its own; none of them is implied by another."""

    LOG = "log"
    """Read feeds."""
    SESSIONS = "sessions"
    """Keep the sessions of people: exchange hand-overs, get their tokens, end them."""
    MEMBERS = "members"
    """Read the profile of a member who files."""

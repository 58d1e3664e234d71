"""The member who files, when somebody does who has logged in."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from services.intake.filing import MemberIdentity
from services.intake.members.members import Members, MembersUnavailable, NoSuchMember
from shared.gateway.problems import Problem
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, caller_of, unauthorized


async def member_of(request: Request) -> MemberIdentity | None:
    """The member of the request's token; None without a token, for others' tokens, and for who no longer agrees to the
    use of the data. Raises Problem 401, and 503 while identity does not answer: one can file without logging in.
    """
    caller = await run_in_threadpool(caller_of, request)
    if caller is None or caller.role is not Role.MEMBER:
        return None
    return await run_in_threadpool(known_member, request, caller)


def known_member(request: Request, caller: Caller) -> MemberIdentity | None:
    """The member as identity knows them; None for who no longer agrees to that use. Raises Problem 401, 503."""
    members: Members = request.app.state.members
    try:
        return members.identity_of(caller.sub)
    except NoSuchMember:
        raise unauthorized("ไม่พบบัญชีของท่าน กรุณาเข้าสู่ระบบใหม่") from None
    except MembersUnavailable:
        detail = "ขณะนี้ดึงข้อมูลสมาชิกไม่ได้ กรุณาลองใหม่อีกครั้ง หรือยื่นคำร้องโดยไม่เข้าสู่ระบบ"
        raise Problem(503, detail, kind="urn:khamrong:members-unavailable", headers={"Retry-After": "5"}) from None

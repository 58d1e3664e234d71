"""`khamrong staff grant|list|revoke`: who works for an authority; the first administrator comes from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer
from stdnum.th import pin

from shared.contracts.staff import StaffRole
from shared.kernel import ids
from shared.kernel.settings import load

if TYPE_CHECKING:
    from services.identity.wiring import Identity

OPERATOR: Final = "operator"
app = typer.Typer(help="Who works for an authority, and as what.", no_args_is_help=True)


@app.command()
def grant(
    citizen_id: Annotated[
        str, typer.Option(prompt="Citizen number", hide_input=True, help="13 digits; asked for when it is left out.")
    ],
    authority: Annotated[str, typer.Option(help="The authority's code; * for a platform admin.")],
    role: Annotated[StaffRole, typer.Option(help="What the person does there.")],
    department: Annotated[str | None, typer.Option(help="In this department alone.")] = None,
    name: Annotated[str | None, typer.Option(help="How lists call the person.")] = None,
) -> None:
    """Give a role to a person, who has it from the next login on. The number is kept as a keyed hash alone."""
    from services.identity.staff import Position, PositionInvalid

    number = pin.compact(citizen_id)
    if not pin.is_valid(number):
        print("citizen number: the check digit is wrong")
        raise typer.Exit(2)
    with _identity() as identity:
        position, person = Position(authority, role, department), identity.people.citizen_hash(number)
        try:
            staff_id = identity.staff.grant(person, position, name, OPERATOR, ids.new_id())
        except PositionInvalid as invalid:
            print(invalid)
            raise typer.Exit(2) from None
    print(staff_id)


@app.command("list")
def show(authority: Annotated[str, typer.Option(help="The authority's code; * for all.")] = "*") -> None:
    """Staff with their ids and roles, one a line."""
    with _identity() as identity:
        for member in identity.staff.of_authority(authority):
            at = member.position
            print(f"{member.staff_id}\t{at.authority}\t{at.role}\t{at.department or '-'}\t{member.name or '-'}")


@app.command()
def revoke(
    staff_id: Annotated[UUID, typer.Argument(help="As `staff list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the log.")],
) -> None:
    """Take a role away; the person is logged out."""
    with _identity() as identity:
        member = identity.staff.find(staff_id)
        if member is None:
            print("nobody has this id")
            raise typer.Exit(1)
        identity.staff.revoke(member, reason, OPERATOR, ids.new_id())


@contextmanager
def _identity() -> Iterator[Identity]:
    from services.identity.settings import IdentitySettings  # half a second that other commands do without
    from services.identity.wiring import build

    with closing(build(load(IdentitySettings))) as identity:
        yield identity

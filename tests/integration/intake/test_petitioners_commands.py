"""The petitioner's token gives two commands, on one petition."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from services.intake.transitions import COMMANDS
from shared.contracts.petition_commands import PETITIONERS_COMMANDS
from shared.gateway.petitioner import grant
from tests.support.gateways import CAPABILITY_KEY, assert_problem, bearing, erase, fields_of, rows
from tests.support.intake import PETITIONS, IntakeOffice

TEXT = "อยู่หน้าตลาดสด ติดร้านขายยา"


def ask(office: IntakeOffice, number: str, name: str, of: str | None = None, /, **given: Any) -> httpx.Response:
    """Give a command with the token of this petition's petitioner, or of another's."""
    headers = bearing(grant(CAPABILITY_KEY, of or number).token)
    answer: httpx.Response = office.client.post(f"{PETITIONS}/{number}/{name}", json=given, headers=headers)
    return answer


def told(office: IntakeOffice, number: str) -> tuple[str, str, dict[str, Any]]:
    """Type, actor and stored data of the petition's last fact."""
    stream = f"petition-{office.intake.cases.find(number).petition.petition_id}"
    sql = "SELECT type, actor, data FROM eventlog.facts WHERE stream = :stream ORDER BY version DESC LIMIT 1"
    ((kind, actor, data),) = rows(office.url, sql, stream=stream)
    return kind, actor, data


def test_the_petitioner_adds_information(open_office: IntakeOffice) -> None:
    number = open_office.number()
    answer = ask(open_office, number, "provide-information", text=TEXT, uploads=["upload-1"])
    assert (answer.status_code, answer.json()) == (200, {"number": number, "status": "filed", "version": 2})
    kind, actor, data = told(open_office, number)
    assert (kind, actor, data["uploads"]) == ("petition.information_provided", "petitioner", ["upload-1"])
    assert TEXT not in json.dumps(data, ensure_ascii=False)


def test_the_petitioner_withdraws_once(open_office: IntakeOffice) -> None:
    number = open_office.number()
    assert ask(open_office, number, "withdraw").json()["status"] == "withdrawn"
    assert told(open_office, number)[:2] == ("petition.withdrawn", "petitioner")
    problem = assert_problem(ask(open_office, number, "withdraw"), 409)
    assert problem["state"] == "withdrawn"


def test_nobody_elses_petition(open_office: IntakeOffice) -> None:
    mine, theirs = open_office.number(), open_office.number()
    assert_problem(ask(open_office, theirs, "withdraw", mine), 403)
    assert_problem(ask(open_office, "KT1080767999999", "withdraw", mine), 403)
    assert open_office.intake.cases.find(theirs).version == 1


@pytest.mark.parametrize("name", [*sorted(COMMANDS.keys() - PETITIONERS_COMMANDS), "unknown"])
def test_what_staff_do_is_not_the_petitioners(open_office: IntakeOffice, name: str) -> None:
    problem = assert_problem(ask(open_office, open_office.number(), name, reason="ก"), 403)
    assert problem["commands"] == ["provide-information", "withdraw"]


def test_fields_are_checked_as_those_of_staff(open_office: IntakeOffice) -> None:
    assert fields_of(assert_problem(ask(open_office, open_office.number(), "provide-information"), 422)) == {"text"}


def test_an_erased_petitioner_can_add_nothing(open_office: IntakeOffice) -> None:
    number = open_office.number()
    erase(open_office.keyring_url, open_office.subject_of(number))
    assert_problem(ask(open_office, number, "provide-information", text=TEXT), 409)

"""Due dates follow the category and stand still while the petitioner is waited for; each is told of once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest

from services.intake import commands as c
from services.intake.deadlines import BY_TIME, has_come
from services.intake.deciding import decide
from services.intake.petition import Petition, evolve
from services.intake.refusals import NotDue
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.fact import Fact
from shared.contracts.petition import Officer, PetitionAssigned
from shared.contracts.petition_commands import ActorRole
from shared.contracts.petition_deadlines import DueDateSet, InformationReminded, PetitionEscalated
from shared.contracts.petition_states import PetitionState
from tests.samples.petitions import COMMANDS, HEALTH, KATHU, NOW, WORKS, actor, petition

EVERYBODY = actor(*ActorRole)
DUE = petition(PetitionState.FILED).due_at
LAMP = Officer(id="staff-9", name="ช่างไฟ ตัวอย่าง")


def end_of(month: int, day: int) -> datetime:
    """The last second of a day of 2024 in Thailand."""
    return datetime(2024, month, day, 16, 59, 59, tzinfo=UTC)


def at(days: float) -> datetime:
    """Days after filing."""
    return NOW + timedelta(days=days)


def given(state: Petition, command: c.PetitionCommand, now: datetime, profile: AuthorityConfigured = KATHU) -> Any:
    """The facts of a command, and the petition after them."""
    decided = decide(command, state, EVERYBODY, now, profile)
    return decided, reduce(evolve, decided, state)


def with_officer(category: str, officer: Officer) -> AuthorityConfigured:
    """Kathu, where one officer gets the petitions of a category."""
    profile = KATHU.model_dump()
    for group in profile["category_groups"]:
        for each in group["categories"]:
            if each["code"] == category:
                each["officer"] = officer.model_dump()
    return AuthorityConfigured.model_validate(profile)


def recategorised(category: str, department: Any = WORKS) -> c.RecategorisePetition:
    """The command as the gateway completes it."""
    return c.RecategorisePetition(category=category, category_label=category, department=department)


def moved(decided: list[Fact]) -> DueDateSet:
    """The due date that followed."""
    (fact,) = [each for each in decided if isinstance(each, DueDateSet)]
    return fact


def test_another_category_counts_from_the_filing() -> None:
    """7 working days after Monday 8 July."""
    decided, state = given(petition(PetitionState.ACCEPTED), recategorised("lighting.street"), at(1))
    assert (moved(decided).cause, state.due_at) == ("category", end_of(7, 17))
    assert state.due_by_hand is False


def test_another_category_leaves_at_least_the_next_working_day() -> None:
    _, state = given(petition(PetitionState.ACCEPTED), recategorised("lighting.danger"), at(11))
    assert state.due_at == end_of(7, 23)  # 19 July is a Friday, 22 July a holiday


def test_a_due_date_set_by_hand_is_not_moved_by_another_category() -> None:
    _, by_hand = given(petition(PetitionState.ACCEPTED), COMMANDS["set-due-date"], NOW)
    decided, state = given(by_hand, recategorised("lighting.street"), at(1))
    assert (len(decided), state.due_at) == (1, by_hand.due_at)


def test_the_same_days_in_another_category_move_nothing() -> None:
    decided, _ = given(petition(PetitionState.ACCEPTED), recategorised("roads.footpath"), at(1))
    assert len(decided) == 1


def test_the_time_stands_still_from_the_question_to_the_answer() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], at(1))
    decided, answered = given(asked, COMMANDS["provide-information"], at(4))
    assert (moved(decided).cause, moved(decided).working_days) == ("waiting", 3)
    assert "3 วันทำการ" in moved(decided).reason
    assert (answered.due_at, answered.paused_since, answered.asked_at) == (end_of(8, 5), None, None)
    decided, _ = given(answered, COMMANDS["start"], at(5))
    assert len(decided) == 1


def test_an_answer_on_the_same_day_moves_nothing() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], NOW)
    decided, _ = given(asked, COMMANDS["provide-information"], NOW + timedelta(hours=2))
    assert len(decided) == 1


@pytest.mark.parametrize("name", ["start", "resolve", "reject", "expire-information"])
def test_whatever_ends_the_waiting_moves_the_due_date(name: str) -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], NOW)
    decided, state = given(asked, COMMANDS[name], at(16))
    assert moved(decided).working_days == 11
    assert state.paused_days == 11


def test_the_days_waited_for_stay_when_the_category_changes() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], at(1))
    _, answered = given(asked, COMMANDS["provide-information"], at(4))
    _, state = given(answered, recategorised("lighting.street"), at(4))
    assert state.due_at == end_of(7, 23)  # ten working days


def test_a_date_set_by_hand_while_waiting_stands_still_from_then_on() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], NOW)
    _, by_hand = given(asked, c.SetDueDate(due_at=end_of(8, 9), reason="รออุปกรณ์"), at(3))
    decided, _ = given(by_hand, COMMANDS["provide-information"], at(4))
    assert moved(decided).working_days == 1


def test_reopening_gives_the_days_of_the_category_again() -> None:
    decided, state = given(petition(PetitionState.CLOSED), COMMANDS["reopen"], at(30))
    assert (moved(decided).cause, state.due_at) == ("reopened", end_of(8, 29))
    assert (state.counted_from, state.paused_days, state.due_by_hand) == (at(30), 0, False)


def test_reopening_takes_no_time_away() -> None:
    _, later = given(petition(PetitionState.ACCEPTED), c.SetDueDate(due_at=end_of(12, 2), reason="รออุปกรณ์"), NOW)
    _, ended = given(later, COMMANDS["resolve"], NOW)
    decided, _ = given(ended, COMMANDS["reopen"], at(1))
    assert len(decided) == 1


def test_the_officer_of_the_category_gets_the_petition_when_it_is_accepted() -> None:
    profile = with_officer("roads.surface", LAMP)
    decided, state = given(petition(PetitionState.FILED), COMMANDS["accept"], NOW, profile)
    assert isinstance(decided[1], PetitionAssigned)
    assert (state.department, state.officer) == (WORKS, LAMP)


def test_who_has_the_petition_keeps_it() -> None:
    _, assigned = given(petition(PetitionState.FILED), COMMANDS["assign"], NOW)
    decided, _ = given(assigned, COMMANDS["accept"], NOW, with_officer("roads.surface", LAMP))
    assert len(decided) == 1


def test_another_department_is_not_given_the_officer_of_this_one() -> None:
    _, transferred = given(petition(PetitionState.FILED), COMMANDS["transfer"], NOW)
    decided, state = given(transferred, COMMANDS["accept"], NOW, with_officer("roads.surface", LAMP))
    assert (len(decided), state.department) == (1, HEALTH)


@pytest.mark.parametrize(("state", "officer"), [(PetitionState.ACCEPTED, LAMP), (PetitionState.FILED, None)])
def test_another_category_brings_its_officer_once_it_is_accepted(state: PetitionState, officer: Any) -> None:
    _, after = given(petition(state), recategorised("lighting.street"), NOW, with_officer("lighting.street", LAMP))
    assert after.officer == officer


def told(state: Petition, now: datetime) -> list[str]:
    """Which commands of the system have their time."""
    return [kind.__name__ for kind in BY_TIME if has_come(kind(), state, now, KATHU)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2024, 7, 25, 16, 59, 59, tzinfo=UTC), []),
        (datetime(2024, 7, 25, 17, 0, tzinfo=UTC), ["WarnOfDueDate"]),  # two working days before Wednesday the 31st
        (DUE, ["WarnOfDueDate"]),
        (DUE + timedelta(seconds=1), ["DeclareOverdue"]),
    ],
)
def test_when_a_due_date_is_told_of(now: datetime, expected: list[str]) -> None:
    assert told(petition(PetitionState.ACCEPTED), now) == expected


def test_it_is_told_once_and_escalated_after_three_working_days() -> None:
    late = DUE + timedelta(seconds=1)
    _, overdue = given(petition(PetitionState.ACCEPTED), c.DeclareOverdue(), late)
    assert told(overdue, end_of(8, 5)) == []
    (escalated,), state = given(overdue, c.EscalatePetition(), end_of(8, 5) + timedelta(seconds=1))
    assert isinstance(escalated, PetitionEscalated)
    assert escalated.department == WORKS
    assert told(state, end_of(12, 2)) == []


def test_another_due_date_is_told_of_again() -> None:
    _, overdue = given(petition(PetitionState.ACCEPTED), c.DeclareOverdue(), DUE + timedelta(seconds=1))
    _, again = given(overdue, c.SetDueDate(due_at=end_of(8, 9), reason="รออุปกรณ์"), DUE + timedelta(days=1))
    assert told(again, end_of(8, 9)) == ["WarnOfDueDate"]


def test_nobody_is_told_while_the_petitioner_is_waited_for() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], at(20))
    assert told(asked, at(26)) == []
    _, answered = given(asked, COMMANDS["provide-information"], at(20))
    assert told(answered, at(26)) == ["DeclareOverdue"]


def test_the_petitioner_is_reminded_once_and_then_waited_for_no_longer() -> None:
    _, asked = given(petition(PetitionState.ACCEPTED), COMMANDS["request-information"], NOW)
    assert told(asked, at(6.9)) == []
    (fact,), reminded = given(asked, c.RemindOfInformation(), at(7))
    assert isinstance(fact, InformationReminded)
    assert (fact.asked_at, fact.expires_at) == (NOW, at(14))
    assert told(reminded, at(13.9)) == []
    assert told(reminded, at(14)) == ["ExpireInformation"]
    _, expired = given(reminded, c.ExpireInformation(), at(14))
    assert expired.status is PetitionState.IN_PROGRESS


@pytest.mark.parametrize("kind", BY_TIME)
def test_what_has_not_its_time_is_refused(kind: type[c.PetitionCommand]) -> None:
    with pytest.raises(NotDue):
        decide(kind(), petition(PetitionState.WAITING_FOR_CITIZEN), EVERYBODY, at(1), KATHU)

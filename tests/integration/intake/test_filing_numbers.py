"""Numbers are unique, gapless and never reused, whatever goes wrong beside them; they follow Thai time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from services.intake import filing_desk
from shared.kernel import clock
from tests.support.gateways import assert_problem, change, facts_in, rows, together, unreachable
from tests.support.intake import IntakeOffice, intake_office

CITIZENS = 32
LAST_SECOND = datetime(2024, 9, 30, 16, 59, 59, tzinfo=UTC)
"""30 September 2567, 23:59:59 in Bangkok: the last second of fiscal year 2567."""


def running(answers: list[httpx.Response]) -> list[int]:
    """The running numbers of the petitions behind the answers, each petition once."""
    numbers = {answer.json()["number"] for answer in answers if answer.status_code == 201}
    return sorted(int(number[-6:]) for number in numbers)


def stored(office: IntakeOffice, field: str) -> list[str]:
    """A field of all filings, in the order of the log."""
    sql = "SELECT data ->> :field FROM eventlog.facts WHERE type = 'petition.filed' ORDER BY position"
    return [value for (value,) in rows(office.url, sql, field=field)]


def test_gapless_among_32_citizens_some_of_whom_err_or_press_twice(office: IntakeOffice) -> None:
    """Of 96 filings a third is wrong and a third comes twice at the same time."""

    def file(work: tuple[int, str]) -> httpx.Response:
        n, kind = work
        changed = {"details": ""} if kind == "wrong" else {"subject": f"เรื่องที่ {n}"}
        return office.file(f"key {n}", **changed)

    kinds = {n: ("right", "wrong", "twice")[n % 3] for n in range(96)}
    work = [(n, kind) for n, kind in kinds.items() for _ in range(2 if kind == "twice" else 1)]
    random.Random(7).shuffle(work)
    answers = together(file, *work, threads=CITIZENS)
    assert sorted({answer.status_code for answer in answers}) == [201, 422]
    assert running(answers) == list(range(1, 65))
    assert facts_in(office.url).count("petition.filed") == 64
    assert rows(office.url, "SELECT last FROM number_series") == [(64,)]


def test_gapless_among_two_gateways(office: IntakeOffice) -> None:
    with intake_office(office.url, office.keyring_url) as second:
        answers = together(lambda each: each.file(), *[office, second] * 20, threads=16)
    assert running(answers) == list(range(1, 41))


def test_the_order_of_the_log_is_the_order_of_the_numbers(office: IntakeOffice) -> None:
    together(lambda _: office.file(), *range(24), threads=24)
    assert [int(number[-6:]) for number in stored(office, "number")] == list(range(1, 25))


def test_each_authority_counts_for_itself(office: IntakeOffice) -> None:
    ban = {"authority": "ban", "category": "roads.surface"}
    numbers = [office.number(), office.number(**ban), office.number(), office.number(**ban)]
    assert [(number[:-13], number[-6:]) for number in numbers] == [
        ("KT", "000001"), ("BAN", "000001"), ("KT", "000002"), ("BAN", "000002"),
    ]  # fmt: skip


def test_a_rollback_gives_the_numbers_back(office: IntakeOffice) -> None:
    """The append fails after the numbers were taken: nobody is shown one, and the next petition gets the first."""
    change(office.url, "REVOKE EXECUTE ON FUNCTION eventlog.append FROM khamrong_app")
    for answer in together(lambda n: office.file(f"key {n}"), *range(4), threads=4):
        assert_problem(answer, 500)
    assert rows(office.url, "SELECT * FROM number_series") == rows(office.url, "SELECT * FROM petitions") == []
    assert rows(office.url, "SELECT * FROM idempotency_keys") == []
    change(office.url, "GRANT EXECUTE ON FUNCTION eventlog.append TO khamrong_app")
    assert running([office.file("key 1")]) == [1]


def test_one_filing_that_cannot_be_stored_harms_none_that_share_its_commit(office: IntakeOffice) -> None:
    """A database that refuses the facts of one authority."""
    change(
        office.url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT ON petitions FOR EACH ROW WHEN (NEW.authority = 'ban')"
        " EXECUTE FUNCTION refuse()",
    )
    authorities = ["ban" if n % 4 == 0 else "kathu" for n in range(24)]
    answers = together(lambda code: office.file(authority=code), *authorities, threads=24)
    assert [answer.status_code for answer in answers] == [500 if code == "ban" else 201 for code in authorities]
    assert running(answers) == list(range(1, 19))


def test_an_answer_that_was_lost_after_the_commit_is_given_again(
    office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke at the commit: nobody knows whether it was reached until somebody tries again."""
    broken: list[str] = []

    def break_once(point: str) -> None:
        if not broken:
            broken.append(point)
            raise ConnectionError(point)

    monkeypatch.setattr(filing_desk, "crash_here", break_once)
    assert_problem(office.file("the same"), 500)
    assert broken == ["intake.committed"]
    again = office.file("the same")
    assert again.headers["idempotency-replayed"] == "true"
    assert running([again, office.file()]) == [1, 2]


def test_without_the_database_nothing_is_promised(office: IntakeOffice) -> None:
    with unreachable(office.url):
        answer = office.file("during the outage")
        assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    assert running([office.file("during the outage")]) == [1]


def test_without_the_keyring_nothing_is_promised(office: IntakeOffice, migrated: Callable[[str], str]) -> None:
    keyring_url = migrated("keyring")
    with intake_office(office.url, keyring_url) as other:
        with unreachable(keyring_url):
            assert_problem(other.file("no keys"), 503)
        assert running([other.file("no keys")]) == [1]


def test_the_running_number_starts_anew_with_the_fiscal_year(
    office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = {"2567": LAST_SECOND, "2568": LAST_SECOND.replace(hour=17, minute=0, second=0)}
    numbers = []
    for moment in moments.values():
        monkeypatch.setattr(clock, "now", lambda at=moment: at)
        numbers += [office.number(), office.number()]
    assert numbers == ["KT1300967000001", "KT1300967000002", "KT1011067000001", "KT1011067000002"]
    assert stored(office, "fiscal_year") == ["2567", "2567", "2568", "2568"]


@pytest.mark.parametrize(
    ("utc", "day"),
    [("2024-07-08T16:59:59Z", "080767"), ("2024-07-08T17:00:00Z", "090767"), ("2023-12-31T17:00:00Z", "010167")],
)
def test_the_day_in_the_number_is_that_of_bangkok(
    open_office: IntakeOffice, monkeypatch: pytest.MonkeyPatch, utc: str, day: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(utc))
    assert open_office.number()[3:9] == day

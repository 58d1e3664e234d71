"""Proving who asks: the same answer for everybody, and a code that is good once, for minutes and few tries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.tracking.step_up import LIFETIME, TRIES
from shared.contracts.ownership import PetitionRetained
from shared.gateway.petitioner import petitioner_in
from shared.kernel import clock
from tests.support.gateways import assert_problem, fields_of
from tests.support.loglines import log_lines
from tests.support.step_ups import door, told_petition
from tests.support.tracking import Case, tell
from tests.support.tracking_app import CAPABILITY_KEY, Installation, tracking_in

UNKNOWN = "KT1080767999999"


@pytest.fixture
def one(installed: Installation) -> Case:
    return told_petition(installed)


def other_than(otp: str) -> str:
    return f"{(int(otp) + 1) % 1_000_000:06}"


def rows(installed: Installation) -> list[dict[str, Any]]:
    with installed.database.application.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text("SELECT * FROM tracking.step_ups")).mappings()]


@pytest.mark.parametrize("by", ["number", "tracking_code"])
def test_the_code_on_the_phone_opens_the_petition(installed: Installation, one: Case, by: str) -> None:
    at = door(installed)
    handle = at.asked(**{by: one.number if by == "number" else one.code})
    (sent,) = at.sender.sent
    assert (sent.to, sent.number, sent.petition_id, sent.authority) == (
        "+66812345678", one.number, one.petition_id, "kathu",
    )  # fmt: skip
    assert (sent.subject_id, sent.sender) == (one.subject_id, "KATHU")
    answer = at.redeem(handle, sent.otp)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["number"] == one.number
    assert petitioner_in(CAPABILITY_KEY, told["token"]) is not None
    assert timedelta(minutes=29) < datetime.fromisoformat(told["expires_at"]) - clock.now() <= timedelta(minutes=30)


def test_asking_is_answered_alike_whatever_is_behind_it(installed: Installation, one: Case) -> None:
    at = door(installed)
    answers = [at.ask(number=one.number), at.ask(number=UNKNOWN), at.ask(tracking_code="ZZZZZZZ")]
    at.send()
    installed.logs.keyring.erase(one.subject_id)
    answers.append(at.ask(tracking_code=one.code))
    assert {answer.status_code for answer in answers} == {202}
    assert {tuple(answer.json()) for answer in answers} == {("id", "expires_at")}
    assert {len(answer.json()["id"]) for answer in answers} == {22}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert len({len(answer.content) for answer in answers}) == 1
    at.send()
    assert [otp.number for otp in at.sender.sent] == [one.number]


def test_what_is_kept_for_the_authority_alone_is_opened_by_no_code(installed: Installation, one: Case) -> None:
    tell(installed.logs, one, [("intake", one.fact(PetitionRetained, years=1, basis="ระเบียบ"))])
    installed.catch_up()
    at = door(installed)
    answers = [at.ask(number=one.number), at.ask(tracking_code=one.code), at.ask(number=UNKNOWN)]
    assert {(answer.status_code, len(answer.content)) for answer in answers} == {(202, len(answers[0].content))}
    at.send()
    assert at.sender.sent == []


def test_asking_takes_the_same_statements_whatever_is_behind_it(installed: Installation, one: Case) -> None:
    at = door(installed)
    work: list[list[str]] = []
    engine = tracking_in(at.client.app).engine  # type: ignore[arg-type]
    sa.event.listen(engine, "before_cursor_execute", lambda *told: work[-1].append(told[2]))
    for named in ({"number": one.number}, {"number": UNKNOWN}, {"tracking_code": one.code}, {"tracking_code": "ZZ"}):
        work.append([])
        at.ask(**named)
    assert len(work[0]) >= 5
    assert work[0] == work[1]
    assert work[2] == work[3]


def test_asking_does_not_wait_for_the_sender(installed: Installation, one: Case) -> None:
    at = door(installed)
    assert at.ask(number=one.number).status_code == 202
    assert at.sender.asked == []
    assert at.send() == 1


@pytest.mark.parametrize("body", [{}, {"number": "KT1", "tracking_code": "6D0M5B1"}, {"number": None}])
def test_a_petition_is_named_in_one_way(installed: Installation, body: dict[str, str]) -> None:
    assert fields_of(assert_problem(door(installed).ask(**body), 422)) == {"number"}


def test_whatever_does_not_fit_is_told_alike(
    installed: Installation, one: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = door(installed)
    used, other, ended = (at.asked(number=one.number) for _ in range(3))
    codes = [otp.otp for otp in at.sender.sent]
    assert at.redeem(used, codes[0]).status_code == 200
    nobody = at.asked(number=UNKNOWN)
    answers = [
        at.redeem(used, codes[0]),
        at.redeem(other, other_than(codes[1])),
        at.redeem("never-was", codes[1]),
        at.redeem(nobody, codes[1]),
    ]
    later = clock.now() + LIFETIME
    monkeypatch.setattr(clock, "now", lambda: later)
    answers.append(at.redeem(ended, codes[2]))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert_problem(answers[0], 401)


def test_it_is_good_until_its_end(installed: Installation, one: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    at = door(installed)
    handle, later = at.asked(number=one.number), clock.now() + LIFETIME - timedelta(seconds=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert at.redeem(handle, at.sender.sent[0].otp).status_code == 200


def test_five_tries_and_no_more(installed: Installation, one: Case) -> None:
    at = door(installed)
    handle, last = at.asked(number=one.number), at.asked(number=one.number)
    first_code, last_code = (otp.otp for otp in at.sender.sent)
    for _ in range(TRIES):
        assert at.redeem(handle, other_than(first_code)).status_code == 401
    assert at.redeem(handle, first_code).status_code == 401
    for _ in range(TRIES - 1):
        assert at.redeem(last, other_than(last_code)).status_code == 401
    assert at.redeem(last, last_code).status_code == 200


def test_a_code_fits_no_other_step_up(installed: Installation, one: Case) -> None:
    at = door(installed)
    first, second = at.asked(number=one.number), at.asked(number=one.number)
    codes = [otp.otp for otp in at.sender.sent]
    assert codes[0] == codes[1] or at.redeem(first, codes[1]).status_code == 401
    assert at.redeem(second, codes[1]).status_code == 200


def test_many_at_the_same_moment_use_it_once(installed: Installation, one: Case) -> None:
    """In two processes."""
    doors = [door(installed) for _ in range(2)]
    handle = doors[0].asked(number=one.number)
    otp = doors[0].sender.sent[0].otp
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda n: doors[n % 2].redeem(handle, otp).status_code, range(5)))
    assert sorted(answers) == [200, 401, 401, 401, 401]


def test_guesses_at_the_same_moment_do_not_outrun_the_count(installed: Installation, one: Case) -> None:
    at = door(installed, otp_failures_per_client="")
    handle = at.asked(number=one.number)
    otp = at.sender.sent[0].otp
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: at.redeem(handle, other_than(otp)), range(24)))
    assert rows(installed)[0]["tries"] == TRIES
    assert at.redeem(handle, otp).status_code == 401


def test_thai_digits_and_blanks_will_do(installed: Installation, one: Case) -> None:
    at = door(installed)
    handle = at.asked(number=one.number.lower())
    thai = at.sender.sent[0].otp.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert at.redeem(handle, f"{thai[:3]} {thai[3:]}").status_code == 200
    assert fields_of(assert_problem(at.redeem(handle, "12345"), 422)) == {"otp"}


def test_codes_for_one_petition_are_limited_silently(installed: Installation, one: Case) -> None:
    """Whoever guesses numbers does not keep out the petitioner, who has the tracking code."""
    at = door(installed)
    handles = [at.asked(number=one.number) for _ in range(5)]
    assert len(at.sender.sent) == 3
    assert at.redeem(handles[3], at.sender.sent[-1].otp).status_code == 401
    assert at.redeem(handles[2], at.sender.sent[-1].otp).status_code == 200
    at.asked(tracking_code=one.code)
    assert len(at.sender.sent) == 4


@pytest.mark.parametrize("setting", ["step_ups_per_client", "step_ups"])
def test_asking_is_limited_alike_for_what_exists_and_what_does_not(
    installed: Installation, one: Case, setting: str
) -> None:
    at = door(installed, **{setting: "2/hour"})
    assert [at.ask(number=number).status_code for number in (one.number, UNKNOWN, one.number)] == [202, 202, 429]
    refused = at.ask(number=UNKNOWN)
    assert_problem(refused, 429)
    assert 3_500 < int(refused.headers["Retry-After"]) <= 3_600
    neighbour = door(installed, "203.0.114.1", **{setting: "2/hour"})
    assert neighbour.ask(number=one.number).status_code == (202 if setting == "step_ups_per_client" else 429)


def test_wrong_codes_of_a_client_are_limited_and_right_ones_are_not(installed: Installation, one: Case) -> None:
    at = door(installed, otp_failures_per_client="2/hour", step_ups_per_petition="")
    for _ in range(3):
        at.token(one)
    handle = at.asked(number=one.number)
    answers = [at.redeem(handle, other_than(at.sender.sent[-1].otp)).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_what_is_stored_and_logged_tells_no_code_no_phone_and_no_handle(installed: Installation, one: Case) -> None:
    at = door(installed)
    with log_lines() as written:
        handle = at.asked(number=one.number)
        otp = at.sender.sent[0].otp
        at.redeem(handle, other_than(otp))
        stored = str(rows(installed))
        assert at.redeem(handle, otp).status_code == 200
        lines = written()
    told = [(line["event"], line["outcome"]) for line in lines if line["event"].startswith("step_up")]
    assert told == [
        ("step_up", "asked"), ("step_up_code", "sent"), ("step_up", "wrong_code"), ("step_up", "opened"),
    ]  # fmt: skip
    with installed.database.application.connect() as connection:
        stored += str(connection.execute(sa.text("SELECT key FROM tracking.failure_windows")).all())
    for secret in (otp, other_than(otp), handle, "812345678", "203.0.113"):
        assert secret not in stored
        assert secret not in str(lines)


def test_what_ended_is_swept(installed: Installation, one: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    at = door(installed)
    at.asked(number=one.number)
    at.asked(number=UNKNOWN)
    assert at.sending.step_ups.sweep() == 0
    later = clock.now() + LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert at.sending.step_ups.sweep() == 2
    assert rows(installed) == []

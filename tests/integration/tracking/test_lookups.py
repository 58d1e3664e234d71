"""A citizen follows a petition: one answer for everything that does not fit, and not many guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from shared.eventlog.sealing import Sealer
from tests.support.tracking import Case, case, configure, history_of, photo_of, tell
from tests.support.tracking_app import Installation, tracking_in

LOOKUPS = "/api/tracking/v1/lookups"
LAST4 = "5678"
UNKNOWN = "KT1080767999999"
PERSONAL = ("สมชาย", "ใจดี", "1101700207129", "81234", "หน้าบ้านเลขที่ 12", "โทรหาผู้ร้องแล้ว", "staff-1")


@pytest.fixture
def one(installed: Installation) -> Case:
    """A petition with a whole story, in the read model."""
    one = case()
    configure(installed.logs)
    tell(installed.logs, one, history_of(one))
    installed.catch_up()
    return one


def ask(client: httpx.Client, number: str, phone_last4: str = LAST4) -> httpx.Response:
    return client.post(LOOKUPS, json={"number": number, "phone_last4": phone_last4})


def test_number_and_last_digits_show_where_it_stands(installed: Installation, one: Case) -> None:
    answer = ask(installed.client(installed.app()), one.number)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    view = answer.json()
    assert (view["number"], view["status"], view["status_label"]) == (one.number, "closed", "ปิดเรื่อง")
    assert (view["category"], view["department"]) == ("ถนนและทางเท้า : ถนน/ไหล่ทาง", "กองสาธารณสุขและสิ่งแวดล้อม")
    assert view["filed_at"] == "2024-07-08T10:56:42Z"
    assert [entry["status"] for entry in view["timeline"]] == [
        "filed", "accepted", "in_progress", "resolved", "closed",
    ]  # fmt: skip
    assert view["timeline"][1]["public_note"] == "ส่งกองช่างแล้ว"


@pytest.mark.parametrize("path", ["number", "code"])
def test_it_shows_the_photos_of_the_work_and_whether_the_form_is_ready(
    installed: Installation, one: Case, path: str
) -> None:
    photos = [photo_of(one), photo_of(one, public=False)]
    tell(installed.logs, one, [("documents", photo) for photo in photos])
    installed.catch_up()
    client = installed.client(installed.app())
    view = (ask(client, one.number) if path == "number" else client.get(f"/api/tracking/v1/t/{one.code}")).json()
    (shown,) = view["photos"]
    assert shown["attachment_id"] == str(photos[0].attachment_id)  # type: ignore[attr-defined]
    assert shown.keys() == {"attachment_id", "media_type", "at"}
    assert view["form_ready"] is True
    assert (view["category_code"], view["department_code"]) == ("roads.surface", "health")


@pytest.mark.parametrize("path", ["number", "code"])
def test_no_personal_data_is_in_the_answer(installed: Installation, one: Case, path: str) -> None:
    client = installed.client(installed.app())
    answer = ask(client, one.number) if path == "number" else client.get(f"/api/tracking/v1/t/{one.code}")
    assert answer.status_code == 200
    assert [text for text in PERSONAL if text in answer.text] == []


@pytest.mark.parametrize("typed", ["kt1080767000001", " KT1080767-000001 ", "KT๑๐๘๐๗๖๗๐๐๐๐๐๑"])
def test_numbers_are_read_as_people_type_them(installed: Installation, one: Case, typed: str) -> None:
    assert ask(installed.client(installed.app()), typed, "๕๖๗๘").status_code == 200


def test_the_tracking_code_shows_the_notes_for_the_petitioner(installed: Installation, one: Case) -> None:
    client = installed.client(installed.app())
    for typed in (one.code, one.code.lower().replace("0", "o"), f"{one.code[:3]}-{one.code[3:]}"):
        view = client.get(f"/api/tracking/v1/t/{typed}").json()
        assert "จะเข้าซ่อมสัปดาห์หน้า" in [entry["public_note"] for entry in view["timeline"]]
    assert "จะเข้าซ่อมสัปดาห์หน้า" not in ask(client, one.number).text


def test_unknown_numbers_wrong_digits_and_erased_persons_look_alike(installed: Installation, one: Case) -> None:
    client = installed.client(installed.app())
    wrong, unknown = ask(client, one.number, "0000"), ask(client, UNKNOWN)
    installed.logs.keyring.erase(one.subject_id)
    erased = ask(client, one.number)
    assert {answer.status_code for answer in (wrong, unknown, erased)} == {404}
    assert wrong.content == unknown.content == erased.content
    assert wrong.headers["content-type"] == "application/problem+json"


def test_after_erasure_the_code_opens_the_view_without_notes_and_photos(installed: Installation, one: Case) -> None:
    tell(installed.logs, one, [("documents", photo_of(one))])
    installed.catch_up()
    installed.logs.keyring.erase(one.subject_id)
    view = installed.client(installed.app()).get(f"/api/tracking/v1/t/{one.code}").json()
    assert "ลบแล้ว" in [entry["public_note"] for entry in view["timeline"]]
    assert view["photos"] == []


def test_unknown_numbers_take_the_same_work_as_wrong_digits(
    installed: Installation, one: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[int] = []
    opening = Sealer.open

    def counted(self: Sealer, envelopes: Any) -> Any:
        work.append(sum(len(value["f"]) for envelope in envelopes for value in envelope.data.values()))
        return opening(self, envelopes)

    lookups = tracking_in(installed.app()).lookups
    lookups.by_number(UNKNOWN, LAST4)
    monkeypatch.setattr(Sealer, "open", counted)
    assert lookups.by_number(UNKNOWN, LAST4) is None
    assert lookups.by_number(one.number, "0000") is None
    assert len(work) == 2
    assert 0.5 < work[0] / work[1] < 2


def test_a_petition_that_only_documents_told_of_is_not_there(installed: Installation) -> None:
    one = case()
    tell(installed.logs, one, [told for told in history_of(one) if told[0] != "intake"])
    installed.catch_up()
    client = installed.client(installed.app())
    assert ask(client, one.number).status_code == 404
    assert client.get("/api/tracking/v1/t/NULL").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"number": "KT1"},
        {"number": "KT1", "phone_last4": "12a4"},
        {"number": "", "phone_last4": "1234"},
    ],
)
def test_what_is_no_question_is_422_and_no_failure(installed: Installation, body: dict[str, str]) -> None:
    client = installed.client(installed.app(lookup_failures_per_client="1/hour"))
    for _ in range(3):
        answer = client.post(LOOKUPS, json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"]


def test_wrong_digits_close_a_number_in_every_process(installed: Installation, one: Case) -> None:
    clients = [installed.client(installed.app(), f"203.0.{n}.1") for n in range(2)]
    answers = [ask(clients[n % 2], one.number, "0000").status_code for n in range(7)]
    assert answers == [404] * 5 + [429] * 2
    refused = ask(clients[0], one.number)
    assert refused.status_code == 429
    assert 3_500 < int(refused.headers["Retry-After"]) <= 3_600
    assert ask(clients[1], UNKNOWN).status_code == 404


def test_unknown_numbers_are_closed_like_known_ones(installed: Installation) -> None:
    client = installed.client(installed.app())
    assert [ask(client, UNKNOWN).status_code for _ in range(6)] == [404] * 5 + [429]


def test_a_network_is_one_client(installed: Installation) -> None:
    apps = [installed.app(lookup_failures_per_client="3/hour") for _ in range(2)]
    neighbours = [installed.client(apps[n % 2], f"198.51.100.{n}") for n in range(4)]
    answers = [ask(client, f"KT1080767{n:06}").status_code for n, client in enumerate(neighbours)]
    assert answers == [404, 404, 404, 429]
    assert ask(installed.client(apps[0], "198.51.101.1"), UNKNOWN).status_code == 404


def test_all_failures_together_close_numbers_but_not_codes(installed: Installation, one: Case) -> None:
    app = installed.app(lookup_failures="4/hour")
    clients = [installed.client(app, f"203.0.{n}.1") for n in range(6)]
    answers = [ask(client, f"KT1080767{n:06}", "0000").status_code for n, client in enumerate(clients)]
    assert answers == [404] * 4 + [429] * 2
    assert clients[0].get(f"/api/tracking/v1/t/{one.code}").status_code == 200


def test_guessed_codes_are_limited(installed: Installation, one: Case) -> None:
    client = installed.client(installed.app(code_failures_per_client="3/hour"))
    assert [client.get(f"/api/tracking/v1/t/ZZZZZZ{n}").status_code for n in range(4)] == [404] * 3 + [429]


def test_right_answers_are_not_counted(installed: Installation, one: Case) -> None:
    client = installed.client(installed.app(lookup_failures_per_number="2/hour", lookup_failures="2/hour"))
    assert {ask(client, one.number).status_code for _ in range(10)} == {200}


def test_guesses_at_the_same_moment_do_not_outrun_the_count(installed: Installation, one: Case) -> None:
    app = installed.app(lookup_failures_per_client="")

    def guess(n: int) -> int:
        return ask(installed.client(app, f"203.0.{n}.1"), one.number, f"{n:04}").status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(40)))
    assert (answers.count(404), answers.count(429)) == (5, 35)


def test_a_client_over_its_limit_does_not_close_numbers_for_others(installed: Installation, one: Case) -> None:
    app = installed.app(lookup_failures_per_client="2/hour")
    attacker = installed.client(app, "198.51.100.1")
    for _ in range(20):
        ask(attacker, one.number, "0000")
    assert ask(installed.client(app, "203.0.113.9"), one.number).status_code == 200


def test_windows_hold_no_address_and_no_number(installed: Installation, one: Case) -> None:
    ask(installed.client(installed.app()), one.number, "0000")
    with installed.database.application.connect() as connection:
        keys = connection.execute(sa.text("SELECT key FROM tracking.failure_windows")).scalars().all()
    assert len(keys) == 3
    assert not any(part in key for key in keys for part in (one.number, "203.0.113"))

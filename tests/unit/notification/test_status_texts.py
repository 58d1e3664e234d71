"""Which changes of a petition are told, when, and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest

from services.notification.on_petition_status import _gaps
from services.notification.status_texts import (
    EVENTS,
    LATEST,
    QUESTION_UNITS,
    Move,
    Petition,
    Policy,
    built_in,
    is_news,
    is_outdated,
    is_told,
    is_true,
    quiet_until,
    shortened,
    wording,
)
from shared.contracts.authority import StatusEvent, StatusText, TextSettings
from shared.contracts.fact import Fact
from shared.contracts.petition import InformationRequested, PetitionScheduled, SmsPolicy
from shared.contracts.status_texts import BUILT_IN, REMINDER, gaps_of
from shared.kernel.sms_text import segments
from shared.kernel.thai import BANGKOK, thai_date
from tests.samples.petitions import AUTHORITIES
from tests.support.envelopes import envelope
from tests.support.facts import accepted

NUMBER = "BAN1280965000116"
LINK = "kathu.go.th/6D0M5BX"
DEPARTMENTS = [each for profile in AUTHORITIES.values() for each in profile.departments]
DATES = [thai_date(datetime(2024, month, 28, 5, tzinfo=UTC)) for month in range(1, 13)]
GAPS = {"number": NUMBER, "department": "กองช่าง", "phone": "076-321-500", "date": DATES[0]}


def policy(*on: StatusText, invites: bool = False) -> Policy:
    sms = SmsPolicy(include_link=False, link_base=None, sender="KATHU")
    return Policy(sms, TextSettings(on=on), invites, "076-321-500", {})


def went(*types: str) -> tuple[Move, ...]:
    return tuple(Move(f"petition.{each}", UUID(int=index)) for index, each in enumerate(types))


def test_everything_that_an_authority_can_switch_has_a_fact_and_words() -> None:
    assert set(EVENTS.values()) == set(get_args(StatusEvent))
    assert BUILT_IN.keys() == {*get_args(StatusEvent)}
    assert built_in("petition.information_reminded") == REMINDER


@pytest.mark.parametrize("link", [None, LINK])
@pytest.mark.parametrize("kind", EVENTS)
def test_built_in_words_fit_into_one_part(kind: str, link: str | None) -> None:
    phones = {each.phone for each in AUTHORITIES.values()} | {each.phone or "076-321-500 ต่อ 12" for each in DEPARTMENTS}
    for department, phone, day in product(DEPARTMENTS, phones, DATES):
        gaps = {"number": NUMBER, "department": department.name, "phone": phone, "date": day}
        text = wording(kind, None, gaps | ({"link": link} if link else {}))
        assert (segments(text), "{" in text) == (1, False), text
        assert (LINK in text) is (link is not None and "{link}" in built_in(kind)[0])


def test_so_they_do_with_a_very_long_department() -> None:
    long = GAPS | {"department": "กองการศึกษา ศาสนา วัฒนธรรม และการกีฬา"}
    assert "กองการศึกษา" not in wording("petition.accepted", None, long)
    assert segments(wording("petition.accepted", None, long)) == 1


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize(
    "fact",
    [
        accepted(uuid4()),
        PetitionScheduled(
            petition_id=uuid4(), number=NUMBER, authority="kathu", scheduled_for=datetime(2024, 7, 8, tzinfo=UTC)
        ),
        InformationRequested(petition_id=uuid4(), number=NUMBER, authority="kathu", question="ขอภาพ"),
    ],
    ids=lambda fact: fact.TYPE,
)
def test_there_is_something_for_the_gaps_that_a_wording_may_have(fact: Fact, links: bool) -> None:
    sms = SmsPolicy(include_link=links, link_base="kathu.go.th", sender="KATHU")
    known = Petition(uuid4(), NUMBER, "kathu", uuid4(), "works", "กองช่าง", (), "+66812345678", "6D0M5BX")
    gaps = _gaps(envelope(type=fact.TYPE), fact, known, Policy(sms, TextSettings(), False, "076-321-500", {}))
    assert gaps.keys() == gaps_of(EVENTS[fact.TYPE], link=links)


def test_an_authoritys_own_words_are_as_long_as_it_likes() -> None:
    own = "คำร้อง {number} {department} ขอข้อมูล: {question} สอบถาม {phone} ก่อนวันที่ {date} เวลา 16:30 น. ขอบคุณครับ"
    text = wording("petition.information_requested", own, GAPS | {"question": "ขอภาพถ่ายหน้าบ้าน"})
    assert text == (
        "คำร้อง BAN1280965000116 กองช่าง ขอข้อมูล: ขอภาพถ่ายหน้าบ้าน สอบถาม 076-321-500"
        " ก่อนวันที่ 28 ม.ค. 2567 เวลา 16:30 น. ขอบคุณครับ"
    )
    assert segments(text) > 1


@pytest.mark.parametrize(
    ("own", "gaps"),
    [
        ("คำร้อง {number} ดูที่ {link}", GAPS),
        ("คำร้อง {number} ดูที่ https://kathu.go.th/x", GAPS),
        ("คำร้อง {number} {question}", GAPS | {"question": "ส่งภาพที่ line.me/kathu"}),
        ("คำร้อง {number} {question}", GAPS),
    ],
)
def test_no_link_gets_out_that_is_not_allowed_and_no_gap_stays(own: str, gaps: dict[str, str]) -> None:
    assert wording("petition.accepted", own, gaps) == "คำร้อง BAN1280965000116 รับเรื่องแล้ว โดยกองช่าง"


def test_with_links_allowed_an_own_wording_may_have_one() -> None:
    assert wording("petition.started", "{number} {link}", GAPS | {"link": LINK}) == f"{NUMBER} {LINK}"


def test_a_long_question_is_cut_and_stands_on_one_line() -> None:
    assert shortened(" ขอ\n  ภาพ\tถ่าย ") == "ขอ ภาพ ถ่าย"
    cut = shortened("ก" * 1000)
    assert (len(cut), cut[-1]) == (QUESTION_UNITS, "…")


@pytest.mark.parametrize("kind", EVENTS)
def test_all_but_the_start_is_told_unless_switched(kind: str) -> None:
    event, usual = EVENTS[kind], kind != "petition.started"
    assert is_told(kind, policy()) is usual
    assert is_told(kind, policy(StatusText(event=event, on=not usual))) is not usual


def test_the_invitation_says_that_it_is_done_unless_the_authority_has_words_of_its_own() -> None:
    resolved = "petition.resolved"
    assert not is_told(resolved, policy(invites=True))
    assert is_told(resolved, policy(StatusText(event="resolved", on=True, wording="{number} เสร็จแล้ว"), invites=True))
    assert is_told("petition.rejected", policy(invites=True))
    assert not is_told("petition.withdrawn", policy())


@pytest.mark.parametrize(
    ("moves", "about", "true"),
    [
        (("filed", "accepted"), 1, True),
        (("filed", "accepted", "started"), 1, True),
        (("filed", "accepted", "information_provided"), 1, False),
        (("filed", "accepted", "withdrawn"), 1, False),
        (("filed", "accepted", "merged"), 1, False),
        (("filed", "accepted", "started", "resolved"), 1, False),
        (("filed", "accepted", "information_requested"), 2, True),
        (("filed", "accepted", "information_requested", "information_provided"), 2, False),
        (("filed", "accepted", "information_requested", "started"), 2, False),
        (("filed", "accepted", "information_requested", "information_reminded"), 2, False),
        (("filed", "accepted", "information_requested", "information_reminded"), 3, True),
        (("filed", "accepted", "information_requested", "information_reminded", "information_provided"), 3, False),
        (("filed", "merged", "resolved"), 2, True),
        (("filed", "accepted", "started", "scheduled"), 3, True),
        (("filed", "accepted", "started", "scheduled", "started"), 3, False),
        (("filed", "rejected", "closed"), 1, True),
        (("filed", "rejected", "closed", "reopened"), 1, False),
        (("filed", "rejected", "closed", "reopened", "started"), 3, True),
        (("filed", "rejected", "reopened", "accepted"), 2, False),
        (("filed", "merged", "resolved", "reopened", "merged"), 3, True),
        (("filed", "merged", "resolved", "reopened", "merged", "resolved"), 3, False),
        (("filed", "merged", "resolved", "reopened", "merged", "resolved"), 5, True),
        (("filed", "accepted", "resolved", "reopened", "accepted"), 1, False),
    ],
)
def test_a_text_is_true_until_something_else_happens(moves: tuple[str, ...], about: int, true: bool) -> None:
    assert is_true(went(*moves), UUID(int=about), policy()) is true


def test_where_the_start_is_told_its_text_replaces_the_one_before() -> None:
    told = policy(StatusText(event="started", on=True))
    assert not is_true(went("filed", "accepted", "started"), UUID(int=1), told)
    assert is_true(went("filed", "accepted", "started"), UUID(int=2), told)


def test_of_what_was_not_seen_nothing_is_true() -> None:
    assert not is_true(went("filed", "accepted"), uuid4(), policy())


@pytest.mark.parametrize(
    ("moves", "resolution", "outdated"),
    [
        (("filed",), 1, False),
        (("filed", "resolved"), 1, False),
        (("filed", "resolved", "closed"), 1, False),
        (("filed", "resolved", "reopened"), 1, True),
        (("filed", "resolved", "reopened", "rejected"), 1, True),
        (("filed", "rejected", "reopened", "resolved"), 2, False),
    ],
)
def test_nobody_is_asked_how_it_went_when_it_went_on(moves: tuple[str, ...], resolution: int, outdated: bool) -> None:
    assert is_outdated(went(*moves), resolution) is outdated


def at(clock: str, day: int = 8) -> datetime:
    return datetime.combine(date(2024, 7, day), time.fromisoformat(clock), BANGKOK)


def settings(begin: str, end: str, **more: Any) -> TextSettings:
    return TextSettings(quiet_from=time.fromisoformat(begin), quiet_until=time.fromisoformat(end), **more)


@pytest.mark.parametrize(
    ("moment", "quiet", "until"),
    [
        (at("19:59"), TextSettings(), None),
        (at("20:00"), TextSettings(), at("08:00", 9)),
        (at("23:59:59"), TextSettings(), at("08:00", 9)),
        (at("00:00", 9), TextSettings(), at("08:00", 9)),
        (at("07:59:59", 9), TextSettings(), at("08:00", 9)),
        (at("08:00", 9), TextSettings(), None),
        (at("12:30"), settings("12:00", "13:00"), at("13:00")),
        (at("13:00"), settings("12:00", "13:00"), None),
        (at("03:00"), settings("00:00", "00:00"), None),
        (at("20:00"), settings("20:00", "20:00"), None),
    ],
)
def test_quiet_hours_are_those_of_thailand(moment: datetime, quiet: TextSettings, until: datetime | None) -> None:
    found = quiet_until(moment.astimezone(UTC), quiet)
    assert found == until
    assert found is None or found.tzinfo is UTC


def test_what_happened_long_ago_is_no_news() -> None:
    assert is_news(at("12:00"), at("12:00") + LATEST)
    assert not is_news(at("12:00"), at("12:00") + LATEST + timedelta(seconds=1))

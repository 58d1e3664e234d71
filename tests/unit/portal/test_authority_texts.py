"""What administrators are told of status texts is what notification sends."""

from __future__ import annotations

from typing import get_args

import pytest

from services.notification import status_texts
from services.portal.pages.staff.authority.sms_length import built_in, length_of, reminder
from shared.contracts.authority import AuthorityConfigured, StatusEvent
from shared.contracts.petition_deadlines import InformationReminded
from shared.contracts.status_texts import gaps_of
from shared.kernel.sms_text import segments
from tests.support.town_hall import KATHU

EVENTS: tuple[StatusEvent, ...] = get_args(StatusEvent)


def with_links(on: bool) -> AuthorityConfigured:
    sms = KATHU.settings.sms.model_copy(update={"include_link": on, "link_base": "kathu.go.th"})
    return KATHU.model_copy(update={"settings": KATHU.settings.model_copy(update={"sms": sms})})


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("event", EVENTS)
def test_the_built_in_words_are_those_that_are_sent(event: StatusEvent, links: bool) -> None:
    told = built_in(event, with_links(links))
    kind = next(kind for kind, known in status_texts.EVENTS.items() if known == event)
    assert (told.length.parts, "{" in told.length.text) == (1, False)
    assert told.wording in status_texts.built_in(kind)
    assert set(told.gaps) == gaps_of(event, link=links)


def test_a_reminder_has_words_of_its_own() -> None:
    told = reminder(with_links(False))
    assert told.wording in status_texts.built_in(InformationReminded.TYPE)
    assert (segments(told.length.text), "{phone}" in told.wording) == (1, True)


def test_a_text_is_measured_with_its_gaps_filled() -> None:
    short = length_of("รับ {number} แล้ว", "accepted", KATHU)
    long = length_of("{department} " + "ก" * 60, "accepted", KATHU)
    assert (short.parts, short.units, long.parts) == (1, len("รับ KT1080767000011 แล้ว"), 2)
    assert "{" not in short.text


@pytest.mark.parametrize(
    ("wording", "event", "links", "unfilled"),
    [
        ("{number} {link}", "accepted", False, ("link",)),
        ("{number} {link}", "accepted", True, ()),
        ("{question}", "accepted", True, ("question",)),
        ("{question}", "information_requested", True, ()),
    ],
)
def test_what_there_is_nothing_for_is_told(
    wording: str, event: StatusEvent, links: bool, unfilled: tuple[str, ...]
) -> None:
    assert length_of(wording, event, with_links(links)).unfilled == unfilled

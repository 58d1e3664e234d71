"""Every page speaks Thai and English."""

from __future__ import annotations

from services.portal import labels
from services.portal.texts.catalogue import catalogues
from services.portal.texts.extraction import messages, missing, unused
from services.tracking.projections.timeline import INTERNAL, LABELS
from shared.contracts.petition_states import OUTCOME_LABELS, STATE_LABELS


def test_every_message_has_an_english_text() -> None:
    assert len(messages()) > 50, "messages are found in code and templates"
    assert missing() == []


def test_no_english_text_is_left_over() -> None:
    assert unused() == []


def test_no_message_is_translated_twice() -> None:
    every = [each.id for catalogue in catalogues() for each in catalogue if each.id]
    assert sorted(every) == sorted(set(every))


def test_placeholders_are_the_same_in_both_languages() -> None:
    for catalogue in catalogues():
        assert [error for message in catalogue if message.id for error in message.check(catalogue)] == []


def test_what_tracking_tells_is_known_by_its_thai_name() -> None:
    assert {state.value: label for state, label in STATE_LABELS.items()} == labels.STATES
    assert set(labels.OUTCOMES) == set(OUTCOME_LABELS.values())
    assert labels.EXPLAINED.keys() == labels.STATES.keys()
    public = {label for kind, label in LABELS.items() if kind not in INTERNAL}
    assert public <= {*labels.HAPPENED, *labels.STATES.values()}

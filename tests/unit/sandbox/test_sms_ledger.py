"""The SMS sandbox's ledger: what is recorded is there after a restart, whole lines only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.sms_gateway.behaviour import Mode, Receipts
from sandbox.sms_gateway.ledger import FILE_NAME, Attempt, DamagedLedger, Ledger, Message

AT = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)
MESSAGE = Message("m-1", "r-1", "+66812345678", "เลขคำร้อง", "KATHU", 1, AT, None, Receipts.NORMAL)
ATTEMPT = Attempt(AT, "r-1", Mode.OK, "accepted", ("m-1",))
OTHER = replace(MESSAGE, message_id="m-2", reference="r-2", to="+66898765432", segments=2, at=AT + timedelta(minutes=1))


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.record(Attempt(AT, "r-2", Mode.ACCEPT_THEN_DROP, "accepted", ("m-2",)), [OTHER])
    ledger.record(Attempt(AT, None, Mode.OK, "ERROR_AUTHENTICATION"))
    ledger.settle("m-1")
    ledger.close()

    again = Ledger(tmp_path)
    assert again.messages() == [MESSAGE, OTHER]
    assert again.messages("+66812345678") == [MESSAGE]
    assert again.sent_for("r-1") == [MESSAGE]
    assert again.unsettled() == [OTHER]
    assert again.used_credit == 3
    assert again.newest_by_number() == [OTHER, MESSAGE]
    assert again.attempts() == ledger.attempts()
    assert list(again.attempts()) == ["r-1", "r-2", None]
    again.close()


def test_a_torn_last_line_is_cut_off_and_the_next_entry_is_whole(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes() + b'{"attempt":{"at":"2024-')

    torn = Ledger(tmp_path)
    torn.record(replace(ATTEMPT, reference="r-2", message_ids=("m-2",)), [OTHER])
    torn.close()
    assert Ledger(tmp_path).messages() == [MESSAGE, OTHER]


def test_a_damaged_line_is_named_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'{"settled":"m-0"}\n{"messages":[{"to":"+66812345678"}]}\n')
    with pytest.raises(DamagedLedger, match="line 2") as damaged:
        Ledger(tmp_path)
    assert "66812345678" not in str(damaged.value)


def test_clearing_forgets_in_the_file_too(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.clear()
    assert (ledger.messages(), ledger.attempts(), ledger.unsettled(), ledger.used_credit) == ([], {}, [], 0)
    ledger.record(replace(ATTEMPT, reference="r-2", message_ids=("m-2",)), [OTHER])
    ledger.close()
    assert Ledger(tmp_path).messages() == [OTHER]


def test_settling_twice_or_the_unknown_writes_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.settle("m-1")
    size = (tmp_path / FILE_NAME).stat().st_size
    ledger.settle("m-1")
    ledger.settle("m-9")
    assert (tmp_path / FILE_NAME).stat().st_size == size
    ledger.close()


def test_sent_for_names_the_first_message_per_number() -> None:
    ledger = Ledger()
    second = replace(MESSAGE, message_id="m-3")
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.record(replace(ATTEMPT, message_ids=("m-3",)), [second])
    assert ledger.sent_for("r-1") == [MESSAGE]
    assert len(ledger.attempts()["r-1"]) == 2


def test_without_a_folder_it_lives_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = Ledger()
    ledger.record(ATTEMPT, [MESSAGE])
    ledger.clear()
    ledger.close()
    assert list(tmp_path.iterdir()) == []

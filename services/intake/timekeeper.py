"""What happens because time passes: due dates are told of, questions expire, planned changes take effect."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import structlog

from services.intake.actor import Actor
from services.intake.authorities import Authorities
from services.intake.case_desk import SYSTEM, CaseDesk
from services.intake.deadlines import due_command
from services.intake.planning import Planning
from services.intake.worklist import Worklist
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.petition_commands import ActorRole
from shared.eventlog.conflict import VersionConflict
from shared.kernel import clock, ids
from shared.kernel.crashpoints import crash_here
from shared.projecting.runner import Runner

EVERY_SECONDS: Final = 60.0
READING_SECONDS: Final = 5.0
TIMEKEEPER: Final = Actor(id=SYSTEM, roles=frozenset({ActorRole.SYSTEM}))
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Several may run at once, and each may die anywhere: a fact is appended at the version it was decided on, so of
    two who tell the same the second finds another version; whoever comes next takes up what is left."""

    authorities: Authorities
    planning: Planning
    cases: CaseDesk
    runner: Runner
    worklist: Worklist

    def read(self) -> int:
        """Bring the list up to date; nothing is told."""
        self.runner.catch_up()
        return 0

    def step(self) -> int:
        """Do what has its time by now; how many facts came of it."""
        taken = self.planning.take_effect(clock.now())
        self.runner.catch_up()
        return taken + sum(self._tried(number, profile) for profile, number in self._due())

    def _due(self) -> list[tuple[AuthorityConfigured, str]]:
        profiles, now = self.authorities.all().values(), clock.now()
        return [(profile, number) for profile in profiles for number in self.worklist.due(profile, now)]

    def _tried(self, number: str, profile: AuthorityConfigured) -> int:
        try:
            return self._told(number, profile)
        except Exception as error:  # noqa: BLE001  one petition keeps no other waiting; the next round tries again
            _log.error("petition_not_told_of", number=number, error=type(error).__name__)
            return 0

    def _told(self, number: str, profile: AuthorityConfigured) -> int:
        case = self.cases.find(number)
        began = case.version
        try:
            while command := due_command(case.petition, clock.now(), profile):
                case = self.cases.perform(case, command, TIMEKEEPER, ids.new_id(), case.version)
                crash_here("intake.told")
        except VersionConflict:  # somebody was faster: the next round looks again
            _log.info("petition_changed_meanwhile", number=number)
        return case.version - began


def keep_time(
    timekeeper: Timekeeper, stop: threading.Event, every: float = EVERY_SECONDS, reading: float = READING_SECONDS
) -> None:
    """At once and then every minute, until told to stop; the list is kept up to date between. Several processes may do
    it at the same time."""
    delay, due_at = 0.0, clock.monotonic()
    while not stop.wait(delay):
        is_due = clock.monotonic() >= due_at
        due_at = clock.monotonic() + every if is_due else due_at
        try:
            if told := timekeeper.step() if is_due else timekeeper.read():
                _log.info("time_kept", facts=told)
        except Exception as error:  # noqa: BLE001  the next round tries again
            _log.error("timekeeping_failed", error=type(error).__name__)
        delay = min(every, reading)


def start_keeping_time(timekeeper: Timekeeper, stop: threading.Event) -> None:
    """In a thread of its own (a green one where threads are)."""
    threading.Thread(target=keep_time, args=(timekeeper, stop), name="timekeeper", daemon=True).start()

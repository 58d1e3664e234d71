"""Pure: which facts are under way to the broker, and how far everything is confirmed.

Positions are dense in a log, and so are the delivery tags of a channel in confirm mode: tag t is the fact at start + t.
"""

from __future__ import annotations


class Hole(Exception):
    """A fact was about to be published before the one below it: the log or its reader is broken."""


class Window:
    """Facts sent in the log's order, at most `size` of them unconfirmed. A new channel gets a new window.

    It starts with one fact and doubles with each confirm, so that a fact which no queue takes, tried again and again,
    does not bring copies of all that follow it.
    """

    def __init__(self, checkpoint: int, size: int) -> None:
        self._start = checkpoint
        self._size = size
        self._allowed = 1
        self._sent = 0
        self._settled = 0
        self._ahead: set[int] = set()

    @property
    def last(self) -> int:
        """The position of the fact that was sent last."""
        return self._start + self._sent

    @property
    def checkpoint(self) -> int:
        """Every fact up to this position is confirmed."""
        return self._start + self._settled

    @property
    def room(self) -> int:
        """How many facts may be sent now."""
        return self._allowed - (self._sent - self._settled - len(self._ahead))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way."""
        return self._settled == self._sent

    def sent(self, position: int) -> None:
        """The fact at that position is being sent. Raises Hole unless it follows the last one."""
        if position != self.last + 1:
            raise Hole(f"position {position} after {self.last}")
        self._sent += 1

    def confirmed(self, tag: int, multiple: bool) -> int:
        """The broker confirmed the message, or all up to it. How many facts the checkpoint moved."""
        before = self._settled
        if multiple:
            self._settled = max(self._settled, tag)
            self._ahead = {later for later in self._ahead if later > self._settled}
        elif tag > self._settled:
            self._ahead.add(tag)
        while self._settled + 1 in self._ahead:
            self._settled += 1
            self._ahead.remove(self._settled)
        self._allowed = min(self._allowed * 2, self._size)
        return self._settled - before

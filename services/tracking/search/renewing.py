"""The whole index anew: after another dictionary or another pepper, or in a database that was restored."""

from __future__ import annotations

from typing import Final

from services.tracking.on_petition_filed import OnPetitionFiled
from shared.contracts.petition import PetitionFiled
from shared.messaging.feed import Feed

PAGE: Final = 500


def renew(indexing: OnPetitionFiled, feed: Feed) -> int:
    """Index every filing of intake's log, beside the running reactions; how many. Again is no error, nor is stopping in
    the middle: each page is one transaction, and rows are replaced."""
    position = count = 0
    while page := feed.after(position, PAGE, [PetitionFiled.TYPE]):
        indexing.add(page)
        position, count = page[-1].position, count + len(page)
    return count

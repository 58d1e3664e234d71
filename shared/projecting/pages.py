"""Facts as they are pulled: page by page, without holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from shared.contracts.envelope import Envelope
from shared.messaging.feed import Feed

PAGE: Final = 1_000
"""The most facts that are pulled at a time."""


class HoleRemains(Exception):
    """The owner's feed does not have a fact that must be there: try again."""


def contiguous(position: int, envelopes: Iterable[Envelope]) -> list[Envelope]:
    """The facts that follow the position without a hole. `envelopes` are in order and may repeat."""
    run: list[Envelope] = []
    for envelope in envelopes:
        if envelope.position == position + 1:
            run.append(envelope)
            position += 1
    return run


def page(feed: Feed, position: int, end: int) -> list[Envelope]:
    """The next facts after the position, at least one and none beyond the end. Raises HoleRemains."""
    found = contiguous(position, feed.after(position, min(PAGE, end - position)))
    if not found:
        raise HoleRemains(f"{feed.service} has no fact after {position}, but {end} is known to be there")
    return found


def by_time(feeds: Mapping[str, Feed], starts: Mapping[str, int], ends: Mapping[str, int]) -> Iterator[list[Envelope]]:
    """Pages of several sources, the one that begins first in time first: what belongs together comes together.

    Within a source the order is that of the log; each page is read while the one before is worked on. Raises
    HoleRemains.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages") as ahead:

        def following(source: str, position: int) -> Future[list[Envelope]]:
            return ahead.submit(page, feeds[source], position, ends[source])

        pages = {source: following(source, starts[source]) for source, end in ends.items() if starts[source] < end}
        while pages:
            source = min(pages, key=lambda each: pages[each].result()[0].time)
            facts = pages.pop(source).result()
            if facts[-1].position < ends[source]:
                pages[source] = following(source, facts[-1].position)
            yield facts

"""Words that are kept with gaps in braces, `เรื่อง {number}`, and filled when they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_GAP: Final = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """What stands in braces, in order."""
    return tuple(_GAP.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in their gaps; a gap without a value stays, and no value is looked into."""
    return _GAP.sub(lambda gap: values.get(gap.group(1), gap.group(0)), text)

"""What the text messages say: data, and the rule that keeps links out of them.

Lengths are in UTF-16 units; a text of at most 70 is one part. Thai operators carry registered links only and forbid
shared shorteners (since 2025), and the Cabinet resolution of 18 November 2025 (B.E. 2568) tells state agencies to send
none: a link is a setting of the authority, off by default, and then a short path on its own domain.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FILED_WITH_LINK: Final = "เลขที่คำร้องของคุณคือ {number} ตรวจสอบผลที่ {link}"
"""36 units without its fields: one part with a number of 15 and a link of up to 19."""

FILED: Final = "เลขคำร้อง {number} รหัสติดตาม {code} ตรวจผลที่เว็บเทศบาล"
"""42 units without its fields: one part with a number of 15 or 16 and a code of 7."""

INVITED_WITH_LINK: Final = "คำร้อง {number} เสร็จแล้ว โปรดประเมินผลที่ {link}"
"""35 units without its fields: one part with a number of 15 or 16 and a link of up to 19."""

INVITED: Final = "คำร้อง {number} เสร็จแล้ว รหัส {code} ประเมินที่เว็บเทศบาล"
"""44 units without its fields: one part with a number of 15 or 16 and a code of 7."""

STEP_UP: Final = "รหัส OTP {otp} ดูคำร้อง {number} ใช้ได้ 10 นาที ห้ามบอกใคร"
"""46 units without its fields: one part with a code of 6 and a number of 15 or 16."""

HIDDEN_OTP: Final = "••••••"
"""What stands for the code wherever the text is kept."""

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.", re.IGNORECASE | re.ASCII)
_DOMAIN: Final = re.compile(
    r"[a-z0-9ก-๛][a-z0-9ก-๛-]*\.(?:(?:[a-z]{2,63}|xn--[a-z0-9-]+)(?![a-z0-9])|ไทย(?![ก-๛]))", re.IGNORECASE
)
_IP_ADDRESS: Final = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FULL_STOPS: Final = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})


class LinkRefused(ValueError):
    """A text that must not carry a link looks as if it did. Never quotes the text."""


def filed_text(number: str, tracking_code: str, link_base: str | None) -> str:
    """What the petitioner is told after filing; with a link only when the authority has a `link_base`.

    `link_base` is the authority's own short domain, with or without a scheme: `kathu.go.th` gives
    `kathu.go.th/6D0M5BX`.
    """
    if link_base is None:
        return without_links(FILED.format(number=number, code=tracking_code))
    return FILED_WITH_LINK.format(number=number, link=link_to(link_base, tracking_code))


def invited_text(number: str, tracking_code: str, link_base: str | None) -> str:
    """How the petitioner is asked how it went, after the petition was resolved; links as in `filed_text`."""
    if link_base is None:
        return without_links(INVITED.format(number=number, code=tracking_code))
    return INVITED_WITH_LINK.format(number=number, link=link_to(link_base, tracking_code))


def step_up_text(number: str, otp: str) -> str:
    """The code that proves who asks about a petition. Never carries a link: people learn to type codes, not to tap."""
    return without_links(STEP_UP.format(number=number, otp=otp))


def without_links(text: str) -> str:
    """The same text; `LinkRefused` when something in it looks like a link to a phone or to its reader."""
    if looks_like_link(text):
        raise LinkRefused("a text message with links switched off looks as if it had one")
    return text


def looks_like_link(text: str) -> bool:
    """Whether the text has a scheme, a domain name (Thai ones too) or an IPv4 address, however disguised."""
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_FULL_STOPS)
    return any(pattern.search(plain) for pattern in (_SCHEME, _DOMAIN, _IP_ADDRESS))


def link_to(link_base: str, tracking_code: str) -> str:
    """`kathu.go.th/6D0M5BX`: without a scheme, which phones do not need."""
    bare = re.sub(r"^https?://", "", link_base.strip(), flags=re.IGNORECASE).rstrip("/")
    return f"{bare}/{tracking_code}"

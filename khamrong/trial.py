"""A sample petition, for the printed example and the demonstration. The person and the number are samples."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any, Final, TypeVar

import httpx
import stamina
import stamina.instrumentation

from shared.kernel import ids

SAMPLE: Final[dict[str, Any]] = {
    "authority": "kathu",
    "service": "oss",
    "category": "roads.surface",
    "subject": "ถนนชำรุด",
    "details": "ถนนชำรุดเป็นหลุมลึก หน้าตลาดสด รถจักรยานยนต์ล้มบ่อยในช่วงกลางคืน",
    "petitioner": {
        "title": "นาย",
        "given_name": "ตัวอย่าง",
        "family_name": "ทดสอบระบบ",
        "citizen_id": "1101700207129",
        "phone": "0812345678",
        "address": {
            "house_no": "12",
            "moo": "2",
            "road": "วิชิตสงคราม",
            "subdistrict": "กะทู้",
            "district": "กะทู้",
            "province": "ภูเก็ต",
            "postal_code": "83120",
        },
    },
    "place": {"description": "หน้าตลาดสด", "latitude": 7.9056, "longitude": 98.3332},
}
Seen = TypeVar("Seen")


class NotYet(Exception):
    """What is waited for has not happened."""


def curl(url: str) -> str:
    """The command that files the sample petition."""
    body = json.dumps(SAMPLE, ensure_ascii=False)
    key = ids.new_id()
    return (
        f"curl -sS -X POST {url}/api/intake/v1/petitions \\\n"
        f"  -H 'Content-Type: application/json' -H 'Idempotency-Key: {key}' \\\n"
        f"  -d {shlex.quote(body)}"
    )


def demonstrate(url: str) -> bool:
    """File, and wait for what follows. False when something does not come."""
    stamina.instrumentation.set_on_retry_hooks([])  # waiting is no trouble to be told of
    with httpx.Client(base_url=url, timeout=10) as client:
        try:
            answer = client.post(
                "/api/intake/v1/petitions", json=SAMPLE, headers={"Idempotency-Key": str(ids.new_id())}
            )
            if answer.status_code != 201:
                print(f"refused: {answer.status_code} {answer.text}")
                return False
            return _follow(client, answer.json())
        except (httpx.HTTPError, NotYet) as error:
            print(f"no answer from {url}: {type(error).__name__}; is Khamrong running? (make run)")
            return False


def _follow(client: httpx.Client, filed: dict[str, Any]) -> bool:
    number = filed["number"]
    print(f"number         {number}\ntracking code  {filed['tracking_code']}")
    print(f"SMS            {_eventually(lambda: _text(client, number))}")
    status = _eventually(lambda: _status(client, number))
    print(f"status         {status['status']} ({status['status_label']}), {status['department']}")
    pdf = _eventually(lambda: _form(client, filed["form_url"]))
    print(f"form           {len(pdf)} octets of PDF at\n               {filed['form_url']}")
    print(f"follow         {filed['tracking_url']}")
    return pdf.startswith(b"%PDF")


@stamina.retry(on=NotYet, timeout=15, attempts=None, wait_initial=0.1, wait_max=0.5)
def _eventually(look: Callable[[], Seen]) -> Seen:
    return look()


def _text(client: httpx.Client, number: str) -> str:
    found = [m["text"] for m in client.get("/sandbox/sms/messages").raise_for_status().json() if number in m["text"]]
    if not found:
        raise NotYet
    return str(found[0])


def _status(client: httpx.Client, number: str) -> dict[str, Any]:
    asked = {"number": number, "phone_last4": SAMPLE["petitioner"]["phone"][-4:]}
    answer = client.post("/api/tracking/v1/lookups", json=asked)
    if answer.status_code == 404:
        raise NotYet
    return dict(answer.raise_for_status().json())


def _form(client: httpx.Client, form_url: str) -> bytes:
    answer = client.get(form_url).raise_for_status()
    if answer.status_code == 202:
        raise NotYet
    return answer.content

"""The petitioner's way through a whole installation: file, prove who asks, see one's own petition, add, withdraw."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.environment import read
from khamrong.trial import SAMPLE
from shared.kernel import ids
from tests.samples.uploads import picture
from tests.support.embedded import Embedded, up
from tests.support.gateways import raw_log
from tests.support.waiting import eventually

PERSON = {"given_name": "นารีรัตน์", "family_name": "ไม่มีตัวตนจริง", "citizen_id": "3100602346588", "phone": "0898765432"}
ADDED = "อยู่หน้าตลาดสด ติดร้านขายยา"
TRACKING, INTAKE, DOCUMENTS = "/api/tracking/v1", "/api/intake/v1", "/api/documents/v1"

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("embedded")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """An installation."""
    with up(tmp_path_factory.mktemp("petitioner") / "data", free_port()) as started:
        yield started


@pytest.fixture
def client(running: Embedded) -> Iterator[httpx.Client]:
    """A client of its one origin."""
    with httpx.Client(base_url=running.url, timeout=20) as opened:
        yield opened


def test_from_filing_to_withdrawing(running: Embedded, client: httpx.Client) -> None:
    number = filed(client, upload(client))
    otp, token = stepped_up(client, number)
    mine = {"Authorization": f"Bearer {token}"}

    view = eventually(lambda: with_attachment(client, number, mine), 20)
    assert view["petitioner"]["given_name"] == PERSON["given_name"]
    assert view["petitioner"]["citizen_id"] == "x-xxxx-xxxxx-58-8"
    assert {"provide_information", "add_photo", "withdraw"} <= set(view["actions"])
    attached = client.get(f"{DOCUMENTS}/attachments/{view['attachments'][0]['attachment_id']}", headers=mine)
    assert (attached.status_code, attached.headers["content-type"]) == (200, "image/jpeg")
    form = client.get(f"{DOCUMENTS}/petitions/{number}/form.pdf", headers=mine)
    assert form.content.startswith(b"%PDF")

    command(client, number, "provide-information", mine, text=ADDED)
    assert eventually(lambda: own(client, number, mine)["information"], 20)[0]["text"] == ADDED
    assert command(client, number, "withdraw", mine)["status"] == "withdrawn"
    eventually(lambda: own(client, number, mine)["status"] == "withdrawn", 20)
    assert own(client, number, mine)["actions"] == []
    assert client.post(f"{INTAKE}/petitions/{number}/withdraw", headers=mine).status_code == 409
    assert_written_nowhere(running, otp)


def test_a_token_of_one_petition_opens_no_other(client: httpx.Client) -> None:
    mine, other = filed(client), filed(client)
    headers = {"Authorization": f"Bearer {stepped_up(client, mine)[1]}"}
    refused = [
        client.get(f"{TRACKING}/petitions/{other}/own", headers=headers),
        client.get(f"{DOCUMENTS}/petitions/{other}/form.pdf", headers=headers),
        client.post(f"{INTAKE}/petitions/{other}/withdraw", headers=headers),
        client.post(f"{INTAKE}/petitions/{mine}/close", headers=headers),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4
    assert client.get(f"{TRACKING}/petitions/{mine}", headers=headers).status_code == 401


def test_for_an_unknown_number_the_answer_is_the_same_and_nothing_is_sent(client: httpx.Client) -> None:
    before = len(texts(client))
    answer = client.post(f"{TRACKING}/step-ups", json={"number": "KT1080767999999"})
    assert (answer.status_code, set(answer.json())) == (202, {"id", "expires_at"})
    number = filed(client)
    stepped_up(client, number)
    sent = [text for text in texts(client)[before:] if "OTP" in text]
    assert (len(sent), number in sent[0]) == (1, True)


def filed(client: httpx.Client, *uploads: str) -> str:
    """The number of a new petition that can be followed."""
    petition: dict[str, Any] = copy.deepcopy(SAMPLE)
    petition["petitioner"] |= PERSON
    answer = client.post(
        f"{INTAKE}/petitions",
        json=petition | {"uploads": list(uploads)},
        headers={"Idempotency-Key": str(ids.new_id())},
    )
    number = str(answer.raise_for_status().json()["number"])
    asked = {"number": number, "phone_last4": PERSON["phone"][-4:]}
    eventually(lambda: client.post(f"{TRACKING}/lookups", json=asked).status_code == 200, 20)
    return number


def upload(client: httpx.Client) -> str:
    """The id of a new upload."""
    answer = client.post(f"{DOCUMENTS}/uploads", files={"file": ("ภาพถนน.jpg", picture("JPEG"))})
    return str(answer.raise_for_status().json()["upload_id"])


def stepped_up(client: httpx.Client, number: str) -> tuple[str, str]:
    """The code that came to the phone, and the token that it opened."""
    begun = client.post(f"{TRACKING}/step-ups", json={"number": number}).raise_for_status().json()
    otp = eventually(lambda: code_for(client, number), 20)
    told = client.post(f"{TRACKING}/step-ups/{begun['id']}", json={"otp": otp}).raise_for_status().json()
    assert told["number"] == number
    return otp, str(told["token"])


def code_for(client: httpx.Client, number: str) -> str:
    """The newest code on the phone for the petition; empty when there is none."""
    found = [re.fullmatch(rf"รหัส OTP (\d{{6}}) ดูคำร้อง {number} .+", text) for text in texts(client)]
    codes = [match[1] for match in found if match]
    return codes[-1] if codes else ""


def texts(client: httpx.Client) -> list[str]:
    """What is on the phone, oldest first."""
    found = client.get("/sandbox/sms/messages", params={"to": PERSON["phone"]}).raise_for_status().json()
    return [message["text"] for message in found]


def own(client: httpx.Client, number: str, headers: dict[str, str]) -> dict[str, Any]:
    """The petitioner's view."""
    answer = client.get(f"{TRACKING}/petitions/{number}/own", headers=headers)
    return dict(answer.raise_for_status().json())


def with_attachment(client: httpx.Client, number: str, headers: dict[str, str]) -> dict[str, Any]:
    """The same once the attachment and the form are there; empty before."""
    view = own(client, number, headers)
    return view if view["attachments"] and view["form_ready"] else {}


def command(client: httpx.Client, number: str, name: str, headers: dict[str, str], **given: str) -> dict[str, Any]:
    """Ask intake for something."""
    answer = client.post(f"{INTAKE}/petitions/{number}/{name}", json=given, headers=headers)
    return dict(answer.raise_for_status().json())


def assert_written_nowhere(running: Embedded, otp: str) -> None:
    """No log line and no fact holds the code; no log line the phone. Ids and times are left out: digits may agree."""
    settings = read(running.folder)
    printed = running.printed() + "".join(path.read_text(errors="replace") for path in log_files(running.folder))
    assert PERSON["phone"][1:] not in printed
    facts = "".join(raw_log(settings[f"KHAMRONG_{name}_DATABASE_URL"]) for name in ("INTAKE", "NOTIFICATION"))
    alone = re.compile(rf"(?<![0-9A-Za-z./+-]){otp}(?![0-9A-Za-z/+-])")
    assert "step_up" in facts
    assert alone.search(facts) is None
    assert alone.search(printed) is None


def log_files(folder: Path) -> list[Path]:
    """The files that processes of the installation write their logs to."""
    return [path for path in folder.rglob("*.log") if path.is_file()]

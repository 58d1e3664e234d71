"""Personal fields are sealed before a fact is hashed and stored, and opened when it is read."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.envelope import Envelope
from shared.contracts.fact import ERASED, Fact, personal_fields, subject_of
from shared.eventlog.keyring import Keyring
from shared.kernel import ids

_MARK: Final = "$enc"
_VERSION: Final = "v1"
_NONCE_OCTETS: Final = 12


class Gone(Enum):
    """What is left of a personal field after its key was destroyed."""

    GONE = ERASED


GONE: Final = Gone.GONE


class SubjectErased(Exception):
    """A fact about a person whose key is destroyed cannot be written any more."""


class SealBroken(Exception):
    """A sealed field does not belong to the fact it stands in, or was changed."""

    def __init__(self, event_id: UUID, field: str) -> None:
        super().__init__(f"the seal of {field} in fact {event_id} is broken")


class Sealer:
    """Seals with the data subject's key: AES-256-GCM; the AAD is the fact's id, its stream and the field."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, facts: Sequence[tuple[UUID, str, Fact]]) -> list[dict[str, Any]]:
        """What is stored for each (event id, stream, fact). Raises SubjectErased."""
        subjects = {subject for _, _, fact in facts if _says_something(fact) and (subject := subject_of(fact))}
        keys = self._keyring.ensure(list(subjects)) if subjects else {}
        return [_sealed(event_id, stream, fact, keys) for event_id, stream, fact in facts]

    def seal_value(self, subject: UUID, place: str, value: Any) -> dict[str, Any]:
        """A value for a table, sealed with the subject's key; `place` names where it belongs. Raises SubjectErased."""
        keys = self._keyring.ensure([subject])
        if subject not in keys:
            raise SubjectErased(place)
        return _cipher_text(keys[subject], subject, value, _place(subject, place))

    def open_value(self, sealed: Mapping[str, str], place: str) -> Any:
        """What was sealed for that place; `GONE` where the key is destroyed. Raises SealBroken."""
        subject = UUID(sealed["sub"])
        key = self._keyring.keys([subject]).get(subject)
        return GONE if key is None else _plain_text(key, sealed, _place(subject, place), (subject, place))

    def open(self, envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
        """The data of each envelope in clear, `GONE` where the key is destroyed. One look-up for all."""
        subjects = {
            UUID(value["sub"]) for envelope in envelopes for value in envelope.data.values() if is_sealed(value)
        }
        keys = self._keyring.keys(subjects) if subjects else {}
        return [_opened(envelope, keys) for envelope in envelopes]


def is_sealed(value: object) -> bool:
    """Whether a field of stored data is ciphertext."""
    return isinstance(value, Mapping) and value.get(_MARK) == _VERSION


def _says_something(fact: Fact) -> bool:
    return any(getattr(fact, name) is not None for name in personal_fields(type(fact)))


def _sealed(event_id: UUID, stream: str, fact: Fact, keys: Mapping[UUID, bytes]) -> dict[str, Any]:
    data: dict[str, Any] = fact.model_dump(mode="json")
    fields = [name for name in personal_fields(type(fact)) if data[name] is not None]
    if not fields:
        return data
    subject = subject_of(fact)
    if subject is None or subject not in keys:
        raise SubjectErased(fact.TYPE)
    for name in fields:
        data[name] = _cipher_text(keys[subject], subject, data[name], _aad(event_id, stream, name))
    return data


def _cipher_text(key: bytes, subject: UUID, value: Any, aad: bytes) -> dict[str, Any]:
    nonce = ids.new_nonce()
    sealed = nonce + AESGCM(key).encrypt(nonce, orjson.dumps(value), aad)
    return {_MARK: _VERSION, "sub": str(subject), "f": base64.b64encode(sealed).decode()}


def _opened(envelope: Envelope, keys: Mapping[UUID, bytes]) -> dict[str, Any]:
    return {
        name: _clear(envelope, name, value, keys.get(UUID(value["sub"]))) if is_sealed(value) else value
        for name, value in envelope.data.items()
    }


def _clear(envelope: Envelope, name: str, value: Mapping[str, str], key: bytes | None) -> Any:
    if key is None:
        return GONE
    return _plain_text(key, value, _aad(envelope.id, envelope.subject, name), (envelope.id, name))


def _plain_text(key: bytes, value: Mapping[str, str], aad: bytes, told: tuple[UUID, str]) -> Any:
    sealed = base64.b64decode(value["f"])
    try:
        return orjson.loads(AESGCM(key).decrypt(sealed[:_NONCE_OCTETS], sealed[_NONCE_OCTETS:], aad))
    except InvalidTag as error:
        raise SealBroken(*told) from error


def _place(subject: UUID, place: str) -> bytes:
    return f"{subject}\n{place}".encode()


def _aad(event_id: UUID, stream: str, field: str) -> bytes:
    return f"{event_id}\n{stream}\n{field}".encode()

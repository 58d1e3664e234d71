"""The body of a filing as it may arrive: any JSON value in any field, so that every mistake gets a Thai answer."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from shared.contracts.petition import Address


def _text(limit: int, **described: Any) -> Any:
    return Field(default=None, json_schema_extra={"type": ["string", "null"], "maxLength": limit, **described})


def _degrees(bound: int) -> Any:
    return Field(default=None, json_schema_extra={"type": ["number", "null"], "minimum": -bound, "maximum": bound})


class AddressInput(BaseModel):
    """A Thai postal address."""

    house_no: Any = _text(50, examples=["12"])
    moo: Any = _text(10, examples=["2"])
    soi: Any = _text(100)
    road: Any = _text(100, examples=["วิชิตสงคราม"])
    subdistrict: Any = _text(100, examples=["กะทู้"])
    district: Any = _text(100, examples=["กะทู้"])
    province: Any = _text(100, examples=["ภูเก็ต"])
    postal_code: Any = _text(5, examples=["83120"])


class PetitionerInput(BaseModel):
    """Who files. A person with a single name leaves `family_name` out."""

    title: Any = _text(50, examples=["นาย"])
    given_name: Any = _text(100, examples=["สมชาย"])
    family_name: Any = _text(100, examples=["ใจดี"])
    citizen_id: Any = _text(20, examples=["1101700207129"])
    phone: Any = _text(30, examples=["0812345678"])
    email: Any = _text(254)
    address: Annotated[AddressInput | SkipJsonSchema[Any] | None, Field(union_mode="left_to_right")] = None


class PlaceInput(AddressInput):
    """Where the work is needed; everything is optional. Degrees are WGS 84, both or none."""

    description: Any = _text(500)
    latitude: Any = _degrees(90)
    longitude: Any = _degrees(180)


class FilingInput(BaseModel):
    """A petition to be filed. `petitioner` may be left out by a member who is logged in."""

    model_config = ConfigDict(
        json_schema_extra={"required": ["authority", "service", "category", "subject", "details"]}
    )

    authority: Any = _text(50, examples=["kathu"])
    service: Any = _text(50, examples=["oss"])
    category: Any = _text(100, examples=["roads.surface"])
    subject: Any = _text(200, examples=["ถนนชำรุด"])
    details: Any = _text(5000, examples=["ถนนชำรุด หน้าตลาดสด"])
    petitioner: Annotated[PetitionerInput | SkipJsonSchema[Any] | None, Field(union_mode="left_to_right")] = None
    place: Annotated[PlaceInput | SkipJsonSchema[Any] | None, Field(union_mode="left_to_right")] = None
    uploads: Any = Field(
        default=(),
        json_schema_extra={"type": ["array", "null"], "items": {"type": "string"}, "maxItems": 10, "default": []},
    )


class MemberIdentity(BaseModel):
    """A member who is logged in: the names and the citizen number are verified, the rest may be typed anew."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject_id: UUID
    assurance_level: str | None = None
    title: str | None = None
    given_name: str
    family_name: str | None = None
    citizen_id: str
    phone: str | None = None
    email: str | None = None
    address: Address | None = None

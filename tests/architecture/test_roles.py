"""Every route of every service × every role: whoever is not named here is refused."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import pytest
from fastapi.testclient import TestClient

from shared.gateway.app import Gateway, create_app
from shared.gateway.roles import Role, Scope
from shared.gateway.tokens import STAFF
from tests.architecture import test_routes as routes
from tests.support.gateways import GATEKEEPER, bearing, claims_of, signed
from tests.support.sources import ROOT

COMMANDERS: Final = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.ADMIN})
PERSONS: Final = frozenset({Role.MEMBER, Role.NEWCOMER})
MANAGERS: Final = frozenset({Role.ADMIN, Role.PLATFORM_ADMIN})
SERVICES: Final = frozenset({Role.SERVICE})
NOBODY: Final[frozenset[Role]] = frozenset()

ALLOWED: Final[dict[str, frozenset[Role]]] = {
    "GET /api/intake/v1/log": frozenset({Role.SERVICE, Role.AUDITOR}),
    "PUT /api/intake/v1/authorities/{}": MANAGERS,
    "DELETE /api/intake/v1/authorities/{}/plans/{}": MANAGERS,
    "GET /api/intake/v1/authorities/{}/history": MANAGERS | {Role.HEAD, Role.EXECUTIVE, Role.AUDITOR},
    "POST /api/intake/v1/petitions/{}/{}": COMMANDERS | {Role.MEMBER},
    "POST /api/intake/v1/me/claims": frozenset({Role.MEMBER}),
    "POST /api/intake/v1/me/claims/{}": frozenset({Role.MEMBER}),
    "GET /api/tracking/v1/petitions": STAFF,
    "GET /api/tracking/v1/petitions/counts": STAFF,
    "POST /api/tracking/v1/searches": frozenset({Role.OFFICER, Role.HEAD, Role.ADMIN}),
    "GET /api/tracking/v1/petitions.csv": STAFF,
    "GET /api/tracking/v1/dashboard": STAFF,
    "GET /api/tracking/v1/petitions/{}/nearby": STAFF,
    "GET /api/tracking/v1/petitions.xlsx": STAFF,
    "GET /api/tracking/v1/petitions/{}": STAFF,
    "POST /api/tracking/v1/petitions/{}/reveal": STAFF - {Role.EXECUTIVE},
    "GET /api/tracking/v1/stream": STAFF,
    "GET /api/tracking/v1/petitions/{}/own": frozenset({Role.MEMBER}),  # and the petitioner's token, of no role
    "GET /api/notification/v1/messages": STAFF,
    "GET /api/documents/v1/petitions/{}/case-file.pdf": STAFF,
    "POST /api/documents/v1/petitions/{}/case-file.pdf": STAFF,
    "POST /api/documents/v1/authorities/{}/logos": MANAGERS,
    "GET /api/documents/v1/me/export.pdf": frozenset({Role.MEMBER}),
    "POST /api/notification/v1/otps": SERVICES,
    "GET /api/tracking/v1/me/petitions": frozenset({Role.MEMBER}),
    "GET /api/identity/v1/members/{}": SERVICES,
    "GET /api/identity/v1/me": PERSONS,
    "POST /api/identity/v1/me/register": PERSONS,
    "PUT /api/identity/v1/me/profile": PERSONS,
    "POST /api/identity/v1/me/consents": PERSONS,
    "GET /api/identity/v1/me/export": PERSONS,
    "DELETE /api/identity/v1/me": PERSONS,
    "GET /api/identity/v1/me/sessions": PERSONS,
    "DELETE /api/identity/v1/me/sessions": PERSONS,
    "POST /api/identity/v1/sessions": SERVICES,
    "POST /api/identity/v1/sessions/tokens": SERVICES,
    "POST /api/identity/v1/logout": SERVICES,
    "GET /api/identity/v1/staff": MANAGERS,
    "GET /api/identity/v1/staff/colleagues": STAFF,
    "POST /api/identity/v1/staff/invitations": MANAGERS,
    "POST /api/identity/v1/staff/invitations/accept": PERSONS,
    "POST /api/identity/v1/staff/{}/revocation": MANAGERS,
}
"""Which roles a route is for. What is public is in `test_routes.PUBLIC`; a route in neither is for nobody."""

SCOPED: Final = {
    "GET /api/intake/v1/log": Scope.LOG,
    "GET /api/identity/v1/members/{}": Scope.MEMBERS,
    "POST /api/identity/v1/sessions": Scope.SESSIONS,
    "POST /api/identity/v1/sessions/tokens": Scope.SESSIONS,
    "POST /api/identity/v1/logout": Scope.SESSIONS,
}
"""What a service must have been granted beside."""

_TRACKED: Final = "tracking/test_staff.py::test_whoever_is_of_one_department_sees_its_petitions_alone"
DEPARTMENTS: Final = {
    "GET /api/tracking/v1/petitions": _TRACKED,
    "GET /api/tracking/v1/petitions.csv": _TRACKED,
    "GET /api/tracking/v1/petitions.xlsx": _TRACKED,
    "GET /api/tracking/v1/petitions/counts": _TRACKED,
    "GET /api/tracking/v1/petitions/{}": _TRACKED,
    "GET /api/tracking/v1/petitions/{}/nearby": _TRACKED,
    "POST /api/tracking/v1/petitions/{}/reveal": "tracking/test_accesses.py::"
    "test_who_asks_for_what_is_anothers_is_refused_and_recorded",
    "GET /api/tracking/v1/dashboard": "tracking/test_dashboard.py::"
    "test_the_figures_of_others_are_refused_and_that_is_recorded",
    "POST /api/tracking/v1/searches": "tracking/test_search.py::test_people_are_found_by_phone_and_name",
    "GET /api/tracking/v1/stream": "tracking/test_stream.py::"
    "test_who_is_of_one_department_hears_of_its_petitions_alone",
    "POST /api/intake/v1/petitions/{}/{}": "intake/test_staff_commands.py::"
    "test_whoever_is_of_one_department_works_on_its_petitions_alone",
    "GET /api/notification/v1/messages": "notification/test_status_texts_sent.py::"
    "test_staff_of_one_department_see_the_texts_of_its_petitions_alone",
    "GET /api/documents/v1/petitions/{}/case-file.pdf": "documents/test_case_file.py::"
    "test_what_tracking_refuses_is_refused_and_an_outage_is_told",
    "POST /api/documents/v1/petitions/{}/case-file.pdf": "documents/test_case_file.py::"
    "test_what_tracking_refuses_is_refused_and_an_outage_is_told",
}
"""Routes for staff who may be of one department → where one of another department is tried."""

OF_THE_AUTHORITY: Final = {
    "GET /api/identity/v1/staff/colleagues": "with whom one works, for choosing an officer",
    "GET /api/intake/v1/authorities/{}/history": "what is known of the authority itself",
}
"""Where departments make no difference, and why."""

DECIDED_INSIDE: Final = {
    "GET /api/documents/v1/attachments/{}": "staff, petitioner, or the tracking code: test_attachments_opened",
}
"""Where a token is one of several ways in, each role is tried in that test."""

ROUTES: Final = [
    pytest.param(module, method, path, name, id=name)
    for module in (*routes.MODULES, routes.FEED)
    for method, path in routes._routes(module)
    if (name := routes._nameless(method, path)) not in {*routes.PUBLIC, *DECIDED_INSIDE}
]


@cache
def client(module: str) -> TestClient:
    """A gateway without anything behind it: whoever is let in finds a 500."""
    gateway = Gateway("service", module, [routes._router(module)], {"capability_key": b"k" * 32})
    return TestClient(create_app(gateway, GATEKEEPER), raise_server_exceptions=False)


def status(module: str, method: str, path: str, role: Role, scope: str = " ".join(Scope)) -> int:
    """What the gateway answers to that role, of all authorities."""
    filled = re.sub(r"{[^}]*}", "0190914c-0000-7000-8000-000000000001", path)
    token = signed(claims_of(role.value, "*", scope=scope, sid="0190914c-0000-7000-8000-000000000001"))
    answer = client(module).request(method, filled, headers=bearing(token))
    return int(answer.status_code)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("module", "method", "path", "name"), ROUTES)
def test_a_role_that_is_not_named_is_refused(module: str, method: str, path: str, name: str, role: Role) -> None:
    refused = status(module, method, path, role) == 403
    assert refused is (role not in ALLOWED.get(name, NOBODY))


@pytest.mark.parametrize(("module", "method", "path", "name"), [route for route in ROUTES if route.id in SCOPED])
def test_a_service_needs_the_scope(module: str, method: str, path: str, name: str) -> None:
    others = " ".join(scope for scope in Scope if scope is not SCOPED[name])
    assert status(module, method, path, Role.SERVICE, others) == 403
    assert status(module, method, path, Role.SERVICE, "") == 403


def test_a_department_is_tried_at_every_route_for_staff_who_may_be_of_one() -> None:
    of_departments = {name for name, roles in ALLOWED.items() if roles & {Role.CLERK, Role.OFFICER, Role.HEAD}}
    assert of_departments == {*DEPARTMENTS, *OF_THE_AUTHORITY}


@pytest.mark.parametrize("tried", sorted({*DEPARTMENTS.values()}))
def test_the_test_that_is_named_for_departments_exists(tried: str) -> None:
    file, _, name = tried.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / "integration" / file).read_text(encoding="utf-8")


def test_what_is_said_of_routes_is_said_of_routes_that_exist() -> None:
    names = {route.id for route in ROUTES}
    assert set(ALLOWED) <= names
    assert set(SCOPED) <= names

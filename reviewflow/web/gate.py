"""Nobody gets in without a policy: every endpoint has one, or the application does not start.

The policy of a route says who may knock. What is behind the door, each record, is opened by the store
functions, which take the viewer first and answer only what the one policy lets this viewer see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from reviewflow.core.viewer import Viewer
from reviewflow.web.errors import NotGranted
from reviewflow.web.request import account, is_fragment, viewer_or_none

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 2 * 1024 * 1024
UPLOAD_BYTES = 20 * 1024 * 1024
WITH_A_FIRST_PASSWORD = frozenset(
    {
        "security.change_password",
        "security.logout",
        "start.language",
        "start.still_signed_in",
        "start.signed_in_for",
    }
)
"""What opens to somebody whose password was set by somebody else, besides what is public."""


@dataclass(frozen=True)
class Policy:
    """Who may call an endpoint: `public`, anybody `signed_in`, or whoever holds one of `roles`."""

    name: str
    roles: tuple[str, ...] = ()

    def allows(self, viewer: Viewer) -> bool:
        """Whether this signed-in viewer may knock."""
        return not self.roles or viewer.has(*self.roles)


PUBLIC = Policy("public")
SIGNED_IN = Policy("signed_in")


def granted(*roles: str) -> Policy:
    """Only people who hold one of these granted roles, for whatever unit."""
    return Policy("granted", roles)


class Ungated(Exception):
    """Endpoints without a policy, or policies without an endpoint. Names all of them."""


@dataclass
class Gate:
    """Policies by endpoint, and the endpoints that take uploads."""

    policies: dict[str, Policy] = field(default_factory=dict)
    uploads: set[str] = field(default_factory=set)

    def add(self, endpoint: str, policy: Policy, upload: bool = False) -> None:
        """Give an endpoint its policy."""
        self.policies[endpoint] = policy
        if upload:
            self.uploads.add(endpoint)


def gate(app: Flask) -> Gate:
    """The application's gate."""
    found: Gate = app.extensions.setdefault("gate", Gate())
    return found


def close(app: Flask, library: Mapping[str, Policy]) -> None:
    """Check that every endpoint has a policy, put the check before all else, and refuse routes from now on.

    `library` names the endpoints that libraries add. Raises `Ungated` listing everything that is wrong.
    """
    gate(app).policies.update(library)
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    wrong = sorted(f"{endpoint} has no policy" for endpoint in routed - gate(app).policies.keys())
    wrong += sorted(
        f"{endpoint} has a policy and no route" for endpoint in gate(app).policies.keys() - routed
    )
    if wrong:
        raise Ungated("; ".join(wrong))
    app.before_request_funcs.setdefault(None, []).insert(0, _check)
    app.add_url_rule = _too_late  # type: ignore[method-assign]


def _too_late(*args: object, **options: object) -> NoReturn:
    raise Ungated("the gate is closed: routes are added while the application is made")


def _check() -> ResponseReturnValue | None:
    """First of all before-request functions. Paths that lead nowhere get their 404 or 405 from Flask."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    doors = gate(current_app._get_current_object())  # type: ignore[attr-defined]
    request.max_content_length = UPLOAD_BYTES if endpoint in doors.uploads else FORM_BYTES
    if request.method not in SAFE and _from_elsewhere():
        abort(400)
    policy = doors.policies[endpoint]
    if policy is PUBLIC:
        return None
    viewer = viewer_or_none()
    if viewer is None:
        return _sign_in_first()
    who = account()
    if who is not None and who.must_change and endpoint not in WITH_A_FIRST_PASSWORD:
        return _change_it_first()
    if not policy.allows(viewer):
        raise NotGranted(policy.roles)
    return None


def _from_elsewhere() -> bool:
    """Whether a browser says that another site made this request (Fetch Metadata, else Origin)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _change_it_first() -> ResponseReturnValue:
    to = url_for("security.change_password")
    return Response(status=204, headers={"HX-Redirect": to}) if is_fragment() else redirect(to, 303)


def _sign_in_first() -> ResponseReturnValue:
    if request.method in SAFE and not is_fragment():
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
    raise Unauthorized

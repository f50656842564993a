"""Guessing passwords is slow: failures are counted by account, by account and address, and by address.

Only failures count. A browser that signed in to an account before carries a signed cookie that says so and is
counted apart, so that an attacker cannot lock the account's owner out (OWASP, device cookies).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeTimedSerializer

from reviewflow.config import Settings
from reviewflow.services import sign_in
from reviewflow.store import clock, db, sign_ins
from reviewflow.web import database

PER_ACCOUNT_AND_ADDRESS = "10 per 15 minutes"
PER_ADDRESS = "60 per 15 minutes"
PER_ACCOUNT = "50 per 15 minutes"
DEVICE_DAYS = 90
_DEVICE = "device"


def throttle(app: Flask, settings: Settings) -> None:
    """Limit failed sign-ins. Counters live in Redis, or in this process while Redis cannot be reached."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=_storage(settings),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1}
        if settings.environment != "test"
        else {},
        strategy="moving-window",
        in_memory_fallback_enabled=settings.environment != "test",
        key_prefix="reviewflow",
    )
    view: Callable[..., Any] = app.view_functions["security.login"]
    for limit, key in (
        (PER_ADDRESS, get_remote_address),
        (PER_ACCOUNT_AND_ADDRESS, _pair),
        (PER_ACCOUNT, _account),
    ):
        view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_failed)(view)
    app.view_functions["security.login"] = view
    app.after_request(_mark_device)
    app.after_request(_note_failure)


def _storage(settings: Settings) -> str:
    if settings.environment == "test" and settings.redis_url is None:
        return "memory://"
    return settings.queue_url.replace("unix://", "redis+unix://", 1)


def _failed(response: Response) -> bool:
    return response.status_code not in (302, 303)


def _login() -> str:
    return request.form.get("username", "").strip().lower()[:254]


def _pair() -> str:
    return f"{_account()} from {get_remote_address()}"


def _account() -> str:
    """The account, and the device if it is known to this account."""
    return f"{_login()} on {_device() or 'unknown device'}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="device")


def _device() -> str | None:
    try:
        login, nonce = _signer().loads(request.cookies.get(_DEVICE, ""), max_age=DEVICE_DAYS * 86_400)
    except (BadSignature, ValueError):
        return None
    return str(nonce) if login == _login() else None


def _note_failure(response: Response) -> Response:
    """The page shows again with its error: the sign-in was tried, and failed. What was slowed down was not tried."""
    if (
        request.endpoint == "security.login"
        and request.method == "POST"
        and response.status_code == HTTPStatus.OK
    ):
        with db.write(database.engine()) as session:
            found = sign_ins.by_login(session, _login())
            sign_in.failed(session, clock.moment(session), found.person_id if found else None)
    return response


def _mark_device(response: Response) -> Response:
    if request.endpoint == "security.login" and request.method == "POST" and not _failed(response):
        mark = _signer().dumps([_login(), secrets.token_hex(8)])
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            _DEVICE,
            mark,
            max_age=DEVICE_DAYS * 86_400,
            secure=secure,
            httponly=True,
            samesite="Strict",
            path="/sign-in",
        )
    return response

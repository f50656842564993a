"""Who somebody is: Flask-Security with its defaults corrected, over our own accounts and sessions.

What is corrected and why (each with a test):
* sessions live in the database (`reviewflow.web.sessions`): a cookie is worth nothing after signing out;
* no remember cookie, no auth token in a header or an address: both would outlive the session;
* signing out is a POST that needs the CSRF token, like every other post (`CSRFProtect` comes first);
* argon2id with 19 MiB, not 64: OWASP's minimum, inside the memory a web worker may have;
* unknown name, wrong password and disabled account give one and the same answer;
* only the pages for signing in, signing out and changing the password exist, with our own templates.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_security import Security
from flask_wtf.csrf import CSRFProtect

from reviewflow.config import Settings
from reviewflow.services.accounts import DEMO_PASSWORD, LANES, MEMORY_KIB, PASSES, SHORTEST_PASSWORD
from reviewflow.services.sign_in import ABSOLUTE, IDLE
from reviewflow.store import sign_ins
from reviewflow.web.gate import PUBLIC, SIGNED_IN, Policy
from reviewflow.web.identity.forms import PasswordForm, SignInForm
from reviewflow.web.identity.messages import MESSAGES
from reviewflow.web.identity.throttle import throttle
from reviewflow.web.identity.user import Accounts, User
from reviewflow.web.language import Catalogues
from reviewflow.web.request import moment, reader

# The endpoints that the libraries add, for the gate.
POLICIES: dict[str, Policy] = {
    "security.login": PUBLIC,
    "security.logout": SIGNED_IN,
    "security.change_password": SIGNED_IN,
}


def init(app: Flask, settings: Settings) -> None:
    """Add CSRF protection, identity and throttling, in this order."""
    app.config.update(_config(settings))
    CSRFProtect(app)
    security = Security(app, Accounts(), login_form=SignInForm, change_password_form=PasswordForm)
    security.i18n_domain = Catalogues()
    # The library would also accept a token from a header or from the address; nobody gets one here.
    security.login_manager.request_loader(lambda request: None)
    if settings.environment == "demo":
        security.login_context_processor(_demo)
    else:
        security.login_context_processor(lambda: {"demo": (), "demo_password": ""})
    throttle(app, settings)


def _demo() -> dict[str, object]:
    """The demo's sign-in page lists whom one can be."""
    today = moment().business.date()
    return {"demo": sign_ins.demo_sign_ins(reader(), today), "demo_password": DEMO_PASSWORD}


def _config(settings: Settings) -> dict[str, object]:
    return {
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an hour's writing must not be lost
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE,
        "SESSION_PROTECTION": None,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": MEMORY_KIB,
            "argon2__time_cost": PASSES,
            "argon2__parallelism": LANES,
        },
        "SECURITY_PASSWORD_SALT": "reviewflow-password",  # unused for single hashes, but demanded
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"login": {"mapper": str.strip, "case_insensitive": True}}],
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_FRESHNESS": timedelta(seconds=-1),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_POST_CHANGE_VIEW": "/settings",
        "SECURITY_LOGIN_USER_TEMPLATE": "web/sign_in.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "web/password.html",
        "SECURITY_LOGOUT_USER_TEMPLATE": "web/errors/bad_request.html",
        **{f"SECURITY_MSG_{key}": message for key, message in MESSAGES.items()},
    }


__all__ = ["ABSOLUTE", "IDLE", "POLICIES", "User", "init"]

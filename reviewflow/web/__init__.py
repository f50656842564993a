"""Pages: HTTP to one service call and back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from reviewflow.config import Settings
from reviewflow.services.sign_in import ABSOLUTE, IDLE
from reviewflow.web import addresses, database, errors, filters, headers, identity, language, rooms
from reviewflow.web.charts import share
from reviewflow.web.forms import mistakes
from reviewflow.web.gate import FORM_BYTES, PUBLIC, close
from reviewflow.web.icons import icon
from reviewflow.web.navigation import ON_PHONE, bar
from reviewflow.web.post import form_key
from reviewflow.web.request import account, close_reader, is_fragment, standing, theme, viewer_or_none
from reviewflow.web.request import language as page_language
from reviewflow.web.roles import my_role, role_words
from reviewflow.web.sessions import DatabaseSessions, seconds_left
from reviewflow.web.tables import Column, aria_sort, here, next_sort

STATIC = Path(__file__).parent.parent / "static"


def assemble(settings: Settings) -> Flask:
    """Join libraries, rooms and the gate, in the order in which they must meet a request."""
    app = Flask("reviewflow", static_folder=str(STATIC), template_folder=str(settings.templates_folder))
    app.config.update(_config(settings))
    app.extensions["settings"] = settings
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    database.init(app, settings.database_url)
    app.session_interface = DatabaseSessions()
    language.init(app)
    headers.init(app, settings.secure_cookies)
    identity.init(app, settings)
    addresses.init(app)
    _templates(app)
    errors.init(app)
    rooms.join_all(app)
    app.teardown_request(close_reader)
    close(app, {"static": PUBLIC, **identity.POLICIES})
    return app


def _config(settings: Settings) -> dict[str, Any]:
    secure = settings.secure_cookies
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.environment == "test",
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "MAX_CONTENT_LENGTH": FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
    }


def _templates(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    filters.init(app)
    env.globals.update(Column=Column, here=here, next_sort=next_sort, aria_sort=aria_sort, share=share)
    env.globals.update(role_words=role_words, my_role=my_role)
    env.globals.update(
        icon=icon, form_key=form_key, mistakes=mistakes, asset=_asset, bar=bar, ON_PHONE=ON_PHONE,
        viewer=viewer_or_none, account=account, standing=standing, theme=theme, is_fragment=is_fragment,
        page_language=page_language, html_language=language.html_language,
        has_room=app.view_functions.__contains__, seconds_left=seconds_left, IDLE=IDLE, ABSOLUTE=ABSOLUTE,
    )  # fmt: skip


_digests: dict[str, str] = {}


def _asset(name: str) -> str:
    """Address of a static file with its digest, so that browsers keep it until it changes."""
    if name not in _digests:
        _digests[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=_digests[name])


__all__ = ["assemble"]

"""Doors that anybody may knock at, slowed down by address: the limiter of signing in serves here too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from weakref import WeakKeyDictionary

from flask import Flask, current_app, make_response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def limited(limit: str, too_many: Callable[[], ResponseReturnValue]) -> Callable[[View[P]], View[P]]:
    """A page that one address may ask for so often (``"60 per 15 minutes"``); then `too_many` answers, as 429."""

    def around(view: View[P]) -> View[P]:
        counted: WeakKeyDictionary[Flask, View[P]] = WeakKeyDictionary()

        @wraps(view)
        def knock(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            if app not in counted:
                limiter = next(iter(app.extensions["limiter"]))
                counted[app] = limiter.limit(limit)(view)
            try:
                return counted[app](*args, **kwargs)
            except TooManyRequests:
                return make_response(too_many(), 429)

        return knock

    return around

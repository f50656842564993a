"""A room is a module of pages. It says for each of them who may come in.

    room = Room("reviews")

    @room.page("/reviews/<int:review_id>", SIGNED_IN)
    def show(review_id: int) -> ResponseReturnValue: ...        # endpoint "reviews.show", GET

    @room.action("/reviews/<int:review_id>/moves", SIGNED_IN)
    def move(review_id: int) -> ResponseReturnValue: ...        # endpoint "reviews.move", POST

Every module in `reviewflow/web/pages` offers its `room`; nothing else has to be registered.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from reviewflow.web import pages
from reviewflow.web.gate import Policy, gate

View = Callable[..., ResponseReturnValue]
V = TypeVar("V", bound=View)


class Room:
    """Pages and actions under one name. Routes can only be added together with their policy."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._doors: list[tuple[str, View, Policy, str, bool]] = []

    def page(self, rule: str, policy: Policy) -> Callable[[V], V]:
        """A page or fragment that is only looked at (GET, HEAD)."""
        return self._door(rule, policy, "GET", upload=False)

    def action(self, rule: str, policy: Policy, upload: bool = False) -> Callable[[V], V]:
        """What a form posts to. With `upload` its body may have 20 MB instead of 2 MB."""
        return self._door(rule, policy, "POST", upload)

    def _door(self, rule: str, policy: Policy, method: str, upload: bool) -> Callable[[V], V]:
        def add(view: V) -> V:
            self._doors.append((rule, view, policy, method, upload))
            return view

        return add

    def join(self, app: Flask) -> None:
        """Add the room's routes to the application and their policies to the gate."""
        blueprint = Blueprint(self.name, __name__)
        for rule, view, policy, method, upload in self._doors:
            blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
            gate(app).add(f"{self.name}.{view.__name__}", policy, upload)
        app.register_blueprint(blueprint)


def join_all(app: Flask) -> None:
    """Join the room of every module in `reviewflow/web/pages`."""
    for module in pkgutil.iter_modules(pages.__path__):
        room: Room = importlib.import_module(f"{pages.__name__}.{module.name}").room
        room.join(app)

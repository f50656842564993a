"""Flask-SQLAlchemy as a thin shell: it keeps the application's engine; the store opens the sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy

from reviewflow.store import db
from reviewflow.store.model import Model

if TYPE_CHECKING:
    from reviewflow.store.types import Engine


class Database(SQLAlchemy):
    """Makes engines the way the store wants them: one kind of transaction to read, one to write."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return db.engine(str(app.config["SQLALCHEMY_DATABASE_URI"]))


def init(app: Flask, url: str) -> None:
    """Give the application its engine. Connects to nothing yet, so that workers may fork."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    Database(app, model_class=Model)


def engine() -> Engine:
    """The engine of the running application."""
    shell: Database = current_app.extensions["sqlalchemy"]
    return shell.engine

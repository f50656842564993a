"""Help: how the product works in a few sentences, and the terms of the field in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.web.gate import PUBLIC
from reviewflow.web.rooms import Room

room = Room("help")

GLOSSARY = Path(__file__).parent.parent / "glossary.toml"


@cache
def glossary() -> tuple[dict[str, str], ...]:
    """Terms in order: key, en, zh, and what each means in both languages (means_en, means_zh)."""
    return tuple(tomllib.loads(GLOSSARY.read_text("utf-8"))["term"])


@room.page("/help", PUBLIC)
def show() -> ResponseReturnValue:
    """Stages, roles and terms."""
    return render_template("web/help.html", terms=glossary())

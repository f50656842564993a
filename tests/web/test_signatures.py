"""What pages may ask of the store: only what takes the viewer, so that no page can show more than the policy."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import reviewflow.web

FOLDER = Path(reviewflow.web.__file__).parent
WITHOUT = {
    "audit_chain.verify": "counts rows and seals, shows none",
    "clock.moment": "the time",
    "form_posts.answer": "about the form alone",
    "form_posts.claim": "about the form alone",
    "letter_page.proof": "the public page: whoever holds the code learns whether the letter is genuine",
    "pinned.of_cycle": "rules, not people",
    "pinned.workflows": "rules, not people",
    "sign_ins.by_login": "who signs in is not yet a viewer",
    "sign_ins.by_uniquifier": "who signs in is not yet a viewer",
    "sign_ins.demo_sign_ins": "what a demo prints on its sign-in page; empty everywhere else",
    "sign_ins.open_session": "who signs in is not yet a viewer",
    "sign_ins.sessions_of": "of the reader's own account",
    "sign_ins.standing": "who the viewer is",
    "system_page.well": "the health check: a yes or a no",
}
"""Asked by pages without a viewer, and why that tells nothing about anybody."""


def _asked() -> Iterator[tuple[str, str]]:
    """(module, name) of everything of the store that the web calls."""
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        known = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("reviewflow.store")
            for alias in node.names
        }
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in known:
                yield known[called.id]
            elif isinstance(called, ast.Attribute):
                place = known.get(called.value.id) if isinstance(called.value, ast.Name) else None
                if place:
                    yield f"{place[0]}.{place[1]}", called.attr


def _parameters(module: str, name: str) -> list[inspect.Parameter]:
    """Of a function that reads rows; empty for classes, values and functions without a session."""
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):  # a method of a value
        return []
    if not inspect.isfunction(found):
        return []
    parameters = list(inspect.signature(found).parameters.values())
    return parameters if parameters and "Session" in str(parameters[0].annotation) else []


def test_what_pages_read_takes_the_viewer() -> None:
    reading = {asked: parameters for asked in set(_asked()) if (parameters := _parameters(*asked))}
    blind = {
        f"{module.removeprefix('reviewflow.store.')}.{name}"
        for (module, name), parameters in reading.items()
        if len(parameters) < 2 or "Viewer" not in str(parameters[1].annotation)
    }
    assert len(reading) > 40
    assert blind == set(WITHOUT)

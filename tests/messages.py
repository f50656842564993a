"""Every message that people may read, collected from the source: templates, Python, reasons."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from reviewflow.wording import sentences

ROOT = Path(__file__).parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "marked": None}
TEMPLATES = [("web/**.html", "jinja2")]
OPTIONS = {"web/**.html": {"extensions": "jinja2.ext.do", "trimmed": "false", "silent": "false"}}

Message = str | tuple[str, ...]


def messages() -> dict[Message, str]:
    """Message (or its singular and plural) -> one place where it stands."""
    found: dict[Message, str] = {}
    for folder, methods in ((ROOT / "templates", TEMPLATES), (ROOT / "reviewflow", [("**.py", "python")])):
        for name, line, message, _, _ in extract_from_dir(folder, methods, OPTIONS, KEYWORDS):
            found.setdefault(message, f"{folder.name}/{name}:{line}")
    for key, sentence in sentences().items():
        found.setdefault(sentence, f"reason {key}")
    return found


def reason_keys() -> Iterator[tuple[str, str]]:
    """(key, place) of every ``Reason("...")`` and ``Fault(line, "...")`` whose key is written out."""
    for path in sorted((ROOT / "reviewflow").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Reason": 0, "Fault": 1}.get(node.func.id)
                if place is not None and len(node.args) > place:
                    key = node.args[place]
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, f"{path.relative_to(ROOT)}:{node.lineno}"

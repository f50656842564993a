"""Icons, written into the page: one file of symbols, read once."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup, escape

FILE = Path(__file__).parent.parent / "static" / "vendor" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 24 24">(.*?)</symbol>')


@cache
def shapes() -> dict[str, str]:
    """Inner SVG of every icon by name."""
    return dict(_SYMBOL.findall(FILE.read_text("utf-8")))


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """An icon as inline SVG; without a label it is decoration. Raises `KeyError` for an unknown name."""
    kind = f"icon {css}".strip()
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>').format(
        kind, said, Markup(shapes()[str(escape(name))])
    )

"""Page template and values to HTML, in a sandbox that can do nothing but that.

The template sees plain dictionaries, lists, texts and numbers. It can test, loop and format; it cannot
compute, call a method, or reach an attribute. Everything that is printed is escaped.
"""

from __future__ import annotations

import gettext
import io
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jinja2.debug  # noqa: F401 - Jinja loads it with the first error, when no file can be opened any more
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from reviewflow.printer import charts, formats

_KEPT_FILTERS = ("e", "escape", "join", "length")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with a shorter leash: no arithmetic, no methods, no attributes but of loops."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return isinstance(obj, LoopContext) and not attr.startswith("_")

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro) or any(obj is allowed for allowed in self.globals.values())

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"arithmetic ({operator}) in a letter template")


class TemplateFailed(Exception):
    """The template does what it may not, names a field that does not exist, or uses one wrongly."""


def sandbox(lang: str, chinese: str) -> Sandbox:
    """The environment of one language. `chinese` is the gettext catalogue (PO) of the template."""
    made = Sandbox(
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals = {"_": made.globals["_"]}
    made.filters = {name: made.filters[name] for name in _KEPT_FILTERS} | _formats(lang) | charts.FILTERS
    catalogue = translations(chinese) if lang == "zh" else gettext.NullTranslations()
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return made


def translations(po: str) -> gettext.GNUTranslations:
    """A catalogue that was never written to a file."""
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(po.encode())))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def page(made: Sandbox, template: str, values: Mapping[str, Any]) -> str:
    """The HTML of one letter. Raises `TemplateFailed`."""
    try:
        return _compiled(made, template).render(values)
    except MemoryError:
        raise
    except Exception as error:
        raise TemplateFailed(f"{type(error).__name__}: {error}") from error


@cache
def _compiled(made: Sandbox, template: str) -> Template:
    """Compiling takes ten times as long as rendering; the warm process does it once."""
    return made.from_string(template)


def _formats(lang: str) -> dict[str, Callable[..., Any]]:
    """The filters of a letter. Dates are kept on one line."""

    def dated(write: Callable[..., str]) -> Callable[..., Markup]:
        return lambda *values: Markup("<span class='day'>{}</span>").format(write(*values, lang))

    return {
        "number": formats.number,
        "quantity": formats.quantity,
        "code": formats.code,
        "clause": formats.clause,
        "crowded": _crowded,
        "count": lambda value: f"{value:,}",
        "parts": lambda sentence: re.split(r"\{\w+\}", sentence),
        "picture": lambda svg: "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        "lines": lambda text: Markup("<br>").join(escape(line) for line in text.splitlines()),
        "day": dated(formats.day),
        "short_day": dated(formats.short_day),
        "instant": dated(formats.instant),
        "deadline": dated(formats.deadline),
        "deadline_day": dated(formats.deadline_day),
        "days": lambda first, last: formats.days(first, last, lang),
    }


def _crowded(groups: Sequence[Mapping[str, Any]], replaces: Any, name: str) -> bool:
    """Whether the rows of page 1 are set closer: over ten indicators, or ten with more text above them."""
    rows = sum(1 + len(group["indicators"]) for group in groups)
    return rows + (1 if replaces else 0) + len(name) // 40 > 13

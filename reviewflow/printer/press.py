"""Values and template to PDF bytes: the only module that knows WeasyPrint.

Same inputs give the same bytes: the fonts are the bundled ones and no others, nothing reads a clock or
an address, and the identifier of the file comes from its content.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from reviewflow.core.letter_values import checked, filled, texts
from reviewflow.core.reasons import Fault, Faulty
from reviewflow.printer.coverage import FONTS, spelled, uncovered
from reviewflow.printer.sandbox import Sandbox, page, sandbox
from reviewflow.printer.template import LetterTemplate

_EVERY_FACE = """
<p style="font-family: Noto Sans SC">a<b>a</b></p>
<p style="font-family: Noto Sans SC Wide">買<b>買</b></p>
<p style="font: 600 9pt Noto Serif SC">a</p>
"""
_FONTS_ONLY = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def use_bundled_fonts(folder: Path) -> None:
    """Let fontconfig see the bundled fonts alone; `folder` holds its configuration and cache.

    To be called before WeasyPrint is imported: fontconfig reads its configuration once.
    """
    configuration = folder / "fonts.conf"
    configuration.write_text(_FONTS_ONLY.format(fonts=FONTS, cache=folder / "cache"), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def open_fonts() -> Any:
    """A font map with every face opened, so that no file has to be opened any more.

    It is new for every letter and made in the process that draws it: Pango's threads do not survive a fork.
    """
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    HTML(string=_EVERY_FACE).render(font_config=fonts)
    return fonts


def letter(template: str, values: Mapping[str, Any], fonts: Any) -> bytes:
    """Print one letter: `template` is a `LetterTemplate.text`, `values` are `FeedbackValues`.

    Raises `Faulty` for wrong values and for characters that no font has, `TemplateFailed`, and whatever
    WeasyPrint raises for a page that it cannot lay out.
    """
    parts = LetterTemplate.from_text(template)
    return pdf(html(parts, values), parts.style, fonts)


def html(parts: LetterTemplate, values: Mapping[str, Any]) -> str:
    """The page before it is laid out."""
    checked(values)
    composed = _composed(values)
    faults = [_unprintable(path, missing) for path, text in texts(composed) if (missing := uncovered(text))]
    if faults:
        raise Faulty(faults)
    return page(_sandbox(composed["lang"], parts.chinese), parts.page, filled(composed))


def pdf(source: str, style: str, fonts: Any) -> bytes:
    """Lay out and draw, tagged. What the page refers to is not fetched unless it lies in the page itself."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    document = HTML(string=source, base_url="about:blank", url_fetcher=fetcher)
    made: bytes = document.write_pdf(stylesheets=[_style_sheet(style)], font_config=fonts, pdf_tags=True)
    return made


def _composed(value: Any) -> Any:
    """The values with every accent joined to its letter, as the fonts have them (NFC)."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {name: _composed(part) for name, part in value.items()}
    return [_composed(part) for part in value] if isinstance(value, list) else value


@cache
def _sandbox(lang: str, chinese: str) -> Sandbox:
    return sandbox(lang, chinese)


@cache
def _style_sheet(style: str) -> Any:
    from weasyprint import CSS
    from weasyprint.urls import URLFetcher

    return CSS(string=style, base_url="about:blank", url_fetcher=URLFetcher(allowed_protocols=["data"]))


def _unprintable(path: str, missing: str) -> Fault:
    return Fault(None, "letter.missing_glyph", {"field": path, "characters": spelled(missing)})

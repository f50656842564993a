"""The page's language: gettext from the in-memory catalogues, glued to Flask-Babel."""

from __future__ import annotations

import flask_babel
from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain

from reviewflow.web.request import language, zone
from reviewflow.wording import translations


class Catalogues(Domain):  # type: ignore[misc]
    """All messages of the product, ours and those of the identity library that we reworded."""

    def __init__(self) -> None:
        super().__init__(translation_directories=[])

    def get_translations(self) -> NullTranslations:
        """The catalogue of this page's language."""
        return translations(language())


def init(app: Flask) -> None:
    """Select language and zone for each request."""
    babel = Babel(app, locale_selector=language, timezone_selector=zone)
    babel.domain_instance = Catalogues()


def marked(message: str) -> str:
    """Mark a message for translation where it is defined; it is translated where it is shown."""
    return message


def gettext(message: str, **values: object) -> str:
    """The message in the page's language; `values` fill its placeholders."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The message for this number in the page's language; `num` is one of its placeholders."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def html_language(code: str) -> str:
    """The `lang` attribute: Chinese pages are in simplified characters."""
    return "zh-CN" if code == "zh" else code

"""Sentences in the reader's language: gettext catalogues, and reasons as whole sentences.

English is the language of the source. Chinese stands in `translations/zh/<area>.po`, one file for each area
of the product; all of them are read as text and merged in memory, so that nothing has to be compiled. The
English sentence of every reason key stands in `wording_reasons/<area>.py`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from reviewflow import wording_reasons
from reviewflow.core.reasons import Fault, Reason

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).with_name("translations")


class Contradiction(Exception):
    """Two places differ: a message with two translations, or a reason key with two sentences."""


def catalog(language: str) -> Catalog:
    """All areas' files of one language as one catalogue."""
    merged = Catalog(locale=language, fuzzy=False)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            _merge(merged, read_po(file, locale=language), path)
    return merged


def _merge(merged: Catalog, area: Catalog, path: Path) -> None:
    for message in area:
        if not message.id or not message.string or message.fuzzy:
            continue
        known = merged.get(message.id, message.context)
        if known and known.string != message.string:
            raise Contradiction(f"{path.name}: {message.id!r} is also translated as {known.string!r}")
        merged.add(message.id, message.string, context=message.context)


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, ready for gettext. English has none: its messages are the source."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def sentences() -> dict[str, str]:
    """English sentence by reason key, from every area."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(wording_reasons.__path__):
        area: dict[str, str] = importlib.import_module(f"{wording_reasons.__name__}.{module.name}").SENTENCES
        for key, sentence in area.items():
            if found.setdefault(key, sentence) != sentence:
                raise Contradiction(f"{module.name}: {key} is also worded as {found[key]!r}")
    return found


def say(reason: Reason | Fault, language: str) -> str:
    """The whole sentence for a reason or a fault, e.g. ``Weights sum to 95. 5 are missing.``

    Raises `KeyError` for a key without a sentence (a test finds those first).
    """
    sentence: str = translations(language).gettext(sentences()[reason.key])
    return sentence % reason.params if reason.params else sentence.replace("%%", "%")

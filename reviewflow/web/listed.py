"""Several words as one text."""

from __future__ import annotations

from collections.abc import Iterable

from reviewflow.web.language import gettext
from reviewflow.web.request import language

SHOWN = 3


def listed(words: Iterable[str]) -> str:
    """``East, South``, ``华东、华南``."""
    return ("、" if language() == "zh" else ", ").join(words)


def clauses(texts: Iterable[str]) -> str:
    """``role: HR, from: 3 May``, ``角色：人力资源，由：5月3日``: parts that may be lists themselves."""
    return ("，" if language() == "zh" else ", ").join(texts)


def listed_short(words: Iterable[str]) -> str:
    """The first three, and how many more there are: ``East, South, North and 2 more``."""
    every = list(words)
    if len(every) <= SHOWN + 1:
        return listed(every)
    return gettext("%(some)s and %(n)s more", some=listed(every[:SHOWN]), n=len(every) - SHOWN)


def sentences(texts: Iterable[str]) -> str:
    """Whole sentences one after the other; Chinese has no space between them."""
    return ("" if language() == "zh" else " ").join(texts)

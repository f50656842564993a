"""The indicators in words: what is measured from which events, by which formula, and who delivers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.core.indicators import GROUPS, Indicator
from reviewflow.core.measuring import rules_of
from reviewflow.store import scheme
from reviewflow.store.scheme import Delivery
from reviewflow.web.event_titles import kind_title
from reviewflow.web.language import gettext, ngettext
from reviewflow.web.language import marked as _
from reviewflow.web.listed import listed
from reviewflow.web.pages.reviews.trace_shown import in_words
from reviewflow.web.pages.scheme import reading
from reviewflow.web.part_titles import group_title
from reviewflow.web.request import language, reader, viewer

UNITS = {
    "money": _("money"),
    "percent": _("percent"),
    "count": _("count"),
    "days": _("days"),
    "score": _("points"),
}
CADENCES = {
    "daily": _("new data daily"),
    "weekly": _("new data weekly"),
    "monthly": _("new data monthly"),
    "quarterly": _("new data quarterly"),
}
MISSING = {
    "wait": _("The cut-off waits for its source."),
    "by_hand": _("HR or a data inputter enters it by hand, with reason and evidence, or leaves it out."),
    "leave_out": _("It is left out, and its weight goes to the other indicators of its group."),
}
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


@dataclass(frozen=True)
class Need:
    """One kind of events that an indicator needs, and the sources that deliver it with all its fields."""

    kind: str
    sources: tuple[str, ...]
    heard: datetime | None


@dataclass(frozen=True)
class Card:
    """One indicator in words."""

    key: str
    title: str
    definition: str
    unit: str
    lower: bool
    cadence: str
    formula: str
    measures: tuple[tuple[str, str], ...]
    history: str
    sample: str
    missing: str
    needs: tuple[Need, ...]


def context(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    """Cards by group."""
    found = reading.catalogue(text)
    sources = scheme.deliveries(reader(), viewer())
    groups = [
        (group_title(group), [_card(one, sources) for one in found.indicators.values() if one.group == group])
        for group in GROUPS
    ]
    return {"groups": [group for group in groups if group[1]], "count": len(found.indicators)}


def _card(one: Indicator, sources: Sequence[Delivery]) -> Card:
    return Card(
        key=one.key,
        title=one.title[language()],
        definition=one.definition[language()],
        unit=one.unit_title[language()] if one.unit_title else gettext(UNITS[one.unit]),
        lower=one.lower_is_better,
        cadence=gettext(CADENCES[one.cadence]),
        formula=one.formula.text.replace("*", "×").replace("/", "÷").replace("-", "−"),
        measures=tuple((name, in_words(rule)) for name, rule in rules_of(one).items()),
        history=period_in_words(one.history) if one.history else "",
        sample=_sample(one),
        missing=gettext(MISSING[one.missing_rule]),
        needs=tuple(_need(kind, fields, sources) for kind, fields in one.needs.items()),
    )


def _need(kind: str, fields: frozenset[str], sources: Sequence[Delivery]) -> Need:
    deliver = [one for one in sources if kind in one.kinds and fields <= one.kinds[kind]]
    heard = [one.last_ok_at for one in deliver if one.last_ok_at]
    return Need(kind_title(kind), tuple(one.source for one in deliver), max(heard, default=None))


def _sample(one: Indicator) -> str:
    """``at least 3: opportunities, how many (won)``."""
    minimum = one.minimum_sample
    if minimum is None:
        return ""
    words = in_words(rules_of(one)[minimum.of])
    return gettext("at least %(least)s (%(what)s)", least=minimum.at_least, what=words)


def period_in_words(text: str) -> str:
    """``P3M`` -> ``3 months``. Raises ValueError for a text that is no period."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a period")
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    said = []
    if years:
        said.append(ngettext("%(num)s year", "%(num)s years", years))
    if months:
        said.append(ngettext("%(num)s month", "%(num)s months", months))
    if weeks:
        said.append(ngettext("%(num)s week", "%(num)s weeks", weeks))
    if days:
        said.append(ngettext("%(num)s day", "%(num)s days", days))
    return listed(said)

"""What a letter says, read from its frozen merge fields, written as pages write numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import url_for

from reviewflow.core.values import Money, half_up
from reviewflow.store import pinned
from reviewflow.store.letter_page import LetterPage
from reviewflow.web.filters import money, number
from reviewflow.web.language import gettext as _
from reviewflow.web.request import reader

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One indicator of the letter; what could not be computed has its reason instead of figures.

    `url` leads to the rows behind the figure; it is empty where the page cannot tell which indicator it is.
    """

    name: str
    group: str
    weight: str
    actual: str
    target: str
    attainment: str
    attained: Decimal | None
    points: str
    missing: str
    formula: str
    source: str
    trace: tuple[str, ...]
    url: str

    @property
    def tone(self) -> str:
        """Blue, and red where far below target."""
        return "fill-bad" if self.attained is not None and self.attained < 85 else "fill"


def rows(letter: LetterPage) -> list[Row]:
    """All indicators in the order of the letter."""
    keys = _keys(letter)
    return [
        _row(letter, group, one, keys.get(one["name"]))
        for group in letter.values["groups"]
        for one in group["indicators"]
    ]


def total(values: Fields) -> str:
    """``108.00``."""
    return _plain(values["total"])


def scores(letter: LetterPage) -> list[dict[str, str]]:
    """What the total is made of, for the strip of figures: score and weight of each group and of the rubric.

    The weights are those that counted, so that they make 100 % and scores times weights the total.
    """
    values, rule = letter.values, pinned.of_cycle(reader(), letter.cycle_id).plan.total
    rubric = values.get("rubric", {}).get("points")
    judged = rule.rubric if rubric is not None else Fraction(0)
    computed = rule.computed if "computed_points" in values else Fraction(0)
    whole = (judged + computed) or Fraction(1)
    tiles = [
        _tile(group["name"], group.get("score"), _counted(group) * computed / whole)
        for group in values["groups"]
    ]
    return [*tiles, _tile(_("Rubric"), rubric, 100 * judged / whole)] if judged else tiles


def _counted(group: Fields) -> Fraction:
    """Percent of the indicators' weight that fell to the group."""
    return sum((Fraction(one["effective_weight"]) for one in group["indicators"]), Fraction(0))


def _tile(label: str, score: str | None, weight: Fraction) -> dict[str, str]:
    shown = format(half_up(weight, 2).normalize(), "f")
    return {
        "label": label,
        "value": _plain(score),
        "below": _("weight %(weight)s", weight=f"{_plain(shown)}%"),
    }


@dataclass(frozen=True)
class Action:
    """Something agreed: what, who does it, until when, and when it is done."""

    action: str
    owner: str
    due: date
    done_when: str


def actions(values: Fields) -> list[Action]:
    """What was agreed, with days as days."""
    return [
        Action(one["action"], one["owner"], date.fromisoformat(one["due"]), one.get("done_when", ""))
        for one in values.get("actions", ())
    ]


def _row(letter: LetterPage, group: Fields, one: Fields, key: str | None) -> Row:
    unit, reached = one.get("unit", ""), one.get("attainment")
    return Row(
        name=one["name"],
        group=group["name"],
        weight=f"{_plain(one['weight'])}%",
        actual=figure(one.get("actual"), unit),
        target=figure(one.get("target"), unit),
        attainment="–" if reached is None else f"{_plain(reached)}%",
        attained=None if reached is None else Decimal(reached),
        points=_plain(one.get("points")),
        missing=one.get("missing_reason", ""),
        formula=one["formula"],
        source=one.get("source", ""),
        trace=tuple(one.get("trace", ())),
        url=url_for("reviews.trace", review_id=letter.review_id, indicator=key) if key else "",
    )


def figure(text: str | None, unit: str) -> str:
    """``¥1,082,000.00``, ``77.4%``, ``38.2 days``: with the decimals that the letter has."""
    if text is None:
        return "–"
    if len(unit) == 3 and unit.isupper():
        return money(Money.of(Decimal(text), unit))
    words = _plain(text)
    return f"{words}%" if unit == "%" else f"{words} {unit}".rstrip()


def _plain(text: str | None) -> str:
    """The number with its own decimals, grouped."""
    if text is None:
        return "–"
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    return number(value, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def _keys(letter: LetterPage) -> dict[str, str]:
    """Indicators by the name that the letter calls them, as far as the cycle's catalogue knows it."""
    catalogue = pinned.of_cycle(reader(), letter.cycle_id).catalogue
    names: Sequence[tuple[str, str]] = [
        (one.title[letter.language], key) for key, one in catalogue.indicators.items()
    ]
    return dict(names)

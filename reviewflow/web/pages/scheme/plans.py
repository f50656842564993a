"""A pay plan in words: weights and curves, ratings, components, promotion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reviewflow.core.curve import Curve
from reviewflow.core.goals import WHOLE_E4
from reviewflow.core.indicators import Catalogue
from reviewflow.core.plan import Bonus, Commission, Component, Plan
from reviewflow.core.values import half_up
from reviewflow.formats import Number
from reviewflow.web.filters import number, percent
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.pages.scheme import reading
from reviewflow.web.part_titles import group_title
from reviewflow.web.request import language
from reviewflow.web.tables import Column


@dataclass(frozen=True)
class Weight:
    """One indicator of the plan."""

    title: str
    group: str
    weight: str
    growth: str
    curve: str


@dataclass(frozen=True)
class Shape:
    """A curve: its anchors as (percent of target, points) of threshold, target and stretch, and its line."""

    key: str
    anchors: tuple[tuple[str, str], ...]
    falls: bool
    path: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Pay:
    """A pay component: how it is computed, and the tiers of a graduated table as (from, up to, rate)."""

    title: str
    rule: str
    tiers: tuple[tuple[str, str, str], ...]


def context(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    """The plan against the newest accepted catalogue; `plan` is None where it does not fit it."""
    plan = reading.pay_plan(text, catalogues[0]) if catalogues else None
    if plan is None:
        return {"plan": None}
    indicators = reading.catalogue(catalogues[0])
    return {
        "plan": plan,
        "weights": [_weight(plan, indicators, key) for key in plan.lines],
        "weight_columns": _weight_columns(),
        "shapes": [_shape(curve) for curve in plan.curves.values()],
        "band_columns": _band_columns(),
        "bands": _bands(plan),
        "total_rule": _total_rule(plan),
        "pays": [_pay(one, indicators) for one in plan.components],
        "promotion": _promotion(plan, indicators),
    }


def plain(value: Number) -> str:
    """As many decimals as the number has, at most four: ``25``, ``7.5``, ``1.05``."""
    places = next((n for n in range(4) if (Fraction(value) * 10**n).denominator == 1), 4)
    return number(value, places)


def rate(value: Fraction) -> str:
    """A share as percent: ``1.5%``."""
    return plain(Fraction(half_up(value * 100, 4))) + "%"


def _weight(plan: Plan, indicators: Catalogue, key: str) -> Weight:
    line, indicator = plan.lines[key], indicators[key]
    return Weight(
        title=indicator.title[language()],
        group=group_title(indicator.group),
        weight=plain(Fraction(100 * line.weight_e4, WHOLE_E4)),
        growth=percent((line.growth - 1) * 100, 1, sign=True) if line.growth != 1 else _("as last period"),
        curve=line.curve,
    )


def _weight_columns() -> list[Column]:
    return [
        Column("title", _("Indicator"), main=True),
        Column("group", _("Group")),
        Column("weight", _("Weight"), num=True),
        Column("growth", _("Suggested target"), num=True),
        Column("curve", _("Curve")),
    ]


def _shape(curve: Curve) -> Shape:
    """The curve on a field of 120 x 60: 50 to 150 percent across, 0 to 120 points up."""

    def at(percent_at: Fraction, points: Fraction) -> tuple[float, float]:
        low, high = min(one.at for one in curve.anchors), max(one.at for one in curve.anchors)
        reach = (high - low) / 4
        across = (percent_at - low + reach) / (high - low + 2 * reach)
        return round(float(120 * across), 1), round(float(56 - points * 50 / 120), 1)

    dots = tuple(at(one.at, one.points) for one in curve.anchors)
    edge = (0.0, 120.0) if not curve.falls else (120.0, 0.0)
    first, last = dots[0], dots[-1]
    path = f"M{edge[0]} 56 L{first[0]} 56 L{first[0]} {first[1]} "
    path += " ".join(f"L{x} {y}" for x, y in dots[1:]) + f" L{edge[1]} {last[1]}"
    return Shape(
        key=curve.key,
        anchors=tuple((plain(one.at) + "%", plain(one.points)) for one in curve.anchors),
        falls=curve.falls,
        path=path,
        dots=dots,
    )


def _band_columns() -> list[Column]:
    return [
        Column("letter", _("Rating"), main=True),
        Column("title", _("Means")),
        Column("least", _("From a total of"), num=True),
        Column("coefficient", _("Coefficient"), num=True),
        Column("share", _("Guideline"), num=True),
    ]


def _bands(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "letter": band.letter,
            "title": band.title[language()],
            "least": plain(band.least),
            "coefficient": number(band.coefficient, 2),
            "share": plain(band.share) + "%",
        }
        for band in plan.bands
    ]


def _total_rule(plan: Plan) -> str:
    rule = plan.total
    if not rule.rubric:
        return _("The total is the computed score; it can reach %(most)s.", most=plain(plan.highest_total))
    return _(
        "The total is %(computed)s of the computed score plus %(rubric)s of the rubric's points. The levels 1 to "
        "5 of the rubric are worth %(levels)s points. It can reach %(most)s.",
        computed=plain(rule.computed) + "%",
        rubric=plain(rule.rubric) + "%",
        levels=listed(plain(level) for level in rule.levels),
        most=plain(plan.highest_total),
    )


def _pay(one: Component, indicators: Catalogue) -> Pay:
    if isinstance(one, Bonus):
        return Pay(one.title[language()], _bonus(one), ())
    return Pay(one.title[language()], _commission(one, indicators), _tiers(one))


def _bonus(one: Bonus) -> str:
    said = _("The person's base “%(base)s” × coefficient of the rating × days in the period.", base=one.base)
    if one.company == 1:
        return said
    company = _("All of it × %(company)s, the same for everybody.", company=number(one.company, 2))
    return f"{said} {company}"


def _commission(one: Commission, indicators: Catalogue) -> str:
    indicator = indicators[one.indicator].title[language()]
    if one.tiers:
        return _("%(indicator)s by tiers: each slice is paid at its own rate.", indicator=indicator)
    if one.rate is not None:
        return _("%(rate)s of %(indicator)s.", rate=rate(one.rate), indicator=indicator)
    return _("%(indicator)s × the rate “%(base)s” of the person.", indicator=indicator, base=one.base or "")


def _tiers(one: Commission) -> tuple[tuple[str, str, str], ...]:
    found, begin = [], Fraction(0)
    for tier in one.tiers:
        end = plain(tier.up_to) if tier.up_to is not None else _("no end")
        found.append((plain(begin), end, rate(tier.rate)))
        begin = tier.up_to if tier.up_to is not None else begin
    return tuple(found)


def _promotion(plan: Plan, indicators: Catalogue) -> str:
    rule = plan.promotion
    if rule is None:
        return ""
    said = ngettext(
        "Recommended with a rating of %(ratings)s in this cycle.",
        "Recommended with a rating of %(ratings)s in %(num)s cycles in a row, this one included.",
        rule.cycles,
        ratings=listed(rule.ratings),
    )
    if rule.indicator is None or rule.attainment is None:
        return said
    asked = _(
        "%(indicator)s must have reached %(percent)s of the target.",
        indicator=indicators[rule.indicator].title[language()],
        percent=plain(rule.attainment) + "%",
    )
    return f"{said} {asked}"

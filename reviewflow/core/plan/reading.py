"""Reading a plan from TOML, checked against the catalogue of indicators that it weighs and pays for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reviewflow.core.curve import Anchor, Curve
from reviewflow.core.goals import WHOLE_E4, refuse_weights
from reviewflow.core.indicators import Catalogue
from reviewflow.core.plan.model import (
    Band,
    Bonus,
    Commission,
    Component,
    Plan,
    PlanLine,
    Promotion,
    Tier,
    TotalRule,
)
from reviewflow.core.toml_table import Table, open_document, unrepeated

_RUBRIC_LEVELS = 5
_LARGEST = 10**12
_LONGEST_RATING = 8


def load(text: str, catalogue: Catalogue | None) -> Plan:
    """Read a plan file. Raises `Faulty` with all faults.

    Without a catalogue (it has faults of its own) everything is checked but what only a catalogue tells.
    """
    document = open_document(text, "plan")
    name, title = document.name("name"), document.words("title")
    curves = {curve.key: curve for curve in _curves(document)}
    bands = _bands(document)
    plan = Plan(
        name=name,
        title=title,
        lines={line.indicator: line for line in _lines(document, catalogue, curves)},
        curves=curves,
        total=_total(document),
        bands=bands,
        components=_components(document, catalogue),
        promotion=_promotion(document, catalogue, [band.letter for band in bands]),
    )
    document.close()
    return plan


def _curves(document: Table) -> list[Curve]:
    tables = document.tables("curve")
    if not tables:
        document.fault(None, "plan.no_curves")
    curves = [_curve(table) for table in tables]
    unrepeated([(table, curve.key) for table, curve in zip(tables, curves, strict=True)])
    return curves


def _curve(table: Table) -> Curve:
    curve = Curve(
        table.name("key"), _anchor(table, "threshold"), _anchor(table, "target"), _anchor(table, "stretch")
    )
    at = [anchor.at for anchor in curve.anchors]
    points = [anchor.points for anchor in curve.anchors]
    if at != sorted(set(at)) and at != sorted(set(at), reverse=True):
        table.fault(None, "plan.curve_order", curve=curve.key)
    if points != sorted(set(points)):
        table.fault(None, "plan.curve_points", curve=curve.key)
    if curve.target.at != 100:
        table.fault("target", "plan.target_is_100", curve=curve.key)
    table.finish()
    return curve


def _anchor(table: Table, key: str) -> Anchor:
    inside = table.table(key)
    if inside is None:
        return Anchor(Fraction(0), Fraction(0))
    anchor = Anchor(inside.number("at", least=0, most=10_000), inside.number("points", least=0, most=1000))
    inside.finish()
    return anchor


def _lines(document: Table, catalogue: Catalogue | None, curves: dict[str, Curve]) -> list[PlanLine]:
    tables = document.tables("indicator")
    lines = [_line(table, catalogue, curves) for table in tables]
    unrepeated([(table, line.indicator) for table, line in zip(tables, lines, strict=True)])
    wrong = refuse_weights([line.weight_e4 for line in lines])
    if wrong is not None:
        document.fault("indicator", "plan.weights_sum", **dict(wrong.params))
    return lines


def _line(table: Table, catalogue: Catalogue | None, curves: dict[str, Curve]) -> PlanLine:
    key, curve = _indicator(table, "key", catalogue), table.name("curve")
    weight = table.number("weight", least=0, most=100, places=4)
    if table.has("weight") and weight == 0:
        table.fault("weight", "plan.weight_zero", indicator=key)
    if curve and curve not in curves:
        table.fault("curve", "plan.unknown_curve", curve=curve)
    elif catalogue and key in catalogue and curve and curves[curve].falls != catalogue[key].lower_is_better:
        table.fault("curve", "plan.curve_direction", curve=curve, indicator=key)
    growth = table.number("growth", least=0, most=10, default=1)
    line = PlanLine(key, int(weight * WHOLE_E4 / 100), growth, curve)
    table.finish()
    return line


def _indicator(table: Table, key: str, catalogue: Catalogue | None) -> str:
    name = table.name(key)
    if name and catalogue is not None and name not in catalogue:
        table.fault(key, "plan.unknown_indicator", indicator=name)
    return name


def _total(document: Table) -> TotalRule:
    table = document.table("total")
    if table is None:
        return TotalRule(Fraction(100), Fraction(0), (Fraction(0),) * _RUBRIC_LEVELS)
    rule = TotalRule(
        table.number("computed", most=100), table.number("rubric", most=100), table.numbers("levels")
    )
    if rule.computed + rule.rubric != 100:
        table.fault("computed", "plan.total_is_100")
    if len(rule.levels) != _RUBRIC_LEVELS or list(rule.levels) != sorted(set(rule.levels)):
        table.fault("levels", "plan.levels", count=_RUBRIC_LEVELS)
    table.finish()
    return rule


def _bands(document: Table) -> tuple[Band, ...]:
    tables = document.tables("rating")
    if not tables:
        document.fault(None, "plan.no_ratings")
    bands = [_band(table) for table in tables]
    unrepeated([(table, band.letter) for table, band in zip(tables, bands, strict=True)], "letter")
    _check_bands(document, tables, bands)
    return tuple(bands)


def _band(table: Table) -> Band:
    letter = table.text("letter")
    if len(letter) > _LONGEST_RATING:
        table.fault("letter", "plan.rating_too_long", rating=letter)
    band = Band(
        letter=letter,
        title=table.words("title"),
        least=table.number("from", least=0, most=1000, places=2),
        coefficient=table.number("coefficient", least=0, most=100),
        share=table.number("share", least=0, most=100),
    )
    table.finish()
    return band


def _check_bands(document: Table, tables: Sequence[Table], bands: Sequence[Band]) -> None:
    """Best first, the last from 0 on; a better rating never pays less; the guideline sums to 100."""
    for table, better, band in zip(tables[1:], bands, bands[1:], strict=False):
        if band.least >= better.least:
            table.fault("from", "plan.rating_order", rating=band.letter, better=better.letter)
        if band.coefficient > better.coefficient:
            table.fault("coefficient", "plan.coefficient_order", rating=band.letter, better=better.letter)
    if bands and bands[-1].least != 0:
        tables[-1].fault("from", "plan.last_rating_from_0", rating=bands[-1].letter)
    if bands and sum(band.share for band in bands) != 100:
        document.fault("rating", "plan.guideline_is_100")


def _components(document: Table, catalogue: Catalogue | None) -> tuple[Component, ...]:
    tables = document.tables("component")
    components = [_component(table, catalogue) for table in tables]
    unrepeated([(table, one.key) for table, one in zip(tables, components, strict=True)])
    for table, one in zip(tables, components, strict=True):
        if one.key == "promotion":
            table.fault("key", "plan.reserved_component", component=one.key)
        table.finish()
    return tuple(components)


def _component(table: Table, catalogue: Catalogue | None) -> Component:
    kind = table.choice("kind", ("bonus", "commission"))
    return _bonus(table) if kind == "bonus" else _commission(table, catalogue)


def _bonus(table: Table) -> Bonus:
    company = table.number("company_coefficient", least=0, most=100, default=1)
    return Bonus(table.name("key"), table.words("title"), table.name("base"), company)


def _commission(table: Table, catalogue: Catalogue | None) -> Commission:
    commission = Commission(
        key=table.name("key"),
        title=table.words("title"),
        indicator=_indicator(table, "indicator", catalogue),
        base=table.name("base") if table.has("base") else None,
        rate=table.number("rate", least=0, most=1) if table.has("rate") else None,
        tiers=_tiers(table),
    )
    if [table.has(key) for key in ("base", "rate", "tiers")].count(True) != 1:
        table.fault(None, "plan.one_rate", component=commission.key)
    if catalogue and commission.indicator in catalogue and catalogue[commission.indicator].unit != "money":
        table.fault("indicator", "plan.commission_on_money", indicator=commission.indicator)
    return commission


def _tiers(table: Table) -> tuple[Tier, ...]:
    inside = table.tables("tiers")
    tiers = []
    for one in inside:
        up_to = one.number("up_to", least=1, most=_LARGEST) if one.has("up_to") else None
        tiers.append(Tier(up_to, one.number("rate", least=0, most=1)))
        one.finish()
    if table.has("tiers"):
        _check_tiers(table, tiers)
    return tuple(tiers)


def _check_tiers(table: Table, tiers: Sequence[Tier]) -> None:
    """Bounds rise and only the last slice has no end, so that no amount is without a rate."""
    bounds = [tier.up_to for tier in tiers]
    known = [bound for bound in bounds[:-1] if bound is not None]
    if not bounds or bounds[-1] is not None or len(known) < len(bounds) - 1:
        table.fault("tiers", "plan.tiers_gap")
    elif known != sorted(set(known)):
        table.fault("tiers", "plan.tiers_order")


def _promotion(document: Table, catalogue: Catalogue | None, ratings: Sequence[str]) -> Promotion | None:
    table = document.table("promotion") if document.has("promotion") else None
    if table is None:
        return None
    rule = Promotion(
        title=table.words("title"),
        ratings=table.names("ratings"),
        cycles=table.whole("cycles", least=1, most=12),
        indicator=_indicator(table, "indicator", catalogue) if table.has("indicator") else None,
        attainment=table.number("attainment", most=1000) if table.has("attainment") else None,
    )
    for rating in rule.ratings:
        if rating not in ratings:
            table.fault("ratings", "plan.unknown_rating", rating=rating)
    if not rule.ratings:
        table.fault("ratings", "plan.no_promotion_ratings")
    if (rule.indicator is None) != (rule.attainment is None):
        table.fault(None, "plan.attainment_of_what")
    table.finish()
    return rule

"""The merge fields of one feedback letter, in its language, all numbers as decimal texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.core import trace
from reviewflow.core.indicators import GROUPS, Indicator
from reviewflow.core.letter_values import LONGEST_LINE
from reviewflow.core.reasons import Reason
from reviewflow.core.values import from_scaled, half_up
from reviewflow.services.move.letter.facts import About, Shared, deciding_answer
from reviewflow.store.ratings import TOTAL
from reviewflow.store.reviews import Measured, ScoreLine
from reviewflow.wording import say, translations

GROUP_TITLES = {"result": "Results", "efficiency": "Efficiency", "quality": "Quality"}
MOST_PAST = 6


def values(common: Shared, about: About, ref: str, code: str, released_at: datetime) -> dict[str, Any]:
    """Checked by `core.letter_values.checked` before they are stored."""
    lang = about.person.language
    zone = ZoneInfo(about.person.zone)
    workflow = common.pins.workflow
    feedback = next(stage for stage in workflow.stages.values() if "released" in stage.marks)
    released_on = released_at.astimezone(zone).date().isoformat()
    found: dict[str, Any] = {
        "lang": lang,
        "org": common.company.name,
        "ref": ref,
        "revision": about.review.revision,
        "released_on": released_on,
        "person": _present(
            name=about.person.name,
            employee_no=about.person.external_id,
            position=about.position,
            team=about.team,
        ),
        "hr_contact": common.hr,
        "scheme": f"{common.pins.plan.title[lang]} · {workflow.digest[:8]}",
        "cycle": f"{workflow.title[lang]} {common.cycle.key}",
        "from_on": common.cycle.starts_on.isoformat(),
        "to_on": common.cycle.ends_on.isoformat(),
        "rating": about.review.rating,
        "rating_label": common.pins.plan.band(about.review.rating or "").title[lang],
        "total": _number(Fraction(about.review.score_e6 or 0, 10**6), 2),
        "bands": [{"letter": b.letter, "from_points": trace.exact(b.least)} for b in common.pins.plan.bands],
        "history": _history(about, lang),
        "groups": _groups(common, about, lang),
        "plus_items": [],
        "minus_items": [],
        "snapshot": _snapshot(common, about, zone),
        "ack_by": _local(about.due_at or released_at, zone),
        "ack_days": feedback.due.days if feedback.due else 0,
        "ack_days_count": feedback.due.count if feedback.due else "calendar",
        "verify_code": code,
        "verify_url": f"{common.company.base_url}/verify/{code}",
    }
    found |= _scale(common, about) | _words(common, about, lang) | _decisions(common, about, zone)
    if about.manager:
        found["manager"] = about.manager
    if common.company.logo:
        found["logo"] = common.company.logo
    if about.earlier:
        last = about.earlier[-1]
        found["replaces"] = {
            "revision": last.revision,
            "released_on": last.released_at.astimezone(zone).date().isoformat(),
        }
    if common.seal:
        seal = common.seal
        found["audit"] = {"seq": seal.no, "hash": seal.head, "at": _local(seal.at, zone)}
    return found


def _cut(line: str) -> str:
    """What fits in one line of the letter."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _present(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _number(value: Fraction | Decimal | int, places: int) -> str:
    return format(half_up(value, places), "f")


def _history(about: About, lang: str) -> list[dict[str, str]]:
    gettext = translations(lang).gettext
    rows = []
    for past in about.past[-MOST_PAST:]:
        if past.released and past.score_e6 is not None:
            total = _number(from_scaled(past.score_e6, 6), 2)
            rows.append({"cycle": past.cycle, "total": total, "grade": past.rating or ""})
        else:
            reason = gettext("withdrawn") if past.voided else gettext("not released")
            rows.append({"cycle": past.cycle, "gap_reason": reason})
    return rows


def _scale(common: Shared, about: About) -> dict[str, Any]:
    """How points come about: the curve if all curves give the same points, and how the total was made."""
    found: dict[str, Any] = {"total_max": _plain(common.pins.plan.highest_total)}
    points = {tuple(anchor.points for anchor in curve.anchors) for curve in common.pins.plan.curves.values()}
    if len(points) == 1:
        names = zip(("threshold", "target", "stretch"), points.pop(), strict=True)
        found["curve"] = {name: trace.exact(value) for name, value in names}
    total = about.lines.get(TOTAL)
    if total is not None and total.points_e6 is not None:
        found["computed_points"] = _number(from_scaled(total.points_e6, 6), 2)
        found["total_derivation"] = trace.lines(json.loads(about.review.rating_trace or "{}"))[-2][
            :LONGEST_LINE
        ]
    return found


def _plain(value: Fraction | Decimal | int) -> str:
    """Two decimals at most, idle zeros dropped: ``120``, ``117.5``."""
    text = _number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _groups(common: Shared, about: About, lang: str) -> list[dict[str, Any]]:
    gettext = translations(lang).gettext
    groups = []
    for name in GROUPS:
        keys = [
            key
            for key in common.pins.catalogue.indicators
            if key in about.goals and _indicator(common, key).group == name
        ]
        line = about.lines.get(f"group:{name}")
        if not keys or line is None:
            continue
        weight = sum(about.goals[key].weight_e4 for key in keys)
        group: dict[str, Any] = {
            "name": gettext(GROUP_TITLES[name]),
            "weight": _weight(weight),
            "indicators": [_row(common, about, key, lang) for key in keys],
        }
        if line.points_e6 is not None and line.weight_e4:
            group["points"] = _number(from_scaled(line.points_e6, 6), 2)
            group["score"] = _number(Fraction(line.points_e6, line.weight_e4), 2)
            group["derivation"] = trace.one_line(json.loads(line.trace))[:LONGEST_LINE]
        groups.append(group)
    return groups


def _indicator(common: Shared, key: str) -> Indicator:
    return common.pins.catalogue[key]


def _weight(weight_e4: int) -> str:
    return trace.exact(Fraction(weight_e4, 10**4))


def _row(common: Shared, about: About, key: str, lang: str) -> dict[str, Any]:
    indicator, goal = _indicator(common, key), about.goals[key]
    line, measured = about.lines[key], about.measured.get(key)
    unit = _unit(common, indicator, lang)
    found: dict[str, Any] = {
        "name": indicator.title[lang],
        "weight": _weight(goal.weight_e4),
        "effective_weight": _weight(line.weight_e4),
        "lower_is_better": indicator.lower_is_better,
        "formula": indicator.definition[lang],
        "rows": measured.rows_used if measured else 0,
    }
    source = _source(common, indicator)
    if source:
        found["source"] = source
    if unit:
        found["unit"] = unit
    if goal.target_e4 is not None:
        found["target"] = _number(from_scaled(goal.target_e4, 4), indicator.places)
    return found | _scored(indicator, line, measured, lang)


def _unit(common: Shared, indicator: Indicator, lang: str) -> str | None:
    if indicator.unit == "percent":
        return "%"
    if indicator.unit == "money":
        return common.cycle.currency
    return indicator.unit_title[lang] if indicator.unit_title else None


def _source(common: Shared, indicator: Indicator) -> str:
    """Names of the sources that deliver what the indicator needs; empty if none does."""
    names = dict.fromkeys(common.sources[kind] for kind in indicator.needs if kind in common.sources)
    return _cut(", ".join(names))


def _scored(indicator: Indicator, line: ScoreLine, measured: Measured | None, lang: str) -> dict[str, Any]:
    steps = json.loads(line.trace)
    if line.points_e6 is None:
        reason = steps.get("reason") or {"key": "measure.no_source", "params": {"kind": ""}}
        return {"missing_reason": say(Reason(reason["key"], reason["params"]), lang)}
    anchors: Mapping[str, Any] = steps["anchors"]
    found = {
        "actual": _number(Fraction(steps["actual"]), indicator.places),
        "threshold": _number(Fraction(anchors["threshold"]["at"]), indicator.places),
        "stretch": _number(Fraction(anchors["stretch"]["at"]), indicator.places),
        "points": _number(from_scaled(line.points_e6, 6), 2),
        "trace": list(trace.lines(steps)),
    }
    if line.attainment_e6 is not None:
        found["attainment"] = _number(from_scaled(line.attainment_e6, 6), 1)
    if measured is not None and measured.state == "by_hand" and measured.reason:
        found["by_hand_reason"] = measured.reason
    return found


def _snapshot(common: Shared, about: About, zone: ZoneInfo) -> dict[str, str]:
    frozen_at = about.review.frozen_at
    assert frozen_at is not None  # the database refuses a released review that is not frozen
    return {"id": f"{common.cycle.key}-{about.review.frozen_batch}", "at": _local(frozen_at, zone)}


def _words(common: Shared, about: About, lang: str) -> dict[str, Any]:
    """Strengths, points to improve, suggestions and actions: the manager's words, and the rubric."""
    empty: dict[str, Any] = {"strengths": [], "improvements": [], "suggestions": [], "actions": []}
    deciding = deciding_answer(common, about)
    if deciding is None:
        return empty
    body, rubric_key = deciding
    workflow = common.pins.workflow
    form = next(
        form for form in workflow.forms.values() if any(f.key == rubric_key for f in form.fields)
        and any(t.form == form.key and "reviewee" not in t.by for t in workflow.tasks.values())
    )  # fmt: skip
    points = [body.get(field.key) or [] for field in form.fields if field.kind == "points"]
    texts = [body[field.key] for field in form.fields if field.kind == "text" and body.get(field.key)]
    actions = [row for field in form.fields if field.kind == "actions" for row in body.get(field.key) or []]
    return empty | {
        "strengths": [_present(**row) for row in (points[0] if points else [])],
        "improvements": [_present(**row) for rows in points[1:] for row in rows],
        "suggestions": texts,
        "actions": [_present(**row) for row in actions],
        **_rubric(common, about, body[rubric_key], lang),
    }


def _rubric(common: Shared, about: About, judged: Mapping[str, Any], lang: str) -> dict[str, Any]:
    rubric = common.pins.rubric
    if rubric is None:
        return {}
    criteria = []
    for criterion in rubric.criteria:
        row: dict[str, Any] = {"name": criterion.title[lang], "levels": len(criterion.anchors)}
        level = judged.get(criterion.key, {}).get("level")
        if level is not None:
            row |= {"level": level, "anchor": criterion.anchors[level - 1][lang]}
        criteria.append(row)
    steps = json.loads(about.review.rating_trace or "{}")
    found: dict[str, Any] = {"criteria": criteria}
    if steps.get("rubric") is not None:
        found["points"] = _number(Fraction(steps["rubric"]), 2)
        found["derivation"] = list(trace.lines(steps)[:-2])
    return {"rubric": found}


def _decisions(common: Shared, about: About, zone: ZoneInfo) -> dict[str, Any]:
    review = about.review
    found: dict[str, Any] = {}
    if review.rating_reason and about.overridden_by:
        found["override"] = {
            "by": about.overridden_by,
            "before": review.rating_computed,
            "after": review.rating,
            "reason": review.rating_reason,
        }
    if about.calibrated_by:
        name, at = about.calibrated_by
        found["calibration"] = {
            "on": at.astimezone(zone).date().isoformat(),
            "facilitator": name,
            "before": review.rating_computed,
            "after": review.rating,
        }
    return found

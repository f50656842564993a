"""The drawings of a letter, as SVG: bullets, group bars, grade bands, past totals, QR code.

Geometry only: the figures come from the values. Meaning is carried by lightness, never by hue (dark:
target met, mid tone: threshold met, outlined: below), so that a grey print reads the same. `title` is
the alternative text and says in words what the drawing shows. Lengths are in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import segno
from markupsafe import Markup, escape

from reviewflow.printer import formats

Values = Mapping[str, Any]

DARK, MID, INK, GREY = "#0b3c5d", "#7fa3b8", "#17212e", "#616c78"
TRACK, TRACK_DARK, TRACK_LIGHT = "#e6ebf0", "#dde3ea", "#eef1f4"
FONTS = "Noto Sans SC, Noto Sans SC Wide"
# Where the anchors stand on every bullet, as shares of its width: one scale, so that the eye runs down.
THRESHOLD_AT, TARGET_AT, STRETCH_AT = 0.36, 0.66, 0.92


def bullet(indicator: Values, title: str) -> Markup:
    """Actual against threshold, target and stretch. Right is always better."""
    width, height = 141.0, 10.6
    parts = [_bar(0, 0, width, height, TRACK_LIGHT)]
    if indicator["threshold"]:
        parts.append(_bar(0, 0, width * THRESHOLD_AT, height, TRACK_DARK))
    parts.append(_toned(width * _share(indicator), 3, 4.6, _tone(indicator)))
    for name, at, thickness in (
        ("threshold", THRESHOLD_AT, 0.6),
        ("target", TARGET_AT, 1.3),
        ("stretch", STRETCH_AT, 0.8),
    ):
        if indicator[name]:
            over = 0.9 if name == "target" else 0
            parts.append(_line(width * at, -over, width * at, height + over, thickness))
    return _svg(width, height, title, parts, above=0.9)


def group_bars(groups: Sequence[Values], scale: Values, title: str) -> Markup:
    """One bar a group against 100. `scale` has `top` (end of the scale) and `threshold`, both optional."""
    width, label, figure, pitch = 186.0, 53.0, 31.0, 19.4 if len(groups) <= 4 else 13.0
    top = float(scale["top"] or 120)
    room = width - label - figure
    parts = []
    for row, group in enumerate(groups):
        y, score = row * pitch, group["score"]
        weight = f" {formats.number(group['weight'])}%"
        name, size = _shortened(group["name"], label - 3 - 7.2 * _wide(weight), 7.2)
        parts.append(_text(0, y + 7, name + weight, size, INK))
        parts.append(_bar(label, y, room, 9.4, TRACK))
        if score:
            length = room * min(max(float(score), 0) / top, 1)
            parts.append(_toned(length, y, 9.4, _score_tone(score, scale["threshold"]), label))
        text = formats.number(score) if score else "—"
        parts.append(_text(width, y + 7.4, text, 8.2, INK, "end", bold=True))
    foot = (len(groups) - 1) * pitch + 13
    hundred = label + room * min(100 / top, 1)
    parts.append(_line(hundred, -3, hundred, foot, 1.2))
    parts.append(_text(label, foot + 8, "0", 6.4, GREY))
    parts.append(_text(hundred, foot + 8, "100", 6.4, GREY, "middle"))
    return _svg(width, foot + 9, title, parts, above=3)


def grade_bands(bands: Sequence[Values], mark: Values, title: str) -> Markup:
    """The grades from lowest to highest, the earned one filled. `mark` has `total`, `rating`, `top`.

    The lowest band has a fixed width; the rest is to scale.
    """
    width, y, height = 186.0, 8.0, 10.0
    low_to_high = list(reversed(bands))
    starts = [float(band["from_points"]) for band in low_to_high]
    top = max(float(mark["top"] or 120), starts[-1] + 1)

    def x(points: float) -> float:
        if len(starts) == 1 or points <= starts[1]:
            bottom, end, share = (
                starts[0],
                starts[1] if len(starts) > 1 else top,
                0.25 if len(starts) > 1 else 1,
            )
            return width * share * _ratio(points - bottom, end - bottom)
        return width * (0.25 + 0.75 * _ratio(points - starts[1], top - starts[1]))

    parts = []
    for band, start, end in zip(low_to_high, starts, [*starts[1:], top], strict=True):
        own = band["letter"] == mark["rating"]
        left, right = x(start), x(end)
        parts.append(_bar(left + 0.5, y, max(right - left - 1, 0.5), height, DARK if own else TRACK))
        size = _fitting(band["letter"], right - left - 1, 7.4)
        colour = "#ffffff" if own else INK
        parts.append(_text((left + right) / 2, y + 7.6, band["letter"], size, colour, "middle", bold=own))
        if start != starts[0]:
            parts.append(
                _text(left, y + height + 7, formats.number(band["from_points"]), 6.4, GREY, "middle")
            )
    at = x(float(mark["total"]))
    parts.append(f'<path d="M{_n(at - 3.2)} 1.4h6.4l-3.2 5.4z" fill="{INK}"/>')
    return _svg(width, y + height + 8, title, parts)


def history(cycles: Sequence[Values], title: str) -> Markup:
    """Totals of past cycles, the last one being this one; a gap shows its reason instead of a dot."""
    width, high, low = 151.0, 22.0, 50.0
    pitch = width / max(len(cycles), 3)
    totals = [float(cycle["total"]) for cycle in cycles if cycle["total"]]
    least, most = min([*totals, 80]), max([*totals, 100])

    def y(total: float) -> float:
        return low - (low - high) * _ratio(total - least, most - least)

    parts = [_line(0, y(100), width, y(100), 0.6, GREY, dashed=True), _text(0, y(100) - 2.6, "100", 6, GREY)]
    dots = [((at + 0.5) * pitch, cycle) for at, cycle in enumerate(cycles)]
    for (x1, one), (x2, other) in pairwise(dots):
        if one["total"] and other["total"]:
            parts.append(_line(x1, y(float(one["total"])), x2, y(float(other["total"])), 1.2, DARK))
    for at, cycle in dots:
        last = cycle is cycles[-1]
        if cycle["total"]:
            parts.append(_dot(at, y(float(cycle["total"])), last))
            height = y(float(cycle["total"])) + 10.5
            parts.append(_text(at, height, formats.number(cycle["total"]), 6.8, INK, "middle", bold=last))
        word = cycle["grade"] or cycle["gap_reason"] or "—"
        parts.append(
            _text(at, 74, *_shortened(word, pitch - 3, 7.2), DARK if last else INK, "middle", bold=True)
        )
        parts.append(_text(at, 84, *_shortened(cycle["cycle"], pitch - 2, 6.8), GREY, "middle"))
    return _svg(width, 87, title, parts)


def qr(address: str, title: str) -> Markup:
    """The address as QR code, error correction M."""
    matrix = segno.make(address, error="m", micro=False).matrix
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, filled in enumerate(row) if filled]
    side = 62.0
    drawing = f'<g transform="scale({_n(side / len(matrix))})"><path d="{"".join(squares)}" fill="#000"/></g>'
    return _svg(side, side, title, [drawing])


FILTERS = {
    "bullet": bullet,
    "group_bars": group_bars,
    "grade_bands": grade_bands,
    "history": history,
    "qr": qr,
}


def _share(indicator: Values) -> float:
    """How far right the actual value reaches: linear between the anchors, in proportion before the first."""
    actual, falls = float(indicator["actual"]), indicator["lower_is_better"]
    places = (("threshold", THRESHOLD_AT), ("target", TARGET_AT), ("stretch", STRETCH_AT))
    anchors = [(float(indicator[name]), at) for name, at in places if indicator[name]]
    first, first_at = anchors[0]
    reached = _ratio(first, actual) if falls else _ratio(actual, first)
    if (actual >= first) if falls else (actual <= first):
        return _inside(first_at * reached)
    if len(anchors) == 1:
        return _inside(first_at + 1.3 * (reached - 1))
    for (low, low_at), (high, high_at) in pairwise(anchors):  # noqa: B007 - the last pair reaches beyond stretch
        if (actual >= high) if falls else (actual <= high):
            break
    return _inside(low_at + (high_at - low_at) * _ratio(actual - low, high - low))


def _tone(indicator: Values) -> str:
    """``dark`` if the target is met, ``mid`` if the threshold is, else ``outlined``."""
    actual, sign = float(indicator["actual"]), -1 if indicator["lower_is_better"] else 1
    if indicator["target"] and sign * actual >= sign * float(indicator["target"]):
        return "dark"
    threshold = indicator["threshold"]
    return "mid" if threshold is None or sign * actual >= sign * float(threshold) else "outlined"


def _score_tone(score: str, threshold: str | None) -> str:
    if float(score) >= 100:
        return "dark"
    return "mid" if threshold is None or float(score) >= float(threshold) else "outlined"


def _toned(length: float, y: float, height: float, tone: str, x: float = 0) -> str:
    if tone != "outlined":
        return _bar(x, y, length, height, DARK if tone == "dark" else MID)
    inner = (x + 0.4, y + 0.4, max(length - 0.8, 0.2), height - 0.8)
    return _bar(*inner, "#ffffff", f' stroke="{INK}" stroke-width="0.8"')


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _svg(width: float, height: float, title: str, parts: Iterable[str], above: float = 0) -> Markup:
    """The drawing; `above` is room for what reaches over its upper edge, and as much below."""
    box, tall = f"0 {_n(-above)} {_n(width)} {_n(height + 2 * above)}", height + 2 * above
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}pt" height="{_n(tall)}pt" viewBox="{box}"'
        f' font-family="{FONTS}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _bar(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"{more}/>'


def _line(
    x1: float, y1: float, x2: float, y2: float, thickness: float, colour: str = INK, dashed: bool = False
) -> str:
    dashes = ' stroke-dasharray="2 1.6"' if dashed else ""
    place = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {place} stroke="{colour}" stroke-width="{thickness}"{dashes}/>'


def _dot(x: float, y: float, filled: bool) -> str:
    radius, fill = (3.3, DARK) if filled else (2.5, "#ffffff")
    place = f'cx="{_n(x)}" cy="{_n(y)}" r="{radius}"'
    return f'<circle {place} fill="{fill}" stroke="{DARK}" stroke-width="1.3"/>'


def _text(
    x: float, y: float, text: str, size: float, fill: str, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}" text-anchor="{anchor}"'
    return f"<text {place}{weight}>{escape(text)}</text>"


def _wide(text: str) -> float:
    """Rough width in em: a Han character is 1, anything else 0.55."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.55 for one in text)


def _fitting(text: str, room: float, size: float) -> float:
    """The size at which `text` fits into `room`, `size` at most and 4 at least."""
    return max(min(size, room / max(_wide(text), 0.5)), 4.0)


def _shortened(text: str, room: float, size: float) -> tuple[str, float]:
    """`text` cut with an ellipsis where it would not fit even at a smaller size, and its size."""
    size = max(_fitting(text, room, size), 5.6)
    if _wide(text) * size <= room:
        return text, size
    while text and (_wide(text) + 1) * size > room:
        text = text[:-1]
    return text + "…", size


def _n(value: float) -> str:
    """A coordinate with at most two decimals, the same text on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"

"""A workflow as a picture: SVG without style attributes, so that a strict Content-Security-Policy shows it.

Lines and letters take the colour of the text around them, in light and dark alike; classes (`wf-stage`,
`wf-end`, `wf-link`, `wf-auto`, `wf-label`, `wf-due`) are there for a style sheet to refine.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from reviewflow.core.workflow.definition import Due, Stage, Workflow
from reviewflow.core.workflow.layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LABEL_LINE,
    LABEL_SIZE,
    TITLE_SIZE,
    Layout,
    Link,
    layout,
    wrapped,
)

_CORNER = 8
_DUE = {
    "en": {
        "begin": "{days} to act",
        "period_start": "until period start + {days}", "period_end": "until period end + {days}",
        "period_start_0": "until the period starts", "period_end_0": "until the period ends",
        "begin_0": "the same day", "working": "{n} working days", "calendar": "{n} days",
        "working_1": "1 working day", "calendar_1": "1 day",
    },
    "zh": {
        "begin": "{days}内处理", "period_start": "截至期初后 {days}", "period_end": "截至期末后 {days}",
        "period_start_0": "截至期初", "period_end_0": "截至期末",
        "begin_0": "当天处理", "working": "{n} 个工作日", "calendar": "{n} 天",
        "working_1": "1 个工作日", "calendar_1": "1 天",
    },
}  # fmt: skip


def svg(workflow: Workflow, language: str) -> str:
    """The diagram as one `<svg>` element, its words in `language` ("en" or "zh")."""
    plan = layout(workflow, language)
    arrow = f"wf-arrow-{workflow.digest[:8]}"
    title = escape(workflow.title[language])
    return "".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wf" role="img" lang="{language}" '
        f'width="{plan.width}" height="{plan.height}" viewBox="0 0 {plan.width} {plan.height}" '
        f'aria-label="{title}" '
        f'font-family="Inter, system-ui, sans-serif" font-size="{LABEL_SIZE}">',
        f"<title>{title}</title><desc>{escape(_told(plan, language))}</desc>",
        f'<defs><marker id="{arrow}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="wf-head" d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>',
        *(_link(plan, link, arrow) for link in plan.links),
        *(_stage(plan, row, stage, language) for row, stage in enumerate(plan.stages)),
        *(_labels(plan, link) for link in plan.links),
        "</svg>",
    ))  # fmt: skip


def _told(plan: Layout, language: str) -> str:
    """The same in words, for those who do not see it."""
    names = [stage.title[language] for stage in plan.stages]
    separator = "、" if language == "zh" else ", "
    told = []
    for link in plan.links:
        sources = separator.join(names[row] for row in sorted(link.sources))
        moves = separator.join(label for labels in link.labels.values() for label in labels)
        told.append(f"{sources} → {names[link.target]}: {moves}")
    return "; ".join(told)


def _link(plan: Layout, link: Link, arrow: str) -> str:
    paths = list(_down(plan, link) if link.side == "down" else _around(plan, link))
    kind, dashes = ("wf-link wf-auto", ' stroke-dasharray="5 4"') if link.automatic else ("wf-link", "")
    last = len(paths) - 1
    return "".join(
        f'<path class="{kind}" d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.6"{dashes}'
        + (f' marker-end="url(#{arrow})"/>' if place == last else "/>")
        for place, path in enumerate(paths)
    )


def _down(plan: Layout, link: Link) -> Iterator[str]:
    x = plan.lane(link)
    yield f"M{x} {plan.tops[link.target - 1] + BOX_HEIGHT}V{plan.tops[link.target]}"


def _around(plan: Layout, link: Link) -> Iterator[str]:
    """From each source to the lane; from the source furthest away along the lane to the target."""
    lane = plan.lane(link)
    edge = plan.left if link.side == "left" else plan.right
    inward = _CORNER if link.side == "left" else -_CORNER
    far = max(link.sources) if link.side == "left" else min(link.sources)
    begin, end = plan.port(link, far), plan.port(link, link.target)
    if far == link.target:  # a move that stays where it is: a loop beside the box
        begin, end = plan.tops[far] + _CORNER, plan.tops[far] + BOX_HEIGHT - _CORNER
    turn = _CORNER if end > begin else -_CORNER
    for row in sorted(link.sources):
        if row != far:
            yield f"M{edge} {plan.port(link, row)}H{lane}"
    yield (
        f"M{edge} {begin}H{lane + inward}Q{lane} {begin} {lane} {begin + turn}"
        f"V{end - turn}Q{lane} {end} {lane + inward} {end}H{edge}"
    )


def _labels(plan: Layout, link: Link) -> str:
    x, anchor = plan.lane(link) + 8, "start"
    if link.side == "right":
        x, anchor = plan.lane(link) - 8, "end"
    return "".join(
        _text("wf-label", link.lines(gap), x, _middle(plan, gap, len(link.lines(gap))), anchor, LABEL_LINE)
        for gap in link.labels
    )


def _middle(plan: Layout, gap: int, lines: int) -> int:
    """The base of the first of some lines that stand in the middle of a gap."""
    top = plan.tops[gap] + BOX_HEIGHT
    bottom = plan.tops[gap + 1] if gap + 1 < len(plan.tops) else plan.height
    return (top + bottom - lines * LABEL_LINE) // 2 + LABEL_SIZE


def _stage(plan: Layout, row: int, stage: Stage, language: str) -> str:
    kind, width = ("wf-stage wf-end", "2.5") if stage.end else ("wf-stage", "1.25")
    lines = wrapped(stage.title[language], BOX_WIDTH - 24, TITLE_SIZE)
    due = [] if stage.due is None else [_due(stage.due, language)]
    middle = plan.left + BOX_WIDTH // 2
    y = plan.tops[row] + (BOX_HEIGHT - 18 * len(lines) - 16 * len(due)) // 2 + TITLE_SIZE
    return (
        f'<g class="{kind}"><rect x="{plan.left}" y="{plan.tops[row]}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" rx="10" fill="none" stroke="currentColor" stroke-width="{width}"/>'
        f'<g font-size="{TITLE_SIZE}" font-weight="600">'
        f"{_text('wf-title', lines, middle, y, 'middle', 18)}</g>"
        f"{_text('wf-due', due, middle, y + 18 * len(lines) - 1, 'middle', 16)}</g>"
    )


def _text(kind: str, lines: list[str], x: int, y: int, anchor: str, step: int) -> str:
    return "".join(
        f'<text class="{kind}" x="{x}" y="{y + place * step}" text-anchor="{anchor}" fill="currentColor">'
        f"{escape(line)}</text>"
        for place, line in enumerate(lines)
    )


def _due(due: Due, language: str) -> str:
    phrases = _DUE[language]
    if due.days == 0:
        return phrases[f"{due.from_}_0"]
    days = phrases.get(f"{due.count}_{due.days}", phrases[due.count]).format(n=due.days)
    return phrases[due.from_].format(days=days)

"""Behind a number: where it comes from, row by row. Over the page as a drawer, or as a page of its own."""

from __future__ import annotations

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from reviewflow.store import review_page
from reviewflow.store.facts import evidence as facts
from reviewflow.store.facts.evidence import Evidence
from reviewflow.store.review_page import Line, Lines
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.navigation import stand_at
from reviewflow.web.pages.reviews.room import room
from reviewflow.web.pages.reviews.trace_shown import rows, shown
from reviewflow.web.pages.reviews.tracking import pace
from reviewflow.web.reads import log_read
from reviewflow.web.request import is_fragment, reader, today, viewer
from reviewflow.web.tables import PAGE, offset, paging


@room.page("/reviews/<int:review_id>/trace/<indicator>", SIGNED_IN)
def trace(review_id: int, indicator: str) -> ResponseReturnValue:
    """One number with its chart, its sum, its formula and its rows, fifty a page."""
    lines, line, found = _evidence(review_id, indicator)
    if lines.person_id != viewer().person_id:
        stand_at("team" if "manager" in lines.held else "cycles")
    said = shown(lines, line, found)
    return render_template(
        "web/reviews/trace_drawer.html" if is_fragment() else "web/reviews/trace.html",
        lines=lines,
        line=line,
        said=said,
        rows=rows(line.indicator, found, offset(), PAGE) if found else [],
        paging=paging(said.count - offset(), said.count),
        state=pace(lines, today()).row(indicator).outlook.state if lines.part == "tracking" else "",
    )


@room.page("/reviews/<int:review_id>/trace/<indicator>.csv", SIGNED_IN)
def trace_csv(review_id: int, indicator: str) -> ResponseReturnValue:
    """All rows behind a number as a file."""
    lines, _, found = _evidence(review_id, indicator)
    if found is None:
        abort(404)
    name = f"{lines.cycle}-{review_id}-{indicator}.csv"
    log_read("export", lines.person_id, review_id, file=name)
    sent = Response(facts.as_csv(found), mimetype="text/csv")
    sent.headers.set("Content-Disposition", "attachment", filename=name)
    return sent


def _evidence(review_id: int, indicator: str) -> tuple[Lines, Line, Evidence | None]:
    """The line with its rows; 404 where the reader sees no figures or there is no such goal."""
    lines = review_page.lines(reader(), viewer(), review_id) or abort(404)
    if "figures" not in lines.seen:
        abort(404)
    line = next((one for one in lines.lines if one.indicator.key == indicator), None) or abort(404)
    traced = line.figure is not None and line.figure.traced
    return lines, line, facts.evidence(reader(), viewer(), review_id, indicator) if traced else None

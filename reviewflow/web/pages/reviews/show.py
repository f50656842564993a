"""One review: where does it stand, and why?"""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from reviewflow.services import move
from reviewflow.store import review_page
from reviewflow.store.review_page import Record
from reviewflow.web import extending
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.navigation import stand_at
from reviewflow.web.pages.reviews import columns, strip
from reviewflow.web.pages.reviews.answers_shown import side_by_side
from reviewflow.web.pages.reviews.next_step import next_step
from reviewflow.web.pages.reviews.room import room
from reviewflow.web.pages.reviews.scores import scores, why_fallen
from reviewflow.web.pages.reviews.stepper import steps
from reviewflow.web.pages.reviews.tracking import pace, weight
from reviewflow.web.part_titles import part_title
from reviewflow.web.pay_titles import plan_titles
from reviewflow.web.reads import log_read
from reviewflow.web.request import language, reader, today, viewer
from reviewflow.web.sessions import WebSession
from reviewflow.web.targets_told import why_no_last

APPROVERS = ("sales_director", "finance", "hr", "auditor")
_VIEW_OF_PART = {
    "goal_setting": "goals",
    "tracking": "tracking",
    "data_collection": "data",
    "evaluation": "evaluation",
    "calibration": "evaluation",
    "feedback": "feedback",
    "reward": "reward",
    "closed": "feedback",
}


@room.page("/my-review", SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The reader's newest review; while there is none, when there will be."""
    found = review_page.newest(reader(), viewer(), 1)
    if found:
        return redirect(url_for("reviews.show", review_id=found[0][0]), 303)
    return render_template("web/reviews/none.html")


@room.page("/reviews/<int:review_id>", SIGNED_IN)
def show(review_id: int) -> ResponseReturnValue:
    """The part where the review stands, or with ``?view=`` one that it has reached."""
    record = opened(review_id)
    views = views_of(record)
    now = view_now(record, views)
    view = request.args.get("view", now)
    if view not in views:
        abort(404)
    return render_template("web/reviews/show.html", **context(record, view, view == now, views))


@room.page("/reviews/<int:review_id>/live", SIGNED_IN)
def live(review_id: int) -> ResponseReturnValue:
    """The figures of tracking once more, if they are newer than ``?seen=``; asked every two seconds."""
    current = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(current, WebSession)
    current.kept = False  # a page that is left open does not keep its reader signed in
    lines = review_page.lines(reader(), viewer(), review_id) or abort(404)
    if lines.newest == request.args.get("seen"):
        return Response(status=204)
    if lines.part != "tracking":
        return Response(status=204, headers={"HX-Refresh": "true"})
    seen = pace(lines, today())
    shown = {"lines": lines, "pace": seen, "figures": strip.tracking(lines, seen), "live": True}
    return make_response(render_template("web/reviews/live.html", **shown))


def opened(review_id: int) -> Record:
    """The review for the reader, noted in the log if it is somebody else's; 404 if they must not see it."""
    record: Record = review_page.record(reader(), viewer(), review_id) or abort(404)
    if record.person_id != viewer().person_id:
        log_read("review", record.person_id, record.id)
        stand_at("team" if "manager" in record.held else "cycles")
    return record


def view_now(record: Record, views: list[str]) -> str:
    """The part where the review stands, as far as the reader may look at it."""
    now = _VIEW_OF_PART[record.part]
    return now if now in views else views[0]


def views_of(record: Record) -> list[str]:
    """The parts that the reader may look at, in order. At least the first."""
    open_ones = {
        "goals": record.sees("goals"),
        "tracking": record.sees("figures") and record.reached("goals_agreed"),
        "data": record.sees("figures") and (record.part == "data_collection" or record.reached("frozen")),
        "evaluation": record.reached("frozen") and (record.sees("score") or record.sees("rating")),
        "feedback": record.reached("released") and (record.sees("letter") or record.sees("rating")),
        "reward": record.reached("acknowledged"),
    }
    found = [view for view, is_open in open_ones.items() if is_open]
    return found or ["data"]


def context(record: Record, view: str, is_now: bool, views: list[str]) -> dict[str, Any]:
    """Everything that the view shows, read with as few questions as it needs."""
    shown = _read(record, view, is_now)
    own = record.person_id == viewer().person_id
    return {
        "record": record,
        "view": view,
        "views": views,
        "view_tabs": [_tab(record, name, name == view) for name in views],
        "is_now": is_now,
        "live": is_now and view == "tracking" and record.period.starts_on <= today(),
        "begins": record.period.starts_on if today() < record.period.starts_on else None,
        "stages": steps(record),
        "day_number": max(0, min((today() - record.period.starts_on).days + 1, record.period.days)),
        "figures": strip.for_view(view, shown, record),
        "own": own,
        "others": review_page.newest(reader(), viewer()) if own else [],
        "rate": is_now and may_set_rating(record),
        "deadline": _deadline(record) if is_now else None,
        "answers": strip.ANSWERS,
        "part_title": part_title,
        **shown,
        **_tables(record, view),
    }


def _read(record: Record, view: str, is_now: bool) -> dict[str, Any]:
    about = viewer()
    names = ("no_last", "lines", "pace", "forms", "awards", "next", "scores", "compared", "fallen")
    shown: dict[str, Any] = dict.fromkeys(names)
    if view in ("goals", "tracking", "data", "evaluation"):
        shown["lines"] = review_page.lines(reader(), about, record.id)
    if view == "goals" and not record.reached("goals_agreed"):
        shown["no_last"] = why_no_last(shown["lines"].lines, record.period, today())
    if view == "tracking":
        shown["pace"] = pace(shown["lines"], today())
    if is_now or view == "evaluation":
        shown["forms"] = review_page.forms(reader(), about, record)
    if view == "evaluation":
        shown["scores"] = scores(record, shown["lines"])
        shown["compared"] = side_by_side(record, shown["forms"])
        shown["fallen"] = review_page.fallen(reader(), about, record)
    if view == "reward":
        shown["awards"] = review_page.awards(reader(), about, record)
    if is_now:
        offers = move.offers(reader(), about, record.id)
        shown["next"] = next_step(record, shown["forms"], offers, shown["lines"])
    return shown


def _tables(record: Record, view: str) -> dict[str, Any]:
    """What the table of the view needs besides its rows."""
    if view == "goals":
        agreed = record.reached("goals_agreed")
        return {"goal_columns": columns.goal_columns(agreed), "weight_of": weight}
    if view == "data":
        return {"data_columns": columns.data_columns(), "rule_words": columns.rule_words}
    if view == "evaluation":
        return {"score_columns": columns.score_columns(), "why_fallen": why_fallen}
    if view == "reward":
        approves = viewer().has(*APPROVERS)
        return {
            "award_columns": columns.award_columns(approves or record.person_id == viewer().person_id),
            "component_title": lambda key: plan_titles(record.pins.plan).get(key, key),
            "may_approve": approves,
        }
    return {}


def _tab(record: Record, view: str, current: bool) -> dict[str, Any]:
    part = next(part for part, shown in _VIEW_OF_PART.items() if shown == view)
    url = url_for("reviews.show", review_id=record.id, view=view)
    return {"word": part_title(part), "url": url, "current": current}


def may_set_rating(record: Record) -> bool:
    """Whether the form for setting the rating by hand is shown; the service decides once more."""
    return (
        "hr" in record.held
        and "reviewee" not in record.held
        and record.result is not None
        and record.result.computed is not None
        and not record.reached("released")
        and record.closed_at is None
    )


def _deadline(record: Record) -> extending.Deadline | None:
    """The form that moves the deadline, for who may."""
    if record.closed_at is not None:
        return None
    return extending.deadline(record.held, record.here.title[language()], record.due_at, record.zone)

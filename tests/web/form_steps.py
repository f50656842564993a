"""What tests of forms do again and again."""

from __future__ import annotations

from reviewflow.store import db
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import Answer
from tests.web.browser import Browser
from tests.web.stage import Stage


def path(subject: int, task: str) -> str:
    return f"/subjects/{subject}/tasks/{task}"


def stored(stage: Stage, subject: int, task: str, round_: int = 1) -> Answer:
    found: Answer = stage.row(Answer, (subject, task, round_, 1))
    return found


def save(page: Browser, where: str, **values: str) -> Browser:
    """What htmx sends 800 ms after the last key."""
    fields = {**dict(page.form(where).fields), **values}
    answer_ = page.client.post(f"{where}/draft", data=fields, headers={"HX-Request": "true"})
    return Browser(page.client.application)._show(answer_)


def make_missing(stage: Stage, review: int, *indicators: str) -> None:
    with db.write(stage.engine) as session:
        for key in indicators:
            row = session.get_one(Measured, (review, key, 1))
            row.state, row.numerator_e4, row.denominator_e4 = "missing", None, None
            row.reason = "measure.no_rows"
    stage.advance(review)

"""Pages: as many queries and about as much CPU with 100,000 reviews as with 100."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import Engine, case, event, func, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import BuildError

from bench.company import Crowd
from bench.launch import MOMENT, company, launched
from bench.measuring import Figure, fold, opened, scratch
from reviewflow import config, create_app
from reviewflow.core.viewer import the_clock
from reviewflow.services import accounts
from reviewflow.store import db
from reviewflow.store.company import set_company
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject
from reviewflow.web import database

SIZES = (100, 100_000)
MOST_QUERIES = 15
MOST_MS = 50.0
MOST_MORE_MS = 30.0
MOST_CHECK_MS = 500.0
"""The check before a launch tests a dozen conditions on each of 100,000 people, in one pass of the database: about
320 ms, so that the page comes first and asks for it. The work grows with the people; this keeps it from growing else.
"""
ROUNDS = 20
PATIENCE_MS = 5_000.0  # a page as slow as that is too slow whatever the rest of the rounds would say
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Page:
    """The endpoint, who looks, and the words and the query of its address.

    `rows_of`: a filter leaves one row of 100, so that it is compared with the page of 100 that is as long.
    `splits`: with very many it leaves a part to a request of its own, and asks less itself.
    `part`: it is such a part, a figure of its own that may take up to `MOST_CHECK_MS`.
    """

    endpoint: str
    who: str
    word: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    rows_of: str = ""
    splits: bool = False
    part: bool = False


PAGES: Mapping[str, Page] = {
    "inbox of HR": Page("inbox.show", "hr"),
    "inbox of a manager": Page("inbox.show", "manager"),
    "review": Page("reviews.show", "manager", "review_id"),
    "dashboard": Page("cycles.show", "hr", "cycle_id"),
    "people of a cycle": Page("cycles.people", "hr", "cycle_id"),
    "people of a unit": Page("cycles.people", "hr", "cycle_id", {"unit": "5"}),
    "late people of a rating": Page(
        "cycles.people", "hr", "cycle_id", {"rating": "B", "late": "1"}, rows_of="people of a cycle"
    ),
    "launching": Page("cycles.new", "hr", splits=True),
    "check of a launch": Page("cycles.new", "hr", part=True),
    "goals": Page("goals.index", "hr"),
}
# Where the reviews stand, in turn: (stage, part).
STAGES = (
    ("goal_proposal", "goal_setting"),
    ("goal_agreement", "goal_setting"),
    ("tracking", "tracking"),
    ("data_collection", "data_collection"),
    ("evaluation", "evaluation"),
    ("release", "evaluation"),
)


@dataclass(frozen=True)
class Seen:
    """One page at one size: queries of one request, CPU milliseconds of the median one, and the slowest 5 %."""

    queries: int
    cpu_ms: float
    p95_ms: float


def figures(*, full: bool) -> Iterator[Figure]:
    at: list[dict[str, Seen | str]] = []
    for size in SIZES:
        with scratch() as folder, site(folder, size) as (app, crowd, cycle):
            at.append(_looked_at(app, crowd, cycle))
    small, large = at
    details, sound = [], True
    measured: dict[str, tuple[Seen, Seen]] = {}
    for page, what in PAGES.items():
        before, after = small[page], large[page]
        if isinstance(before, str) or isinstance(after, str):
            details.append(f"{page}: {after}")
            sound = False
            continue
        as_long = small[what.rows_of or page]
        assert isinstance(as_long, Seen)
        measured[page] = as_long, after
        asks_more = after.queries > before.queries if what.splits else after.queries != before.queries
        sound &= not asks_more and before.queries <= MOST_QUERIES
        if not what.part:
            sound &= after.cpu_ms <= MOST_MS and after.p95_ms - as_long.p95_ms <= MOST_MORE_MS
        details.append(
            f"{page}: {before.queries} and {after.queries} queries, {before.cpu_ms:.1f} and {after.cpu_ms:.1f} ms "
            f"CPU, p95 {before.p95_ms:.1f} and {after.p95_ms:.1f} ms"
        )
    whole = [seen for page, seen in measured.items() if not PAGES[page].part]
    if not whole:
        return
    worst = max(whole, key=lambda pair: pair[1].cpu_ms)
    yield Figure(
        name="pages",
        value=worst[1].cpu_ms,
        unit="ms CPU",
        floor=worst[0].cpu_ms,
        limit=(worst[0].cpu_ms + MOST_MORE_MS) / worst[0].cpu_ms,
        about=f"the slowest page with {SIZES[1]:,} reviews; the floor is the same page with {SIZES[0]}; "
        f"as many queries, at most {MOST_QUERIES}, and at most {MOST_MS:g} ms",
        details=tuple(details),
        sound=sound,
    )
    yield from (_part(page, *seen) for page, seen in measured.items() if PAGES[page].part)


def _part(page: str, small: Seen, large: Seen) -> Figure:
    return Figure(
        name=page,
        value=large.cpu_ms,
        unit="ms CPU",
        floor=small.cpu_ms,
        limit=MOST_CHECK_MS / small.cpu_ms,
        about=f"{SIZES[1]:,} people; the floor is the same with {SIZES[0]}; at most {MOST_CHECK_MS:g} ms",
    )


@contextmanager
def site(folder: Path, size: int) -> Iterator[tuple[Flask, Crowd, int]]:
    """The application over a company with that many reviews in every stage; its people and the cycle."""
    path = folder / "reviewflow.db"
    crowd = company(path, size)
    with opened(path) as engine:
        cycle = launched(engine, crowd)
        with db.write(engine) as session:
            set_company(session, "Bench", "http://127.0.0.1", "Asia/Shanghai")
            _spread(session)
            for who in ("hr", "manager"):
                person = _person(crowd, who)
                clock = the_clock(MOMENT.business.date())
                accounts.open_account(session, MOMENT, clock, person, who, PASSWORD, must_change=False)
        fold(engine)
    settings = config.load(
        {
            "REVIEWFLOW_ENV": "test",
            "REVIEWFLOW_HOME": str(folder / "home"),
            "DATABASE_URL": f"sqlite:///{path}",
        }
    )
    yield create_app(settings), crowd, cycle


def _spread(session: Session) -> None:
    """Stages in turn, one in twenty late; who waits for release has a rating."""
    turn = Subject.id % len(STAGES)
    stage = case({number: stage for number, (stage, _) in enumerate(STAGES)}, value=turn)
    part = case({number: part for number, (_, part) in enumerate(STAGES)}, value=turn)
    due = case((Subject.id % 20 == 7, MOMENT.business), else_=datetime(2099, 1, 1, tzinfo=UTC))
    session.execute(update(Subject).values(stage=stage, part=part, due_at=due))
    rated = {"frozen_at": MOMENT.business, "frozen_batch": 0, "rating": "B", "rating_computed": "B"}
    waiting = select(Subject.id).where(Subject.stage == "release")
    session.execute(update(Review).where(Review.id.in_(waiting)).values(score_e6=80_000_000, **rated))


def _person(crowd: Crowd, who: str) -> int:
    return crowd.hr if who == "hr" else crowd.first


def _looked_at(app: Flask, crowd: Crowd, cycle: int) -> dict[str, Seen | str]:
    with app.app_context():
        engine = database.engine()
        with db.read(engine) as session:
            review = session.scalar(select(func.max(Review.id)).where(Review.person_id == crowd.first + 1))
    words: dict[str, Any] = {"": None, "review_id": review, "cycle_id": cycle}
    signed_in = {who: _sign_in(app, who) for who in ("hr", "manager")}
    found: dict[str, Seen | str] = {}
    for name, page in PAGES.items():
        try:
            with app.test_request_context():
                known: dict[str, Any] = {page.word: words[page.word]} if page.word else {}
                path = url_for(page.endpoint, **known | dict(page.query))
        except BuildError:
            found[name] = f"the page {page.endpoint} does not exist yet"
            continue
        found[name] = _page(engine, signed_in[page.who], path, page.part)
    return found


def _page(engine: Engine, client: FlaskClient, path: str, part: bool) -> Seen | str:
    headers = {"HX-Request": "true"} if part else {}

    def get() -> int:
        with client.get(path, headers=headers, follow_redirects=True) as answer:
            answer.get_data()
            return answer.status_code

    status = get()
    if status != 200:
        return f"{path} answers {status}"
    with _counted(engine) as queries:
        get()
    spent: list[float] = []
    while len(spent) < ROUNDS and sum(spent) < PATIENCE_MS:
        spent.append(_spent(get))
    spent.sort()
    return Seen(len(queries), statistics.median(spent), spent[int(0.95 * (len(spent) - 1))])


def _spent(get: Callable[[], int]) -> float:
    began = time.process_time()
    get()
    return 1000 * (time.process_time() - began)


def _sign_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    with client.get("/sign-in") as page:
        hidden = dict(
            re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
        )
        hidden |= dict(
            re.findall(r'name="(csrf_token)" type="hidden" value="([^"]*)"', page.get_data(as_text=True))
        )
    with client.post("/sign-in", data={**hidden, "username": login, "password": PASSWORD}) as answer:
        assert answer.status_code in (302, 303), f"{login} could not sign in: {answer.status_code}"
    return client


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    """Statements that reach a cursor, without transaction control."""
    queries: list[str] = []

    def note(conn: object, cursor: object, statement: str, params: object, ctx: object, many: bool) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA")):
            queries.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)

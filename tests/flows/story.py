"""The cast walks a review through its stages, each step by the services that the web calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, update

from reviewflow.core.moment import Moment
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer, the_clock
from reviewflow.services import accept, answer, launch, move, score
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db, staff
from reviewflow.store.company import set_company
from reviewflow.store.people import PayBase
from reviewflow.store.reviews import Goal, Measured, Review
from reviewflow.store.subjects import Answer, Subject
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
Q2 = Period(date(2026, 4, 1), date(2026, 6, 30))


@dataclass
class Story:
    """One cycle over the cast. `at` moves by hand; every step is its own transaction. Files lie in `home`."""

    engine: Engine
    cast: Cast
    cycle: int = 0
    at: datetime = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    home: Path = Path()

    @property
    def moment(self) -> Moment:
        return Moment(business=self.at, wall=self.at)

    def viewer(self, person_id: int) -> Viewer:
        with db.read(self.engine) as session:
            return staff.viewer(session, person_id, self.at.date())

    def begin(self, **changes: Any) -> Story:
        """Accept the shipped files and launch one cycle for the whole cast."""
        values: dict[str, Any] = {
            "key": "2026Q2",
            "workflow": "sales_quarterly",
            "period": Q2,
            "currency": "CNY",
        }
        with db.write(self.engine) as session:
            set_company(session, "Yunfan", "http://127.0.0.1:8000", "Asia/Shanghai")
            files = accept.read_folders(ROOT / "workflows", ROOT / "templates")
            accept.accept(session, self.moment, self.cast.hu, files)
            for person in self.cast.people():
                session.execute(
                    insert(PayBase).values(
                        person_id=person, component="bonus", from_on=date(2020, 1, 1), amount_minor=1_200_000,
                        currency="CNY",
                    )
                )  # fmt: skip
            plan = LaunchPlan(**(values | changes))
            self.cycle = launch.launch(session, self.moment, self.viewer(self.cast.hu), plan)
            launch.launch_range(session, self.moment, self.cycle, 1, 100)
        return self

    def review(self, person_id: int | None = None) -> int:
        """The review of a person, Lin by default."""
        with db.read(self.engine) as session:
            found = session.scalar(
                select(Review.id).where(
                    Review.cycle_id == self.cycle, Review.person_id == (person_id or self.cast.lin)
                )
            )
        assert found is not None
        return found

    def subject(self, subject_id: int) -> Subject:
        with db.read(self.engine) as session:
            return session.get_one(Subject, subject_id)

    def row(self, model: Any, key: Any) -> Any:
        with db.read(self.engine) as session:
            return session.get_one(model, key)

    def move(self, person_id: int, subject_id: int, key: str, note: str | None = None) -> move.Moved:
        """One move by a person who saw the present version."""
        viewer = self.viewer(person_id)
        with db.write(self.engine) as session:
            seen = session.get_one(Subject, subject_id).version
            return move.move(session, self.moment, viewer, subject_id, key, seen_version=seen, note=note)

    def answer(self, person_id: int, subject_id: int, task: str, body: dict[str, Any]) -> None:
        viewer = self.viewer(person_id)
        with db.write(self.engine) as session:
            round_ = session.get_one(Subject, subject_id).round
            draft = session.get(Answer, (subject_id, task, round_, 1))
            seen = draft.version if draft else 0
            answer.submit(session, self.moment, viewer, subject_id, task, body, seen=seen)

    def advance(self, *subject_ids: int) -> list[str]:
        """Let the clock look at subjects; returns the moves made."""
        with db.write(self.engine) as session:
            clock = the_clock(self.at.date())
            return [one.move for one in move.advance(session, self.moment, clock, subject_ids)]

    def wait_for(self, subject_id: int) -> list[str]:
        """Move the day to the subject's deadline and let the clock act."""
        due = self.subject(subject_id).due_at
        assert due is not None
        self.at = max(due, self.at)
        return self.advance(subject_id)

    def measure(self, review_id: int, figures: dict[str, tuple[int, int]] | None = None) -> None:
        """Figures of the present collection: (numerator, denominator) scaled by 10^4, the others left out."""
        figures = figures or {"sales_amount": (11_000_000_000, 10_000)}
        with db.write(self.engine) as session:
            review = session.get_one(Review, review_id)
            for key in session.scalars(select(Goal.indicator).where(Goal.review_id == review_id)):
                numerator, denominator = figures.get(key, (None, None))
                session.execute(
                    insert(Measured).values(
                        review_id=review_id, indicator=key, revision=review.collection, batch_no=0, rows_used=3,
                        numerator_e4=numerator, denominator_e4=denominator, trace="{}",
                        state="computed" if key in figures else "left_out",
                        reason=None if key in figures else f"measure.no_source {json.dumps({'kind': 'order'})}",
                    )
                )  # fmt: skip

    def score(self, review_id: int) -> None:
        with db.write(self.engine) as session:
            score.score(session, self.moment, self.cycle, [review_id])

    # ---- longer ways -----------------------------------------------------------------------------------

    def agreed(self) -> int:
        """Lin's review after she agreed to her targets."""
        review = self.review()
        self.answer(self.cast.wang, review, "propose_targets", {"targets": self.targets(review)})
        self.move(self.cast.wang, review, "propose")
        self.move(self.cast.lin, review, "agree")
        return review

    def targets(self, review_id: int) -> dict[str, dict[str, str]]:
        """The plan's weights, and a target of 1,000,000 for sales, 10 for all else."""
        with db.read(self.engine) as session:
            goals = session.scalars(select(Goal).where(Goal.review_id == review_id)).all()
        return {
            goal.indicator: {
                "target": "1000000" if goal.indicator == "sales_amount" else "10",
                "weight": str(goal.weight_e4 / 10_000),
            }
            for goal in goals
        }

    def frozen(self) -> int:
        """Lin's review in evaluation, with score lines."""
        review = self.agreed()
        assert self.wait_for(review) == ["end_tracking"]
        self.measure(review)
        assert self.wait_for(review) == ["cut_off"]
        self.score(review)
        return review

    def judged(self) -> int:
        """Lin's review waiting for release, rated by the plan's rule."""
        review = self.frozen()
        self.answer(
            self.cast.lin, review, "self_review", {"rubric": RUBRIC, "achievements": "Three new accounts."}
        )
        self.answer(self.cast.wang, review, "manager_review", MANAGER_REVIEW)
        assert self.advance(review) == ["evaluated"]
        return review

    def released(self) -> int:
        """Lin's review after HR released it and the letter was printed."""
        review = self.judged()
        self.move(self.cast.hu, review, "release")
        self.print_letters()
        return review

    def print_letters(self) -> None:
        """Every due letter becomes printed, with bytes that stand for a PDF."""
        from reviewflow.services import letters
        from reviewflow.store.letters import Letter

        with db.write(self.engine) as session:
            for letter in session.scalars(select(Letter.id).where(Letter.state == "due")).all():
                letters.printed(session, self.moment, letter, b"%PDF-1.7 letter")

    def set(self, model: Any, key: int, **values: Any) -> None:
        with db.write(self.engine) as session:
            session.execute(update(model).where(model.id == key).values(**values))


RUBRIC: dict[str, Any] = {
    key: {"level": 4, "sentence": "Plans every account in writing."}
    for key in ("customer_focus", "market_development", "sales_discipline", "collaboration", "integrity")
}
MANAGER_REVIEW: dict[str, Any] = {
    "rubric": RUBRIC,
    "strengths": [{"claim": "New customers above target", "text": "Eight of six.", "evidence": "8 orders"}],
    "improve": [{"claim": "Collection behind", "text": "Agree dates before signing."}],
    "suggest": "Agree payment dates in every offer.",
    "actions": [{"action": "Check due dates weekly", "owner": "Lin Yue", "due": "2026-09-30"}],
}

"""A story of one cycle whose figures come from files, by the jobs of the product."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from reviewflow.config import load as load_settings
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.jobs.kinds import Tools
from reviewflow.jobs.steps import drain
from reviewflow.jobs.table import kinds
from reviewflow.services import collect
from reviewflow.store import db
from reviewflow.store.clock import is_scratch, set_business_clock
from reviewflow.store.facts import figures
from reviewflow.store.facts.figures import StoredFigure
from reviewflow.store.reviews import Measured
from tests.flows.story import Story

FIGURES = ("copy_to_lake", "live_values", "preview_measures", "freeze_measures", "suggest_targets")

MAPPING = """\
format = 1
kind = "mapping"
name = "crm"
zone = "Asia/Shanghai"
currency = "CNY"
coverage = { from = 2025-01-01, until = "import_day" }

[[read]]
file = "orders*.csv"
kind = "order"
key = "No"
columns = { person = "Rep", on = "Date", amount = "Amount", amount2 = "Cost", customer = "Customer" }

[[read]]
file = "deals*.csv"
kind = "opportunity"
key = "No"
columns = { person = "Rep", opened = "Opened", on = "Closed", outcome = "Stage" }
"""
HEADER = "No,Rep,Date,Amount,Cost,Customer\n"
FIRST_QUARTER = HEADER + (
    "1,P003,2026-01-10,300000.00,200000,Acme\n"
    "2,P003,2026-02-10,500000.50,400000,Bolt\n"
    "3,P002,2026-03-10,90000,80000,Cobb\n"
)
APRIL = (
    HEADER
    + "4,P003,2026-04-10,250000,200000,Acme\n5,P003,2026-04-11,50000,10000,Cobb\n6,P003,2026-04-12,1000,1,New\n"
)
DEALS = "No,Rep,Opened,Closed,Stage\n" + "".join(
    f"{n},P003,2026-04-01,2026-04-{10 + n},{'won' if n < 3 else 'lost'}\n" for n in range(5)
)


class Company:
    """A story whose figures come from files, by the jobs of the product. Raises ValueError for one without a home."""

    def __init__(self, story: Story) -> None:
        if story.home == Path():
            raise ValueError("the lake would be written where the tests run: give the story a home")
        settings = load_settings({"REVIEWFLOW_ENV": "test", "REVIEWFLOW_HOME": str(story.home)})
        self.story, self.cast, self.engine = story, story.cast, story.engine
        self.tools = Tools(settings, story.engine)
        self.kinds = {name: kind for name, kind in kinds("default").items() if name in FIGURES}

    @property
    def lake(self) -> Path:
        return self.tools.settings.lake_folder

    def run(self) -> None:
        """Do all promised work on figures, on the story's day."""
        self.tell_time()
        drain(self.engine, self.tools, self.kinds)

    def tell_time(self) -> None:
        """Jobs see the story's day from now on, where the clock may be moved."""
        with db.write(self.engine) as session:
            if is_scratch(session):
                set_business_clock(session, self.story.at)

    def bring(self, name: str, text: str, mapping: str = MAPPING) -> collect.Report:
        """Import a file on the story's day, and let the jobs run."""
        moment, viewer = self.story.moment, the_clock(self.story.at.date())
        with db.write(self.engine) as session:
            collect.accept_mapping(session, moment, viewer, mapping)
            prepared = collect.prepare(mapping, name, text.encode())
            assert prepared is not None
            report = collect.land(session, moment, viewer, prepared)
        self.run()
        return report

    def leave_out_what_is_missing(self) -> int:
        """Nothing is missing in Lin's review any more: what was is left out by hand. Returns the review."""
        review = self.story.review()
        with db.write(self.engine) as session:
            session.execute(
                update(Measured)
                .where(Measured.review_id == review, Measured.state == "missing")
                .values(state="left_out", reason='measure.left_out_by_hand {"reason": "No invoices."}')
            )
        return review

    def figures(self, review: int) -> dict[str, StoredFigure]:
        with db.read(self.engine) as session:
            return figures.stored(session, [review])[review]

    def hu(self) -> Viewer:
        return Viewer(self.cast.hu, (Grant("hr", self.cast.company),), self.story.at.date())

    def measured(self) -> dict[str, Measured]:
        """The figures of the evaluation of Lin's review, as they are stored."""
        review = self.story.review()
        with db.read(self.engine) as session:
            rows = session.scalars(select(Measured).where(Measured.review_id == review))
            return {row.indicator: row for row in rows}

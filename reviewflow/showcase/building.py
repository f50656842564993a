"""Building the demo's database: two years of data, one closed cycle, one running, one being tracked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from reviewflow import jobs
from reviewflow.config import Settings
from reviewflow.core.values import Period
from reviewflow.core.viewer import the_clock
from reviewflow.demo import roster
from reviewflow.demo.company import Company, company, history_until
from reviewflow.demo.exports import MAPPINGS, write_people, write_records
from reviewflow.demo.trade import records
from reviewflow.intake import from_folder
from reviewflow.jobs.kinds import Tools
from reviewflow.printer import Mould
from reviewflow.rehearsal.acting import Actors, Turn, always
from reviewflow.rehearsal.surveys import answer_surveys
from reviewflow.services import accept, collect, launch, move, people_import
from reviewflow.services.launch import LaunchPlan
from reviewflow.showcase import access, parts
from reviewflow.showcase.schedule import Pace, Quarters, pace, quarters
from reviewflow.simulation import Habits, Simulated
from reviewflow.store import audit_chain, db, migrations, outbox, staff
from reviewflow.store.clock import end_scratch, mark_scratch, moment, set_business_clock
from reviewflow.store.company import set_company
from reviewflow.store.db import read, write
from reviewflow.store.subjects import Subject

SEED = 3
AGREED, SENT_BACK = Habits(return_award=0.0), Habits(return_award=1.0)
MORNING = time(9, 30)
PEOPLE_FILES = ("units.csv", "people.csv", "pay_base.csv")
POSITIONS = roster.REP_POSITIONS

Tell = Callable[[str], None]


class Builder:
    """Plays the company's year. `now` is where the business clock stands."""

    def __init__(self, settings: Settings, today: date, tell: Tell) -> None:
        self.settings, self.today, self.tell = settings, today, tell
        self.quarters: Quarters = quarters(today)
        self.company: Company = company(SEED, self.quarters.running)
        self.engine: Engine = db.engine(settings.database_url)
        self.simulated = Simulated(SEED, AGREED)
        self.externals: dict[int, str] = {}

    def build(self) -> None:
        """Everything, in order of business time, with all letters printed and all figures computed."""
        with Mould() as mould, tempfile.TemporaryDirectory(prefix="reviewflow-demo-") as folder:
            self.tools = Tools(self.settings, self.engine, mould)
            self.folder = Path(folder)
            self._found()
            self._take_in_records()
            self._closed_cycle()
            self._running_cycles()
            self._open()
        self.engine.dispose()

    # ---- the company ------------------------------------------------------------------------------------

    def _found(self) -> None:
        """Schema, definitions, people with all their dated changes, roles."""
        self.tell("company")
        migrations.upgrade(self.engine)
        with write(self.engine) as session:
            mark_scratch(session)
            set_company(session, roster.COMPANY, self.settings.base_url, roster.SHANGHAI)
        self._set_day(self.quarters.closed.starts_on)
        with write(self.engine) as session:
            files = accept.read_folders(self.settings.workflows_folder, self.settings.templates_folder)
            accept.accept(session, moment(session), None, files)
        first = self.quarters.closed.starts_on
        for day in (first, *self.company.changes_after(first)):
            self._set_day(day)
            self._take_in_people(day)
        with write(self.engine) as session:
            long_ago = self.quarters.closed.starts_on - timedelta(days=800)
            access.grant_roles(session, self.company, long_ago)

    def _take_in_people(self, day: date) -> None:
        write_people(self.folder, self.company, day)
        text = (self.folder / "people.toml").read_text(encoding="utf-8")
        files = [(name, (self.folder / name).read_bytes()) for name in PEOPLE_FILES]
        prepared = people_import.prepare(text, files)
        assert prepared is not None
        with write(self.engine) as session:
            now = moment(session)
            clock = the_clock(now.business.date())
            collect.accept_mapping(session, now, clock, text)
            people_import.import_people(session, now, clock, prepared)

    def _take_in_records(self) -> None:
        """Everything that the CRM, the finance system and the service desk hold, imported on the last day.

        A file vouches for no day after its import, so it comes last although the cycles began before.
        """
        self.tell("two years of sales data")
        self._set_day(self.today)
        history = history_until(self.today - timedelta(days=1), self.quarters.running)
        write_records(self.folder, records(SEED, self.company, history), with_bad_lines=True)
        for name in MAPPINGS[1:]:
            text = (self.folder / f"{name}.toml").read_text(encoding="utf-8")
            self._land(text)

    def _land(self, text: str) -> None:
        with write(self.engine) as session:
            now = moment(session)
            collect.accept_mapping(session, now, the_clock(now.business.date()), text)
        for name, content in from_folder(text, self.folder):
            prepared = collect.prepare(text, name, content)
            if prepared is None:
                continue
            with write(self.engine) as session:
                now = moment(session)
                collect.land(session, now, the_clock(now.business.date()), prepared)

    # ---- the cycles -------------------------------------------------------------------------------------

    def _closed_cycle(self) -> None:
        """The quarter to look back on: everybody prompt, everything paid."""
        self.tell("the closed cycle")
        period = self.quarters.closed
        self._set_day(period.starts_on)
        cycle = self._launch(period, calibration=False)
        self._drain()
        actors = Actors(self.engine, self.simulated, cycle, always)
        last = period.ends_on + timedelta(days=75)
        for _ in range(200):
            if actors.everybody_acts():
                self._drain()
            elif not self._next_deadline(cycle, last) and not self._pay(cycle):
                break
        answer_surveys(self.engine, self.simulated, cycle)

    def _running_cycles(self) -> None:
        """Day by day from the launch to today; the next quarter's cycle is launched on its first day."""
        self.tell("the running cycle")
        running, tracked = self.quarters.running, self.quarters.tracked
        stops = parts.stops(self.company)
        paces = {who: pace(stop, self.today) for who, stop in stops.items()}
        around = {who: SENT_BACK for who, stop in stops.items() if stop == "returned"}
        self.simulated = Simulated(SEED, AGREED, around)
        prompt = Pace({}, {})
        cycles: dict[int, Actors] = {}
        day = running.starts_on
        while day <= self.today:
            self._set_day(day)
            if day == running.starts_on:
                self._add(cycles, running, lambda turn: self._acts(turn, paces, prompt), calibration=True)
            if day == tracked.starts_on and tracked.starts_on <= self.today:
                self._add(cycles, tracked, lambda turn: self._acts(turn, {}, prompt), calibration=False)
            self._sweep()
            self._drain()
            if day.weekday() < 5:
                done = [actors.everybody_acts() for actors in cycles.values()]
                if any(done):
                    self._drain()
            day += timedelta(days=1)
        with write(self.engine) as session:
            now = moment(session)
            outbox.promise(session, "live_values", f"live_values:{self.today}", {"batch": 0}, now.wall)
        self._drain()
        first = min(cycles)
        self._pay(first, keep=3)
        answer_surveys(self.engine, self.simulated, first)

    def _add(
        self, cycles: dict[int, Actors], period: Period, wants: Callable[[Turn], bool], *, calibration: bool
    ) -> None:
        cycle = self._launch(period, calibration=calibration)
        cycles[cycle] = Actors(self.engine, self.simulated, cycle, wants)
        self._drain()

    def _acts(self, turn: Turn, paces: dict[str, Pace], prompt: Pace) -> bool:
        return paces.get(self._external(turn.person_id), prompt).acts(turn, self.day)

    def _external(self, person_id: int) -> str:
        if person_id not in self.externals:
            with read(self.engine) as session:
                self.externals = {key: who for who, key in access.ids(session).items()}
        return self.externals[person_id]

    def _launch(self, period: Period, *, calibration: bool) -> int:
        with write(self.engine) as session:
            now = moment(session)
            hr = staff.viewer(
                session, staff.holders(session, "hr", now.business.date())[0], now.business.date()
            )
            quarter = (period.starts_on.month + 2) // 3
            plan = LaunchPlan(
                key=f"{period.starts_on.year}Q{quarter}",
                workflow="sales_quarterly",
                period=period,
                currency=roster.CURRENCY,
                positions=POSITIONS,
                calibration=calibration,
                calendar="china_2026" if period.starts_on.year == 2026 else "plain",
            )
            return launch.launch(session, now, hr, plan)

    def _next_deadline(self, cycle: int, last: date) -> bool:
        """Move to the next deadline of a cycle; False if there is none up to `last`."""
        with read(self.engine) as session:
            due = session.scalar(
                select(func.min(Subject.due_at)).where(
                    Subject.cycle_id == cycle,
                    Subject.closed_at.is_(None),
                    Subject.due_at > moment(session).business,
                )
            )
        if due is None or due.date() > last:
            return False
        with write(self.engine) as session:
            set_business_clock(session, due)
        self._sweep()
        self._drain()
        return True

    def _pay(self, cycle: int, keep: int = 0) -> bool:
        """Finance makes a payroll file of what is approved, but for the newest `keep`; False if there is nothing."""
        with write(self.engine) as session:
            now = moment(session)
            who = staff.holders(session, "finance", now.business.date())[0]
            finance = staff.viewer(session, who, now.business.date())
            approved = session.execute(
                select(Subject.id, Subject.version)
                .where(Subject.cycle_id == cycle, Subject.part == "approved", Subject.closed_at.is_(None))
                .order_by(Subject.entered_at, Subject.id)
            ).all()
            chosen = [(key, version) for key, version in approved][: len(approved) - keep]
            if chosen:
                move.move_many(session, now, finance, chosen, "export")
        self._drain()
        return bool(chosen)

    # ---- clocks and work --------------------------------------------------------------------------------

    def _set_day(self, day: date) -> None:
        self.day = day
        at = datetime.combine(day, MORNING, ZoneInfo(roster.SHANGHAI)).astimezone(UTC)
        with write(self.engine) as session:
            # Not later than now: whoever starts the demo early in the morning must not see tomorrow.
            set_business_clock(session, min(at, moment(session).wall))

    def _sweep(self) -> None:
        while True:
            with write(self.engine) as session:
                if not move.sweep(session, moment(session)):
                    return

    def _drain(self) -> None:
        jobs.drain(self.engine, self.tools)

    def _open(self) -> None:
        """Accounts for the tour, the audit sealed, and the business clock bound to the wall for good."""
        self.tell("accounts")
        with write(self.engine) as session:
            access.open_accounts(session, self.company)
            end_scratch(session)
        while True:
            with write(self.engine) as session:
                if not audit_chain.seal(session, moment(session), everything=True):
                    return

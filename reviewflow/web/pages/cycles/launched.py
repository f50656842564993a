"""A launch under way and its report: created, skipped because, failed because."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.reasons import Reason
from reviewflow.services import launch as launching
from reviewflow.store import launch_page
from reviewflow.store.dashboard import Head
from reviewflow.web.downloads import download, table
from reviewflow.web.filters import sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.moves import Link
from reviewflow.web.pages.cycles import checks
from reviewflow.web.pages.cycles.room import HR, LOOKERS, is_hr, room, the_cycle
from reviewflow.web.post import act, go
from reviewflow.web.request import is_fragment, moment, reader, viewer
from reviewflow.web.tables import PAGE, Column, offset, paging

CSV_HEADER = ("person_id", "name", "state", "reason", "detail")


@dataclass(frozen=True)
class Counts:
    """How many people of a launch became what so far. `dismissed` of those skipped came after it."""

    created: int
    skipped: int
    failed: int
    dismissed: int
    expected: int
    seconds_left: int | None

    @property
    def done(self) -> int:
        return self.created + self.again

    @property
    def again(self) -> int:
        """How many would be tried again."""
        return self.skipped + self.failed - self.dismissed


@dataclass(frozen=True)
class Cause:
    """People who were skipped or failed for one reason."""

    state: str
    reason: Reason
    count: int
    link: Link | None


@room.page("/cycles/<int:cycle_id>/launch", LOOKERS)
def launched(cycle_id: int) -> ResponseReturnValue:
    """The progress while it goes on, the report when it is done."""
    cycle = the_cycle(cycle_id)
    found = launch_page.report_counts(reader(), viewer(), cycle_id)
    counts = _counts(cycle, found)
    if is_fragment() and not _under_way(cycle, counts):
        return go(_report(cycle_id))
    read = launch_page.report_lines(
        reader(), viewer(), cycle_id, created=False, limit=PAGE + 1, offset=offset()
    )
    return render_template(
        "web/cycles/_progress.html" if is_fragment() else "web/cycles/launched.html",
        cycle=cycle,
        counts=counts,
        working=_under_way(cycle, counts),
        headline=_headline(cycle, counts),
        causes=_causes(found),
        lines=read[:PAGE],
        columns=_columns(),
        paging=paging(len(read)),
        is_hr=is_hr(),
        dismissed=launching.DISMISSED,
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Person"), main=True),
        Column("id", _("Id")),
        Column("state", _("What happened")),
        Column("why", _("Why")),
    ]


def _counts(cycle: Head, found: dict[tuple[str, str | None], int]) -> Counts:
    by_state = {
        state: sum(count for (its, _reason), count in found.items() if its == state)
        for state in ("created", "skipped", "failed")
    }
    dismissed = found.get(("skipped", launching.DISMISSED), 0)
    done = sum(by_state.values()) - dismissed
    return Counts(
        **by_state,
        dismissed=dismissed,
        expected=max(cycle.expected, done),
        seconds_left=_seconds_left(cycle, done),
    )


def _seconds_left(cycle: Head, done: int) -> int | None:
    """As long as it took so far for each person, for those to come."""
    if not done or cycle.launched_at is None:
        return None
    gone = (moment().business - cycle.launched_at).total_seconds()
    return max(1, round(gone / done * max(cycle.expected - done, 0)))


def _under_way(cycle: Head, counts: Counts) -> bool:
    return cycle.launching and counts.done < counts.expected


def _headline(cycle: Head, counts: Counts) -> str:
    if _under_way(cycle, counts):
        return _("Launching %(cycle)s", cycle=cycle.key)
    created = ngettext("%(num)s review created", "%(num)s reviews created", counts.created)
    if not counts.failed and not counts.skipped:
        return _("%(cycle)s is launched: %(created)s", cycle=cycle.key, created=created)
    return _(
        "%(cycle)s is launched: %(created)s, %(failed)s failed, %(skipped)s skipped",
        cycle=cycle.key,
        created=created,
        failed=counts.failed,
        skipped=counts.skipped,
    )


def _causes(found: dict[tuple[str, str | None], int]) -> list[Cause]:
    """Why people were not taken in, failures first."""
    return [
        Cause(state, Reason(key), count, checks.link(key))
        for (state, key), count in sorted(found.items(), key=lambda item: (item[0][0], -item[1]))
        if key is not None
    ]


@room.action("/cycles/<int:cycle_id>/launch/retry", HR)
def retry(cycle_id: int) -> ResponseReturnValue:
    """Take up once more who failed or was skipped."""
    the_cycle(cycle_id)
    return act(launching.retry_failed, cycle_id, then=_report(cycle_id), said=_tried_again)


def _report(cycle_id: int) -> str:
    return url_for("cycles.launched", cycle_id=cycle_id)


def _tried_again(people: int) -> str:
    return ngettext("%(num)s person was tried again.", "%(num)s people were tried again.", people)


@room.page("/cycles/<int:cycle_id>/launch.csv", LOOKERS)
def launch_csv(cycle_id: int) -> ResponseReturnValue:
    """The whole report as a file."""
    cycle = the_cycle(cycle_id)
    lines = launch_page.report_lines(reader(), viewer(), cycle_id, created=True)
    rows = [
        (
            line.external_id,
            line.name,
            line.state,
            sentence(line.reason) if line.reason else "",
            line.detail or "",
        )
        for line in lines
    ]
    return download(table(CSV_HEADER, rows), f"{cycle.key}_launch.csv")

"""What lies ahead of a record: the latest dates of its coming stages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from reviewflow.core import workflow
from reviewflow.core.due import Anchors
from reviewflow.core.schedule import ahead
from reviewflow.store.pinned import PLAIN_CALENDAR

FILES = Path(__file__).resolve().parents[2] / "workflows"
SALES = workflow.load((FILES / "sales_quarterly.toml").read_text("utf-8"))
ZONE = "Asia/Shanghai"
ANCHORS = Anchors(datetime(2026, 10, 1, 2, tzinfo=UTC), date(2026, 10, 1), date(2026, 12, 31))
END_OF_PERIOD = datetime(2026, 12, 31, 16, tzinfo=UTC)


def coming(stage: str, due: datetime | None, without: tuple[str, ...] = ()) -> list[tuple[str, str | None]]:
    found = ahead(SALES, stage, due, ANCHORS, ZONE, PLAIN_CALENDAR, without)
    return [(one.stage.key, one.due_at.date().isoformat() if one.due_at else None) for one in found]


def test_each_stage_begins_when_the_one_before_is_due() -> None:
    assert coming("tracking", END_OF_PERIOD, ("calibration",)) == [
        ("data_collection", "2027-01-08"),  # begins on 1 January; five working days after it
        ("evaluation", "2027-01-22"),
        ("release", None),
    ]


def test_calibration_takes_its_days_where_it_is_wanted() -> None:
    assert coming("evaluation", datetime(2027, 1, 22, 16, tzinfo=UTC))[0] == ("calibration", "2027-01-29")


def test_nobody_knows_what_follows_a_stage_without_a_deadline() -> None:
    assert coming("release", None) == []
    assert coming("reward", None) == []

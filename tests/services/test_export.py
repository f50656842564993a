"""Payroll tables: one for each currency, with a control sum that adds no currencies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from reviewflow.core.reasons import Refused
from reviewflow.core.values import Money
from reviewflow.rehearsal.outputs import write_payroll
from reviewflow.services import export
from reviewflow.store import db
from reviewflow.store.pay import PayoutRun
from tests.flows.story import Story
from tests.services.reading import keys

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]
HEAD = export.PAYROLL_HEADER + "\n"


def paid(story: Story, *runs: tuple[str, str, int]) -> None:
    """Payroll files of one line each: (amount, currency, minor units)."""
    with db.write(story.engine) as session:
        for number, (amount, currency, minor) in enumerate(runs, 1):
            body = f"{HEAD}P003,bonus,2026-04-01/2026-06-30,{amount},{currency}\n"
            session.execute(
                insert(PayoutRun).values(
                    cycle_id=story.cycle, no=number, file_digest="x", body=body, total_minor=minor,
                    currency=currency, by_id=story.cast.fang, at=story.at,
                )
            )  # fmt: skip


def written(story: Story, folder: Path) -> tuple[dict[str, object], list[str]]:
    with db.read(story.engine) as session:
        report = write_payroll(folder, export.payrolls(session, story.cycle))
    return json.loads(json.dumps(report)), sorted(path.name for path in folder.iterdir())


def test_files_of_one_currency_are_one_with_their_sum(walk: Walk, tmp_path: Path) -> None:
    story = walk("launched")
    assert written(story, tmp_path) == ({"payroll_total": "0.00", "currency": "CNY"}, ["payroll.csv"])
    paid(story, ("10000.00", "CNY", 1_000_000), ("500.50", "CNY", 50_050))
    assert written(story, tmp_path) == ({"payroll_total": "10500.50", "currency": "CNY"}, ["payroll.csv"])
    with db.read(story.engine) as session:
        text = export.payroll_csv(session, story.cycle)
    assert text == (tmp_path / "payroll.csv").read_text(encoding="utf-8")
    assert (text.count("\n"), text.count("person_id")) == (3, 1)


def test_currencies_are_never_added_nor_mixed(walk: Walk, tmp_path: Path) -> None:
    story = walk("launched")
    (tmp_path / "payroll.csv").write_text("of an earlier run", encoding="utf-8")
    paid(story, ("10000.00", "CNY", 1_000_000), ("50.00", "USD", 5_000), ("1000.00", "CNY", 100_000))
    report, names = written(story, tmp_path)
    assert report == {"payroll_total": {"CNY": "11000.00", "USD": "50.00"}, "currency": ["CNY", "USD"]}
    assert names == ["payroll_CNY.csv", "payroll_USD.csv"]
    with db.read(story.engine) as session:
        assert [one.total for one in export.payrolls(session, story.cycle)] == [
            Money(1_100_000, "CNY"), Money(5_000, "USD"),
        ]  # fmt: skip
        assert export.payroll_csv(session, story.cycle, "USD").splitlines()[1:] == [
            "P003,bonus,2026-04-01/2026-06-30,50.00,USD"
        ]
        for chosen in (None, "EUR"):
            with pytest.raises(Refused) as refused:
                export.payroll_csv(session, story.cycle, chosen)
            assert keys(refused) == ["export.choose_currency"]
            assert refused.value.reasons[0].params == {"currencies": "CNY, USD"}
